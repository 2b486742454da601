/* store.h — SQL statements of feedback: what others say (store.c). */
#ifndef STORE_H
#define STORE_H

#include "crypt.h"
#include "identity.pb-c.h"
#include "inbox.h"
#include "intake.pb-c.h"
#include "payment.pb-c.h"
#include "save.h"
#include "verification.pb-c.h"

extern const struct sql *const store_statements[];
extern const struct sql store_trace;

/* ---- what others say ------------------------------------------------------------------------------ */

/* The event's whole effect is one save. */
event_fn store_unit_put, store_procedure_put, store_submitted;
/* Both: *known is false if there is no such dossier here (yet). */
int store_progressed(struct task *t, const Motcua__DossierProgressed *m, int64_t version,
                     const struct cause *cause, bool *known);
int store_settled(struct task *t, const Motcua__PaymentSettled *m, const struct cause *cause, bool *known);

/* What is kept instead of the owner's account: tells the owner of this dossier, and nobody's other dossiers.
 */
void owner_hash(const char *code, const char *account_id, uint8_t out[SHA256_BYTES]);

#endif

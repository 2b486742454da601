/* mapping.h — what we know of a dossier as the portal writes it. Pure. Messages in, JSON out.
 *
 * Field names, value rules and length limits: DOMAIN §3.1. All values are strings, what is missing is "",
 * times are yyyyMMddHHmmss in Việt Nam, text is NFC; every field is always there. Nothing is made prettier
 * than it is: a dossier that waits or was stopped is reported as that.
 */
#ifndef MAPPING_H
#define MAPPING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "crypt.h"
#include "intake.pb-c.h"
#include "payment.pb-c.h"
#include "verification.pb-c.h"

struct facts { /* of one dossier */
    const Motcua__DossierSubmitted *submitted;
    size_t moves_count;
    Motcua__DossierProgressed **moves; /* 1, 2, 3 … without a gap */
    size_t supplements_count;
    Motcua__DossierSupplemented **supplements; /* in the order they were made */
    size_t payments_count;
    Motcua__PaymentSettled **payments;
    const char *procedure_name, *field_code, *field_name; /* of the version the dossier was filed under */
    const char *unit_name;                                /* where it was filed */
    const char *owner_ref;                                /* the portal's own id of the applicant, or "" */
    const char *public_url;                               /* files are fetched from here */
};

/* TrangThaiHoSo of a status of ours, or NULL: it is internal and never sent. */
const char *mapping_status(int status);

/* MaHoSo: the national code of what came from the portal, else ours. */
const char *mapping_code(const struct facts *f);

/* The last move that has a status of the portal, or NULL: the portal is owed nothing yet. */
const Motcua__DossierProgressed *mapping_state(const struct facts *f);

/* The dossier record as of that move, which must exist. New reference; ctx: for scratch. */
json_t *mapping_record(const void *ctx, const struct facts *f);

/* What tells one record from another. */
void mapping_digest(const void *ctx, const json_t *record, uint8_t out[SHA256_BYTES]);

/* The progress line of a move with a status of the portal. New reference. */
json_t *mapping_line(const void *ctx, const struct facts *f, const Motcua__DossierProgressed *move);

#endif

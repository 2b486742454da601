/* facts.h — what an event says, in words for the applicant. Pure. Owner of all texts: ctx.
 *
 * Dates read "16:00 thứ Sáu 27/11/2026" or "4:00 pm, Friday 27 November 2026" (UX §1.6), money "75.000 đồng".
 * Numbers of citizens that an officer wrote into free text are hidden (DOMAIN §9: never a full ID number in a
 * message).
 */
#ifndef FACTS_H
#define FACTS_H

#include <stdint.h>

#include "feedback.pb-c.h"
#include "payment.pb-c.h"
#include "template.h"
#include "verification.pb-c.h"

struct about { /* what every message of a dossier says; texts may be "" */
    const char *name, *code, *procedure, *unit;
    const char *public_url, *office, *phone;
    const char *page; /* of the portal, where it is followed: "tra-cuu" */
};

void facts_of_dossier(const void *ctx, const struct about *a, bool is_english, struct facts *f);
void facts_of_progress(const void *ctx, const Motcua__DossierProgressed *m, bool is_english, struct facts *f);
void facts_of_settled(const void *ctx, const Motcua__PaymentSettled *m, bool is_english, struct facts *f);
void facts_of_refunded(const void *ctx, const Motcua__PaymentRefunded *m, bool is_english, struct facts *f);
void facts_of_rating(const void *ctx, const Motcua__RatingOpened *m, const char *public_url, bool is_english,
                     struct facts *f);

void facts_of_complaint(const void *ctx, const Motcua__ComplaintOpened *m, bool is_english, struct facts *f);
void facts_of_answer(const void *ctx, const Motcua__ComplaintAnswered *m, bool is_english, struct facts *f);

/* NULL for 0: no such moment. */
const char *say_moment(const void *ctx, int64_t ms, bool is_english);

/* Free text with every run of 9 or 12 digits shown by its last three: "*********017". NULL for "". */
const char *say_freely(const void *ctx, const char *text);

#endif

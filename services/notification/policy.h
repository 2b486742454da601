/* policy.h — who is told what: one row for every move of a dossier, every payment, and the rating at its end.
 * Pure.
 *
 * Sources: DOMAIN §2.2 (notify), §6.5 (apology), §9 (events the law names); PAINS 13: a move that tells
 * nobody says so, and why.
 */
#ifndef POLICY_H
#define POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "template.h"

enum channel { CHANNEL_EMAIL = 1, CHANNEL_INBOX = 2 };
enum { CHANNELS = 2 };

enum {
    TOLD_PAYMENT_SETTLED = 1000,
    TOLD_PAYMENT_REFUNDED,
    TOLD_RATING_OPENED,
    TOLD_COMPLAINT_OPENED,
    TOLD_COMPLAINT_ANSWERED,
    TOLD_COMPLAINT_REFUSED,
    TOLD_COMPLAINT_DETAIL_ASKED,
    TOLD_COMPLAINT_FORWARDED
};

struct rule {
    int what; /* enum Transition, or one of TOLD_* */
    enum template_id template;
    unsigned channels; /* mask of enum channel; 0: none */
    const char *none;  /* why nobody is told; NULL if somebody is */
};

/* NULL: nobody has decided about it, which is an error and never silence. */
const struct rule *policy_of(int what);

struct contact { /* of a dossier; texts are "" where there is none */
    const char *account_id;
    const char *email;         /* as the applicant gave it */
    const char *account_email; /* of the account, while it is active */
};

struct way { /* one message to make */
    enum channel channel;
    const char *address; /* "" but for a mail that can go */
    const char
        *why_not; /* NULL: it goes; else the reason it cannot: "no_address", "bad_address", "no_account" */
};

/* Through which channels the rule reaches the contact: at least one row, at most one per channel. A mail that
 * cannot go is no row when the inbox serves; if nothing serves, a row says why. Returns their number. */
size_t policy_ways(const struct rule *rule, const struct contact *c, struct way out[CHANNELS]);

const char *channel_name(enum channel channel); /* "email", "inbox" */

#endif

/* policy.c — see policy.h. */
#include "policy.h"

#include <string.h>

#include "common.pb-c.h"
#include "vn_id.h"

enum { BOTH = CHANNEL_EMAIL | CHANNEL_INBOX };
#define MOVE(name)     MOTCUA__TRANSITION__##name
#define NOBODY(reason) 0, 0, reason

static const struct rule rules[] = {
    { MOVE(TRANSITION_UNSPECIFIED), NOBODY("it is no move") },
    { MOVE(SUBMIT), TEMPLATE_SUBMITTED, BOTH, NULL },
    { MOVE(RECEIVE), TEMPLATE_RECEIVED, BOTH, NULL },
    { MOVE(ACCEPT), TEMPLATE_ACCEPTED, BOTH, NULL },
    { MOVE(REFUSE), TEMPLATE_REFUSED, BOTH, NULL },
    { MOVE(ASK_SUPPLEMENT), TEMPLATE_SUPPLEMENT_ASKED, BOTH, NULL },
    { MOVE(SUPPLY), TEMPLATE_SUPPLIED, CHANNEL_INBOX, NULL },
    { MOVE(ACCEPT_SUPPLEMENT), TEMPLATE_SUPPLEMENT_ACCEPTED, BOTH, NULL },
    { MOVE(SUPPLEMENT_EXPIRED), TEMPLATE_SUPPLEMENT_EXPIRED, BOTH, NULL },
    { MOVE(FORWARD), TEMPLATE_FORWARDED, CHANNEL_INBOX, NULL },
    { MOVE(STEP), TEMPLATE_STEP, CHANNEL_INBOX, NULL },
    { MOVE(ASK_PAYMENT), TEMPLATE_PAYMENT_ASKED, BOTH, NULL },
    { MOVE(SETTLE_PAYMENT), NOBODY("payment's PaymentSettled tells it, with the number of the receipt") },
    { MOVE(PAYMENT_EXPIRED), TEMPLATE_PAYMENT_EXPIRED, BOTH, NULL },
    { MOVE(ASK_WITHDRAWAL), TEMPLATE_WITHDRAWAL_ASKED, BOTH, NULL },
    { MOVE(CONFIRM_WITHDRAWAL), TEMPLATE_WITHDRAWN, BOTH, NULL },
    { MOVE(DECLINE_WITHDRAWAL), TEMPLATE_WITHDRAWAL_DECLINED, BOTH, NULL },
    { MOVE(STOP), TEMPLATE_STOPPED, BOTH, NULL },
    { MOVE(SIGN_RESULT), TEMPLATE_RESULT_READY, BOTH, NULL }, /* NĐ61 Đ20.4: an early result too */
    { MOVE(HAND_OVER), TEMPLATE_HANDED_OVER, BOTH, NULL },
    { MOVE(REOPEN_RESULT), TEMPLATE_RESULT_REOPENED, BOTH, NULL },
    { MOVE(REAPPOINT), TEMPLATE_REAPPOINTED, BOTH, NULL }, /* NĐ61 Đ19.9 */
    { TOLD_PAYMENT_SETTLED, TEMPLATE_PAID, BOTH, NULL },
    { TOLD_PAYMENT_REFUNDED, TEMPLATE_REFUNDED, BOTH, NULL },
    { TOLD_RATING_OPENED, TEMPLATE_RATING_OPENED, BOTH, NULL },
    { TOLD_COMPLAINT_OPENED, TEMPLATE_COMPLAINT_OPENED, BOTH, NULL },
    { TOLD_COMPLAINT_ANSWERED, TEMPLATE_COMPLAINT_ANSWERED, BOTH, NULL },
    { TOLD_COMPLAINT_REFUSED, TEMPLATE_COMPLAINT_REFUSED, BOTH, NULL },
    { TOLD_COMPLAINT_DETAIL_ASKED, TEMPLATE_COMPLAINT_DETAIL_ASKED, BOTH, NULL },
    { TOLD_COMPLAINT_FORWARDED, TEMPLATE_COMPLAINT_FORWARDED, BOTH, NULL },
};

const struct rule *policy_of(int what)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].what == what)
            return &rules[i];
    return NULL;
}

/* Mail servers take other letters only with an extension (SMTPUTF8) that few have. */
static bool is_mailable(const char *address)
{
    for (const char *p = address; *p; p++)
        if ((unsigned char)*p > 0x7e)
            return false;
    return email_is_valid(address);
}

static struct way by_email(const struct contact *c)
{
    const char *address = is_mailable(c->email) ? c->email : c->account_email;
    if (is_mailable(address))
        return (struct way){ CHANNEL_EMAIL, address, NULL };
    return (struct way){ CHANNEL_EMAIL, "", *c->email || *c->account_email ? "bad_address" : "no_address" };
}

static struct way by_inbox(const struct contact *c)
{
    return (struct way){ CHANNEL_INBOX, "", *c->account_id ? NULL : "no_account" };
}

size_t policy_ways(const struct rule *rule, const struct contact *c, struct way out[CHANNELS])
{
    size_t n = 0;
    struct way email = by_email(c), inbox = by_inbox(c);
    if ((rule->channels & CHANNEL_EMAIL) && !email.why_not)
        out[n++] = email;
    if ((rule->channels & CHANNEL_INBOX) && !inbox.why_not)
        out[n++] = inbox;
    if (n == 0)
        out[n++] = rule->channels & CHANNEL_EMAIL ? email : inbox;
    return n;
}

const char *channel_name(enum channel channel)
{
    return channel == CHANNEL_EMAIL ? "email" : "inbox";
}

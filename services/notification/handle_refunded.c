/* handle_refunded.c — a fee was paid back: the payer is told how much and why. */
#include "handlers.h"

int handle_refunded(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__PaymentRefunded *m = msg;
    struct telling w;
    TRY(tell_begin(t, ev, TOLD_PAYMENT_REFUNDED, m->code, &w));
    facts_of_refunded(t, m, w.is_english, &w.facts);
    w.news.happened_at_ms = m->refunded_at_ms;
    return tell_end(t, &w);
}

/* handle_settled.c — a fee was paid: the payer is told, with the number of the receipt. */
#include "handlers.h"

int handle_settled(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__PaymentSettled *m = msg;
    struct telling w;
    TRY(tell_begin(t, ev, TOLD_PAYMENT_SETTLED, m->code, &w));
    facts_of_settled(t, m, w.is_english, &w.facts);
    w.news.happened_at_ms = m->settled_at_ms;
    return tell_end(t, &w);
}

/* handle_settled.c — a fee was paid: the dossier's page says how much. */
#include "handlers.h"

int handle_settled(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__PaymentSettled *m = msg;
    struct cause cause = { .event = &ev->id };
    bool known;
    TRY(store_apply_payment(t, m, &cause, &known));
    return known ? 0 : err_set(task_err(t), E_NOT_FOUND, "no dossier %s here", m->code);
}

/* handle_settled.c — a fee was paid: it belongs to the record. */
#include "handlers.h"

int handle_settled(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__PaymentSettled *m = msg;
    struct cause cause = { .event = &ev->id };
    bool known;
    TRY(store_addition(t, m->code, "payment", m->request_no, &m->base, m->settled_at_ms, &cause, &known));
    if (!known)
        return err_set(task_err(t), E_BUSY, "dossier %s has not arrived yet", m->code);
    jobs_wake(task_env(t), "sync");
    return 0;
}

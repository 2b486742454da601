/* handle_refund_due.c — verification decided that a fee goes back: an invoice that is not paid is void, one
 * that is paid is refunded the way it was paid. */
#include "handlers.h"

enum { TRIES = 3 };

static int apply(struct task *t, const Motcua__RefundDue *m, const struct invoice *v,
                 const struct cause *cause, bool *done)
{
    switch (invoice_given_back(v)) {
    case INVOICE_VOID: return store_void(t, v, cause, done);
    case INVOICE_REFUNDING:
        TRY(store_give_back(t, v, m->reason, m->decided_by ? m->decided_by->account_id : "", cause, done));
        jobs_wake(task_env(t), "refund");
        return 0;
    default: *done = true; return 0; /* it went back before */
    }
}

int handle_refund_due(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__RefundDue *m = msg;
    struct cause cause = { .event = &ev->id };
    struct invoices list;
    bool done = false;
    for (int i = 0; i < TRIES && !done; i++) {
        TRY(store_invoices(t, m->code, &list));
        const struct invoice *v = invoices_find(&list, m->request_no);
        if (!v)
            return err_set(task_err(t), E_BUSY, "the fee of %s, request %u, has not arrived yet", m->code,
                           m->request_no);
        TRY(apply(t, m, v, &cause, &done));
    }
    return done ? 0 : err_set(task_err(t), E_BUSY, "invoice %s kept changing", m->code);
}

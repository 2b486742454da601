/* handle_settled.c — a fee was paid. The case that waits for it goes on; one that was asked to be withdrawn
 * meanwhile remembers; one that has ended owes the money back. */
#include "handlers.h"
#include "payment.pb-c.h"
#include "status.h"

static int go_on(struct task *t, const struct event *ev, const Motcua__PaymentSettled *m)
{
    struct decision d;
    bool done;
    struct change ch = { .code = m->code,
                         .cause = { .event = &ev->id },
                         .act = { .transition = MOTCUA__TRANSITION__SETTLE_PAYMENT,
                                  .amount_dong = m->amount_dong } };
    int rc = change_case(t, &ch, &d, &done);
    if (rc != E_CONFLICT)
        return rc;
    err_clear(task_err(t)); /* it does not wait any more: somebody was faster */
    return err_set(task_err(t), E_BUSY, "case %s changed meanwhile", m->code);
}

static int remember(struct task *t, const struct event *ev, const Motcua__PaymentSettled *m,
                    const struct case_file *c)
{
    struct cause cause = { .event = &ev->id };
    struct case_file next = *c;
    bool saved, is_over = status_is_final(c->status);
    next.paid_dong += m->amount_dong;
    next.fee_open = c->fee_open && (int)m->request_no != c->fee_no;
    if (c->status == MOTCUA__STATUS__WITHDRAWAL_ASKED &&
        c->withdrawal_return == MOTCUA__STATUS__PAYMENT_ASKED)
        next.withdrawal_return = c->payment_return;
    TRY(store_case_paid(t, c, &next, is_over ? (int)m->request_no : 0, "the dossier had ended", &cause,
                        &saved));
    if (!saved)
        return err_set(task_err(t), E_BUSY, "case %s changed meanwhile", m->code);
    say_case(t, c, &next, NULL);
    return 0;
}

int handle_settled(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__PaymentSettled *m = msg;
    struct case_file c;
    bool found, seen;
    TRY(store_case(t, m->code, &ev->id, &c, &found, &seen));
    if (!found)
        return err_set(task_err(t), E_NOT_FOUND, "no case %s", m->code);
    if (seen)
        return 0;
    bool waits = c.status == MOTCUA__STATUS__PAYMENT_ASKED && c.fee_no == (int)m->request_no;
    return waits ? go_on(t, ev, m) : remember(t, ev, m, &c);
}

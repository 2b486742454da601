/* handle_withdrawal.c — the applicant asks to withdraw. If the result is already there it is too late: noted,
 * nothing moves. */
#include "handlers.h"

int handle_withdrawal(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__WithdrawalRequested *m = msg;
    struct decision d;
    bool done;
    struct change ch = { .code = m->code,
                         .act = { .transition = MOTCUA__TRANSITION__ASK_WITHDRAWAL, .reason = m->reason },
                         .cause = { .event = &ev->id } };
    int rc = change_case(t, &ch, &d, &done);
    if (rc == E_NOT_FOUND) {
        err_clear(task_err(t));
        return err_set(task_err(t), E_BUSY, "no case %s yet", m->code);
    }
    if (rc != E_CONFLICT)
        return rc;
    err_clear(task_err(t));
    return store_note(t, m->code, m->requested_at_ms, "withdrawal_too_late",
                      "withdrawal was asked for too late", &ch.cause);
}

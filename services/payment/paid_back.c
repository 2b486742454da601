/* paid_back.c — see handlers.h. */
#include "handlers.h"

enum { TRIES = 5 };

int paid_back(struct task *t, struct refund *f, const struct payback *how, const struct cause *cause)
{
    enum refund_state from = f->state;
    bool saved = false, found = true;
    for (int i = 0; i < TRIES && !saved && f->state == from; i++) {
        TRY(store_refund_done(t, f, how, cause, &saved));
        if (!saved)
            TRY(store_refund(t, &f->id, f, &found));
    }
    return saved ? 0 : err_set(task_err(t), E_STALE, "the refund changed meanwhile");
}

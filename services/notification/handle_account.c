/* handle_account.c — identity's account changed: keep the copy. */
#include "handlers.h"

int handle_account(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__AccountChanged *m = msg;
    struct cause cause = { .event = &ev->id };
    struct id account;
    if (!id_parse(m->account_id, &account))
        return err_set(task_err(t), E_INVALID, "account_id is not an id");
    return store_account_put(t, m, (int64_t)ev->version, &cause);
}

/* handle_submitted.c — a dossier was filed: from now on we know whom to tell, where and in which language. */
#include "handlers.h"

int handle_submitted(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__DossierSubmitted *m = msg;
    struct cause cause = { .event = &ev->id };
    struct id account;
    if (*m->account_id && !id_parse(m->account_id, &account))
        return err_set(task_err(t), E_INVALID, "account_id is not an id");
    return store_dossier_put(t, m, &cause);
}

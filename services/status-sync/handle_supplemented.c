/* handle_supplemented.c — the applicant supplied papers: they belong to the record. */
#include "handlers.h"

int handle_supplemented(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__DossierSupplemented *m = msg;
    struct cause cause = { .event = &ev->id };
    bool known;
    TRY(store_addition(t, m->code, "supplement", (int64_t)ev->version, &m->base, m->supplied_at_ms, &cause,
                       &known));
    if (!known)
        return err_set(task_err(t), E_BUSY, "dossier %s has not arrived yet", m->code);
    jobs_wake(task_env(t), "sync");
    return 0;
}

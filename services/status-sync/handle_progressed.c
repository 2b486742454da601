/* handle_progressed.c — verification moved a dossier: one more line for the portal. Every move is kept, in
 * whatever order they come; what goes out is decided by job_sync.c. */
#include "handlers.h"

enum { LOOKS = 8, LOOK_MS = 20 };

int handle_progressed(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__DossierProgressed *m = msg;
    struct cause cause = { .event = &ev->id };
    bool known;
    if (m->status != MOTCUA__STATUS__STATUS_UNSPECIFIED && !mapping_status(m->status))
        return err_set(task_err(t), E_INVALID, "the portal has no word for status %d", m->status);
    TRY(store_progressed(t, m, (int64_t)ev->version, &cause, &known));
    for (int i = 0; i < LOOKS && !known; i++) { /* what intake said of it is being committed */
        TRY(task_sleep(t, LOOK_MS));
        TRY(store_progressed(t, m, (int64_t)ev->version, &cause, &known));
    }
    if (!known)
        return err_set(task_err(t), E_BUSY, "dossier %s has not arrived yet", m->code);
    jobs_wake(task_env(t), "sync");
    return 0;
}

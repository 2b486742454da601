/* handle_supplemented.c — papers came. They belong to the case whatever its state; if it waits for them, it
 * moves. */
#include "handlers.h"

int handle_supplemented(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__DossierSupplemented *m = msg;
    struct decision d;
    bool done;
    struct change ch = { .code = m->code,
                         .act = { .transition = MOTCUA__TRANSITION__SUPPLY, .reason = m->note },
                         .cause = { .event = &ev->id },
                         .papers = m->papers,
                         .papers_count = m->n_papers,
                         .batch = (int64_t)ev->version };
    int rc = change_case(t, &ch, &d, &done);
    if (rc == E_NOT_FOUND) { /* the dossier itself is still on its way */
        err_clear(task_err(t));
        return err_set(task_err(t), E_BUSY, "no case %s yet", m->code);
    }
    if (rc != E_CONFLICT)
        return rc;
    err_clear(task_err(t));
    return store_note_papers(t, m->code, m->supplied_at_ms, "papers_too_late",
                             "papers came when the dossier did not wait for them", ch.papers, ch.papers_count,
                             ch.batch, &ch.cause);
}

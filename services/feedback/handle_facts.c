/* handle_facts.c — what other services say of a dossier: kept as the facts that indexes are made of, each
 * event once. What is said of one before it has arrived itself is sent again a moment later. */
#include "handlers.h"

static int arrived(struct task *t, const char *code, bool known)
{
    return known ? 0 : err_set(task_err(t), E_BUSY, "dossier %s has not arrived yet", code);
}

int handle_progressed(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__DossierProgressed *m = msg;
    struct cause cause = { .event = &ev->id };
    bool known;
    TRY(store_progressed(t, m, (int64_t)ev->version, &cause, &known));
    return arrived(t, m->code, known);
}

int handle_settled(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__PaymentSettled *m = msg;
    struct cause cause = { .event = &ev->id };
    bool known;
    TRY(store_settled(t, m, &cause, &known));
    return arrived(t, m->code, known);
}

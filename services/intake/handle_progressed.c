/* handle_progressed.c — verification moved a dossier: the timeline gets a line, the newest state is what
 * people see. */
#include <talloc.h>

#include "cache.h"
#include "handlers.h"
#include "json.h"
#include "redis.h"

static void forget_lookup(struct task *t, const char *code)
{
    cache_drop(intake_of(t)->lookups, code);
    redis_drop(task_env(t)->redis, talloc_asprintf(t, "lookup:%s", code));
}

int handle_progressed(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__DossierProgressed *m = msg;
    struct cause cause = { .event = &ev->id };
    bool known;
    const char *account_id;
    const char *state = json_print(t, json_own(t, progress_json(m)));
    TRY(store_apply_progress(t, m->code, (int64_t)ev->version, m->at_ms, state, &cause, &known, &account_id));
    if (!known)
        return err_set(task_err(t), E_NOT_FOUND, "no dossier %s here", m->code);
    forget_lookup(t, m->code);
    if (account_id) /* else: applied before */
        say_progress(t, m, (int64_t)ev->version, account_id);
    return 0;
}

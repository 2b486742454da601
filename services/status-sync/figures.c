/* figures.c — see figures.h. */
#include "figures.h"

#include <talloc.h>

#include "clock.h"
#include "metrics.h"
#include "store.h"

enum { FIRST_MS = 1000, EVERY_MS = 5000, LOOK_MS = 4000 };

struct figures {
    const struct env *env;
    uv_timer_t timer;
    struct metric *pushes[PUSHED_WHATS][PUSHED_HOWS];
    int64_t owed, oldest_ms, refusals; /* as of the last look */
};

void figures_count(struct figures *f, enum pushed_what what, enum pushed_how how, size_t n)
{
    metric_add(f->pushes[what][how], n);
}

/* ---- gauges --------------------------------------------------------------------------------------- */

static double read_owed(void *arg)
{
    return (double)((struct figures *)arg)->owed;
}

static double read_age(void *arg)
{
    const struct figures *f = arg;
    return f->owed > 0 ? (double)(clock_now_ms() - f->oldest_ms) / 1000 : 0;
}

static double read_refusals(void *arg)
{
    return (double)((struct figures *)arg)->refusals;
}

static double read_resting(void *arg)
{
    return adapter_is_resting(arg);
}

static void look(struct task *t, void *arg)
{
    struct figures *f = arg;
    store_owed(t, &f->owed, &f->oldest_ms, &f->refusals); /* a failure leaves the figures of before */
}

static void on_timer(uv_timer_t *timer)
{
    struct figures *f = timer->data;
    task_spawn(f->env->tasks, "figures", LOOK_MS, NULL, look, f);
}

/* ---- life ----------------------------------------------------------------------------------------- */

static void add_counters(struct figures *f)
{
    static const char *const whats[] = { "record", "line" }, *const hows[] = { "ok", "failed", "refused" };
    for (int what = 0; what < PUSHED_WHATS; what++)
        for (int how = 0; how < PUSHED_HOWS; how++)
            f->pushes[what][how] =
                metric_counter("motcua_portal_pushes_total", "Records and lines pushed to the portal",
                               talloc_asprintf(f, "what=\"%s\",outcome=\"%s\"", whats[what], hows[how]));
}

struct figures *figures_new(void *ctx, const struct env *env, struct adapter *adapter)
{
    struct figures *f = talloc_zero(ctx, struct figures);
    f->env = env;
    add_counters(f);
    metric_gauge("motcua_portal_owed_dossiers", "Dossiers of which the portal does not know everything", NULL,
                 read_owed, f);
    metric_gauge("motcua_portal_owed_seconds", "Age of what the portal is owed longest", NULL, read_age, f);
    metric_gauge("motcua_portal_refused_dossiers", "Dossiers the portal refuses as they are", NULL,
                 read_refusals, f);
    metric_gauge("motcua_portal_resting", "1: the portal does not answer and is left alone", NULL,
                 read_resting, adapter);
    uv_timer_init(env->loop, &f->timer);
    f->timer.data = f;
    uv_timer_start(&f->timer, on_timer, FIRST_MS, EVERY_MS);
    return f;
}

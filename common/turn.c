/* turn.c — see turn.h. A prepare handle runs the turn just before libuv would sleep; an idle handle, while it
 * is active, keeps it from sleeping. */
#include "turn.h"

#include <talloc.h>

#include "err.h"
#include "task.h"

enum { PARTS_MAX = 8 };

struct turn {
    uv_prepare_t prepare;
    uv_idle_t busy;
    struct task_pool *tasks;
    size_t sources_count, sinks_count;
    struct {
        void (*receive)(void *arg);
        bool (*has_more)(void *arg);
        void *arg;
    } sources[PARTS_MAX];
    struct {
        void (*flush)(void *arg);
        void *arg;
    } sinks[PARTS_MAX];
    void (*at_end)(void *arg);
    void *at_end_arg;
};

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

static bool has_more(const struct turn *t)
{
    for (size_t i = 0; i < t->sources_count; i++)
        if (t->sources[i].has_more(t->sources[i].arg))
            return true;
    return false;
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct turn *t = prepare->data;
    for (size_t i = 0; i < t->sources_count; i++)
        t->sources[i].receive(t->sources[i].arg);
    task_pool_run(t->tasks);
    for (size_t i = 0; i < t->sinks_count; i++)
        t->sinks[i].flush(t->sinks[i].arg);
    if (has_more(t))
        uv_idle_start(&t->busy, on_idle);
    else
        uv_idle_stop(&t->busy);
    if (t->at_end)
        t->at_end(t->at_end_arg);
}

struct turn *turn_open(void *ctx, uv_loop_t *loop, struct task_pool *tasks)
{
    struct turn *t = talloc_zero(ctx, struct turn);
    t->tasks = tasks;
    uv_idle_init(loop, &t->busy);
    uv_prepare_init(loop, &t->prepare);
    t->prepare.data = t;
    uv_prepare_start(&t->prepare, on_prepare);
    return t;
}

void turn_source(struct turn *t, void (*receive)(void *arg), bool (*more)(void *arg), void *arg)
{
    ASSERT(t->sources_count < PARTS_MAX);
    t->sources[t->sources_count].receive = receive;
    t->sources[t->sources_count].has_more = more;
    t->sources[t->sources_count++].arg = arg;
}

void turn_sink(struct turn *t, void (*flush)(void *arg), void *arg)
{
    ASSERT(t->sinks_count < PARTS_MAX);
    t->sinks[t->sinks_count].flush = flush;
    t->sinks[t->sinks_count++].arg = arg;
}

void turn_at_end(struct turn *t, void (*fn)(void *arg), void *arg)
{
    t->at_end = fn;
    t->at_end_arg = arg;
}

/* tasks.h — a loop and a pool of tasks for tests of what waits. Assert after tasks_run, never inside a task:
 * a failed assertion jumps, and must not jump off a task's stack. */
#ifndef TASKS_H
#define TASKS_H

#include <string.h>
#include <uv.h>

#include "env.h"
#include "task.h"

struct tasks {
    uv_loop_t loop;
    uv_timer_t beat; /* keeps the loop turning: the pool's own timer does not */
    struct task_pool *pool;
    struct env env;
};

static inline void tasks_on_beat(uv_timer_t *beat)
{
    (void)beat;
}

/* s lives as long as the process. */
static inline void tasks_open(struct tasks *s, unsigned max)
{
    memset(s, 0, sizeof *s);
    uv_loop_init(&s->loop);
    uv_timer_init(&s->loop, &s->beat);
    uv_timer_start(&s->beat, tasks_on_beat, 1, 1);
    s->env.service = "unit";
    s->env.loop = &s->loop;
    s->pool = task_pool_new(NULL, &s->loop, max, &s->env);
    s->env.tasks = s->pool;
}

/* One turn: ready tasks run, then whatever the loop has to say is heard. */
static inline void tasks_turn(struct tasks *s)
{
    task_pool_run(s->pool);
    uv_run(&s->loop, UV_RUN_ONCE);
}

/* Turn until no task is left. */
static inline void tasks_run(struct tasks *s)
{
    while (task_pool_count(s->pool) > 0)
        tasks_turn(s);
}

/* One task from its start to its end; timeout in milliseconds. */
static inline int tasks_do(struct tasks *s, unsigned timeout_ms, task_fn *fn, void *arg)
{
    uv_update_time(&s->loop);
    int rc = task_spawn(s->pool, "unit", timeout_ms, NULL, fn, arg);
    tasks_run(s);
    return rc;
}

#endif

/* task_parts.h — what task.c (life, waiting) and task_switch.c (stacks, switching) know of each other; nobody
 * else includes it. */
#ifndef TASK_PARTS_H
#define TASK_PARTS_H

#include <setjmp.h>
#include <sys/queue.h>
#include <ucontext.h>

#include "task.h"

enum task_state { TASK_READY, TASK_RUNNING, TASK_WAITING, TASK_DONE };

struct task {
    struct task_pool *pool;
    TAILQ_ENTRY(task) link; /* in pool->ready, pool->waiting or, done, in pool->idle */
    enum task_state state;
    const char *name;
    uint64_t deadline, wake_at; /* uv_now() milliseconds; wake_at 0: not sleeping */
    int wait_rc;
    task_fn *fn;
    void *arg;
    char *stack;        /* lowest address is the guard page */
    ucontext_t context; /* where it begins */
    sigjmp_buf here;    /* where it goes on */
    bool has_begun, is_awaited;
    void *asan_fake;
    char trace[TRACE_TEXT], trace_id[33];
    struct rehearsal *rehearsal;
    struct err err;
};
TAILQ_HEAD(task_list, task);

struct task_pool {
    uv_loop_t *loop;
    uv_timer_t tick;
    struct task_list ready, waiting, idle;
    unsigned count, idle_count, max;
    uint64_t busy_at; /* uv_now(): some task was there */
    bool stopping;
    const struct env *env;
    sigjmp_buf loop_here;
    void *asan_fake;
    const void *loop_bottom;
    size_t loop_size;
};

/* task_switch.c */
struct task *task_new(struct task_pool *p);
void switch_to_task(struct task *t);
void switch_to_loop(struct task *t);

#endif

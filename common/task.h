/* task.h — sequential request code on one libuv loop.
 *
 * A task is a function with a stack of its own. It runs on the loop's thread until it waits (task_wait, and
 * everything built on it: db_run, redis_run, http_call, task_offload) and goes on when the answer is there or
 * its deadline has passed. Exactly one task runs at a time.
 *
 * The rule that makes this safe to read: ONLY a function whose first parameter is a `struct task *` may wait.
 * Across a call to such a function anything outside the task's own memory may change; across any other call
 * nothing can.
 *
 * A task is also a talloc context: what is allocated under it is freed when it returns.
 */
#ifndef TASK_H
#define TASK_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "err.h"

struct env;
struct task;
struct task_pool;
typedef void task_fn(struct task *t, void *arg);

enum { TRACE_TEXT = 56 }; /* a W3C traceparent: 00-<32 hex>-<16 hex>-01 */

struct task_pool *task_pool_new(void *ctx, uv_loop_t *loop, unsigned max_tasks, const struct env *env);
/* Start fn(t, arg) at the end of this loop turn; timeout_ms counts from now; name and env outlive the task.
 * traceparent: what this work is part of; NULL or malformed: a new trace. Returns 0, or E_BUSY (max_tasks run
 * already; nothing was started).
 */
int task_spawn(struct task_pool *p, const char *name, unsigned timeout_ms, const char *traceparent,
               task_fn *fn, void *arg);
/* The same, but at once, until it waits or ends. Not from inside a task. */
int task_start(struct task_pool *p, const char *name, unsigned timeout_ms, const char *traceparent,
               task_fn *fn, void *arg);
/* Run every ready task. The service skeleton calls it once a loop turn. */
void task_pool_run(struct task_pool *p);
/* Wake every waiting task with E_SHUTDOWN. */
void task_pool_stop(struct task_pool *p);
unsigned task_pool_count(const struct task_pool *p);

const struct env *task_env(const struct task *t);
struct err *task_err(struct task *t);
const char *task_name(const struct task *t);
const char *task_trace(const struct task *t); /* as traceparent for what this task causes */
int64_t task_now_ms(const struct task *t);    /* Unix time */
unsigned task_left_ms(const struct task *t);  /* until the deadline */

/* Somebody waits for what it will say: he is told that the store is gone rather than left waiting for it. */
void task_set_awaited(struct task *t);
bool task_is_awaited(const struct task *t);

/* While r is not NULL, what the task saves is rolled back and told in r (db_rehearse.h). */
struct rehearsal;
void task_rehearse(struct task *t, struct rehearsal *r);
struct rehearsal *task_rehearsal(const struct task *t);

/* For adapters (db, redis, http_client, offload), never for handlers. An adapter's callback calls
 * waiter_done; the task calls waiter_wait, which returns 0 once that has happened, else E_TIMEOUT or
 * E_SHUTDOWN. */
struct waiter {
    struct task *task;
    bool is_done, is_waiting;
};
void waiter_init(struct waiter *w, struct task *t);
int waiter_wait(struct waiter *w);
int waiter_wait_ms(struct waiter *w, unsigned ms); /* at most ms */
void waiter_done(struct waiter *w);

/* Sleep; E_TIMEOUT if the task's deadline comes first, E_SHUTDOWN when the service drains. */
int task_sleep(struct task *t, unsigned ms);

#endif

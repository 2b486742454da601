/* task.c — see task.h. Deadlines are looked at every TICK_MS while tasks exist.
 *
 * A task that is done rests with its stack and its memory until the next one is asked for: what a request
 * allocates comes out of one piece of its task, one after the other, and goes all at once. */
#include "task.h"

#include <malloc.h>
#include <string.h>
#include <talloc.h>

#include "clock.h"
#include "ids.h"
#include "task_parts.h"

enum { TICK_MS = 10, KEPT_WARM = 16, COOL_MS = 2000 };

static void wake(struct task *t, int rc)
{
    ASSERT(t->state == TASK_WAITING);
    TAILQ_REMOVE(&t->pool->waiting, t, link);
    t->state = TASK_READY;
    t->wait_rc = rc;
    TAILQ_INSERT_TAIL(&t->pool->ready, t, link);
}

/* ---- life --------------------------------------------------------------------------------------- */

/* After a peak: give back what will not be needed soon, to the kernel too. */
static void cool(struct task_pool *p)
{
    if (p->idle_count <= KEPT_WARM)
        return;
    for (; p->idle_count > KEPT_WARM; p->idle_count--) {
        struct task *t = TAILQ_LAST(&p->idle, task_list);
        TAILQ_REMOVE(&p->idle, t, link);
        talloc_free(t);
    }
    malloc_trim(0);
}

static void on_tick(uv_timer_t *timer)
{
    struct task_pool *p = timer->data;
    uint64_t now = uv_now(p->loop);
    struct task *t, *next;
    for (t = TAILQ_FIRST(&p->waiting); t; t = next) {
        next = TAILQ_NEXT(t, link);
        if (t->deadline <= now)
            wake(t, E_TIMEOUT);
        else if (t->wake_at && t->wake_at <= now)
            wake(t, E_OK);
    }
    if (p->count > 0)
        p->busy_at = now;
    else if (p->busy_at + COOL_MS <= now) {
        cool(p);
        uv_timer_stop(timer); /* task_spawn starts it again */
    }
}

struct task_pool *task_pool_new(void *ctx, uv_loop_t *loop, unsigned max_tasks, const struct env *env)
{
    struct task_pool *p = talloc_zero(ctx, struct task_pool);
    p->loop = loop;
    p->max = max_tasks;
    p->env = env;
    TAILQ_INIT(&p->ready);
    TAILQ_INIT(&p->waiting);
    TAILQ_INIT(&p->idle);
    uv_timer_init(loop, &p->tick);
    p->tick.data = p;
    uv_unref((uv_handle_t *)&p->tick);
    return p;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_traceparent(const char *s)
{
    static const char shape[] = "00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-xx";
    if (!s || strlen(s) != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == 'x' ? !is_hex(s[i]) : s[i] != shape[i])
            return false;
    return true;
}

/* Once for each event: by hand, because snprintf was a twentieth of what an event costs. */
static void start_trace(struct task *t, const char *traceparent)
{
    enum { ID = 3, ID_DIGITS = 32, SPAN = ID + ID_DIGITS + 1 };
    struct id id = id_new(); /* random enough, and sorts by time */
    memcpy(t->trace, "00-00000000000000000000000000000000-0000000000000000-01", TRACE_TEXT);
    if (is_traceparent(traceparent))
        memcpy(t->trace + ID, traceparent + ID, ID_DIGITS);
    else
        put_hex(t->trace + ID, id.bytes, ID_BYTES);
    put_hex(t->trace + SPAN, id.bytes + ID_BYTES / 2, ID_BYTES / 2);
    memcpy(t->trace_id, t->trace + ID, ID_DIGITS);
    t->trace_id[ID_DIGITS] = '\0';
}

static struct task *task_get(struct task_pool *p)
{
    struct task *t = TAILQ_FIRST(&p->idle);
    if (!t)
        return task_new(p);
    TAILQ_REMOVE(&p->idle, t, link);
    p->idle_count--;
    t->wait_rc = 0;
    t->wake_at = 0;
    err_clear(&t->err);
    return t;
}

static struct task *spawn(struct task_pool *p, const char *name, unsigned timeout_ms, const char *traceparent,
                          task_fn *fn, void *arg)
{
    if (p->count >= p->max)
        return NULL;
    if (!uv_is_active((uv_handle_t *)&p->tick))
        uv_timer_start(&p->tick, on_tick, TICK_MS, TICK_MS);
    struct task *t = task_get(p);
    t->name = name;
    t->fn = fn;
    t->arg = arg;
    t->deadline = uv_now(p->loop) + timeout_ms;
    t->rehearsal = NULL;
    t->is_awaited = false;
    start_trace(t, traceparent);
    t->state = TASK_READY;
    p->count++;
    return t;
}

int task_spawn(struct task_pool *p, const char *name, unsigned timeout_ms, const char *traceparent,
               task_fn *fn, void *arg)
{
    struct task *t = spawn(p, name, timeout_ms, traceparent, fn, arg);
    if (!t)
        return E_BUSY;
    TAILQ_INSERT_TAIL(&p->ready, t, link);
    return 0;
}

static void bury(struct task *t)
{
    struct task_pool *p = t->pool;
    talloc_free_children(t);
    TAILQ_INSERT_HEAD(&p->idle, t, link);
    p->idle_count++;
    p->count--;
}

static void run(struct task *t)
{
    switch_to_task(t);
    if (t->state == TASK_DONE)
        bury(t);
}

int task_start(struct task_pool *p, const char *name, unsigned timeout_ms, const char *traceparent,
               task_fn *fn, void *arg)
{
    struct task *t = spawn(p, name, timeout_ms, traceparent, fn, arg);
    if (!t)
        return E_BUSY;
    run(t);
    return 0;
}

void task_pool_run(struct task_pool *p)
{
    struct task *t;
    while ((t = TAILQ_FIRST(&p->ready))) {
        TAILQ_REMOVE(&p->ready, t, link);
        run(t);
    }
}

void task_pool_stop(struct task_pool *p)
{
    struct task *t;
    p->stopping = true;
    while ((t = TAILQ_FIRST(&p->waiting)))
        wake(t, E_SHUTDOWN);
}

unsigned task_pool_count(const struct task_pool *p)
{
    return p->count;
}

/* ---- waiting ------------------------------------------------------------------------------------ */

static int wait(struct task *t)
{
    ASSERT(t->state == TASK_RUNNING);
    if (t->pool->stopping)
        return E_SHUTDOWN;
    if (t->deadline <= uv_now(t->pool->loop))
        return E_TIMEOUT;
    t->state = TASK_WAITING;
    TAILQ_INSERT_TAIL(&t->pool->waiting, t, link);
    switch_to_loop(t);
    return t->wait_rc;
}

void waiter_init(struct waiter *w, struct task *t)
{
    *w = (struct waiter){ .task = t };
}

int waiter_wait(struct waiter *w)
{
    while (!w->is_done) {
        w->is_waiting = true;
        int rc = wait(w->task);
        w->is_waiting = false;
        if (rc && !w->is_done)
            return rc;
    }
    return 0;
}

int waiter_wait_ms(struct waiter *w, unsigned ms)
{
    struct task *t = w->task;
    int rc = 0;
    t->wake_at = uv_now(t->pool->loop) + ms;
    while (!w->is_done && !rc) {
        w->is_waiting = true;
        rc = wait(t);
        w->is_waiting = false;
        if (!rc && t->wake_at <= uv_now(t->pool->loop))
            rc = E_TIMEOUT;
    }
    t->wake_at = 0;
    return w->is_done ? 0 : rc;
}

void waiter_done(struct waiter *w)
{
    w->is_done = true;
    if (w->is_waiting && w->task->state == TASK_WAITING)
        wake(w->task, E_OK);
}

int task_sleep(struct task *t, unsigned ms)
{
    t->wake_at = uv_now(t->pool->loop) + ms;
    int rc = wait(t);
    t->wake_at = 0;
    return rc;
}

/* ---- what a task knows -------------------------------------------------------------------------- */

const struct env *task_env(const struct task *t)
{
    return t->pool->env;
}

struct err *task_err(struct task *t)
{
    return &t->err;
}

const char *task_name(const struct task *t)
{
    return t->name;
}

void task_set_awaited(struct task *t)
{
    t->is_awaited = true;
}

bool task_is_awaited(const struct task *t)
{
    return t->is_awaited;
}

void task_rehearse(struct task *t, struct rehearsal *r)
{
    t->rehearsal = r;
}

struct rehearsal *task_rehearsal(const struct task *t)
{
    return t->rehearsal;
}

const char *task_trace(const struct task *t)
{
    return t->trace;
}

int64_t task_now_ms(const struct task *t)
{
    (void)t;
    return clock_now_ms();
}

unsigned task_left_ms(const struct task *t)
{
    uint64_t now = uv_now(t->pool->loop);
    return t->deadline > now ? (unsigned)(t->deadline - now) : 0;
}

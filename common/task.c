/* task.c — see task.h. Stacks come from mmap with a guard page below, so an overflow is a clean SIGSEGV;
 * a task begins by setcontext and is switched to
 * and from by siglongjmp, as in QEMU's block layer. Deadlines are looked at every TICK_MS while
 * tasks exist.
 *
 * A task that is done rests with its stack and its memory until the next one is asked for: what a request
 * allocates comes out of MEMORY_BYTES of its task, one after the other, and goes all at once. */
#include "task.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/queue.h>
#include <talloc.h>
#include <ucontext.h>
#include <unistd.h>

#include "clock.h"
#include "ids.h"
#include "log.h"
#include "memory.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#else
#define __sanitizer_start_switch_fiber(save, bottom, size)  ((void)0)
#define __sanitizer_finish_switch_fiber(save, bottom, size) ((void)0)
#endif

enum {
    STACK_BYTES = 256 * 1024,
    MEMORY_BYTES = 56 * 1024,
    MEMORY_PARTS = 128,
    TICK_MS = 10,
    KEPT_WARM = 16,
    COOL_MS = 2000
};

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
    bool has_begun;
    void *asan_fake;
    char trace[TRACE_TEXT], trace_id[33];
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

/* ---- stacks ------------------------------------------------------------------------------------- */

static size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static char *stack_new(void)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE;
    char *s = mmap(NULL, STACK_BYTES + page_bytes(), PROT_READ | PROT_WRITE, flags, -1, 0);
    ASSERT(s != MAP_FAILED);
    ASSERT(mprotect(s, page_bytes(), PROT_NONE) == 0);
    return s;
}

static int stack_free(struct task *t)
{
    munmap(t->stack, STACK_BYTES + page_bytes());
    return 0;
}

/* After a peak: give back what will not be needed soon. */
static void cool(struct task_pool *p)
{
    for (; p->idle_count > KEPT_WARM; p->idle_count--) {
        struct task *t = TAILQ_LAST(&p->idle, task_list);
        TAILQ_REMOVE(&p->idle, t, link);
        talloc_free(t);
    }
}

/* ---- switching ---------------------------------------------------------------------------------- */

static void switch_to_loop(struct task *t)
{
    struct task_pool *p = t->pool;
    log_set_trace(NULL);
    __sanitizer_start_switch_fiber(t->state == TASK_DONE ? NULL : &t->asan_fake, p->loop_bottom,
                                   p->loop_size);
    if (sigsetjmp(t->here, 0) == 0)
        siglongjmp(p->loop_here, 1);
    __sanitizer_finish_switch_fiber(t->state == TASK_DONE ? NULL : t->asan_fake, NULL, NULL);
}

static struct task *starting; /* makecontext passes ints only; one thread, so a static is enough */

static void task_entry(void)
{
    struct task *t = starting;
    __sanitizer_finish_switch_fiber(NULL, &t->pool->loop_bottom, &t->pool->loop_size);
    for (;;) { /* once for each life of the task */
        t->fn(t, t->arg);
        t->state = TASK_DONE;
        switch_to_loop(t);
    }
}

/* Without a word to the kernel, but for the first time. */
_Noreturn static void go(struct task *t)
{
    if (t->has_begun)
        siglongjmp(t->here, 1);
    t->has_begun = true;
    setcontext(&t->context);
    abort();
}

static void switch_to_task(struct task *t)
{
    struct task_pool *p = t->pool;
    t->state = TASK_RUNNING;
    starting = t;
    log_set_trace(t->trace_id);
    __sanitizer_start_switch_fiber(&p->asan_fake, t->context.uc_stack.ss_sp, t->context.uc_stack.ss_size);
    if (sigsetjmp(p->loop_here, 0) == 0)
        go(t);
    __sanitizer_finish_switch_fiber(p->asan_fake, NULL, NULL);
}

static void wake(struct task *t, int rc)
{
    ASSERT(t->state == TASK_WAITING);
    TAILQ_REMOVE(&t->pool->waiting, t, link);
    t->state = TASK_READY;
    t->wait_rc = rc;
    TAILQ_INSERT_TAIL(&t->pool->ready, t, link);
}

/* ---- life --------------------------------------------------------------------------------------- */

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

static bool is_traceparent(const char *s)
{
    static const char shape[] = "00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-xx";
    if (!s || strlen(s) != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == 'x' ? !strchr("0123456789abcdef", s[i]) : s[i] != shape[i])
            return false;
    return true;
}

static void start_trace(struct task *t, const char *traceparent)
{
    struct id id = id_new(); /* random enough, and sorts by time */
    uint64_t high, low;
    memcpy(&high, id.bytes, 8);
    memcpy(&low, id.bytes + 8, 8);
    if (is_traceparent(traceparent))
        snprintf(t->trace, sizeof t->trace, "00-%.32s-%016" PRIx64 "-01", traceparent + 3, low);
    else
        snprintf(t->trace, sizeof t->trace, "00-%016" PRIx64 "%016" PRIx64 "-%016" PRIx64 "-01", high, low,
                 low);
    snprintf(t->trace_id, sizeof t->trace_id, "%.32s", t->trace + 3);
}

static struct task *task_new(struct task_pool *p)
{
    struct task *t = memory_object(p, struct task, MEMORY_PARTS, MEMORY_BYTES);
    *t = (struct task){ .pool = p, .stack = stack_new() };
    talloc_set_destructor(t, stack_free);
    getcontext(&t->context);
    t->context.uc_stack.ss_sp = t->stack + page_bytes();
    t->context.uc_stack.ss_size = STACK_BYTES;
    makecontext(&t->context, task_entry, 0);
    return t;
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

/* task_switch.c — see task_parts.h. Stacks come from mmap with a guard page below, so an overflow is a clean
 * SIGSEGV; a task begins by setcontext and is switched to and from by siglongjmp, as in QEMU's block layer.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <talloc.h>
#include <unistd.h>

#include "log.h"
#include "memory.h"
#include "task_parts.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#else
#define __sanitizer_start_switch_fiber(save, bottom, size)  ((void)0)
#define __sanitizer_finish_switch_fiber(save, bottom, size) ((void)0)
#endif

enum { STACK_BYTES = 256 * 1024, MEMORY_BYTES = 56 * 1024, MEMORY_PARTS = 128 };

void switch_to_loop(struct task *t)
{
    struct task_pool *p = t->pool;
    log_set_trace(NULL);
    if (t->state == TASK_DONE)
        t->asan_fake = NULL;
    __sanitizer_start_switch_fiber(t->state == TASK_DONE ? NULL : &t->asan_fake, p->loop_bottom,
                                   p->loop_size);
    if (sigsetjmp(t->here, 0) == 0)
        siglongjmp(p->loop_here, 1);
    __sanitizer_finish_switch_fiber(t->asan_fake, NULL, NULL);
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

void switch_to_task(struct task *t)
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

struct task *task_new(struct task_pool *p)
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

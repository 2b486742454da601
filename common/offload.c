/* offload.c — see offload.h. */
#include "offload.h"

#include <talloc.h>

#include "env.h"

struct work {
    uv_work_t uv;
    offload_fn *fn;
    void *arg;
    struct waiter *waiter; /* NULL: nobody waits any more */
};

static void on_thread(uv_work_t *uv)
{
    struct work *w = uv->data;
    w->fn(w->arg);
}

static void on_loop(uv_work_t *uv, int status)
{
    (void)status;
    struct work *w = uv->data;
    if (w->waiter)
        waiter_done(w->waiter);
    else
        talloc_free(w); /* with arg */
}

int task_offload(struct task *t, offload_fn *fn, void *arg)
{
    struct waiter waiter;
    waiter_init(&waiter, t);
    struct work *w = talloc_zero(NULL, struct work);
    w->uv.data = w;
    w->fn = fn;
    w->arg = talloc_steal(w, arg);
    w->waiter = &waiter;
    ASSERT(uv_queue_work(task_env(t)->loop, &w->uv, on_thread, on_loop) == 0);
    int rc = waiter_wait(&waiter);
    if (rc) {
        w->waiter = NULL;
        uv_cancel((uv_req_t *)&w->uv); /* refused if it has begun; on_loop is called in either case */
        return err_set(task_err(t), rc, "%s: background work took too long", task_name(t));
    }
    talloc_steal(t, arg);
    talloc_free(w);
    return 0;
}

/* gate.c — see gate.h. A place in the line lives on the stack of the task that waits in it. */
#include "gate.h"

struct gate_place {
    TAILQ_ENTRY(gate_place) link;
    struct waiter waiter;
};

void gate_init(struct gate *g)
{
    TAILQ_INIT(&g->waiting);
}

int gate_wait(struct task *t, struct gate *g, unsigned ms)
{
    struct gate_place place;
    waiter_init(&place.waiter, t);
    TAILQ_INSERT_TAIL(&g->waiting, &place, link);
    int rc = waiter_wait_ms(&place.waiter, ms);
    TAILQ_REMOVE(&g->waiting, &place, link);
    if (rc == E_TIMEOUT && task_left_ms(t) > 0)
        return 0;
    return rc ? err_set(task_err(t), rc, "%s: waited too long", task_name(t)) : 0;
}

void gate_wake(struct gate *g)
{
    struct gate_place *place;
    TAILQ_FOREACH (place, &g->waiting, link)
        waiter_done(&place->waiter);
}

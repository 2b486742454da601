/* bell.c — see bell.h. A place in the line lives on the stack of the task that waits in it. */
#include "bell.h"

struct bell_place {
    TAILQ_ENTRY(bell_place) link;
    struct waiter waiter;
};

void bell_init(struct bell *b)
{
    TAILQ_INIT(&b->waiting);
}

int bell_wait(struct task *t, struct bell *b, unsigned ms)
{
    struct bell_place place;
    waiter_init(&place.waiter, t);
    TAILQ_INSERT_TAIL(&b->waiting, &place, link);
    int rc = waiter_wait_ms(&place.waiter, ms);
    TAILQ_REMOVE(&b->waiting, &place, link);
    if (rc == E_TIMEOUT && task_left_ms(t) > 0)
        return 0;
    return rc ? err_set(task_err(t), rc, "%s: waited too long", task_name(t)) : 0;
}

void bell_ring(struct bell *b)
{
    struct bell_place *place;
    TAILQ_FOREACH (place, &b->waiting, link)
        waiter_done(&place->waiter);
}

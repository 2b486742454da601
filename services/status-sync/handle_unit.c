/* handle_unit.c — identity's tree of units changed: keep the copy. */
#include "handlers.h"

int handle_unit(struct task *t, const struct event *ev, const void *msg)
{
    struct cause cause = { .event = &ev->id };
    return store_unit_put(t, msg, (int64_t)ev->version, &cause);
}

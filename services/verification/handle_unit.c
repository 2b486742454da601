/* handle_unit.c — identity's tree of units changed: keep the copy. */
#include "cache.h"
#include "handlers.h"
#include "identity.pb-c.h"

int handle_unit(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__UnitChanged *m = msg;
    struct cause cause = { .event = &ev->id };
    TRY(store_unit_put(t, m, (int64_t)ev->version, &cause));
    cache_drop(verification_of(t)->units, m->code);
    return 0;
}

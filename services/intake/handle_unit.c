/* handle_unit.c — identity's tree of units changed: keep the copy. */
#include "cache.h"
#include "handlers.h"
#include "identity.pb-c.h"

int handle_unit(struct task *t, const struct event *ev, const void *msg)
{
    static const char *const levels[] = { "", "province", "department", "district", "commune" };
    const Motcua__UnitChanged *m = msg;
    struct cause cause = { .event = &ev->id };
    if (m->level < MOTCUA__UNIT_LEVEL__PROVINCE || m->level > MOTCUA__UNIT_LEVEL__COMMUNE)
        return err_set(task_err(t), E_INVALID, "unit level %d", m->level);
    TRY(store_unit_put(t, m->code, m->name, levels[m->level], m->valid_from_ms, m->valid_to_ms,
                       (int64_t)ev->version, &cause));
    cache_drop(intake_of(t)->units, m->code);
    return 0;
}

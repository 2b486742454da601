/* lossy.c — a listener that loses: it acknowledges an event when it comes, not when its effect is committed.
 * Most home-made queues do. Nothing of this is in a program that is shipped: drill.mk links these functions
 * around the real ones (ld's --wrap) into build/lossy, and a test shows that the drill finds out.
 */
#include <string.h>

#include "bus.h"
#include "inbox.h"

struct inbox *__real_inbox_open(void *ctx, const struct env *env, struct bus *bus,
                                const struct listener *rows);
struct inbox *__wrap_inbox_open(void *ctx, const struct env *env, struct bus *bus,
                                const struct listener *rows);
bool __real_inbox_on_envelope(struct inbox *in, const struct bus_from *from, const Motcua__Envelope *e,
                              void *owner);
bool __wrap_inbox_on_envelope(struct inbox *in, const struct bus_from *from, const Motcua__Envelope *e,
                              void *owner);

static struct bus *the_bus;

struct inbox *__wrap_inbox_open(void *ctx, const struct env *env, struct bus *bus,
                                const struct listener *rows)
{
    the_bus = bus;
    return __real_inbox_open(ctx, env, bus, rows);
}

bool __wrap_inbox_on_envelope(struct inbox *in, const struct bus_from *from, const Motcua__Envelope *e,
                              void *owner)
{
    struct id id;
    memcpy(id.bytes, e->id.data, sizeof id.bytes);
    bus_ack(the_bus, from, &id);
    return __real_inbox_on_envelope(in, from, e, owner);
}

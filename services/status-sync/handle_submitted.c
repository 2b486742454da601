/* handle_submitted.c — a dossier was filed. The portal hears of it with its first move, which says how it
 * stands. */
#include "handlers.h"

int handle_submitted(struct task *t, const struct event *ev, const void *msg)
{
    struct cause cause = { .event = &ev->id };
    return store_submitted(t, msg, &cause);
}

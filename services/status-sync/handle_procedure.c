/* handle_procedure.c — a version of a procedure was published: its names are sent with every dossier filed
 * under it. */
#include "handlers.h"

int handle_procedure(struct task *t, const struct event *ev, const void *msg)
{
    struct cause cause = { .event = &ev->id };
    return store_procedure_put(t, msg, &cause);
}

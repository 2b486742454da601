/* handle_message_failed.c — the applicant could not be told: the case says so, somebody has to telephone. */
#include <talloc.h>

#include "handlers.h"
#include "notification.pb-c.h"

int handle_message_failed(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__NotificationFailed *m = msg;
    struct cause cause = { .event = &ev->id };
    const char *detail =
        talloc_asprintf(t, "%s could not be sent by %s: %s", m->template_, m->channel, m->reason);
    return store_note(t, m->code, m->failed_at_ms, "not_told", detail, &cause);
}

/* inbox.h — events on their way to their handlers, and what becomes of those that fail.
 *
 *   handler returns            the sender hears    and
 *   0                          ack                 (applied, or seen before, or older than what we know)
 *   caller's fault             ack                 the envelope is a dead letter: it cannot succeed
 *   busy, timeout, unknown     refusal             it is sent again after a while
 *   E_DB, E_BUG                refusal             the fifth time: dead letter
 *
 * A handler that waits for something that has not arrived yet (a case before its supplement) says E_BUSY.
 */
#ifndef INBOX_H
#define INBOX_H

#include <protobuf-c/protobuf-c.h>

#include "bus.h"
#include "db.h"

struct event {
    struct id id; /* the dedupe key: goes into struct cause of the save */
    const char *source, *type, *key;
    uint64_t version;
    int64_t occurred_at_ms;
};

/* msg is the decoded payload, of the type named in the listener's row; both belong to t. */
typedef int event_fn(struct task *t, const struct event *ev, const void *msg);

struct listener {
    const ProtobufCMessageDescriptor *type;
    event_fn *handle;
};

extern const struct sql *const inbox_statements[];

struct inbox;
/* rows: ends with { 0 }. */
struct inbox *inbox_open(void *ctx, const struct env *env, struct bus *bus, const struct listener *rows);
bool inbox_on_envelope(struct inbox *in, const struct bus_from *from, const Motcua__Envelope *e, void *owner);

enum replayed {
    REPLAY_APPLIED, /* it has had its effect, now */
    REPLAY_BEFORE,  /* it had had it before: nothing was done */
    REPLAY_NOTHING, /* its handler found nothing to change: something newer is known */
    REPLAY_FAILS    /* only of a rehearsal: the task's err says why */
};

/* Give a dead letter to its handler once more, the way of its first delivery: applied at most once, for the
 * handler's save knows the event's id. E_NOT_FOUND; else what the handler says. */
int inbox_replay(struct task *t, struct inbox *in, const struct id *id, enum replayed *outcome);
/* What that would do: it is done and rolled back. r: what it would write. */
struct rehearsal;
int inbox_rehearse(struct task *t, struct inbox *in, const struct id *id, struct rehearsal *r,
                   enum replayed *outcome);

#endif

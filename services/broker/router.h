/* router.h — the broker itself: a packet comes in, one packet goes out, nothing is kept.
 *
 *   envelope   to the replica its key belongs to, within that replica's credit;
 *              else back: REFUSED_BUSY (no credit), REFUSED_NO_LISTENER; without an id: nowhere
 *   ack,       to the sender they name; they also give the listener its credit back
 *   refusal
 */
#ifndef ROUTER_H
#define ROUTER_H

#include "env.h"
#include "err.h"
#include "turn.h"

struct broker_config {
    const char *bind; /* tcp://address:port */
    const char *keys_dir;
};

struct router;
int router_open(void *ctx, const struct env *env, struct turn *turn, struct router **out, struct err *err);

#endif

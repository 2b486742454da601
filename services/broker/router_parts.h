/* router_parts.h — what router.c (connections, who is there) and passing.c (what passes between them) know of
 * each other; nobody else includes it. */
#ifndef ROUTER_PARTS_H
#define ROUTER_PARTS_H

#include <zmq.h>

#include "bundle.h"
#include "envelope.pb-c.h"
#include "peers.h"
#include "router.h"

struct router {
    const struct broker_config *cfg;
    void *zmq, *socket;
    uv_poll_t poll;
    uv_timer_t beat;
    struct peers *peers;
    struct gate *gate;
    struct metric *forwarded, *answers, *busy, *no_listener, *forged, *unreadable;
};

/* router.c: a packet of the broker's own. */
void router_tell(struct router *r, const void *route, size_t size, Motcua__Packet *p);

/* passing.c: envelopes go to their listeners or back; an answer to an envelope goes to whom it names. */
void pass_bundle(struct router *r, const struct peer *sender, const struct bundle *b);
void pass_answer(struct router *r, struct peer *listener, const Motcua__Packet *p, size_t envelopes,
                 zmq_msg_t *packet);

#endif

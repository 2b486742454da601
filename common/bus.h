/* bus.h — this service's end of ZeroMQ: one CURVE-closed DEALER per broker, packets in and out.
 *
 * The bus keeps nothing: what does not leave at once is told (false), and the outbox still has it. Several
 * brokers may run; an envelope goes through one of those that answer, chosen by its key, so one key keeps one
 * way.
 */
#ifndef BUS_H
#define BUS_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "envelope.pb-c.h"
#include "err.h"
#include "ids.h"

enum {
    BUS_PEER_TEXT = 80,
    BUS_PACKET_MAX = 1 << 20, /* a longer one is not saved (save.h), and a broker would end the connection */
    BUS_SENDER_MOST = BUS_PEER_TEXT + 2 /* what a broker adds to a packet */
};

struct bus_config {
    const char *service, *replica;
    const char *brokers;  /* endpoints, separated by blanks: tcp://127.0.0.1:7400 … */
    const char *keys_dir; /* <service>.secret, public/broker.key */
    int64_t credit;       /* envelopes this service holds unanswered per broker */
};

struct bus_from { /* who sent an envelope, and by which broker: what an answer needs */
    unsigned broker;
    char peer[BUS_PEER_TEXT]; /* "intake/0190…" */
};

struct bus_listener {
    /* e lives under owner; true: the listener has stolen owner, false: it is freed after the call. */
    bool (*on_envelope)(void *arg, const struct bus_from *from, const Motcua__Envelope *e, void *owner);
    void (*on_ack)(void *arg, const char *by_service, const struct id *id);
    void (*on_refusal)(void *arg, const struct id *id, Motcua__Refused why, unsigned retry_ms);
    void (*on_joined)(void *arg, const char *service); /* NULL: a broker is back, so anybody may be */
    void *arg;
};

struct bus;
/* E_INVALID if a key file or an endpoint is wrong. */
int bus_open(void *ctx, uv_loop_t *loop, const struct bus_config *cfg, struct bus **out, struct err *err);
/* From now on: brokers are told that this service is there. */
void bus_listen(struct bus *b, const struct bus_listener *listener);

void bus_receive(void *bus); /* a source of the loop */
bool bus_has_more(void *bus);
void bus_flush(void *bus); /* a sink of the loop: collected envelopes and answers leave */

/* Hand a packed Packet with an envelope to a broker that lives; it leaves at the latest with bus_flush.
 * False: none does, or its queue is full. */
bool bus_send(struct bus *b, const char *key, const void *packet, size_t size);
void bus_ack(struct bus *b, const struct bus_from *from, const struct id *id);
void bus_refuse(struct bus *b, const struct bus_from *from, const struct id *id, unsigned retry_ms);

bool bus_is_up(const struct bus *b); /* some broker answers */
void bus_say_bye(struct bus *b);     /* no more envelopes, please */
void bus_close(struct bus *b);

#endif

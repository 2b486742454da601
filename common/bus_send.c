/* bus_send.c — see bus.h and bus_parts.h. Envelopes are collected in a bundle per broker, acknowledgements in
 * one packet per sender; both leave when they are full and at the end of the turn. A bundle that cannot leave
 * waits, and then nothing more is taken for that broker. */
#include <string.h>
#include <talloc.h>
#include <zmq.h>

#include "bus_parts.h"
#include "clock.h"
#include "metrics.h"
#include "pb.h"

enum { ACKS_PER_PACKET = 512 };

struct pending_acks { /* to one sender through one broker, until the end of the turn */
    struct pending_acks *next;
    struct bus_from to;
    size_t count;
    struct id ids[ACKS_PER_PACKET];
};

static bool send_bytes(struct link *l, const void *data, size_t size)
{
    return zmq_send(l->socket, data, size, ZMQ_DONTWAIT) >= 0;
}

static bool send_packet(struct link *l, const Motcua__Packet *p)
{
    size_t size;
    void *data = pb_pack(NULL, &p->base, &size);
    bool sent = send_bytes(l, data, size);
    talloc_free(data);
    return sent;
}

/* Who says hello is sent envelopes: not before somebody listens, not after the bye. */
void link_hello(struct link *l)
{
    if (!l->bus->listener.on_envelope || l->bus->is_leaving)
        return;
    Motcua__Hello hello = MOTCUA__HELLO__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    hello.service = (char *)l->bus->cfg.service;
    hello.replica = (char *)l->bus->cfg.replica;
    hello.credit = (uint32_t)l->bus->cfg.credit;
    p.body_case = MOTCUA__PACKET__BODY_HELLO;
    p.hello = &hello;
    if (send_packet(l, &p))
        l->hello_ms = clock_steady_ms();
}

static unsigned way_of(const char *key)
{
    unsigned h = 2166136261u;
    for (; *key; key++)
        h = (h ^ (unsigned char)*key) * 16777619u;
    return h;
}

void link_forget_bundle(struct link *l)
{
    l->size = l->count = 0;
}

/* By another broker, if its own takes nothing. False: it stays. */
static bool send_bundle(struct link *own)
{
    struct bus *b = own->bus;
    unsigned start = (unsigned)(own - b->links);
    for (unsigned i = 0; i < b->links_count && own->size > 0; i++) {
        struct link *l = &b->links[(start + i) % b->links_count];
        if (l->is_up && send_bytes(l, own->bundle, own->size))
            link_forget_bundle(own);
    }
    return own->size == 0;
}

static bool take_into_bundle(struct link *l, const void *packet, size_t size)
{
    if (l->count == BUNDLE_MOST || l->size + size > BUNDLE_BYTES)
        if (!send_bundle(l))
            return false;
    if (size > BUNDLE_BYTES)
        return send_bytes(l, packet, size);
    memcpy(l->bundle + l->size, packet, size);
    l->size += size;
    l->count++;
    return true;
}

bool bus_send(struct bus *b, const char *key, const void *packet, size_t size)
{
    unsigned start = way_of(key);
    for (unsigned i = 0; i < b->links_count; i++) {
        struct link *l = &b->links[(start + i) % b->links_count];
        if (l->is_up && take_into_bundle(l, packet, size)) {
            metric_add(b->sent, 1);
            return true;
        }
    }
    metric_add(b->unsent, 1);
    return false;
}

static void send_acks(struct bus *b, struct pending_acks *a)
{
    Motcua__Ack ack = MOTCUA__ACK__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    ProtobufCBinaryData *ids = talloc_array(a, ProtobufCBinaryData, a->count);
    for (size_t i = 0; i < a->count; i++)
        ids[i] = (ProtobufCBinaryData){ ID_BYTES, a->ids[i].bytes };
    ack.n_ids = a->count;
    ack.ids = ids;
    p.body_case = MOTCUA__PACKET__BODY_ACK;
    p.ack = &ack;
    p.to = a->to.peer;
    send_packet(&b->links[a->to.broker], &p); /* lost: the sender asks again, the inbox knows */
    talloc_free(ids);
    a->count = 0;
}

void bus_ack(struct bus *b, const struct bus_from *from, const struct id *id)
{
    struct pending_acks *a = b->acks;
    while (a && (a->to.broker != from->broker || strcmp(a->to.peer, from->peer) != 0))
        a = a->next;
    if (!a) {
        a = talloc_zero(b, struct pending_acks);
        a->to = *from;
        a->next = b->acks;
        b->acks = a;
    }
    a->ids[a->count++] = *id;
    if (a->count == ACKS_PER_PACKET)
        send_acks(b, a);
}

void bus_flush(void *bus)
{
    struct bus *b = bus;
    struct pending_acks *a, *next;
    for (unsigned i = 0; i < b->links_count; i++)
        send_bundle(&b->links[i]);
    for (a = b->acks; a; a = next) {
        next = a->next;
        if (a->count > 0)
            send_acks(b, a);
        talloc_free(a);
    }
    b->acks = NULL;
}

void bus_refuse(struct bus *b, const struct bus_from *from, const struct id *id, unsigned retry_ms)
{
    Motcua__Refusal refusal = MOTCUA__REFUSAL__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    ProtobufCBinaryData one = { ID_BYTES, (uint8_t *)id->bytes };
    refusal.n_ids = 1;
    refusal.ids = &one;
    refusal.why = MOTCUA__REFUSED__REFUSED_LATER;
    refusal.retry_ms = retry_ms;
    p.body_case = MOTCUA__PACKET__BODY_REFUSAL;
    p.refusal = &refusal;
    p.to = (char *)from->peer;
    send_packet(&b->links[from->broker], &p);
}

void bus_say_bye(struct bus *b)
{
    Motcua__Bye bye = MOTCUA__BYE__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    p.body_case = MOTCUA__PACKET__BODY_BYE;
    p.bye = &bye;
    b->is_leaving = true;
    for (unsigned i = 0; i < b->links_count; i++)
        send_packet(&b->links[i], &p);
}

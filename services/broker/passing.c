/* passing.c — see router_parts.h. Envelopes pass through as the bytes they came as: the broker reads and
 * adds, it does not rewrite. Of a bundle, those for one listener leave as one bundle, in the order they came
 * in. */
#include <errno.h>
#include <string.h>
#include <talloc.h>

#include "bus.h"
#include "log.h"
#include "metrics.h"
#include "router_parts.h"

enum { BUSY_RETRY_MS = 20, NO_LISTENER_RETRY_MS = 200 };

/* A frame with room for who said it. */
static uint8_t *frame_init(zmq_msg_t *frame, size_t size, const struct peer *from)
{
    _Static_assert(NAME_TEXT <= 128 && NAME_TEXT + 2 <= BUS_SENDER_MOST, "its length is one byte");
    zmq_msg_init_size(frame, size + 2 + strlen(from->name));
    return zmq_msg_data(frame);
}

/* Takes the frame. False: the peer is gone or its queue is full. */
static bool send_frame(struct router *r, const struct peer *to, zmq_msg_t *frame)
{
    bool sent = zmq_send(r->socket, to->route, to->route_size, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
                zmq_msg_send(frame, r->socket, ZMQ_DONTWAIT) >= 0;
    int why = zmq_errno();
    zmq_msg_close(frame);
    errno = why;
    return sent;
}

/* A packet as it came, with who said it. */
static void pass_packet(struct router *r, const struct peer *to, const struct peer *from, zmq_msg_t *packet)
{
    zmq_msg_t frame;
    uint8_t *at = frame_init(&frame, zmq_msg_size(packet), from);
    memcpy(at, zmq_msg_data(packet), zmq_msg_size(packet));
    bundle_put_sender(at + zmq_msg_size(packet), from->name, strlen(from->name));
    send_frame(r, to, &frame);
}

void pass_answer(struct router *r, struct peer *listener, const Motcua__Packet *p, size_t n,
                 zmq_msg_t *packet)
{
    struct peer *sender = peers_by_name(r->peers, p->to);
    listener->in_flight -= n < listener->in_flight ? (uint32_t)n : listener->in_flight;
    metric_add(r->answers, n);
    if (sender)
        pass_packet(r, sender, listener, packet); /* else it will ask again when it is back */
}

struct passing { /* an envelope on its way through */
    const struct packed *packed;
    const Motcua__Envelope *envelope;
    struct peer *to; /* NULL: nobody serves its destination */
    bool is_over;    /* passed on or refused */
};

static bool is_sound(struct router *r, const struct peer *sender, const Motcua__Envelope *e)
{
    if (!e) {
        metric_add(r->unreadable, 1);
        return false;
    }
    if (strcmp(e->source, sender->service) != 0) {
        log_warn("envelope_forged", LOG_S("by", sender->name), LOG_S("says", e->source));
        metric_add(r->forged, 1);
        return false;
    }
    if (e->id.len != ID_BYTES) { /* nobody could answer it, and its credit would never come back */
        log_warn("envelope_without_id", LOG_S("by", sender->name));
        metric_add(r->unreadable, 1);
        return false;
    }
    return true;
}

static void choose_listener(struct router *r, struct passing *one)
{
    one->to = peers_pick(r->peers, one->envelope->destination, one->envelope->key);
}

/* Those that may pass, each with its listener. Owner of what is unpacked: ctx. */
static size_t let_in(struct router *r, const void *ctx, const struct peer *sender, const struct bundle *b,
                     struct passing *all)
{
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++) {
        struct passing *one = &all[n];
        *one =
            (struct passing){ .packed = &b->envelopes[i], .envelope = bundle_unpack(ctx, &b->envelopes[i]) };
        if (!is_sound(r, sender, one->envelope))
            continue;
        choose_listener(r, one);
        n++;
    }
    return n;
}

/* All that are for `to` and not over. */
static void refuse(struct router *r, const struct peer *sender, struct passing *all, size_t n,
                   const struct peer *to)
{
    Motcua__Refusal refusal = MOTCUA__REFUSAL__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    ProtobufCBinaryData ids[BUNDLE_MOST];
    for (size_t i = 0; i < n; i++)
        if (!all[i].is_over && all[i].to == to) {
            ids[refusal.n_ids++] = all[i].envelope->id;
            all[i].is_over = true;
        }
    refusal.ids = ids;
    refusal.why = to ? MOTCUA__REFUSED__REFUSED_BUSY : MOTCUA__REFUSED__REFUSED_NO_LISTENER;
    refusal.retry_ms = to ? BUSY_RETRY_MS : NO_LISTENER_RETRY_MS;
    p.body_case = MOTCUA__PACKET__BODY_REFUSAL;
    p.refusal = &refusal;
    metric_add(to ? r->busy : r->no_listener, refusal.n_ids);
    router_tell(r, sender->route, sender->route_size, &p);
}

/* As many as its credit allows of those that are for `to`, as one bundle. */
static size_t gather(const struct peer *sender, struct passing *all, size_t n, const struct peer *to,
                     struct passing **chosen, zmq_msg_t *frame)
{
    size_t count = 0, size = 0;
    for (size_t i = 0; i < n && to->in_flight + count < to->credit; i++)
        if (!all[i].is_over && all[i].to == to) {
            size += all[i].packed->size;
            chosen[count++] = &all[i];
        }
    uint8_t *at = frame_init(frame, size, sender);
    for (size_t i = 0; i < count; i++) {
        memcpy(at, chosen[i]->packed->bytes, chosen[i]->packed->size);
        at += chosen[i]->packed->size;
    }
    bundle_put_sender(at, sender->name, strlen(sender->name));
    return count;
}

/* Its keys belong to others now. */
static void forget_unreachable(struct router *r, struct passing *all, size_t n, struct peer *gone)
{
    log_info("peer_unreachable", LOG_S("peer", gone->name));
    peers_drop(r->peers, gone);
    for (size_t i = 0; i < n; i++)
        choose_listener(r, &all[i]);
}

/* To one listener, or back. */
static void pass_to(struct router *r, const struct peer *sender, struct passing *all, size_t n,
                    struct peer *to)
{
    struct passing *chosen[BUNDLE_MOST];
    zmq_msg_t frame;
    if (!to || to->in_flight >= to->credit) {
        refuse(r, sender, all, n, to);
        return;
    }
    size_t count = gather(sender, all, n, to, chosen, &frame);
    if (send_frame(r, to, &frame)) {
        to->in_flight += (uint32_t)count;
        metric_add(r->forwarded, count);
        for (size_t i = 0; i < count; i++)
            chosen[i]->is_over = true;
    } else if (errno == EHOSTUNREACH && to != sender) {
        forget_unreachable(r, all, n, to);
    } else {
        refuse(r, sender, all, n, to);
    }
}

void pass_bundle(struct router *r, const struct peer *sender, const struct bundle *b)
{
    struct passing all[BUNDLE_MOST];
    void *owner = talloc_new(NULL);
    size_t n = let_in(r, owner, sender, b, all);
    for (size_t i = 0; i < n; i++)
        while (!all[i].is_over)
            pass_to(r, sender, all, n, all[i].to);
    talloc_free(owner);
}

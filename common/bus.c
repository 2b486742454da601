/* bus.c — see bus.h. ZMQ_FD is edge-triggered and any call may eat the edge: the sockets are asked each turn.
 *
 *   down ──Hello every 100 ms──> up ──Hello every second──> silent for 3 s: down
 */
#include "bus.h"

#include <string.h>
#include <talloc.h>
#include <zmq.h>

#include "bus_parts.h"
#include "clock.h"
#include "curve.h"
#include "log.h"
#include "metrics.h"
#include "pb.h"

enum { TICK_MS = 100, CALM_MS = 500, HELLO_MS = 1000, SILENT_MS = 3000, BUDGET = 64 };

/* ---- receiving ------------------------------------------------------------------------------------ */

static bool id_of_bytes(const ProtobufCBinaryData *b, struct id *id)
{
    if (b->len != ID_BYTES)
        return false;
    memcpy(id->bytes, b->data, ID_BYTES);
    return true;
}

static void take_ack(struct bus *b, const struct bus_from *from, const Motcua__Ack *ack)
{
    struct id id;
    char service[BUS_PEER_TEXT];
    snprintf(service, sizeof service, "%.*s", (int)strcspn(from->peer, "/"), from->peer);
    for (size_t i = 0; i < ack->n_ids; i++)
        if (id_of_bytes(&ack->ids[i], &id))
            b->listener.on_ack(b->listener.arg, service, &id);
}

static void take_refusal(struct bus *b, const Motcua__Refusal *refusal)
{
    struct id id;
    for (size_t i = 0; i < refusal->n_ids; i++)
        if (id_of_bytes(&refusal->ids[i], &id))
            b->listener.on_refusal(b->listener.arg, &id, refusal->why, refusal->retry_ms);
}

static void take_packet(struct link *l, const Motcua__Packet *p)
{
    struct bus *b = l->bus;
    struct bus_from from = { .broker = (unsigned)(l - b->links) };
    snprintf(from.peer, sizeof from.peer, "%s", p->sender);
    switch (p->body_case) {
    case MOTCUA__PACKET__BODY_ACK: take_ack(b, &from, p->ack); break;
    case MOTCUA__PACKET__BODY_REFUSAL: take_refusal(b, p->refusal); break;
    case MOTCUA__PACKET__BODY_JOINED: b->listener.on_joined(b->listener.arg, p->joined->service); break;
    case MOTCUA__PACKET__BODY_WHO: link_hello(l); break;
    default: break; /* a beat */
    }
}

static void warn_unreadable(size_t size)
{
    log_warn("packet_unreadable", LOG_I("bytes", size));
}

/* Each in memory of its own: they go their ways from here. */
static void take_bundle(struct link *l, const struct bundle *bundle)
{
    struct bus *b = l->bus;
    struct bus_from from = { .broker = (unsigned)(l - b->links) };
    snprintf(from.peer, sizeof from.peer, "%.*s", (int)bundle->sender_length, bundle->sender);
    for (size_t i = 0; i < bundle->count; i++) {
        Motcua__Envelope *e = bundle_unpack(NULL, &bundle->envelopes[i]);
        if (!e)
            warn_unreadable(bundle->envelopes[i].size);
        else if (!b->listener.on_envelope(b->listener.arg, &from, e, e))
            talloc_free(e);
    }
}

static void heard(struct link *l)
{
    l->heard_ms = clock_steady_ms();
    if (l->is_up)
        return;
    l->is_up = true;
    log_info("broker_up", LOG_S("endpoint", l->endpoint));
    if (l->bus->listener.on_joined)
        l->bus->listener.on_joined(l->bus->listener.arg, NULL);
}

static void take_frame(struct link *l, const void *data, size_t size)
{
    struct bundle bundle;
    heard(l);
    metric_add(l->bus->received, 1);
    if (bundle_read(data, size, &bundle)) {
        take_bundle(l, &bundle);
        return;
    }
    Motcua__Packet *p = pb_unpack(NULL, &motcua__packet__descriptor, data, size);
    if (p)
        take_packet(l, p);
    else
        warn_unreadable(size);
    talloc_free(p);
}

/* A packet is one frame: libzmq aborts the process if a connection ends between two frames of a message. */
static bool receive_one(struct link *l)
{
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, l->socket, ZMQ_DONTWAIT) < 0)
        return false;
    take_frame(l, zmq_msg_data(&frame), zmq_msg_size(&frame));
    zmq_msg_close(&frame);
    return true;
}

void bus_receive(void *bus)
{
    struct bus *b = bus;
    for (unsigned i = 0; i < b->links_count; i++)
        for (int budget = BUDGET; budget > 0 && receive_one(&b->links[i]); budget--)
            ;
}

bool bus_has_more(void *bus)
{
    struct bus *b = bus;
    int events = 0;
    size_t size = sizeof events;
    for (unsigned i = 0; i < b->links_count; i++)
        if (zmq_getsockopt(b->links[i].socket, ZMQ_EVENTS, &events, &size) == 0 && (events & ZMQ_POLLIN))
            return true;
    return false;
}

/* ---- life ----------------------------------------------------------------------------------------- */

static void on_tick(uv_timer_t *timer)
{
    struct bus *b = timer->data;
    bool all_up = true;
    int64_t now = clock_steady_ms();
    for (unsigned i = 0; i < b->links_count; i++) {
        struct link *l = &b->links[i];
        if (l->is_up && now - l->heard_ms > SILENT_MS) {
            l->is_up = false;
            link_forget_bundle(l); /* whoever sent what is in it asks again */
            log_warn("broker_silent", LOG_S("endpoint", l->endpoint));
        }
        if (!l->is_up || now - l->hello_ms >= HELLO_MS)
            link_hello(l);
        all_up &= l->is_up;
    }
    uv_timer_set_repeat(timer, all_up ? CALM_MS : TICK_MS);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)poll, (void)status, (void)events; /* only wakes the loop: bus_receive asks the sockets */
}

static void open_socket(struct link *l, const char *endpoint, const struct curve_keys *own,
                        const char *broker_key)
{
    struct bus *b = l->bus;
    int yes = 1, shortest = 50, longest = 500, fd;
    size_t size = sizeof fd;
    l->endpoint = endpoint;
    l->bundle = talloc_size(b, BUNDLE_BYTES);
    l->socket = zmq_socket(b->zmq, ZMQ_DEALER);
    ASSERT(l->socket);
    curve_socket_options(l->socket, BUS_PACKET_MAX + BUS_SENDER_MOST);
    zmq_setsockopt(l->socket, ZMQ_IMMEDIATE, &yes, sizeof yes);
    zmq_setsockopt(l->socket, ZMQ_RECONNECT_IVL, &shortest, sizeof shortest);
    zmq_setsockopt(l->socket, ZMQ_RECONNECT_IVL_MAX, &longest, sizeof longest);
    zmq_setsockopt(l->socket, ZMQ_CURVE_SERVERKEY, broker_key, CURVE_KEY_TEXT);
    zmq_setsockopt(l->socket, ZMQ_CURVE_PUBLICKEY, own->public_key, CURVE_KEY_TEXT);
    zmq_setsockopt(l->socket, ZMQ_CURVE_SECRETKEY, own->secret_key, CURVE_KEY_TEXT);
    ASSERT(zmq_getsockopt(l->socket, ZMQ_FD, &fd, &size) == 0);
    uv_poll_init(b->tick.loop, &l->poll, fd);
    uv_poll_start(&l->poll, UV_READABLE, on_readable);
}

static int open_links(struct bus *b, struct err *err)
{
    struct curve_keys own;
    char broker_key[CURVE_KEY_TEXT];
    TRY(curve_read(b->cfg.keys_dir, b->cfg.service, &own, err));
    TRY(curve_read_public(b->cfg.keys_dir, "broker", broker_key, err));
    const char *rest = b->cfg.brokers;
    while (*(rest += strspn(rest, " "))) {
        size_t n = strcspn(rest, " ");
        char *endpoint = talloc_strndup(b, rest, n);
        rest += n;
        if (b->links_count == BROKERS_MAX)
            return err_set(err, E_INVALID, "brokers: more than %d", BROKERS_MAX);
        struct link *l = &b->links[b->links_count++];
        l->bus = b;
        open_socket(l, endpoint, &own, broker_key);
        if (zmq_connect(l->socket, endpoint) != 0)
            return err_set(err, E_INVALID, "brokers: %s: %s", endpoint, zmq_strerror(zmq_errno()));
    }
    return b->links_count > 0 ? 0 : err_set(err, E_INVALID, "brokers: none given");
}

int bus_open(void *ctx, uv_loop_t *loop, const struct bus_config *cfg, struct bus **out, struct err *err)
{
    struct bus *b = talloc_zero(ctx, struct bus);
    b->cfg = *cfg;
    b->zmq = zmq_ctx_new();
    b->sent = metric_counter("motcua_bus_sent_total", "Envelopes handed to a broker", NULL);
    b->received = metric_counter("motcua_bus_received_total", "Frames received", NULL);
    b->unsent = metric_counter("motcua_bus_unsent_total", "Envelopes no broker could take at once", NULL);
    uv_timer_init(loop, &b->tick);
    b->tick.data = b;
    *out = b;
    return open_links(b, err);
}

void bus_listen(struct bus *b, const struct bus_listener *listener)
{
    b->listener = *listener;
    uv_timer_start(&b->tick, on_tick, 0, TICK_MS);
}

bool bus_is_up(const struct bus *b)
{
    for (unsigned i = 0; i < b->links_count; i++)
        if (b->links[i].is_up)
            return true;
    return false;
}

void bus_close(struct bus *b)
{
    uv_timer_stop(&b->tick);
    for (unsigned i = 0; i < b->links_count; i++) {
        uv_poll_stop(&b->links[i].poll);
        zmq_close(b->links[i].socket);
    }
    zmq_ctx_term(b->zmq);
}

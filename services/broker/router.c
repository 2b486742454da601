/* router.c — see router.h. Envelopes pass through as the bytes they came as: the broker reads and adds, it
 * does not rewrite. */
#include "router.h"

#include <string.h>
#include <talloc.h>
#include <zmq.h>

#include "bus.h"
#include "clock.h"
#include "curve.h"
#include "envelope.pb-c.h"
#include "gate.h"
#include "log.h"
#include "metrics.h"
#include "pb.h"
#include "peers.h"

enum { BUDGET = 1024, BEAT_MS = 1000, SILENT_MS = 3000, BUSY_RETRY_MS = 20, NO_LISTENER_RETRY_MS = 200 };

struct router {
    const struct broker_config *cfg;
    void *zmq, *socket;
    uv_poll_t poll;
    uv_timer_t beat;
    struct peers *peers;
    struct gate *gate;
    struct metric *forwarded, *answers, *busy, *no_listener, *forged, *unreadable;
};

/* ---- out ------------------------------------------------------------------------------------------ */

/* A packet of the broker's own. */
static void tell(struct router *r, const void *route, size_t size, Motcua__Packet *p)
{
    size_t n;
    uint8_t *bytes = pb_pack(NULL, &p->base, &n);
    if (zmq_send(r->socket, route, size, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0)
        zmq_send(r->socket, bytes, n, ZMQ_DONTWAIT);
    talloc_free(bytes);
}

/* The packet and, as its last field, who said it. Fields may follow one another in any order and the last of
 * a kind counts, so nothing is read or written anew. */
static void name_sender(const zmq_msg_t *packet, const struct peer *from, zmq_msg_t *out)
{
    enum { SENDER = 14, TEXT = 2 }; /* the field's number, and its kind on the wire */
    _Static_assert(NAME_TEXT <= 128 && NAME_TEXT + 2 <= BUS_SENDER_MOST, "its length is one byte");
    size_t size = zmq_msg_size(packet), length = strlen(from->name);
    zmq_msg_init_size(out, size + 2 + length);
    uint8_t *at = zmq_msg_data(out);
    memcpy(at, zmq_msg_data((zmq_msg_t *)packet), size);
    at[size] = SENDER << 3 | TEXT;
    at[size + 1] = (uint8_t)length;
    memcpy(at + size + 2, from->name, length);
}

/* Somebody's packet, with who said it. False: the peer is gone or its queue is full. */
static bool pass_on(struct router *r, struct peer *to, const struct peer *from, const zmq_msg_t *packet)
{
    if (zmq_send(r->socket, to->route, to->route_size, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
        if (zmq_errno() == EHOSTUNREACH) {
            log_info("peer_unreachable", LOG_S("peer", to->name));
            peers_drop(r->peers, to);
        }
        return false;
    }
    zmq_msg_t named;
    name_sender(packet, from, &named);
    bool sent = zmq_msg_send(&named, r->socket, ZMQ_DONTWAIT) >= 0;
    zmq_msg_close(&named);
    return sent;
}

static void refuse(struct router *r, const struct peer *sender, const Motcua__Envelope *e,
                   Motcua__Refused why)
{
    Motcua__Refusal refusal = MOTCUA__REFUSAL__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    bool busy = why == MOTCUA__REFUSED__REFUSED_BUSY;
    refusal.id = e->id;
    refusal.why = why;
    refusal.retry_ms = busy ? BUSY_RETRY_MS : NO_LISTENER_RETRY_MS;
    p.body_case = MOTCUA__PACKET__BODY_REFUSAL;
    p.refusal = &refusal;
    metric_add(busy ? r->busy : r->no_listener, 1);
    tell(r, sender->route, sender->route_size, &p);
}

static void ask_who(struct router *r, const void *route, size_t size)
{
    Motcua__Who who = MOTCUA__WHO__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    p.body_case = MOTCUA__PACKET__BODY_WHO;
    p.who = &who;
    tell(r, route, size, &p);
}

static void beat_one(void *router, struct peer *peer)
{
    struct router *r = router;
    Motcua__Beat beat = MOTCUA__BEAT__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    if (clock_steady_ms() - peer->heard_ms > SILENT_MS) {
        log_info("peer_silent", LOG_S("peer", peer->name));
        peers_drop(r->peers, peer);
        return;
    }
    p.body_case = MOTCUA__PACKET__BODY_BEAT;
    p.beat = &beat;
    tell(r, peer->route, peer->route_size, &p);
}

struct joining {
    struct router *router;
    Motcua__Packet packet;
};

static void tell_joined(void *arg, struct peer *peer)
{
    struct joining *j = arg;
    tell(j->router, peer->route, peer->route_size, &j->packet);
}

/* ---- in ------------------------------------------------------------------------------------------- */

static void take_hello(struct router *r, zmq_msg_t *route, const char *key_owner, const Motcua__Hello *h)
{
    bool first;
    if (!key_owner || strcmp(key_owner, h->service) != 0) {
        log_warn("hello_forged", LOG_S("key_of", key_owner ? key_owner : "nobody"),
                 LOG_S("says", h->service));
        metric_add(r->forged, 1);
        return;
    }
    bool is_new = !peers_by_route(r->peers, zmq_msg_data(route), zmq_msg_size(route));
    struct peer *p = peers_hello(r->peers, zmq_msg_data(route), zmq_msg_size(route), h->service, h->replica,
                                 h->credit, &first);
    p->heard_ms = clock_steady_ms();
    beat_one(r, p);
    if (is_new)
        log_info("peer_known", LOG_S("peer", p->name), LOG_I("credit", p->credit));
    if (first) {
        Motcua__Joined joined = MOTCUA__JOINED__INIT;
        struct joining j = { r, MOTCUA__PACKET__INIT };
        joined.service = h->service;
        j.packet.body_case = MOTCUA__PACKET__BODY_JOINED;
        j.packet.joined = &joined;
        peers_each(r->peers, tell_joined, &j);
    }
}

static void take_envelope(struct router *r, const struct peer *sender, const Motcua__Envelope *e,
                          zmq_msg_t *packet)
{
    if (strcmp(e->source, sender->service) != 0) {
        log_warn("envelope_forged", LOG_S("by", sender->name), LOG_S("says", e->source));
        metric_add(r->forged, 1);
        return;
    }
    if (e->id.len != ID_BYTES) { /* nobody could answer it, and its credit would never come back */
        log_warn("envelope_without_id", LOG_S("by", sender->name));
        metric_add(r->unreadable, 1);
        return;
    }
    struct peer *to;
    while ((to = peers_pick(r->peers, e->destination, e->key))) {
        size_t before = peers_count(r->peers);
        if (to->in_flight >= to->credit)
            break;
        if (pass_on(r, to, sender, packet)) {
            to->in_flight++;
            metric_add(r->forwarded, 1);
            return;
        }
        if (peers_count(r->peers) == before)
            break; /* its queue is full; else it was gone, and the key belongs to another one now */
    }
    refuse(r, sender, e, to ? MOTCUA__REFUSED__REFUSED_BUSY : MOTCUA__REFUSED__REFUSED_NO_LISTENER);
}

static void take_answer(struct router *r, struct peer *listener, const Motcua__Packet *p, size_t n,
                        zmq_msg_t *packet)
{
    struct peer *sender = peers_by_name(r->peers, p->to);
    listener->in_flight -= n < listener->in_flight ? (uint32_t)n : listener->in_flight;
    metric_add(r->answers, n);
    if (sender)
        pass_on(r, sender, listener, packet); /* else it will ask again when it is back */
}

static void take_from_known(struct router *r, struct peer *from, const Motcua__Packet *p, zmq_msg_t *packet)
{
    from->heard_ms = clock_steady_ms();
    switch (p->body_case) {
    case MOTCUA__PACKET__BODY_ENVELOPE: take_envelope(r, from, p->envelope, packet); break;
    case MOTCUA__PACKET__BODY_ACK: take_answer(r, from, p, p->ack->n_ids, packet); break;
    case MOTCUA__PACKET__BODY_REFUSAL: take_answer(r, from, p, 1, packet); break;
    case MOTCUA__PACKET__BODY_BYE: from->is_leaving = true; break;
    default: break;
    }
}

static void take_packet(struct router *r, zmq_msg_t *route, zmq_msg_t *packet)
{
    Motcua__Packet *p =
        pb_unpack(NULL, &motcua__packet__descriptor, zmq_msg_data(packet), zmq_msg_size(packet));
    struct peer *from = peers_by_route(r->peers, zmq_msg_data(route), zmq_msg_size(route));
    if (!p)
        metric_add(r->unreadable, 1);
    else if (p->body_case == MOTCUA__PACKET__BODY_HELLO)
        take_hello(r, route, zmq_msg_gets(packet, "User-Id"), p->hello);
    else if (from)
        take_from_known(r, from, p, packet);
    else
        ask_who(r, zmq_msg_data(route), zmq_msg_size(route));
    talloc_free(p);
}

/* Frames nobody of ours sends, so that the next message begins at its beginning. */
static void drop_rest(struct router *r)
{
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    while (zmq_msg_recv(&frame, r->socket, ZMQ_DONTWAIT) >= 0 && zmq_msg_more(&frame))
        ;
    zmq_msg_close(&frame);
}

static bool receive_one(struct router *r)
{
    zmq_msg_t route, packet;
    zmq_msg_init(&route);
    zmq_msg_init(&packet);
    bool got = zmq_msg_recv(&route, r->socket, ZMQ_DONTWAIT) >= 0;
    if (got && zmq_msg_more(&route) && zmq_msg_recv(&packet, r->socket, ZMQ_DONTWAIT) >= 0) {
        bool has_more = zmq_msg_more(&packet);
        take_packet(r, &route, &packet);
        if (has_more)
            drop_rest(r);
    }
    zmq_msg_close(&route);
    zmq_msg_close(&packet);
    return got;
}

static void router_receive(void *router)
{
    for (int budget = BUDGET; budget > 0 && receive_one(router); budget--)
        ;
}

static bool router_has_more(void *router)
{
    struct router *r = router;
    int events = 0;
    size_t size = sizeof events;
    return zmq_getsockopt(r->socket, ZMQ_EVENTS, &events, &size) == 0 && (events & ZMQ_POLLIN);
}

/* ---- life ----------------------------------------------------------------------------------------- */

static void on_beat(uv_timer_t *timer)
{
    struct router *r = timer->data;
    peers_each(r->peers, beat_one, r);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)poll, (void)status, (void)events;
}

static double count_peers(void *router)
{
    return (double)peers_count(((struct router *)router)->peers);
}

static void make_metrics(struct router *r)
{
    r->forwarded = metric_counter("motcua_broker_forwarded_total", "Envelopes passed on", NULL);
    r->answers = metric_counter("motcua_broker_answers_total", "Acks and refusals passed back", NULL);
    r->busy = metric_counter("motcua_broker_refused_total", "Envelopes refused", "why=\"busy\"");
    r->no_listener =
        metric_counter("motcua_broker_refused_total", "Envelopes refused", "why=\"no_listener\"");
    r->forged = metric_counter("motcua_broker_forged_total", "Packets that claimed another service", NULL);
    r->unreadable = metric_counter("motcua_broker_unreadable_total", "Packets that are not packets", NULL);
    metric_gauge("motcua_broker_peers", "Connected replicas", NULL, count_peers, r);
}

static int open_socket(struct router *r, uv_loop_t *loop, struct err *err)
{
    struct curve_keys own;
    int yes = 1, fd;
    size_t size = sizeof fd;
    TRY(curve_read(r->cfg->keys_dir, "broker", &own, err));
    r->socket = zmq_socket(r->zmq, ZMQ_ROUTER);
    curve_socket_options(r->socket, BUS_PACKET_MAX);
    zmq_setsockopt(r->socket, ZMQ_ROUTER_MANDATORY, &yes, sizeof yes);
    zmq_setsockopt(r->socket, ZMQ_CURVE_SERVER, &yes, sizeof yes);
    zmq_setsockopt(r->socket, ZMQ_CURVE_SECRETKEY, own.secret_key, CURVE_KEY_TEXT);
    zmq_setsockopt(r->socket, ZMQ_ZAP_DOMAIN, "motcua", 6);
    if (zmq_bind(r->socket, r->cfg->bind) != 0)
        return err_set(err, E_INVALID, "bind: %s: %s", r->cfg->bind, zmq_strerror(zmq_errno()));
    zmq_getsockopt(r->socket, ZMQ_FD, &fd, &size);
    uv_poll_init(loop, &r->poll, fd);
    uv_poll_start(&r->poll, UV_READABLE, on_readable);
    return 0;
}

int router_open(void *ctx, const struct env *env, struct turn *turn, struct router **out, struct err *err)
{
    struct router *r = talloc_zero(ctx, struct router);
    r->cfg = env->config;
    r->zmq = zmq_ctx_new();
    r->peers = peers_new(r);
    make_metrics(r);
    r->gate = gate_open(r, env->loop, r->zmq, r->cfg->keys_dir);
    if (!r->gate)
        return err_set(err, E_BUG, "the ZAP handler's address is taken");
    TRY(open_socket(r, env->loop, err));
    uv_timer_init(env->loop, &r->beat);
    r->beat.data = r;
    uv_timer_start(&r->beat, on_beat, BEAT_MS, BEAT_MS);
    turn_source(turn, gate_receive, gate_has_more, r->gate);
    turn_source(turn, router_receive, router_has_more, r);
    *out = r;
    return 0;
}

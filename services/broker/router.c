/* router.c — see router.h and router_parts.h: who is there, and which packet is whose concern. */
#include "router.h"

#include <string.h>
#include <talloc.h>

#include "bus.h"
#include "clock.h"
#include "curve.h"
#include "gate.h"
#include "log.h"
#include "metrics.h"
#include "pb.h"
#include "router_parts.h"

enum { BUDGET = 128, BEAT_MS = 1000, SILENT_MS = 3000 };

/* ---- out ------------------------------------------------------------------------------------------ */

void router_tell(struct router *r, const void *route, size_t size, Motcua__Packet *p)
{
    size_t n;
    uint8_t *bytes = pb_pack(NULL, &p->base, &n);
    if (zmq_send(r->socket, route, size, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0)
        zmq_send(r->socket, bytes, n, ZMQ_DONTWAIT);
    talloc_free(bytes);
}

static void ask_who(struct router *r, const void *route, size_t size)
{
    Motcua__Who who = MOTCUA__WHO__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    p.body_case = MOTCUA__PACKET__BODY_WHO;
    p.who = &who;
    router_tell(r, route, size, &p);
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
    router_tell(r, peer->route, peer->route_size, &p);
}

struct joining {
    struct router *router;
    Motcua__Packet packet;
};

static void tell_joined(void *arg, struct peer *peer)
{
    struct joining *j = arg;
    router_tell(j->router, peer->route, peer->route_size, &j->packet);
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

static void take_from_known(struct router *r, struct peer *from, const Motcua__Packet *p, zmq_msg_t *packet)
{
    switch (p->body_case) {
    case MOTCUA__PACKET__BODY_ACK: pass_answer(r, from, p, p->ack->n_ids, packet); break;
    case MOTCUA__PACKET__BODY_REFUSAL: pass_answer(r, from, p, p->refusal->n_ids, packet); break;
    case MOTCUA__PACKET__BODY_BYE: from->is_leaving = true; break;
    default: break;
    }
}

static void take_packet(struct router *r, zmq_msg_t *route, struct peer *from, zmq_msg_t *packet)
{
    Motcua__Packet *p =
        pb_unpack(NULL, &motcua__packet__descriptor, zmq_msg_data(packet), zmq_msg_size(packet));
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

static void take_frame(struct router *r, zmq_msg_t *route, zmq_msg_t *frame)
{
    struct bundle b;
    struct peer *from = peers_by_route(r->peers, zmq_msg_data(route), zmq_msg_size(route));
    if (from)
        from->heard_ms = clock_steady_ms();
    if (from && bundle_read(zmq_msg_data(frame), zmq_msg_size(frame), &b))
        pass_bundle(r, from, &b);
    else
        take_packet(r, route, from, frame);
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
        take_frame(r, &route, &packet);
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

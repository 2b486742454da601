/* chaos_broker.c — the broker as it is shipped, on a socket that misbehaves. The linker puts these functions
 * where the broker calls libzmq and opens its router (--wrap in tools.mk); nothing of the broker is written
 * twice or knows of it.
 *
 * CHAOS_PAGE names the page: rates in thousandths, and what was done. An envelope that comes may be lost, cut
 * off, doubled, come late or after later ones. An answer may be late too, or lost between broker and sender:
 * then it names nobody, as one does whose sender is gone, so the broker still gives the listener its credit
 * back. A stall stops the main thread. */
#include <errno.h>
#include <stdbool.h>
#include <sys/queue.h>
#include <talloc.h>
#include <zmq.h>

#include "clock.h"
#include "envelope.pb-c.h"
#include "page.h"
#include "pb.h"
#include "router.h"

enum {
    LOSE,
    LOSE_ANSWERS,
    CUT,
    DOUBLE,
    REORDER,
    DELAY,
    DELAY_MS,
    STALL_EVERY_MS,
    STALL_MS,
    SEED, /* told */
    PASSED,
    LOST,
    ANSWERS_LOST,
    WERE_CUT,
    DOUBLED,
    REORDERED,
    DELAYED,
    STALLS /* done */
};
enum { TICK_MS = 10, OVERTAKERS = 32, OVERTAKEN_MS = 500 };

struct message {
    zmq_msg_t route, packet;
    int64_t due_ms, after; /* leaves then, or when so many have come */
    TAILQ_ENTRY(message) link;
};
TAILQ_HEAD(messages, message);

static page_number *page;
static uint64_t random_state;
static struct messages held = TAILQ_HEAD_INITIALIZER(held), ready = TAILQ_HEAD_INITIALIZER(ready);
static struct message *given; /* its route was asked for, its packet comes next */
static int64_t came, stalled_ms;

int __real_zmq_msg_recv(zmq_msg_t *msg, void *socket, int flags);
int __wrap_zmq_msg_recv(zmq_msg_t *msg, void *socket, int flags);
int __real_zmq_getsockopt(void *socket, int option, void *value, size_t *size);
int __wrap_zmq_getsockopt(void *socket, int option, void *value, size_t *size);
int __real_router_open(void *ctx, const struct env *env, struct turn *turn, struct router **out,
                       struct err *err);
int __wrap_router_open(void *ctx, const struct env *env, struct turn *turn, struct router **out,
                       struct err *err);

/* ---- chance --------------------------------------------------------------------------------------- */

static uint64_t random_next(void) /* splitmix64 */
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static bool happens(int rate, int count)
{
    bool it_does = (int64_t)(random_next() % 1000) < page[rate];
    if (it_does)
        page[count]++;
    return it_does;
}

/* ---- messages ------------------------------------------------------------------------------------- */

static void message_free(struct message *m)
{
    zmq_msg_close(&m->route);
    zmq_msg_close(&m->packet);
    free(m);
}

static struct message *message_new(void)
{
    struct message *m = calloc(1, sizeof *m);
    ASSERT(m);
    zmq_msg_init(&m->route);
    zmq_msg_init(&m->packet);
    return m;
}

static void give_twice(struct message *m)
{
    struct message *copy = message_new();
    zmq_msg_copy(&copy->route, &m->route);
    zmq_msg_copy(&copy->packet, &m->packet);
    TAILQ_INSERT_TAIL(&ready, copy, link);
}

/* The first `size` bytes of the packet, and more behind them. */
static void rewrite(struct message *m, size_t size, const char *more)
{
    zmq_msg_t packet;
    size_t more_size = strlen(more);
    zmq_msg_init_size(&packet, size + more_size);
    memcpy(zmq_msg_data(&packet), zmq_msg_data(&m->packet), size);
    memcpy((char *)zmq_msg_data(&packet) + size, more, more_size);
    zmq_msg_move(&m->packet, &packet);
}

static Motcua__Packet__BodyCase kind_of(const struct message *m)
{
    zmq_msg_t *packet = (zmq_msg_t *)&m->packet;
    Motcua__Packet *p =
        pb_unpack(NULL, &motcua__packet__descriptor, zmq_msg_data(packet), zmq_msg_size(packet));
    Motcua__Packet__BodyCase kind = p ? p->body_case : MOTCUA__PACKET__BODY__NOT_SET;
    talloc_free(p);
    return kind;
}

/* ---- chaos ---------------------------------------------------------------------------------------- */

static void hold(struct message *m, int64_t ms, int64_t messages)
{
    m->due_ms = clock_steady_ms() + ms;
    m->after = messages > 0 ? came + messages : INT64_MAX;
    TAILQ_INSERT_TAIL(&held, m, link);
}

static void let_through(struct message *m)
{
    if (happens(REORDER, REORDERED))
        hold(m, OVERTAKEN_MS, 1 + (int64_t)(random_next() % OVERTAKERS));
    else if (happens(DELAY, DELAYED))
        hold(m, page[DELAY_MS], 0);
    else
        TAILQ_INSERT_TAIL(&ready, m, link);
}

static void take_envelope(struct message *m)
{
    if (happens(LOSE, LOST)) {
        message_free(m);
        return;
    }
    if (happens(CUT, WERE_CUT))
        rewrite(m, zmq_msg_size(&m->packet) / 2, "");
    else if (happens(DOUBLE, DOUBLED))
        give_twice(m);
    let_through(m);
}

static void take_answer(struct message *m)
{
    static const char to_nobody[] = "\x7a\x06nobody"; /* Packet.to again: the last of a kind counts */
    if (happens(LOSE_ANSWERS, ANSWERS_LOST))
        rewrite(m, zmq_msg_size(&m->packet), to_nobody);
    let_through(m);
}

static void take(struct message *m)
{
    came++;
    page[PASSED]++;
    switch (kind_of(m)) {
    case MOTCUA__PACKET__BODY_ENVELOPE: take_envelope(m); break;
    case MOTCUA__PACKET__BODY_ACK:
    case MOTCUA__PACKET__BODY_REFUSAL: take_answer(m); break;
    default: TAILQ_INSERT_TAIL(&ready, m, link); /* who is there stays true */
    }
}

static bool is_due(const struct message *m)
{
    return m->after <= came || m->due_ms <= clock_steady_ms();
}

static void release(void)
{
    for (struct message *m = TAILQ_FIRST(&held), *next; m; m = next) {
        next = TAILQ_NEXT(m, link);
        if (!is_due(m))
            continue;
        TAILQ_REMOVE(&held, m, link);
        TAILQ_INSERT_TAIL(&ready, m, link);
    }
}

/* ---- what the broker calls ------------------------------------------------------------------------ */

static bool is_the_bus(void *socket)
{
    int type = 0;
    size_t size = sizeof type;
    return __real_zmq_getsockopt(socket, ZMQ_TYPE, &type, &size) == 0 && type == ZMQ_ROUTER;
}

/* The next one that came; NULL: none. Of more frames than ours have the rest is thrown away. */
static struct message *receive(void *socket)
{
    struct message *m = message_new();
    if (__real_zmq_msg_recv(&m->route, socket, ZMQ_DONTWAIT) >= 0 &&
        __real_zmq_msg_recv(&m->packet, socket, ZMQ_DONTWAIT) >= 0) {
        zmq_msg_t rest;
        zmq_msg_init(&rest);
        for (bool more = zmq_msg_more(&m->packet); more; more = zmq_msg_more(&rest))
            __real_zmq_msg_recv(&rest, socket, ZMQ_DONTWAIT);
        zmq_msg_close(&rest);
        return m;
    }
    message_free(m);
    return NULL;
}

static int give_packet(zmq_msg_t *msg)
{
    zmq_msg_move(msg, &given->packet);
    message_free(given);
    given = NULL;
    return (int)zmq_msg_size(msg);
}

static int give_route(zmq_msg_t *msg)
{
    given = TAILQ_FIRST(&ready);
    if (!given) {
        errno = EAGAIN;
        return -1;
    }
    TAILQ_REMOVE(&ready, given, link);
    zmq_msg_move(msg, &given->route);
    return (int)zmq_msg_size(msg);
}

int __wrap_zmq_msg_recv(zmq_msg_t *msg, void *socket, int flags)
{
    struct message *m;
    if (!page || !is_the_bus(socket))
        return __real_zmq_msg_recv(msg, socket, flags);
    if (given)
        return give_packet(msg);
    release();
    while (TAILQ_EMPTY(&ready) && (m = receive(socket)))
        take(m);
    return give_route(msg);
}

int __wrap_zmq_getsockopt(void *socket, int option, void *value, size_t *size)
{
    int rc = __real_zmq_getsockopt(socket, option, value, size);
    if (rc == 0 && option == ZMQ_EVENTS && page && is_the_bus(socket)) {
        release();
        if (!TAILQ_EMPTY(&ready))
            *(int *)value |= ZMQ_POLLIN;
    }
    return rc;
}

/* Each turn of the loop looks for what is due. */
static void on_tick(uv_timer_t *timer)
{
    (void)timer;
    int64_t now = clock_steady_ms();
    if (page[STALL_EVERY_MS] == 0 || now - stalled_ms < page[STALL_EVERY_MS])
        return;
    int64_t ms = page[STALL_MS];
    nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
    page[STALLS]++;
    stalled_ms = clock_steady_ms();
}

int __wrap_router_open(void *ctx, const struct env *env, struct turn *turn, struct router **out,
                       struct err *err)
{
    static uv_timer_t tick;
    page = page_of("CHAOS_PAGE");
    if (page) {
        random_state = (uint64_t)page[SEED];
        stalled_ms = clock_steady_ms();
        uv_timer_init(env->loop, &tick);
        uv_timer_start(&tick, on_tick, TICK_MS, TICK_MS);
    }
    return __real_router_open(ctx, env, turn, out, err);
}

/* outbox.c — see outbox.h and the drawing in outbox_parts.h: messages in memory, from ready to
 * acknowledged. */
#include "outbox.h"

#include <string.h>
#include <talloc.h>

#include "backoff.h"
#include "clock.h"
#include "listeners.h"
#include "metrics.h"
#include "outbox_parts.h"

enum {
    ACK_WAIT_MS = 5000,  /* no answer: send again; doubled each time up to LATER_MOST_MS */
    PAUSE_LEAST_MS = 20, /* refused by a broker: pause of the destination, doubled each time up to … */
    PAUSE_MOST_MS = 2000,
    LATER_LEAST_MS = 200, /* refused by the listener: doubled each time up to … */
    LATER_MOST_MS = 60000
};

/* ---- flights -------------------------------------------------------------------------------------- */

static void leave(struct destination *d, struct flight *f)
{
    TAILQ_REMOVE(&d->in[f->state], f, link);
    d->counts[f->state]--;
    d->bytes[f->state] -= f->size;
}

static void enter(struct flight *f, enum flight_state state)
{
    struct destination *d = f->stretch->destination;
    leave(d, f);
    f->state = state;
    d->counts[state]++;
    d->bytes[state] += f->size;
    TAILQ_INSERT_TAIL(&d->in[state], f, link);
}

static bool dispatch(struct outbox *o, struct flight *f, int64_t now)
{
    if (!bus_send(o->bus, f->key, f->packet, f->size))
        return false;
    if (f->tries > 0)
        metric_add(o->resent, 1);
    f->due_ms = now + backoff_ms(ACK_WAIT_MS, LATER_MOST_MS, f->tries++);
    enter(f, FLIGHT_SENT);
    return true;
}

/* Send what is ready while there is room on the wire. */
static void pump(struct outbox *o, struct destination *d, int64_t now)
{
    struct flight *f;
    if (d->paused_until_ms > now)
        return;
    while (d->counts[FLIGHT_SENT] < ON_WIRE && (f = TAILQ_FIRST(&d->in[FLIGHT_READY])))
        if (!dispatch(o, f, now))
            return;
}

void flight_add(struct outbox *o, struct stretch *s, int64_t seq, const struct id *id, const char *key,
                const void *packet, size_t size)
{
    struct flight *f;
    HASH_FIND(hh, o->by_id, id, sizeof *id, f);
    if (f)
        return;
    size_t key_size = strlen(key) + 1;
    f = talloc_size(o, sizeof *f + key_size + size);
    *f = (struct flight){ .id = *id, .state = FLIGHT_READY };
    char *at = (char *)(f + 1);
    f->stretch = s;
    f->seq = seq;
    f->key = memcpy(at, key, key_size);
    f->packet = memcpy(at + key_size, packet, size);
    f->size = size;
    HASH_ADD(hh, o->by_id, id, sizeof f->id, f);
    TAILQ_INSERT_TAIL(&s->destination->in[FLIGHT_READY], f, link);
    s->destination->counts[FLIGHT_READY]++;
    s->destination->bytes[FLIGHT_READY] += size;
    s->flights++;
    pump(o, s->destination, clock_steady_ms());
}

void flight_drop(struct outbox *o, struct flight *f)
{
    struct destination *d = f->stretch->destination;
    HASH_DEL(o->by_id, f);
    leave(d, f);
    f->stretch->flights--;
    talloc_free(f);
}

bool destination_has_room(const struct destination *d, size_t window)
{
    return d->counts[FLIGHT_READY] + d->counts[FLIGHT_SENT] < window &&
           d->bytes[FLIGHT_READY] + d->bytes[FLIGHT_SENT] < window * EACH_BYTES;
}

/* ---- new rows ------------------------------------------------------------------------------------- */

static size_t index_of(const struct outbox *o, const char *destination)
{
    size_t i = 0;
    while (i < o->count && strcmp(o->names[i], destination) != 0)
        i++;
    ASSERT(i < o->count); /* listeners.def names it, and o->names comes from there */
    return i;
}

int64_t outbox_lane(const struct outbox *o)
{
    ASSERT(o->own); /* nothing saves before outbox_ready */
    return o->own->id;
}

int64_t outbox_next_seq(struct outbox *o, const char *destination)
{
    return ++o->destinations[index_of(o, destination)].next_seq;
}

bool outbox_has_room(const struct outbox *o, const char *destination, size_t n)
{
    const struct stretch *s = &o->own->stretches[index_of(o, destination)];
    return !s->is_behind && s->missed_from == 0 && destination_has_room(s->destination, WINDOW - n);
}

void outbox_push(struct outbox *o, const char *destination, int64_t seq, const struct id *id, const char *key,
                 const void *packet, size_t size)
{
    struct stretch *s = &o->own->stretches[index_of(o, destination)];
    if (!s->is_behind && s->missed_from == 0 && destination_has_room(s->destination, WINDOW))
        flight_add(o, s, seq, id, key, packet, size);
    else if (!s->is_behind || seq <= s->cursor || s->is_reading)
        stretch_miss(s, seq); /* else the pass has it before it */
}

void outbox_doubt(void *outbox)
{
    struct outbox *o = outbox;
    o->in_doubt = true;
}

/* ---- what listeners and brokers answer -------------------------------------------------------------- */

void outbox_on_ack(struct outbox *o, const char *by_service, const struct id *id)
{
    struct flight *f;
    HASH_FIND(hh, o->by_id, id, sizeof *id, f);
    if (!f || strcmp(f->stretch->destination->name, by_service) != 0)
        return;
    struct stretch *s = f->stretch;
    s->destination->pauses = 0;
    metric_add(o->acked, 1);
    if (s->acked_count == ACKED_MAX)
        stretch_forget_acked(s);
    if (s->acked_count < ACKED_MAX) /* else the row stays, is sent again one day and acknowledged again */
        s->acked[s->acked_count++] = f->seq;
    flight_drop(o, f);
    pump(o, s->destination, clock_steady_ms());
}

static void pause_destination(struct destination *d, int64_t now)
{
    if (d->paused_until_ms <= now)
        d->paused_until_ms = now + backoff_ms(PAUSE_LEAST_MS, PAUSE_MOST_MS, d->pauses++);
}

/* Whoever has waited longest leaves for one that is too much: its back-off is the longest. */
static void postpone(struct outbox *o, struct flight *f, int64_t now, int64_t least_ms)
{
    struct destination *d = f->stretch->destination;
    f->due_ms = now + backoff_ms(least_ms, LATER_MOST_MS, f->tries - 1);
    enter(f, FLIGHT_LATER);
    if (d->counts[FLIGHT_LATER] <= LATER_MAX && d->bytes[FLIGHT_LATER] <= LATER_MAX * EACH_BYTES)
        return;
    struct flight *longest = TAILQ_FIRST(&d->in[FLIGHT_LATER]);
    struct stretch *s = longest->stretch;
    if (s->left_from == 0)
        s->left_until_ms = now + LATER_MOST_MS;
    if (s->left_from == 0 || longest->seq < s->left_from)
        s->left_from = longest->seq;
    flight_drop(o, longest);
}

void outbox_on_refusal(struct outbox *o, const struct id *id, Motcua__Refused why, unsigned retry_ms)
{
    struct flight *f;
    int64_t now = clock_steady_ms();
    HASH_FIND(hh, o->by_id, id, sizeof *id, f);
    if (!f || f->state != FLIGHT_SENT)
        return;
    if (why == MOTCUA__REFUSED__REFUSED_LATER) {
        postpone(o, f, now, retry_ms ? retry_ms : LATER_LEAST_MS);
        return;
    }
    f->tries--; /* a broker's word: about the destination, not about this message */
    enter(f, FLIGHT_READY);
    pause_destination(f->stretch->destination, now);
}

/* Whoever had the unanswered ones may be gone; what he had committed, the inbox knows. */
static void send_again(struct outbox *o, struct destination *d)
{
    struct flight *f;
    d->paused_until_ms = 0;
    d->pauses = 0;
    while ((f = TAILQ_LAST(&d->in[FLIGHT_SENT], flights))) {
        enter(f, FLIGHT_READY);
        TAILQ_REMOVE(&d->in[FLIGHT_READY], f, link);
        TAILQ_INSERT_HEAD(&d->in[FLIGHT_READY], f, link);
    }
    pump(o, d, clock_steady_ms());
}

void outbox_on_joined(struct outbox *o, const char *service)
{
    for (size_t i = 0; i < o->count; i++)
        if (!service || strcmp(o->names[i], service) == 0)
            send_again(o, &o->destinations[i]);
}

/* ---- the clock ------------------------------------------------------------------------------------ */

static void wake_due(struct outbox *o, struct destination *d, int64_t now)
{
    struct flight *f, *next;
    for (int state = FLIGHT_SENT; state <= FLIGHT_LATER; state++)
        for (f = TAILQ_FIRST(&d->in[state]); f; f = next) {
            next = TAILQ_NEXT(f, link);
            if (f->due_ms <= now)
                enter(f, FLIGHT_READY);
        }
    pump(o, d, now);
}

static void on_tick(uv_timer_t *timer)
{
    struct outbox *o = timer->data;
    int64_t now = clock_steady_ms();
    if (!o->own) {
        lanes_claim(o);
        return;
    }
    for (size_t i = 0; i < o->count; i++)
        wake_due(o, &o->destinations[i], now);
    lanes_tend(o, now);
    uv_timer_set_repeat(timer, HASH_COUNT(o->by_id) > 0 ? TICK_MS : CALM_MS);
}

/* ---- life ----------------------------------------------------------------------------------------- */

static double count_of(void *arg)
{
    const struct destination *d = arg;
    return (double)(d->counts[FLIGHT_READY] + d->counts[FLIGHT_SENT] + d->counts[FLIGHT_LATER]);
}

static void destination_init(struct outbox *o, struct destination *d, const char *name)
{
    d->name = name;
    for (int state = 0; state < FLIGHT_STATES; state++)
        TAILQ_INIT(&d->in[state]);
    metric_gauge("motcua_outbox_flights", "Messages in memory, not yet acknowledged",
                 talloc_asprintf(o, "destination=\"%s\"", name), count_of, d);
}

TABLE_OWNER(outbox, by_id)

struct outbox *outbox_open(void *ctx, uv_loop_t *loop, const char *service, struct db *db, struct bus *bus)
{
    struct outbox *o = talloc_zero(ctx, struct outbox);
    talloc_set_destructor(o, outbox_drop_table);
    o->db = db;
    o->bus = bus;
    o->acked = metric_counter("motcua_outbox_acked_total", "Messages a listener has committed", NULL);
    o->resent = metric_counter("motcua_outbox_resent_total", "Messages sent again", NULL);
    LIST_INIT(&o->lanes);
    o->count = listeners_of(service, o->names, DESTINATIONS_MAX);
    for (size_t i = 0; i < o->count; i++)
        destination_init(o, &o->destinations[i], o->names[i]);
    uv_timer_init(loop, &o->tick);
    o->tick.data = o;
    uv_timer_start(&o->tick, on_tick, TICK_MS, TICK_MS);
    db_on_write_session(db, lanes_on_session, o);
    db_on_orphan(db, outbox_doubt, o);
    return o;
}

bool outbox_ready(const struct outbox *o)
{
    return o->own != NULL;
}

void outbox_close(struct outbox *o)
{
    uv_timer_stop(&o->tick);
}

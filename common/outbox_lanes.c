/* outbox_lanes.c — see outbox_parts.h: rows in PostgreSQL. Whose they are, reading the ones that are not in
 * memory, deleting the ones that are acknowledged, adopting the ones whose writer died. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "env.h"
#include "log.h"
#include "outbox_parts.h"
#include "pb.h"

enum {
    ADOPT_MS = 2000, /* how often to look for lanes nobody owns */
    LOCK_MS = 200,   /* how often to ask for the own lane's lock while a neighbour has it */
    SWEEP_MS = 60000 /* how often to make sure that memory knows every row of the own lane */
};
#define LOCK_BASE (INT64_C(1) << 40) /* lanes' advisory locks, apart from all others */

/* clang-format off */
static const struct sql LANE_CLAIM = { "lane_claim", SQL_WRITE,
    "INSERT INTO lane DEFAULT VALUES RETURNING id, pg_try_advisory_lock(id + $1::bigint) AS locked" };
static const struct sql LANE_LOCK = { "lane_lock", SQL_WRITE, "SELECT pg_try_advisory_lock($1::bigint) AS locked" };
static const struct sql LANE_LEAVE = { "lane_leave", SQL_WRITE,
    "WITH gone AS (DELETE FROM lane WHERE id = $1 AND opened_at < now() - interval '1 day')"
    " SELECT pg_advisory_unlock($2::bigint)" };
/* By their rows: whoever was only slow goes on writing to a lane that a neighbour has drained and left. From
 * lane to lane through the key of outbox, so that it costs as little as there are lanes. */
static const struct sql LANES_LEFT = { "lanes_left", SQL_READ,
    "WITH RECURSIVE l (destination, lane) AS ("
    " SELECT d, (SELECT min(o.lane) FROM outbox o WHERE o.destination = d) FROM unnest($2::text[]) AS d"
    " UNION ALL SELECT l.destination, (SELECT min(o.lane) FROM outbox o WHERE o.destination = l.destination"
    " AND o.lane > l.lane) FROM l WHERE l.lane IS NOT NULL)"
    " SELECT DISTINCT lane AS id FROM l WHERE lane IS NOT NULL AND lane <> ALL ($1::bigint[]) ORDER BY id LIMIT 16" };
static const struct sql OUTBOX_PAGE = { "outbox_page", SQL_READ,
    "SELECT seq, packet, in_page FROM (SELECT seq, packet, count(*) OVER () AS in_page,"
    " sum(octet_length(packet)) OVER (ORDER BY seq) - octet_length(packet) AS before FROM (SELECT seq, packet"
    " FROM outbox WHERE destination = $1 AND lane = $2 AND seq > $3 ORDER BY seq LIMIT $4) p) q"
    " WHERE before < 1048576 ORDER BY seq" }; /* bytes: one page may be of long messages */
static const struct sql OUTBOX_FORGET = { "outbox_forget", SQL_WRITE,
    "DELETE FROM outbox WHERE destination = $1 AND lane = $2 AND seq BETWEEN $3 AND $4" };
static const struct sql OUTBOX_BURY = { "outbox_bury", SQL_WRITE,
    "WITH gone AS (DELETE FROM outbox WHERE destination = $1 AND lane = $2 AND seq = $3 RETURNING packet)"
    " INSERT INTO dead_letter (id, source, type, key, version, reason, packet)"
    " SELECT $4::uuid, $5, $6, $7, $8::bigint, $9, packet FROM gone ON CONFLICT (id) DO NOTHING" };
/* clang-format on */

const struct sql *const outbox_statements[] = { &LANE_CLAIM,  &LANE_LOCK,     &LANE_LEAVE,  &LANES_LEFT,
                                                &OUTBOX_PAGE, &OUTBOX_FORGET, &OUTBOX_BURY, NULL };

/* ---- lanes in memory ------------------------------------------------------------------------------ */

static struct lane_rows *lane_by_id(struct outbox *o, int64_t id)
{
    struct lane_rows *lane;
    LIST_FOREACH (lane, &o->lanes, link)
        if (lane->id == id)
            return lane;
    return NULL;
}

static struct lane_rows *lane_add(struct outbox *o, int64_t id, bool is_own)
{
    struct lane_rows *lane = talloc_zero(o, struct lane_rows);
    lane->outbox = o;
    lane->id = id;
    lane->is_own = is_own;
    lane->is_locked = true;
    for (size_t i = 0; i < o->count; i++) {
        lane->stretches[i].lane = lane;
        lane->stretches[i].destination = &o->destinations[i];
        lane->stretches[i].is_behind = !is_own;
    }
    LIST_INSERT_HEAD(&o->lanes, lane, link);
    return lane;
}

static void lane_forget(struct outbox *o, struct lane_rows *lane)
{
    struct flight *f, *next;
    HASH_ITER(hh, o->by_id, f, next)
    if (f->stretch->lane == lane)
        flight_drop(o, f);
    LIST_REMOVE(lane, link);
    talloc_free(lane);
}

/* A statement on its way about a stretch. The lane may be gone when the answer comes, so it is named, not
 * held. */
struct errand {
    struct outbox *outbox;
    int64_t lane;
    size_t destination;
};

static bool errand_send(struct outbox *o, const struct sql *sql, int64_t lane, size_t destination,
                        const struct db_arg *args, size_t n, db_done_fn *done)
{
    struct errand *e = talloc_zero(o, struct errand);
    *e = (struct errand){ o, lane, destination };
    if (db_submit(o->db, sql, args, n, done, e))
        return true;
    talloc_free(e);
    return false;
}

static struct stretch *errand_stretch(const struct errand *e)
{
    struct lane_rows *lane = lane_by_id(e->outbox, e->lane);
    return lane ? &lane->stretches[e->destination] : NULL;
}

static bool stretch_send(struct stretch *s, const struct sql *sql, const struct db_arg *args, size_t n,
                         db_done_fn *done)
{
    struct outbox *o = s->lane->outbox;
    return errand_send(o, sql, s->lane->id, (size_t)(s->destination - o->destinations), args, n, done);
}

static bool stretch_errand(struct stretch *s, const struct sql *sql, int64_t third, int64_t fourth,
                           db_done_fn *done)
{
    const struct db_arg args[] = { db_text(s->destination->name), db_int(s->lane->id), db_int(third),
                                   db_int(fourth) };
    return stretch_send(s, sql, args, 4, done);
}

/* ---- acknowledged rows ---------------------------------------------------------------------------- */

static void on_forgotten(void *arg, int rc, const char *text, struct db_rows *rows)
{
    (void)rc, (void)text; /* a delete that failed leaves rows that will be sent, and acknowledged, again */
    struct stretch *s = errand_stretch(arg);
    if (s)
        s->deletes--;
    talloc_free(rows);
    talloc_free(arg);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* A statement per unbroken run of seqs. What the store cannot take now waits here. */
void stretch_forget_acked(struct stretch *s)
{
    size_t done = 0;
    qsort(s->acked, s->acked_count, sizeof *s->acked, by_number);
    for (size_t i = 1; i <= s->acked_count; i++) {
        if (i < s->acked_count && s->acked[i] <= s->acked[i - 1] + 1)
            continue;
        if (!stretch_errand(s, &OUTBOX_FORGET, s->acked[done], s->acked[i - 1], on_forgotten))
            break;
        s->deletes++;
        done = i;
    }
    s->acked_count -= done;
    memmove(s->acked, s->acked + done, s->acked_count * sizeof *s->acked);
}

void stretch_miss(struct stretch *s, int64_t seq)
{
    if (s->missed_from == 0 || seq < s->missed_from)
        s->missed_from = seq;
}

/* ---- rows that are not in memory ------------------------------------------------------------------ */

/* A packet that no broker would take: a person has to see it. */
static void bury(struct stretch *s, int64_t seq, const Motcua__Envelope *e, size_t size)
{
    const struct db_arg args[] = { db_text(s->destination->name),
                                   db_int(s->lane->id),
                                   db_int(seq),
                                   db_bytes(e->id.data, e->id.len),
                                   db_text(e->source),
                                   db_text(e->type),
                                   db_text(e->key),
                                   db_int((int64_t)e->version),
                                   db_text("it is too large to be sent") };
    log_error("dead_letter", LOG_S("type", e->type), LOG_S("destination", e->destination),
              LOG_S("key", e->key), LOG_S("reason", "it is too large to be sent"), LOG_I("bytes", size));
    if (stretch_send(s, &OUTBOX_BURY, args, sizeof args / sizeof *args, on_forgotten))
        s->deletes++;
}

static void take_row(struct outbox *o, struct stretch *s, const struct db_rows *rows, int i)
{
    size_t size;
    struct id id;
    void *owner = talloc_new(NULL);
    const uint8_t *packet = db_blob(owner, rows, i, "packet", &size);
    Motcua__Packet *p = pb_unpack(owner, &motcua__packet__descriptor, packet, size);
    ASSERT(p && p->envelope && p->envelope->id.len == ID_BYTES); /* we wrote it */
    memcpy(id.bytes, p->envelope->id.data, ID_BYTES);
    s->cursor = db_num(rows, i, "seq");
    if (size > BUS_PACKET_MAX)
        bury(s, s->cursor, p->envelope, size);
    else
        flight_add(o, s, s->cursor, &id, p->envelope->key, packet, size);
    talloc_free(owner);
}

static void take_page(struct outbox *o, struct stretch *s, const struct db_rows *rows)
{
    int n = db_count(rows), i = 0;
    int64_t in_page = n > 0 ? db_num(rows, 0, "in_page") : 0;
    while (i < n && destination_has_room(s->destination, WINDOW))
        take_row(o, s, rows, i++);
    s->is_behind = in_page == PAGE || i < in_page;
}

static void on_page(void *arg, int rc, const char *text, struct db_rows *rows)
{
    (void)text;
    struct errand *e = arg;
    struct stretch *s = errand_stretch(e);
    if (s)
        s->is_reading = false;
    if (s && rc == 0)
        take_page(e->outbox, s, rows);
    talloc_free(rows);
    talloc_free(e);
}

/* ---- whose lane ----------------------------------------------------------------------------------- */

static void on_locked(void *arg, int rc, const char *text, struct db_rows *rows)
{
    (void)text;
    struct errand *e = arg;
    struct lane_rows *lane = lane_by_id(e->outbox, e->lane);
    bool locked = rc == 0 && db_true(rows, 0, "locked");
    if (lane) {
        lane->is_locked = locked;
    } else if (locked) {
        log_info("lane_adopted", LOG_I("lane", e->lane));
        lane_add(e->outbox, e->lane, false);
    }
    talloc_free(rows);
    talloc_free(e);
}

static void lane_lock(struct outbox *o, int64_t id)
{
    const struct db_arg arg = db_int(id + LOCK_BASE);
    errand_send(o, &LANE_LOCK, id, 0, &arg, 1, on_locked);
}

static void on_lanes(void *arg, int rc, const char *text, struct db_rows *rows)
{
    (void)text;
    struct outbox *o = ((struct errand *)arg)->outbox;
    o->is_looking = false;
    for (int i = 0; rc == 0 && i < db_count(rows); i++)
        lane_lock(o, db_num(rows, i, "id"));
    talloc_free(rows);
    talloc_free(arg);
}

static void look_for_lanes(struct outbox *o)
{
    int64_t ids[64];
    size_t n = 0;
    struct lane_rows *lane;
    LIST_FOREACH (lane, &o->lanes, link)
        if (n < sizeof ids / sizeof *ids)
            ids[n++] = lane->id;
    void *owner = talloc_new(NULL);
    const struct db_arg args[] = { db_int_array(owner, ids, n), db_text_array(owner, o->names, o->count) };
    o->is_looking = errand_send(o, &LANES_LEFT, 0, 0, args, 2, on_lanes);
    talloc_free(owner);
}

static bool lane_is_done(const struct outbox *o, const struct lane_rows *lane)
{
    for (size_t i = 0; i < o->count; i++) {
        const struct stretch *s = &lane->stretches[i];
        if (s->is_behind || s->is_reading || s->missed_from > 0 || s->left_from > 0)
            return false;
        if (s->flights > 0 || s->acked_count > 0 || s->deletes > 0)
            return false;
    }
    return true;
}

static void on_left(void *arg, int rc, const char *text, struct db_rows *rows)
{
    (void)rc, (void)text;
    talloc_free(rows);
    talloc_free(arg);
}

static void lane_leave(struct outbox *o, struct lane_rows *lane)
{
    const struct db_arg args[] = { db_int(lane->id), db_int(lane->id + LOCK_BASE) };
    if (!errand_send(o, &LANE_LEAVE, lane->id, 0, args, 2, on_left))
        return;
    log_info("lane_drained", LOG_I("lane", lane->id));
    lane_forget(o, lane);
}

static void on_claimed(void *arg, int rc, const char *text, struct db_rows *rows)
{
    struct outbox *o = ((struct errand *)arg)->outbox;
    o->is_claiming = false;
    if (rc == 0 && db_true(rows, 0, "locked"))
        o->own = lane_add(o, db_num(rows, 0, "id"), true);
    else
        log_warn("lane_not_claimed", LOG_S("why", text ? text : "locked by somebody else"));
    talloc_free(rows);
    talloc_free(arg);
}

void lanes_claim(struct outbox *o)
{
    const struct db_arg arg = db_int(LOCK_BASE);
    if (!o->is_claiming)
        o->is_claiming = errand_send(o, &LANE_CLAIM, 0, 0, &arg, 1, on_claimed);
}

/* The write connection is new: with the old one all locks went. The own lane is to be locked again (nobody
 * else writes it, so a neighbour who took it meanwhile only sends double); adopted lanes are given up and
 * found again. */
void lanes_on_session(void *outbox)
{
    struct outbox *o = outbox;
    struct lane_rows *lane, *next;
    for (lane = LIST_FIRST(&o->lanes); lane; lane = next) {
        next = LIST_NEXT(lane, link);
        lane->is_locked = false;
        if (!lane->is_own)
            lane_forget(o, lane);
    }
    if (!o->own) {
        lanes_claim(o);
        return;
    }
    lane_lock(o, o->own->id);
    outbox_doubt(o);
}

/* ---- the clock ------------------------------------------------------------------------------------ */

static void sweep(struct outbox *o, int64_t now)
{
    o->in_doubt = false;
    o->sweep_at_ms = now + SWEEP_MS;
    for (size_t i = 0; i < o->count; i++)
        stretch_miss(&o->own->stretches[i], 1);
}

/* What was missed is read in a pass of its own, when the pass before it is over. */
static void begin_pass(struct stretch *s, int64_t now)
{
    if (s->left_from > 0 && s->left_until_ms <= now) {
        stretch_miss(s, s->left_from);
        s->left_from = 0;
    }
    if (s->missed_from == 0 || s->is_behind || s->is_reading || s->acked_count > 0)
        return;
    s->is_behind = true;
    s->cursor = s->missed_from - 1;
    s->missed_from = 0;
}

static void tend_stretch(struct stretch *s, int64_t now)
{
    bool has_room =
        destination_has_room(s->destination, WINDOW / 2 + 1) && s->destination->paused_until_ms <= now;
    if (s->acked_count > 0)
        stretch_forget_acked(s);
    begin_pass(s, now);
    if (s->is_behind && !s->is_reading && has_room)
        s->is_reading = stretch_errand(s, &OUTBOX_PAGE, s->cursor, PAGE, on_page);
}

void lanes_tend(struct outbox *o, int64_t now)
{
    struct lane_rows *lane, *next;
    if (o->in_doubt || o->sweep_at_ms <= now)
        sweep(o, now);
    for (lane = LIST_FIRST(&o->lanes); lane; lane = next) {
        next = LIST_NEXT(lane, link);
        for (size_t i = 0; i < o->count; i++)
            tend_stretch(&lane->stretches[i], now);
        if (!lane->is_own && lane_is_done(o, lane))
            lane_leave(o, lane);
    }
    if (!o->own->is_locked && o->lock_at_ms <= now) {
        o->lock_at_ms = now + LOCK_MS;
        lane_lock(o, o->own->id);
    }
    if (o->adopt_at_ms <= now && !o->is_looking && o->count > 0) {
        o->adopt_at_ms = now + ADOPT_MS;
        look_for_lanes(o);
    }
}

/* inbox.c — see inbox.h. */
#include "inbox.h"

#include <string.h>
#include <sys/queue.h>
#include <talloc.h>

#include "clock.h"
#include "db_rehearse.h"
#include "env.h"
#include "listeners.h"
#include "log.h"
#include "metrics.h"
#include "pb.h"
#include "table.h"

enum {
    HANDLE_MS = 6000,
    BURY_MS = 6000,
    TRIES_MAX = 5,
    FAILING_MAX = 4096,
    AT_ONCE = 384, /* events at work; the others wait, as many as the bus has credit for */
    BUSY_RETRY_MS = 100,
    LATER_RETRY_MS = 200
};

/* clang-format off */
static const struct sql INBOX_SEEN = { "inbox_seen", SQL_READ, "SELECT FROM inbox WHERE id = $1" };
static const struct sql DEAD_BURY = { "dead_bury", SQL_WRITE,
    "INSERT INTO dead_letter (id, source, type, key, version, reason, packet, code) VALUES ($1, $2, $3, $4, $5, $6,"
    " $7, $8) ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, code = excluded.code, replayed_at = NULL" };
static const struct sql DEAD_GET = { "dead_get", SQL_READ, "SELECT packet FROM dead_letter WHERE id = $1" };
static const struct sql DEAD_DONE = { "dead_done", SQL_WRITE,
    "UPDATE dead_letter SET replayed_at = now() WHERE id = $1" };
/* clang-format on */
const struct sql *const inbox_statements[] = { &INBOX_SEEN, &DEAD_BURY, &DEAD_GET, &DEAD_DONE, NULL };

struct row_metrics {
    struct metric *applied, *refused, *dead, *seconds;
};

struct failing { /* how often an envelope has failed here for a lasting reason */
    UT_hash_handle hh;
    struct id id;
    unsigned times;
};

struct inbox {
    const struct env *env;
    struct bus *bus;
    const struct listener *rows;
    struct row_metrics *metrics; /* one per row */
    struct failing *failing;     /* oldest first */
    TAILQ_HEAD(, arrival) waiting;
    unsigned at_work;
};
TABLE_OWNER(inbox, failing)

struct arrival { /* one envelope on its way through its handler */
    TAILQ_ENTRY(arrival) link;
    struct inbox *in;
    struct bus_from from;
    const Motcua__Envelope *e;
    struct event event;
    size_t row;
    const char *reason, *code; /* why it is buried */
};

/* ---- dead letters --------------------------------------------------------------------------------- */

static int bury(struct task *t, const struct arrival *a)
{
    const struct db_rows *rows;
    size_t size;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    p.body_case = MOTCUA__PACKET__BODY_ENVELOPE;
    p.envelope = (Motcua__Envelope *)a->e;
    const uint8_t *packet = pb_pack(t, &p.base, &size);
    log_error("dead_letter", LOG_S("type", a->e->type), LOG_S("source", a->e->source),
              LOG_S("key", a->e->key), LOG_S("reason", a->reason));
    return db_run(t, &DEAD_BURY, &rows, db_id(&a->event.id), db_text(a->e->source), db_text(a->e->type),
                  db_text(a->e->key), db_int((int64_t)a->e->version), db_text(a->reason),
                  db_bytes(packet, size), db_text(a->code));
}

static void run_bury(struct task *t, void *arg)
{
    struct arrival *a = talloc_steal(t, arg);
    if (bury(t, a) == 0)
        bus_ack(a->in->bus, &a->from, &a->event.id);
    else
        bus_refuse(a->in->bus, &a->from, &a->event.id, LATER_RETRY_MS);
}

static void spawn_bury(struct arrival *a, int code, const char *reason)
{
    a->code = err_name(code);
    a->reason = talloc_strdup(a, reason);
    if (task_spawn(a->in->env->tasks, "dead_letter", BURY_MS, a->e->traceparent, run_bury, a) == 0)
        return;
    bus_refuse(a->in->bus, &a->from, &a->event.id, BUSY_RETRY_MS);
    talloc_free(a);
}

/* ---- failures ------------------------------------------------------------------------------------- */

static unsigned count_failure(struct inbox *in, const struct id *id)
{
    struct failing *f;
    HASH_FIND(hh, in->failing, id, sizeof *id, f);
    if (!f) {
        struct failing *oldest = in->failing;
        if (HASH_COUNT(in->failing) >= FAILING_MAX) {
            HASH_DEL(in->failing, oldest);
            talloc_free(oldest);
        }
        f = talloc_zero(in, struct failing);
        f->id = *id;
        HASH_ADD(hh, in->failing, id, sizeof f->id, f);
    }
    return ++f->times;
}

static void forget_failures(struct inbox *in, const struct id *id)
{
    struct failing *f;
    HASH_FIND(hh, in->failing, id, sizeof *id, f);
    if (f) {
        HASH_DEL(in->failing, f);
        talloc_free(f);
    }
}

static bool is_poison(struct inbox *in, const struct id *id, int rc)
{
    return err_is_callers(rc) || (err_is_lasting(rc) && count_failure(in, id) >= TRIES_MAX);
}

/* ---- handling ------------------------------------------------------------------------------------- */

static int handle(struct task *t, struct arrival *a)
{
    const struct listener *l = &a->in->rows[a->row];
    const void *msg = pb_unpack(t, l->type, a->e->payload.data, a->e->payload.len);
    if (!msg)
        return err_set(task_err(t), E_INVALID, "the payload is not a %s", l->type->name);
    return l->handle(t, &a->event, msg);
}

static void refuse(struct task *t, struct arrival *a, int rc)
{
    const struct err *err = task_err(t);
    log_warn("event_refused", LOG_S("type", a->e->type), LOG_S("key", a->e->key), LOG_S("code", err_name(rc)),
             LOG_S("at", err->where ? err->where : ""), LOG_S("why", err->text));
    metric_add(a->in->metrics[a->row].refused, 1);
    bus_refuse(a->in->bus, &a->from, &a->event.id, err->retry_ms ? err->retry_ms : LATER_RETRY_MS);
}

static void start_waiting(struct inbox *in);

static void run_handle(struct task *t, void *arg)
{
    struct arrival *a = talloc_steal(t, arg);
    struct inbox *in = a->in;
    int64_t start_us = clock_steady_us();
    int rc = handle(t, a);
    metric_observe_us(in->metrics[a->row].seconds, clock_steady_us() - start_us);
    if (rc == 0) {
        forget_failures(in, &a->event.id);
        metric_add(in->metrics[a->row].applied, 1);
        bus_ack(in->bus, &a->from, &a->event.id);
    } else if (is_poison(in, &a->event.id, rc)) {
        metric_add(in->metrics[a->row].dead, 1);
        talloc_steal(in, a); /* a task of its own, with time of its own */
        spawn_bury(a, rc, task_err(t)->text);
    } else {
        refuse(t, a, rc);
    }
    in->at_work--;
    start_waiting(in);
}

static void start(struct arrival *a)
{
    struct inbox *in = a->in;
    const char *name = in->rows[a->row].type->name;
    if (task_spawn(in->env->tasks, name, HANDLE_MS, a->e->traceparent, run_handle, a) == 0) {
        in->at_work++;
        return;
    }
    bus_refuse(in->bus, &a->from, &a->event.id, BUSY_RETRY_MS);
    talloc_free(a);
}

static void start_waiting(struct inbox *in)
{
    struct arrival *a;
    while (in->at_work < AT_ONCE && (a = TAILQ_FIRST(&in->waiting))) {
        TAILQ_REMOVE(&in->waiting, a, link);
        start(a);
    }
}

static int row_of(const struct inbox *in, const char *type)
{
    for (int i = 0; in->rows[i].type; i++)
        if (strcmp(in->rows[i].type->name, type) == 0)
            return i;
    return -1;
}

static const char *objection(const struct inbox *in, const Motcua__Envelope *e)
{
    if (strcmp(e->destination, in->env->service) != 0)
        return "it is for another service";
    if (!listeners_allow(in->env->service, e->source, e->type))
        return "its source may not say this to us";
    return row_of(in, e->type) < 0 ? "there is no handler for it" : NULL;
}

static struct arrival *arrival_new(struct inbox *in, const struct bus_from *from, const Motcua__Envelope *e)
{
    struct arrival *a = talloc_zero(in, struct arrival);
    a->in = in;
    a->from = *from;
    a->e = e;
    memcpy(a->event.id.bytes, e->id.data, ID_BYTES);
    a->event.source = e->source;
    a->event.type = e->type;
    a->event.key = e->key;
    a->event.version = e->version;
    a->event.occurred_at_ms = e->occurred_at_ms;
    return a;
}

bool inbox_on_envelope(struct inbox *in, const struct bus_from *from, const Motcua__Envelope *e, void *owner)
{
    if (e->id.len != ID_BYTES) {
        log_warn("envelope_without_id", LOG_S("from", from->peer));
        return false;
    }
    struct arrival *a = arrival_new(in, from, e);
    talloc_steal(a, owner);
    const char *why_not = objection(in, e);
    if (why_not) {
        spawn_bury(a, E_DENIED, why_not);
        return true;
    }
    a->row = (size_t)row_of(in, e->type);
    TAILQ_INSERT_TAIL(&in->waiting, a, link);
    start_waiting(in);
    return true;
}

/* Is there an inbox row for the event already? For what a save alone cannot tell. */
static int inbox_seen(struct task *t, const struct event *ev, bool *seen)
{
    const struct db_rows *rows;
    TRY(db_run(t, &INBOX_SEEN, &rows, db_id(&ev->id)));
    *seen = db_count(rows) > 0;
    return 0;
}

/* ---- once more ------------------------------------------------------------------------------------ */

static int dig_up(struct task *t, struct inbox *in, const struct id *id, struct arrival **out)
{
    const struct db_rows *rows;
    struct bus_from nobody = { 0 };
    size_t size;
    TRY(db_run(t, &DEAD_GET, &rows, db_id(id)));
    if (db_count(rows) == 0)
        return err_set(task_err(t), E_NOT_FOUND, "no such dead letter");
    const uint8_t *packet = db_blob(t, rows, 0, "packet", &size);
    Motcua__Packet *p = pb_unpack(t, &motcua__packet__descriptor, packet, size);
    const char *why_not = p ? objection(in, p->envelope) : "it is not a packet";
    if (why_not)
        return err_set(task_err(t), E_CONFLICT, "%s", why_not);
    *out = talloc_steal(t, arrival_new(in, &nobody, p->envelope));
    (*out)->row = (size_t)row_of(in, p->envelope->type);
    return 0;
}

/* If it could not, because somebody else was replaying it, it is done as well. */
static int apply_again(struct task *t, struct arrival *a, enum replayed *outcome)
{
    bool seen;
    int rc = handle(t, a);
    const struct err why = *task_err(t);
    err_clear(task_err(t));
    TRY(inbox_seen(t, &a->event, &seen));
    *outcome = !seen ? REPLAY_NOTHING : rc ? REPLAY_BEFORE : REPLAY_APPLIED;
    if (seen || rc == 0)
        return 0;
    *task_err(t) = why;
    return rc;
}

int inbox_replay(struct task *t, struct inbox *in, const struct id *id, enum replayed *outcome)
{
    const struct db_rows *rows;
    struct arrival *a;
    bool seen;
    TRY(dig_up(t, in, id, &a));
    TRY(inbox_seen(t, &a->event, &seen));
    *outcome = REPLAY_BEFORE;
    if (!seen)
        TRY(apply_again(t, a, outcome));
    return db_run(t, &DEAD_DONE, &rows, db_id(id));
}

static bool is_recorded(const struct rehearsal *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->tables[i].name, "inbox") == 0)
            return true;
    return false;
}

int inbox_rehearse(struct task *t, struct inbox *in, const struct id *id, struct rehearsal *r,
                   enum replayed *outcome)
{
    struct arrival *a;
    bool seen;
    TRY(dig_up(t, in, id, &a));
    TRY(inbox_seen(t, &a->event, &seen));
    *outcome = REPLAY_BEFORE;
    if (seen)
        return 0;
    task_rehearse(t, r);
    int rc = handle(t, a);
    task_rehearse(t, NULL);
    *outcome = rc ? REPLAY_FAILS : is_recorded(r) ? REPLAY_APPLIED : REPLAY_NOTHING;
    return 0;
}

/* ---- life ----------------------------------------------------------------------------------------- */

struct inbox *inbox_open(void *ctx, const struct env *env, struct bus *bus, const struct listener *rows)
{
    struct inbox *in = talloc_zero(ctx, struct inbox);
    talloc_set_destructor(in, inbox_drop_table);
    in->env = env;
    in->bus = bus;
    in->rows = rows;
    TAILQ_INIT(&in->waiting);
    for (size_t i = 0; rows[i].type; i++) {
        const char *label = talloc_asprintf(in, "type=\"%s\"", rows[i].type->name);
        in->metrics = talloc_realloc(in, in->metrics, struct row_metrics, i + 1);
        in->metrics[i] = (struct row_metrics){
            .applied = metric_counter("motcua_events_applied_total", "Events applied or seen before", label),
            .refused = metric_counter("motcua_events_refused_total", "Events refused, to come again", label),
            .dead = metric_counter("motcua_events_dead_total", "Events that became dead letters", label),
            .seconds = metric_histogram("motcua_event_seconds", "Time of an event's handler", label),
        };
    }
    return in;
}

/* admin.c — see admin.h. No person's data is in any of these answers: codes, types, counts and reasons
 * only. */
#include "admin.h"

#include <string.h>
#include <talloc.h>

#include "bus.h"
#include "db.h"
#include "db_rehearse.h"
#include "env.h"
#include "envelope.pb-c.h"
#include "inbox.h"
#include "json.h"
#include "metrics.h"
#include "pb.h"
#include "redis.h"

enum { DEAD_PAGE = 100, OUTBOX_PAGE_ROWS = 500 };

/* What dead_letter() shows. */
#define DEAD_LETTER \
    "SELECT id, source, type, key, version, code, reason, ms(died_at) AS died_at_ms, ms(replayed_at) AS" \
    " replayed_at_ms"

/* clang-format off */
static const struct sql DEAD_LIST = { "dead_list", SQL_READ,
    DEAD_LETTER " FROM dead_letter WHERE died_at < at_ms($1) ORDER BY died_at DESC LIMIT $2" };
static const struct sql DEAD_OF_KEY = { "dead_of_key", SQL_READ,
    DEAD_LETTER " FROM dead_letter WHERE key = $1 LIMIT $2" };
static const struct sql DEAD_WAITING = { "dead_waiting", SQL_READ,
    DEAD_LETTER " FROM dead_letter WHERE replayed_at IS NULL AND id > $1 ORDER BY id LIMIT $2" };
static const struct sql DEAD_SHOW = { "dead_show", SQL_READ,
    DEAD_LETTER ", length(packet) AS packet_bytes FROM dead_letter WHERE id = $1::uuid" };
static const struct sql OUTBOX_LIST = { "outbox_list", SQL_READ,
    "SELECT o.destination, o.lane, o.n, f.packet FROM (SELECT destination, lane, count(*) AS n, min(seq) AS seq"
    " FROM outbox GROUP BY destination, lane) o JOIN outbox f USING (destination, lane, seq) ORDER BY 1, 2" };
static const struct sql OUTBOX_KEYS = { "outbox_keys", SQL_READ,
    "SELECT lane, seq, packet FROM outbox WHERE destination = $1 AND (lane, seq) > ($2::bigint, $3::bigint)"
    " ORDER BY lane, seq LIMIT $4" };
static const struct sql DEAD_TRACE = { "dead_trace", SQL_READ,
    "SELECT ms(died_at) AS at_ms, 'dead_letter' AS what, type || ': ' || reason AS detail FROM dead_letter"
    " WHERE key = $1 ORDER BY died_at" };
/* clang-format on */
const struct sql *const admin_statements[] = { &DEAD_LIST,  &DEAD_OF_KEY, &DEAD_WAITING, &DEAD_SHOW,
                                               &DEAD_TRACE, &OUTBOX_LIST, &OUTBOX_KEYS,  NULL };

struct admin {
    struct admin_sources from;
};

struct admin *admin_new(void *ctx, const struct admin_sources *sources)
{
    struct admin *a = talloc_zero(ctx, struct admin);
    a->from = *sources;
    return a;
}

static const struct admin_sources *sources(struct task *t)
{
    return &task_env(t)->admin->from;
}

/* ---- probes --------------------------------------------------------------------------------------- */

static int get_healthz(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    (void)rq;
    const struct env *env = task_env(t);
    http_reply_json(re, 200, json_pack("{s:s, s:s}", "service", env->service, "replica", env->replica));
    return 0;
}

static int get_readyz(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    (void)rq;
    const struct env *env = task_env(t);
    const struct admin_sources *s = sources(t);
    bool ready = s->is_ready(s->arg);
    json_t *answer = json_pack("{s:s, s:b}", "service", env->service, "ready", ready);
    if (env->db)
        json_object_set_new(answer, "store", json_boolean(db_ready(env->db)));
    if (s->bus)
        json_object_set_new(answer, "broker", json_boolean(bus_is_up(s->bus)));
    if (env->redis)
        json_object_set_new(answer, "redis", json_boolean(redis_is_up(env->redis)));
    http_reply_json(re, ready ? 200 : 503, answer);
    return 0;
}

static int get_metrics(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    (void)rq;
    http_reply_text(re, 200, "text/plain; version=0.0.4; charset=utf-8", metrics_print(t));
    return 0;
}

static int get_openapi(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    (void)rq;
    http_reply_text(re, 200, "application/json", sources(t)->openapi);
    return 0;
}

const struct http_route admin_probes[] = {
    { "GET", "/healthz", get_healthz, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/readyz", get_readyz, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/metrics", get_metrics, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/openapi.json", get_openapi, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/operator", get_healthz, HTTP_OPERATOR, 0, 0, 0 },
    { 0 },
};

/* ---- messages ------------------------------------------------------------------------------------- */

static int add_events(struct task *t, json_t *list, const struct sql *trace, const char *code)
{
    const struct db_rows *rows;
    TRY(db_run(t, trace, &rows, db_text(code)));
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list,
                              json_pack("{s:I, s:s, s:s}", "at_ms", (json_int_t)db_num(rows, i, "at_ms"),
                                        "what", db_str_or(rows, i, "what", ""), "detail",
                                        db_str_or(rows, i, "detail", "")));
    return 0;
}

static int get_trace(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct sql *trace = sources(t)->trace;
    const char *code = http_param(rq, "code");
    json_t *list = json_own(t, json_array());
    if (trace)
        TRY(add_events(t, list, trace, code));
    TRY(add_events(t, list, &DEAD_TRACE, code));
    http_reply_json(re, 200, json_pack("{s:s, s:O}", "service", task_env(t)->service, "events", list));
    return 0;
}

/* The envelope of a row; one that cannot be read is empty. */
static const Motcua__Envelope *envelope_of(struct task *t, const struct db_rows *rows, int i)
{
    static const Motcua__Envelope empty = MOTCUA__ENVELOPE__INIT;
    size_t size;
    const uint8_t *packet = db_blob(t, rows, i, "packet", &size);
    const Motcua__Packet *p = pb_unpack(t, &motcua__packet__descriptor, packet, size);
    return p && p->envelope ? p->envelope : &empty;
}

static int get_outbox(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    (void)rq;
    const struct db_rows *rows;
    TRY(db_run(t, &OUTBOX_LIST, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:I, s:I, s:I}", "destination", db_str(rows, i, "destination"),
                                        "lane", (json_int_t)db_num(rows, i, "lane"), "waiting",
                                        (json_int_t)db_num(rows, i, "n"), "oldest_at_ms",
                                        (json_int_t)envelope_of(t, rows, i)->occurred_at_ms));
    http_reply_json(re, 200, json_pack("{s:s, s:o}", "service", task_env(t)->service, "lanes", list));
    return 0;
}

/* What waits for one listener, page by page: which types of message about which keys. */
static int get_outbox_page(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    int64_t lane = http_query_int(t, rq, "lane", 0, 0, INT64_MAX);
    int64_t seq = http_query_int(t, rq, "seq", 0, 0, INT64_MAX);
    TRY(task_err(t)->code);
    TRY(db_run(t, &OUTBOX_KEYS, &rows, db_text(http_param(rq, "destination")), db_int(lane), db_int(seq),
               db_int(OUTBOX_PAGE_ROWS)));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++) {
        const Motcua__Envelope *e = envelope_of(t, rows, i);
        json_array_append_new(list,
                              json_pack("{s:I, s:I, s:s, s:s}", "lane", (json_int_t)db_num(rows, i, "lane"),
                                        "seq", (json_int_t)db_num(rows, i, "seq"), "type", e->type, "key",
                                        e->key));
    }
    http_reply_json(re, 200, json_pack("{s:o}", "rows", list));
    return 0;
}

static json_t *dead_letter(const struct db_rows *rows, int i)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:I}", "id", db_str(rows, i, "id"), "source",
                     db_str(rows, i, "source"), "type", db_str(rows, i, "type"), "key",
                     db_str(rows, i, "key"), "version", (json_int_t)db_num(rows, i, "version"), "code",
                     db_str(rows, i, "code"), "reason", db_str(rows, i, "reason"), "died_at_ms",
                     (json_int_t)db_num(rows, i, "died_at_ms"), "replayed_at_ms",
                     (json_int_t)db_num(rows, i, "replayed_at_ms"));
}

/* ?after=ID: those that wait, by id; ?key=…: all about one key; else the newest, before ?before_ms=…. */
static int find_dead(struct task *t, const struct http_request *rq, const struct db_rows **rows)
{
    const char *after = http_query(rq, "after"), *key = http_query(rq, "key");
    struct id id;
    if (after && !id_parse(after, &id))
        return err_set(task_err(t), E_INVALID, "after: not an id");
    if (after)
        return db_run(t, &DEAD_WAITING, rows, db_id(&id), db_int(DEAD_PAGE));
    if (key)
        return db_run(t, &DEAD_OF_KEY, rows, db_text(key), db_int(DEAD_PAGE));
    const int64_t last = INT64_C(253402300799000);
    int64_t before = http_query_int(t, rq, "before_ms", last, 0, last);
    TRY(task_err(t)->code);
    return db_run(t, &DEAD_LIST, rows, db_int(before), db_int(DEAD_PAGE));
}

static int get_dead(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    TRY(find_dead(t, rq, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, dead_letter(rows, i));
    http_reply_json(re, 200, json_pack("{s:s, s:o}", "service", task_env(t)->service, "dead_letters", list));
    return 0;
}

static int dead_id(struct task *t, const struct http_request *rq, struct id *id)
{
    if (id_parse(http_param(rq, "id"), id))
        return 0;
    return err_set(task_err(t), E_NOT_FOUND, "not an id");
}

static int get_dead_letter(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    struct id id;
    TRY(dead_id(t, rq, &id));
    TRY(db_run(t, &DEAD_SHOW, &rows, db_id(&id)));
    if (db_count(rows) == 0)
        return err_set(task_err(t), E_NOT_FOUND, "no such dead letter");
    json_t *letter = dead_letter(rows, 0);
    json_object_set_new(letter, "packet_bytes", json_integer((json_int_t)db_num(rows, 0, "packet_bytes")));
    http_reply_json(re, 200, letter);
    return 0;
}

static const char *const outcomes[] = {
    [REPLAY_APPLIED] = "applied", [REPLAY_BEFORE] = "applied_before", [REPLAY_NOTHING] = "nothing_to_change"
};

static int replay_dead_letter(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct id id;
    enum replayed outcome;
    TRY(dead_id(t, rq, &id));
    TRY(inbox_replay(t, sources(t)->inbox, &id, &outcome));
    http_reply_json(re, 200, json_pack("{s:s}", "outcome", outcomes[outcome]));
    return 0;
}

static json_t *written(const struct rehearsal *r)
{
    json_t *tables = json_object();
    for (size_t i = 0; i < r->count; i++) {
        const struct rehearsed_table *table = &r->tables[i];
        json_object_set_new(tables, table->name,
                            json_pack("{s:I, s:I, s:I}", "inserted", (json_int_t)table->inserted, "updated",
                                      (json_int_t)table->updated, "deleted", (json_int_t)table->deleted));
    }
    return tables;
}

/* That it would fail is an answer, too. */
static int rehearse_dead_letter(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct id id;
    enum replayed outcome;
    struct rehearsal r = { 0 };
    TRY(dead_id(t, rq, &id));
    TRY(inbox_rehearse(t, sources(t)->inbox, &id, &r, &outcome));
    const struct err *err = task_err(t);
    if (outcome == REPLAY_FAILS)
        http_reply_json(re, 200,
                        json_pack("{s:s, s:s, s:s}", "outcome", "fails", "code", err_name(err->code), "why",
                                  err->text));
    else
        http_reply_json(re, 200,
                        json_pack("{s:s, s:o}", "outcome", outcomes[outcome], "writes", written(&r)));
    err_clear(task_err(t));
    return 0;
}

const struct http_route admin_messages[] = {
    { "GET", "/admin/trace/{code}", get_trace, HTTP_OPERATOR, 0, 0, 0 },
    { "GET", "/admin/outbox", get_outbox, HTTP_OPERATOR, 0, 0, 0 },
    { "GET", "/admin/outbox/{destination}", get_outbox_page, HTTP_OPERATOR, 0, 0, 0 },
    { "GET", "/admin/dead", get_dead, HTTP_OPERATOR, 0, 0, 0 },
    { "GET", "/admin/dead/{id}", get_dead_letter, HTTP_OPERATOR, 0, 0, 0 },
    { "GET", "/admin/dead/{id}/rehearsal", rehearse_dead_letter, HTTP_OPERATOR, 0, 0, 0 },
    { "POST", "/admin/dead/{id}/replay", replay_dead_letter, HTTP_OPERATOR, 0, 0, 0 },
    { 0 },
};

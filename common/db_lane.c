/* db_lane.c — see db_lane.h. How it works:
 *
 *   waiting ──lane_send──> sent ──answers, in order──> op_finish
 *      ^                    │
 *      └──── connection lost, batch rolled back: taken back, order kept
 *
 * A read is its own transaction: one Sync each. Writes share one: statements, one Sync. While PostgreSQL
 * works on a batch the next one is already there, so it never waits for us. The ops of a batch that failed
 * are sent again `alone`, with a Sync each, so only the guilty one fails. */
#include "db_lane.h"

#include <string.h>
#include <talloc.h>

#include "clock.h"
#include "db_hosts.h"
#include "metrics.h"

enum { TRIES_MAX = 3, WATCH_MS = 200, READS_IN_FLIGHT = 64, BATCHES_IN_FLIGHT = 2 };

bool lane_is_write(const struct lane *l)
{
    return l->cfg.writes;
}

/* It has a transaction of its own. */
static bool op_is_alone(const struct db_op *op)
{
    return op->alone || !lane_is_write(op->lane);
}

/* ---- the end of an op ----------------------------------------------------------------------------- */

static bool is_good(const PGresult *res)
{
    ExecStatusType s = PQresultStatus(res);
    return s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK;
}

static void op_drop_answer(struct db_op *op)
{
    PQclear(op->result);
    op->result = NULL;
    talloc_free(op->rows);
    op->rows = NULL;
}

static void op_finish(struct db_op *op, int rc, const char *text)
{
    struct db_rows *rows = NULL;
    if (op->latency)
        metric_observe_us(op->latency, clock_steady_us() - op->queued_us);
    if (op->done && rc == 0) {
        rows = op->rows ? op->rows : rows_new(op->result);
        op->rows = NULL;
        op->result = NULL;
    }
    if (op->done)
        op->done(op->arg, rc, text, rows);
    else if (rc == 0 && op->lane->cfg.on_orphan)
        op->lane->cfg.on_orphan(op->lane->cfg.arg);
    op_drop_answer(op);
    talloc_free(op);
}

static void op_requeue(struct db_op *op)
{
    op_drop_answer(op);
    op->sent = op->answered = op->closes = op->is_follower = false;
    TAILQ_INSERT_HEAD(&op->lane->waiting, op, link);
    op->lane->waiting_count++;
}

/* The sent ops up to last go back to the head of the queue, order kept. */
static void take_back(struct lane *l, struct db_op *last, const char *why)
{
    for (struct db_op *op = last, *before; op; op = before) {
        before = TAILQ_PREV(op, op_list, link);
        TAILQ_REMOVE(&l->sent, op, link);
        if (!op->done || ++op->tries >= TRIES_MAX) {
            op_finish(op, E_UNKNOWN, why);
            continue;
        }
        op->alone = true;
        op_requeue(op);
    }
}

void lane_take_back(struct lane *l, const char *why)
{
    take_back(l, TAILQ_LAST(&l->sent, op_list), why);
}

void lane_tell_awaited(struct lane *l, const char *why)
{
    struct db_op *op, *next;
    for (op = TAILQ_FIRST(&l->waiting); op; op = next) {
        next = TAILQ_NEXT(op, link);
        if (!op->is_awaited)
            continue;
        TAILQ_REMOVE(&l->waiting, op, link);
        l->waiting_count--;
        op_finish(op, op->tries > 0 && lane_is_write(l) ? E_UNKNOWN : E_BUSY, why);
    }
}

/* ---- answers -------------------------------------------------------------------------------------- */

/* The op whose results come next; NULL at a sync point. */
static struct db_op *reading(struct lane *l)
{
    struct db_op *op;
    TAILQ_FOREACH (op, &l->sent, link) {
        if (!op->answered)
            return op;
        if (op->closes)
            return NULL;
    }
    return NULL;
}

/* Not the detail: it quotes rows, rows are about people, and this goes to logs and dead letters. */
static const char *explain(const struct db_op *op, const PGresult *why, char *out, size_t size)
{
    const char *primary = PQresultErrorField(why, PG_DIAG_MESSAGE_PRIMARY);
    snprintf(out, size, "%s: %s", op->sql->name, primary ? primary : "no answer");
    return out;
}

static void finish_first(struct lane *l, const PGresult *why)
{
    char text[512];
    struct db_op *op = TAILQ_FIRST(&l->sent);
    TAILQ_REMOVE(&l->sent, op, link);
    if (why && db_is_retryable(why) && op->done && ++op->tries < TRIES_MAX)
        op_requeue(op);
    else
        op_finish(op, why ? db_code_of(why) : 0, why ? explain(op, why, text, sizeof text) : NULL);
}

/* A sync point was answered: the transaction up to it is decided. */
static void synced(struct lane *l)
{
    struct db_op *op, *bad = NULL;
    size_t in_batch = 0;
    l->syncs--;
    TAILQ_FOREACH (op, &l->sent, link) {
        in_batch++;
        if (!bad && !op->rows && !is_good(op->result))
            bad = op;
        if (op->closes)
            break;
    }
    const PGresult *why = l->commit_error ? l->commit_error : bad ? bad->result : NULL;
    if (why && in_batch > 1)
        take_back(l, op, "transaction rolled back too often");
    else
        while (in_batch-- > 0)
            finish_first(l, why);
    PQclear(l->commit_error);
    l->commit_error = NULL;
}

/* The answer of a set: to each its part. If it failed, it is the first one's failure. */
static void divide(struct db_op *first)
{
    size_t n = 1;
    struct db_op *op = first;
    while ((op = TAILQ_NEXT(op, link)) && op->is_follower)
        n++;
    struct db_set *set = set_new(first->result, n);
    first->result = NULL;
    op = first;
    for (size_t ord = 1; ord <= n; ord++, op = TAILQ_NEXT(op, link))
        op->rows = set_rows(set, ord);
}

static void answered(struct db_op *op)
{
    op->answered = true;
    if (op_is_set(op) && PQresultStatus(op->result) == PGRES_TUPLES_OK)
        divide(op);
}

static void take_result(struct lane *l, PGresult *res)
{
    struct db_op *op = reading(l);
    if (!res) { /* end of one statement's results */
        if (op)
            answered(op);
    } else if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
        PQclear(res);
        synced(l);
    } else if (op) {
        PQclear(op->result);
        op->result = res;
    } else { /* an error at the sync point itself: COMMIT failed */
        PQclear(l->commit_error);
        l->commit_error = res;
    }
}

void lane_receive(struct lane *l)
{
    while (l->syncs > 0 && !PQisBusy(l->conn)) {
        PGresult *res = PQgetResult(l->conn);
        if (PQstatus(l->conn) == CONNECTION_BAD) { /* after a FATAL, PQgetResult may say NULL for ever */
            PQclear(res);
            lane_fail(l);
            return;
        }
        take_result(l, res);
    }
}

/* ---- sending -------------------------------------------------------------------------------------- */

static void move_to_sent(struct lane *l, struct db_op *op)
{
    TAILQ_REMOVE(&l->waiting, op, link);
    l->waiting_count--;
    TAILQ_INSERT_TAIL(&l->sent, op, link);
    op->sent = true;
    op->sent_at = uv_now(l->cfg.loop);
}

/* The keys of a set that is gathered, by their hash; twice as many places as a set has calls. */
enum { KEYS = 2048 };
struct keys {
    const struct db_arg *at[KEYS];
};

static unsigned hash_of(const struct db_arg *key)
{
    unsigned hash = 2166136261u;
    for (int i = 0; i < key->length; i++)
        hash = (hash ^ (unsigned char)key->data[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* Is the op apart from those before it in what the statement wants apart? Then it is one of them now. */
static bool is_apart(struct keys *keys, const struct db_op *op)
{
    int at = op->sql->kind - SQL_SET - 1;
    if (at < 0)
        return true;
    const struct db_arg *key = &op->args[at], *other;
    unsigned i = hash_of(key) % KEYS;
    for (; (other = keys->at[i]); i = (i + 1) % KEYS)
        if (key->length == other->length && memcmp(key->data, other->data, (size_t)key->length) == 0)
            return false;
    keys->at[i] = key;
    return true;
}

/* With the first op, already moved, whatever waits behind it for the same statement, up to limit; how many.
 */
static size_t gather(struct lane *l, struct db_op *first, size_t limit)
{
    struct db_op *op, *next;
    struct keys keys = { 0 };
    size_t n = 1;
    is_apart(&keys, first);
    for (op = TAILQ_FIRST(&l->waiting); op && n < limit; op = next) {
        next = TAILQ_NEXT(op, link);
        if (op->sql != first->sql || op->alone || !is_apart(&keys, op))
            continue;
        move_to_sent(l, op);
        op->is_follower = op->answered = true;
        n++;
    }
    return n;
}

/* The next statement, for at most limit ops; how many it was for, 0 if the connection broke. */
static size_t send_next(struct lane *l, size_t limit)
{
    size_t n = 1;
    struct db_op *op = TAILQ_FIRST(&l->waiting);
    move_to_sent(l, op);
    if (op_is_set(op))
        n = gather(l, op, limit);
    bool ok = op_is_set(op) ? set_send(l->conn, op, n) : op_send(l->conn, op);
    return ok ? n : 0;
}

static bool send_sync(struct lane *l)
{
    l->syncs++;
    TAILQ_LAST(&l->sent, op_list)->closes = true;
    return PQpipelineSync(l->conn);
}

/* What has a transaction of its own, as far as the pipeline has room. */
static bool send_alone(struct lane *l)
{
    struct db_op *op;
    bool ok = true;
    while (ok && l->syncs < READS_IN_FLIGHT && (op = TAILQ_FIRST(&l->waiting)) && op_is_alone(op))
        ok = send_next(l, op->alone ? 1 : l->cfg.batch_max) > 0 && send_sync(l);
    return ok;
}

static bool send_batch(struct lane *l)
{
    struct db_op *op;
    size_t n = 0, more = 1;
    while (more > 0 && n < l->cfg.batch_max && (op = TAILQ_FIRST(&l->waiting)) && !op_is_alone(op))
        n += more = send_next(l, l->cfg.batch_max - n);
    return more > 0 && send_sync(l);
}

void lane_send(struct lane *l)
{
    struct db_op *op;
    if (l->state != LANE_READY || !(op = TAILQ_FIRST(&l->waiting)))
        return;
    bool alone = op_is_alone(op);
    if (l->syncs >= (alone ? READS_IN_FLIGHT : BATCHES_IN_FLIGHT))
        return;
    if (alone ? send_alone(l) : send_batch(l))
        lane_flush(l);
    else
        lane_fail(l);
}

bool lane_put(struct lane *l, struct db_op *op)
{
    if (l->waiting_count >= l->cfg.queue_max)
        return false;
    op->lane = l;
    talloc_steal(l, op);
    TAILQ_INSERT_TAIL(&l->waiting, op, link);
    l->waiting_count++;
    return true;
}

bool lane_abandon(struct db_op *op)
{
    op->done = NULL;
    if (op->sent)
        return false;
    struct lane *l = op->lane;
    TAILQ_REMOVE(&l->waiting, op, link);
    l->waiting_count--;
    bool never_sent = op->tries == 0;
    talloc_free(op);
    return never_sent;
}

/* ---- life ----------------------------------------------------------------------------------------- */

struct lane *lane_new(void *ctx, const struct lane_config *cfg)
{
    struct lane *l = talloc_zero(ctx, struct lane);
    l->cfg = *cfg;
    TAILQ_INIT(&l->waiting);
    TAILQ_INIT(&l->sent);
    l->connect_ms = hosts_patience_ms(cfg->conninfo);
    uv_timer_init(cfg->loop, &l->watch);
    l->watch.data = l;
    uv_timer_start(&l->watch, lane_on_watch, WATCH_MS, WATCH_MS);
    lane_connect(l);
    return l;
}

bool lane_ready(const struct lane *l)
{
    return l->state == LANE_READY;
}

void lane_close(struct lane *l)
{
    lane_disconnect(l);
    uv_close((uv_handle_t *)&l->watch, NULL);
}

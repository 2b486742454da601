/* db_lane.c — see db_lane.h. How it works:
 *
 *   waiting ──lane_send──> sent ──answers, in order──> op_finish
 *      ^                    │
 *      └──── connection lost, batch rolled back: taken back, order kept
 *
 * A read is its own transaction: one Sync each. Writes share one: statements, one Sync, and the next batch
 * waits for its answer. `solo` ops after a failed batch get a Sync each, so only the guilty one fails. */
#include "db_lane.h"

#include <string.h>
#include <talloc.h>

#include "clock.h"
#include "metrics.h"

enum { TRIES_MAX = 3, WATCH_MS = 200, READS_IN_FLIGHT = 64 };

bool lane_is_write(const struct lane *l)
{
    return l->cfg.kind == SQL_WRITE;
}

static bool one_per_transaction(const struct lane *l)
{
    return !lane_is_write(l) || l->solo > 0;
}

/* ---- the end of an op ----------------------------------------------------------------------------- */

static const char *sqlstate(const PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    return state ? state : "";
}

static bool is_of_class(const PGresult *res, const char *const *classes)
{
    for (; *classes; classes++)
        if (strncmp(sqlstate(res), *classes, strlen(*classes)) == 0)
            return true;
    return false;
}

/* Class 23: a constraint. Out of room, going down, time-out, I/O, read-only: not applied, may work later. */
static int code_of(const PGresult *res)
{
    static const char *const constraints[] = { "23", NULL };
    static const char *const passing[] = { "08", "25006", "40", "53", "55", "57", "58", NULL };
    if (is_of_class(res, constraints))
        return E_CONFLICT;
    return is_of_class(res, passing) ? E_BUSY : E_DB;
}

/* Nothing is wrong with the statement: a serialization failure, a deadlock, or the server going down or short
 * of room; sent again it may succeed. */
static bool is_retryable(const PGresult *res)
{
    static const char *const classes[] = { "40", "57P", NULL };
    return is_of_class(res, classes);
}

static bool is_good(const PGresult *res)
{
    ExecStatusType s = PQresultStatus(res);
    return s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK;
}

static int rows_free(struct db_rows *r)
{
    PQclear(r->res);
    return 0;
}

static void op_finish(struct db_op *op, int rc, const char *text)
{
    struct db_rows *rows = NULL;
    if (op->latency)
        metric_observe_us(op->latency, clock_steady_us() - op->queued_us);
    if (op->done && rc == 0) {
        rows = talloc_zero(NULL, struct db_rows);
        rows->res = op->result;
        op->result = NULL;
        talloc_set_destructor(rows, rows_free);
    }
    if (op->done)
        op->done(op->arg, rc, text, rows);
    else if (rc == 0 && op->lane->cfg.on_orphan)
        op->lane->cfg.on_orphan(op->lane->cfg.arg);
    PQclear(op->result);
    talloc_free(op);
}

static void op_requeue(struct db_op *op)
{
    PQclear(op->result);
    op->result = NULL;
    op->sent = op->answered = op->closes = false;
    TAILQ_INSERT_HEAD(&op->lane->waiting, op, link);
    op->lane->waiting_count++;
}

void lane_take_back(struct lane *l, const char *why)
{
    struct db_op *op;
    l->solo = 0;
    while ((op = TAILQ_LAST(&l->sent, op_list))) {
        TAILQ_REMOVE(&l->sent, op, link);
        if (!op->done || ++op->tries >= TRIES_MAX) {
            op_finish(op, E_UNKNOWN, why);
            continue;
        }
        op_requeue(op);
        l->solo++;
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
    if (l->solo > 0)
        l->solo--;
    if (why && is_retryable(why) && op->done && ++op->tries < TRIES_MAX)
        op_requeue(op);
    else
        op_finish(op, why ? code_of(why) : 0, why ? explain(op, why, text, sizeof text) : NULL);
}

/* A sync point was answered: the transaction up to it is decided. */
static void synced(struct lane *l)
{
    struct db_op *op, *bad = NULL;
    size_t in_batch = 0;
    l->syncs--;
    TAILQ_FOREACH (op, &l->sent, link) {
        in_batch++;
        if (!bad && !is_good(op->result))
            bad = op;
        if (op->closes)
            break;
    }
    const PGresult *why = l->commit_error ? l->commit_error : bad ? bad->result : NULL;
    if (why && in_batch > 1)
        lane_take_back(l, "transaction rolled back too often");
    else
        while (in_batch-- > 0)
            finish_first(l, why);
    PQclear(l->commit_error);
    l->commit_error = NULL;
}

static void take_result(struct lane *l, PGresult *res)
{
    struct db_op *op = reading(l);
    if (!res) { /* end of one statement's results */
        if (op)
            op->answered = true;
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

static bool send_op(struct lane *l)
{
    struct db_op *op = TAILQ_FIRST(&l->waiting);
    TAILQ_REMOVE(&l->waiting, op, link);
    l->waiting_count--;
    TAILQ_INSERT_TAIL(&l->sent, op, link);
    op->sent = true;
    op->sent_at = uv_now(l->cfg.loop);
    return PQsendQueryPrepared(l->conn, op->sql->name, op->argc, op->values, op->lengths, op->formats, 0);
}

static bool send_sync(struct lane *l)
{
    l->syncs++;
    TAILQ_LAST(&l->sent, op_list)->closes = true;
    return PQpipelineSync(l->conn);
}

static size_t send_limit(const struct lane *l)
{
    if (lane_is_write(l))
        return l->syncs > 0 ? 0 : l->solo > 0 ? l->solo : l->cfg.batch_max; /* one transaction at a time */
    return l->syncs < READS_IN_FLIGHT ? READS_IN_FLIGHT - l->syncs : 0;
}

void lane_send(struct lane *l)
{
    size_t limit = l->state == LANE_READY ? send_limit(l) : 0, n = 0;
    bool ok = true, alone = one_per_transaction(l);
    for (; ok && n < limit && !TAILQ_EMPTY(&l->waiting); n++)
        ok = send_op(l) && (!alone || send_sync(l));
    if (n == 0)
        return;
    if (ok && !alone)
        ok = send_sync(l);
    if (ok)
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
    if (l->solo > 0 && op->tries > 0)
        l->solo--;
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

/* db_lane.c — see db_lane.h. How it works:
 *
 *   waiting ──lane_send──> sent ──answers, in order──> op_finish
 *      ^                    │
 *      └──── connection lost, batch rolled back: taken back, order kept
 *
 * A read is its own transaction: one Sync each. Writes share one: statements, one Sync, and the next batch waits for
 * its answer. `solo` ops after a failed batch get a Sync each, so only the guilty one fails. */
#include "db_lane.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "clock.h"
#include "log.h"
#include "metrics.h"

enum { TRIES_MAX = 3, WATCH_MS = 200, STUCK_MS = 8000, READS_IN_FLIGHT = 64 };

enum lane_state {
    LANE_DOWN,       /* no connection; the watch timer opens one */
    LANE_CONNECTING, /* PQconnectPoll until done */
    LANE_PREPARING,  /* one PREPARE per statement sent, answers awaited */
    LANE_READY       /* sends and receives */
};

struct lane {
    struct lane_config cfg;
    enum lane_state state;
    PGconn *conn;
    uv_poll_t *poll; /* of conn's socket; freed in its close callback */
    int watched;     /* events asked of poll */
    uv_timer_t watch;
    struct op_list waiting, sent;
    size_t waiting_count;
    unsigned syncs;         /* sync points sent and not yet answered */
    unsigned solo;          /* this many waiting or sent ops each get their own transaction */
    PGresult *commit_error; /* the transaction failed at COMMIT, not in a statement */
    uint64_t since;         /* uv_now() of the last change of state */
    bool was_down;          /* log each outage once */
};

static void lane_connect(struct lane *l);
static void lane_drop(struct lane *l, const char *why);
static void on_socket(uv_poll_t *poll, int status, int events);

static bool is_write(const struct lane *l)
{
    return l->cfg.kind == SQL_WRITE;
}

static bool one_per_transaction(const struct lane *l)
{
    return !is_write(l) || l->solo > 0;
}

/* ---- the end of an op ----------------------------------------------------------------------------- */

static const char *sqlstate(const PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    return state ? state : "";
}

static int code_of(const PGresult *res)
{
    return strncmp(sqlstate(res), "23", 2) == 0 ? E_CONFLICT : E_DB;
}

/* Nothing is wrong with the statement: a serialization failure, a deadlock, or the server going down or short of
 * room; sent again it may succeed. */
static bool is_retryable(const PGresult *res)
{
    const char *state = sqlstate(res);
    return strncmp(state, "40", 2) == 0 || strncmp(state, "57P", 3) == 0;
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
    PQclear(op->result);
    talloc_free(op);
}

static void op_requeue(struct db_op *op)
{
    PQclear(op->result);
    op->result = NULL;
    op->sent = op->answered = false;
    TAILQ_INSERT_HEAD(&op->lane->waiting, op, link);
    op->lane->waiting_count++;
}

/* Every sent op goes back to the head of the waiting queue, order kept. Returns how many. */
static unsigned take_back(struct lane *l, const char *why)
{
    unsigned n = 0;
    struct db_op *op;
    while ((op = TAILQ_LAST(&l->sent, op_list))) {
        TAILQ_REMOVE(&l->sent, op, link);
        if (!op->done || ++op->tries >= TRIES_MAX) {
            op_finish(op, E_UNKNOWN, why);
            continue;
        }
        op_requeue(op);
        n++;
    }
    return n;
}

/* ---- connection ----------------------------------------------------------------------------------- */

static void enter(struct lane *l, enum lane_state state)
{
    l->state = state;
    l->since = uv_now(l->cfg.loop);
}

static void on_poll_closed(uv_handle_t *h)
{
    free(h);
}

static void unwatch(struct lane *l)
{
    if (l->poll)
        uv_close((uv_handle_t *)l->poll, on_poll_closed);
    l->poll = NULL;
    l->watched = 0;
}

/* (Re)watch the socket; PQconnectPoll may have changed it. */
static void watch(struct lane *l, int events)
{
    uv_os_fd_t old = -1;
    if (l->poll && uv_fileno((uv_handle_t *)l->poll, &old) == 0 && old != PQsocket(l->conn))
        unwatch(l);
    if (!l->poll) {
        l->poll = calloc(1, sizeof *l->poll);
        ASSERT(l->poll && uv_poll_init(l->cfg.loop, l->poll, PQsocket(l->conn)) == 0);
        l->poll->data = l;
    }
    if (l->watched != events)
        uv_poll_start(l->poll, events, on_socket);
    l->watched = events;
}

static void disconnect(struct lane *l)
{
    unwatch(l);
    PQfinish(l->conn);
    l->conn = NULL;
    PQclear(l->commit_error);
    l->commit_error = NULL;
    l->syncs = 0;
    enter(l, LANE_DOWN);
}

static void lane_drop(struct lane *l, const char *why)
{
    char reason[256];
    snprintf(reason, sizeof reason, "%s", why);
    reason[strcspn(reason, "\n")] = '\0';
    if (!l->was_down)
        log_warn("db_lane_down", LOG_S("lane", is_write(l) ? "write" : "read"), LOG_S("why", reason));
    l->was_down = true;
    disconnect(l);
    l->solo = take_back(l, "connection lost too often"); /* outcome unknown: one by one; writes are idempotent */
}

static void lane_fail(struct lane *l)
{
    lane_drop(l, l->conn ? PQerrorMessage(l->conn) : "out of memory");
}

/* While there is no store, what waits must not wait for ever: its task's deadline withdraws it (lane_abandon). */
static void on_watch(uv_timer_t *timer)
{
    struct lane *l = timer->data;
    struct db_op *oldest = TAILQ_FIRST(&l->sent);
    uint64_t now = uv_now(l->cfg.loop);
    if (l->state == LANE_DOWN)
        lane_connect(l);
    else if (l->state != LANE_READY && l->since + STUCK_MS < now)
        lane_drop(l, "connecting takes too long");
    else if (oldest && oldest->sent_at + STUCK_MS < now)
        lane_drop(l, "no answer");
}

/* Send what libpq has buffered and watch for what it still needs. */
static void flush(struct lane *l)
{
    int rest = PQflush(l->conn);
    if (rest < 0)
        lane_fail(l);
    else
        watch(l, UV_READABLE | (rest ? UV_WRITABLE : 0));
}

static bool send_prepares(struct lane *l)
{
    for (const struct sql *const *const *table = l->cfg.tables; *table; table++)
        for (const struct sql *const *s = *table; *s; s++)
            if ((*s)->kind == l->cfg.kind && !PQsendPrepare(l->conn, (*s)->name, (*s)->text, 0, NULL))
                return false;
    return PQpipelineSync(l->conn);
}

static void prepare_all(struct lane *l)
{
    enter(l, LANE_PREPARING);
    PQsetnonblocking(l->conn, 1);
    l->syncs = 1;
    if (PQenterPipelineMode(l->conn) && send_prepares(l))
        flush(l);
    else
        lane_fail(l);
}

static void receive_prepared(struct lane *l)
{
    while (l->syncs > 0 && !PQisBusy(l->conn)) {
        PGresult *res = PQgetResult(l->conn);
        if (PQstatus(l->conn) == CONNECTION_BAD) {
            PQclear(res);
            lane_fail(l);
            return;
        }
        if (res && PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
            l->syncs--;
        } else if (res && PQresultStatus(res) == PGRES_FATAL_ERROR) {
            log_error("schema_does_not_fit", LOG_S("why", PQresultErrorMessage(res)));
            exit(3);
        }
        PQclear(res);
    }
    if (l->syncs > 0)
        return;
    enter(l, LANE_READY);
    if (l->was_down)
        log_info("db_lane_up", LOG_S("lane", is_write(l) ? "write" : "read"));
    l->was_down = false;
    if (l->cfg.on_ready)
        l->cfg.on_ready(l->cfg.on_ready_arg);
}

static void connecting(struct lane *l)
{
    switch (PQconnectPoll(l->conn)) {
    case PGRES_POLLING_READING: watch(l, UV_READABLE); break;
    case PGRES_POLLING_WRITING: watch(l, UV_WRITABLE); break;
    case PGRES_POLLING_OK: prepare_all(l); break;
    default: lane_fail(l);
    }
}

static void lane_connect(struct lane *l)
{
    l->conn = PQconnectStart(l->cfg.conninfo);
    if (!l->conn || PQstatus(l->conn) == CONNECTION_BAD) {
        lane_fail(l);
        return;
    }
    enter(l, LANE_CONNECTING);
    watch(l, UV_WRITABLE);
}

/* ---- answers -------------------------------------------------------------------------------------- */

/* The op whose results come next; NULL at a sync point. */
static struct db_op *reading(struct lane *l)
{
    struct db_op *op;
    TAILQ_FOREACH(op, &l->sent, link) {
        if (!op->answered)
            return op;
        if (one_per_transaction(l))
            return NULL;
    }
    return NULL;
}

static void finish_first(struct lane *l, const PGresult *why)
{
    struct db_op *op = TAILQ_FIRST(&l->sent);
    TAILQ_REMOVE(&l->sent, op, link);
    if (l->solo > 0)
        l->solo--;
    if (why && is_retryable(why) && op->done && ++op->tries < TRIES_MAX)
        op_requeue(op);
    else
        op_finish(op, why ? code_of(why) : 0, why ? PQresultErrorMessage(why) : NULL);
}

/* A sync point was answered: the transaction up to it is decided. */
static void synced(struct lane *l)
{
    struct db_op *op, *bad = NULL;
    size_t in_batch = 0;
    l->syncs--;
    TAILQ_FOREACH(op, &l->sent, link) {
        in_batch++;
        if (!bad && !is_good(op->result))
            bad = op;
        if (one_per_transaction(l))
            break;
    }
    const PGresult *why = l->commit_error ? l->commit_error : bad ? bad->result : NULL;
    if (why && in_batch > 1)
        l->solo = take_back(l, "transaction rolled back too often");
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

static void receive(struct lane *l)
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

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct lane *l = poll->data;
    if (status < 0) {
        lane_fail(l);
        return;
    }
    if (l->state == LANE_CONNECTING) {
        connecting(l);
        return;
    }
    if ((events & UV_READABLE) && !PQconsumeInput(l->conn)) {
        lane_fail(l);
        return;
    }
    if (l->state == LANE_PREPARING)
        receive_prepared(l);
    else
        receive(l);
    if (l->state >= LANE_PREPARING)
        flush(l);
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
    return PQpipelineSync(l->conn);
}

static size_t send_limit(const struct lane *l)
{
    if (is_write(l))
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
        flush(l);
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
    uv_timer_start(&l->watch, on_watch, WATCH_MS, WATCH_MS);
    lane_connect(l);
    return l;
}

bool lane_ready(const struct lane *l)
{
    return l->state == LANE_READY;
}

void lane_close(struct lane *l)
{
    disconnect(l);
    uv_close((uv_handle_t *)&l->watch, NULL);
}

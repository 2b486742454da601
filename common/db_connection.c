/* db_connection.c — see db_lane.h: the socket of a lane, from nothing to ready and back.
 *
 *   DOWN ──timer──> CONNECTING ──> PREPARING ──> READY
 *    ^───────────────── whatever goes wrong ───────┘   */
#include <stdlib.h>
#include <string.h>

#include "db_hosts.h"
#include "db_lane.h"
#include "log.h"

enum { STUCK_MS = 8000, GONE_MS = 600 }; /* a person is told within a second that the store is gone */

static void on_socket(uv_poll_t *poll, int status, int events);

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

void lane_disconnect(struct lane *l)
{
    unwatch(l);
    PQfinish(l->conn);
    l->conn = NULL;
    PQclear(l->commit_error);
    l->commit_error = NULL;
    l->syncs = 0;
    enter(l, LANE_DOWN);
}

static void drop(struct lane *l, const char *why)
{
    char reason[256];
    snprintf(reason, sizeof reason, "%s", why);
    reason[strcspn(reason, "\n")] = '\0';
    if (!l->was_down)
        log_warn("db_lane_down", LOG_S("lane", lane_is_write(l) ? "write" : "read"), LOG_S("why", reason));
    if (!l->was_down)
        l->down_since = uv_now(l->cfg.loop);
    l->was_down = true;
    lane_disconnect(l);
    lane_take_back(l, "connection lost too often");
}

void lane_fail(struct lane *l)
{
    drop(l, l->conn ? PQerrorMessage(l->conn) : "out of memory");
}

/* The host says neither yes nor no. Another one may have taken its place. */
static void give_up(struct lane *l, const char *why)
{
    l->turn++;
    drop(l, why);
}

static uint64_t patience_ms(const struct lane *l)
{
    return l->state == LANE_CONNECTING && l->connect_ms ? l->connect_ms : STUCK_MS;
}

/* While there is no store, what waits must not wait for ever: its task's deadline withdraws it
 * (lane_abandon). Events and jobs have the time for that, people have not. */
void lane_on_watch(uv_timer_t *timer)
{
    struct lane *l = timer->data;
    struct db_op *oldest = TAILQ_FIRST(&l->sent);
    uint64_t now = uv_now(l->cfg.loop);
    if (l->was_down && l->down_since + GONE_MS < now)
        lane_tell_awaited(l, "the store is gone");
    if (l->state == LANE_DOWN)
        lane_connect(l);
    else if (l->state != LANE_READY && l->since + patience_ms(l) < now)
        give_up(l, "connecting takes too long");
    else if (oldest && oldest->sent_at + STUCK_MS < now)
        give_up(l, "no answer");
}

void lane_flush(struct lane *l)
{
    int rest = PQflush(l->conn);
    if (rest < 0)
        lane_fail(l);
    else
        watch(l, UV_READABLE | (rest ? UV_WRITABLE : 0));
}

/* Writes find their rows by key, however small a table was when the statement was planned, and are planned
 * once: a plan made for an empty table would read the whole of it a thousand times a second when it has
 * grown. */
static const char BY_KEY[] =
    "SELECT set_config(name, value, false) FROM (VALUES ('plan_cache_mode', 'force_generic_plan'),"
    " ('enable_seqscan', 'off'))"
    " AS s(name, value)";

static bool send_listen(struct lane *l)
{
    char text[64];
    snprintf(text, sizeof text, "LISTEN %s", l->cfg.channel);
    return PQsendQueryParams(l->conn, text, 0, NULL, NULL, NULL, NULL, 0);
}

static bool send_prepares(struct lane *l)
{
    if (l->cfg.writes && !PQsendQueryParams(l->conn, BY_KEY, 0, NULL, NULL, NULL, NULL, 0))
        return false;
    for (const struct sql *const *const *table = l->cfg.tables; *table; table++)
        for (const struct sql *const *s = *table; *s; s++)
            if (sql_writes(*s) == l->cfg.writes && !PQsendPrepare(l->conn, (*s)->name, (*s)->text, 0, NULL))
                return false;
    if (l->cfg.channel && !send_listen(l))
        return false;
    return PQpipelineSync(l->conn);
}

static void prepare_all(struct lane *l)
{
    enter(l, LANE_PREPARING);
    PQsetnonblocking(l->conn, 1);
    l->syncs = 1;
    l->prepared = 0;
    if (PQenterPipelineMode(l->conn) && send_prepares(l))
        lane_flush(l);
    else
        lane_fail(l);
}

/* The n-th statement of this lane's kind. */
static const char *statement_name(const struct lane *l, unsigned n)
{
    for (const struct sql *const *const *table = l->cfg.tables; *table; table++)
        for (const struct sql *const *s = *table; *s; s++)
            if (sql_writes(*s) == l->cfg.writes && n-- == 0)
                return (*s)->name;
    return "";
}

/* False: the connection broke. A statement the schema has no place for ends the process: it would fail for
 * ever. */
static bool take_prepared(struct lane *l, const PGresult *res)
{
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    if (!res)
        return true;
    if (PQresultStatus(res) == PGRES_PIPELINE_SYNC)
        l->syncs--;
    else if (PQresultStatus(res) == PGRES_COMMAND_OK)
        l->prepared++;
    else if (PQresultStatus(res) == PGRES_TUPLES_OK) /* BY_KEY */
        return true;
    else if (state && strncmp(state, "42", 2) == 0) {
        log_error("schema_does_not_fit", LOG_S("statement", statement_name(l, l->prepared)),
                  LOG_S("why", PQresultErrorMessage(res)));
        exit(3);
    } else
        return false;
    return true;
}

static void prepared_all(struct lane *l)
{
    enter(l, LANE_READY);
    if (l->was_down)
        log_info("db_lane_up", LOG_S("lane", lane_is_write(l) ? "write" : "read"));
    l->was_down = false;
    if (l->cfg.on_ready)
        l->cfg.on_ready(l->cfg.arg);
}

static void receive_prepared(struct lane *l)
{
    while (l->syncs > 0 && !PQisBusy(l->conn)) {
        PGresult *res = PQgetResult(l->conn);
        bool ok = PQstatus(l->conn) == CONNECTION_OK && take_prepared(l, res);
        PQclear(res);
        if (!ok) {
            lane_fail(l);
            return;
        }
    }
    if (l->syncs == 0)
        prepared_all(l);
}

/* Refused by one host libpq goes on to the next, often with a socket of the same number. */
static void connecting(struct lane *l)
{
    l->watched = 0;
    switch (PQconnectPoll(l->conn)) {
    case PGRES_POLLING_READING: watch(l, UV_READABLE); break;
    case PGRES_POLLING_WRITING: watch(l, UV_WRITABLE); break;
    case PGRES_POLLING_OK: prepare_all(l); break;
    default: lane_fail(l);
    }
}

static void take_notices(struct lane *l)
{
    PGnotify *n;
    while ((n = PQnotifies(l->conn))) {
        l->cfg.on_notice(l->cfg.arg, n->extra);
        PQfreemem(n);
    }
}

void lane_connect(struct lane *l)
{
    l->conn = hosts_connect_start(l->cfg.conninfo, l->turn);
    if (!l->conn || PQstatus(l->conn) == CONNECTION_BAD) {
        lane_fail(l);
        return;
    }
    enter(l, LANE_CONNECTING);
    watch(l, UV_WRITABLE);
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct lane *l = poll->data;
    if (l->state == LANE_CONNECTING) { /* whatever the status: it is one host's */
        connecting(l);
        return;
    }
    if (status < 0) {
        lane_fail(l);
        return;
    }
    if ((events & UV_READABLE) && !PQconsumeInput(l->conn)) {
        lane_fail(l);
        return;
    }
    if (l->state == LANE_PREPARING)
        receive_prepared(l);
    else
        lane_receive(l);
    if (l->state < LANE_PREPARING)
        return;
    take_notices(l);
    lane_flush(l);
}

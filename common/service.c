/* service.c — see service.h. Opening is a list of parts, each one function; closing is the end of the
 * process, after the drain: everything that matters is committed or not ours yet. */
#include "service.h"

#include <string.h>
#include <talloc.h>

#include "admin.h"
#include "auth.h"
#include "blob.h"
#include "bus.h"
#include "clock.h"
#include "crypt.h"
#include "http_client.h"
#include "live.h"
#include "log.h"
#include "outbox.h"
#include "prune.h"
#include "redis.h"
#include "service_params.h"
#include "service_statements.h"

struct server {
    const struct service *service;
    struct service_config cfg;
    uv_loop_t loop;
    struct env env;
    struct turn *turn;
    struct bus *bus;
    struct inbox *inbox;
    struct http_server *public, *private;
    struct task_pool *admin_tasks; /* a service that is full still answers its operator */
    uv_signal_t term, intr;
    uv_timer_t drain, started;
    int64_t started_ms;
    bool is_at_store; /* opening has come to the schema, not beyond */
    bool is_at_work, is_draining, is_last_word_said, has_failed;
};

static bool has(const struct server *s, enum service_part part)
{
    return (s->service->parts & part) != 0;
}

/* Also while it drains: who was let in is served. */
static bool can_serve(void *server)
{
    const struct server *s = server;
    return !has(s, PART_STORE) || (db_ready(s->env.db) && outbox_ready(s->env.outbox));
}

static bool is_ready(void *server)
{
    const struct server *s = server;
    return !s->is_draining && can_serve(server) && (s->is_at_work || !s->env.jobs);
}

/* ---- opening -------------------------------------------------------------------------------------- */

enum { ADMIN_TASKS_MAX = 64, LAST_WORD_MS = 500 };

static const struct listener no_listeners[] = { { 0 } };
static const struct job_kind no_jobs[] = { { 0 } };
static const struct http_route no_routes[] = { { 0 } };
static const struct schema_file no_schema[] = { { 0 } };

/* Both ends of a connection over TCP learn within seconds that the other one is gone without a word: a
 * session that outlives its service would go on holding its lane and its rows. Unix sockets know no such
 * thing. */
#define TCP_CLIENT \
    "connect_timeout=5 keepalives_idle=5 keepalives_interval=2 keepalives_count=3 tcp_user_timeout=10000"
#define TCP_SERVER \
    " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=10000"

static int open_store(struct server *s, struct err *err)
{
    const struct service *svc = s->service;
    const char *conninfo =
        talloc_asprintf(s,
                        TCP_CLIENT " %s application_name='%s' options='-c synchronous_commit=on"
                                   " -c statement_timeout=%lld -c jit=off" TCP_SERVER "'",
                        s->cfg.database, svc->name, (long long)s->cfg.db_statement_ms);
    struct db_config cfg = { conninfo, s->cfg.db_read_lanes, s->cfg.db_batch_max, s->cfg.db_queue_max,
                             has(s, PART_LIVE) ? LIVE_CHANNEL : NULL };
    s->is_at_store = true;
    TRY(schema_apply(conninfo, skeleton_schema, svc->schema ? svc->schema : no_schema,
                     (unsigned)s->cfg.db_wait_ms, err));
    s->is_at_store = false;
    s->env.db = db_open(s, &s->loop, &cfg, service_statements(s, svc));
    return 0;
}

static bool take_envelope(void *server, const struct bus_from *from, const Motcua__Envelope *e, void *owner)
{
    return inbox_on_envelope(((struct server *)server)->inbox, from, e, owner);
}

static void take_ack(void *server, const char *by_service, const struct id *id)
{
    outbox_on_ack(((struct server *)server)->env.outbox, by_service, id);
}

static void take_refusal(void *server, const struct id *id, Motcua__Refused why, unsigned retry_ms)
{
    outbox_on_refusal(((struct server *)server)->env.outbox, id, why, retry_ms);
}

static void take_joined(void *server, const char *service)
{
    outbox_on_joined(((struct server *)server)->env.outbox, service);
}

static int open_messages(struct server *s, struct err *err)
{
    const struct service *svc = s->service;
    struct bus_config cfg = { svc->name, s->env.replica, s->cfg.brokers, s->cfg.keys_dir, s->cfg.bus_credit };
    const struct job_kind *kinds[] = { svc->jobs ? svc->jobs : no_jobs, prune_jobs,
                                       svc->ledgers ? ledger_jobs : no_jobs, NULL };
    TRY(bus_open(s, &s->loop, &cfg, &s->bus, err));
    s->env.outbox = outbox_open(s, &s->loop, svc->name, s->env.db, s->bus);
    s->inbox = inbox_open(s, &s->env, s->bus, svc->listeners ? svc->listeners : no_listeners);
    s->env.ledgers = ledgers_open(s, &s->env, svc->ledgers, s->cfg.ledgers_every_s * 1000);
    s->env.jobs = jobs_open(s, &s->env, kinds);
    turn_source(s->turn, bus_receive, bus_has_more, s->bus);
    turn_sink(s->turn, jobs_flush, s->env.jobs);
    return 0;
}

static void flush_store(void *db)
{
    db_flush(db);
}

static int open_auth(struct server *s, struct err *err)
{
    char *operator_token;
    TRY(crypt_read_secret(s, s->cfg.operator_token_file, &operator_token, err));
    return auth_open(s, s->cfg.token_keys, operator_token, &s->env.auth, err);
}

static int open_public(struct server *s, struct err *err)
{
    const struct http_route own_openapi[] = {
        { "GET", talloc_asprintf(s, "/api/%s/openapi.json", s->service->name), admin_probes[3].handle,
          HTTP_PUBLIC, 0, 0, 0 },
        { 0 },
    };
    const struct http_route *tables[] = { s->service->routes,
                                          talloc_memdup(s, own_openapi, sizeof own_openapi), NULL };
    struct http_config cfg = { s->cfg.listen,          s->cfg.files_dir,
                               s->cfg.connections_max, (unsigned)s->cfg.request_ms,
                               s->env.tasks,           has(s, PART_STORE) };
    TRY(http_open(s, &s->env, &cfg, tables, can_serve, s, &s->public, err));
    turn_source(s->turn, http_receive, http_has_more, s->public);
    return 0;
}

static void run_admin_tasks(void *pool)
{
    task_pool_run(pool);
}

static bool never(void *unused)
{
    (void)unused;
    return false;
}

static int open_private(struct server *s, struct err *err)
{
    const struct http_route *tables[] = { admin_probes, has(s, PART_STORE) ? admin_messages : no_routes,
                                          has(s, PART_STORE) ? ledger_routes : no_routes,
                                          s->service->admin_routes ? s->service->admin_routes : no_routes,
                                          NULL };
    const struct admin_sources from = {
        is_ready, s, s->bus, s->inbox, s->service->trace, s->service->openapi
    };
    struct http_config cfg = { s->cfg.admin_listen, NULL, 256, 60000, s->admin_tasks, false };
    s->env.admin = admin_new(s, &from);
    TRY(http_open(s, &s->env, &cfg, tables, can_serve, s, &s->private, err));
    turn_source(s->turn, http_receive, http_has_more, s->private);
    turn_source(s->turn, run_admin_tasks, never, s->admin_tasks);
    return 0;
}

static int open_own(struct server *s, struct err *err)
{
    if (!s->service->open)
        return 0;
    s->env.state = s->service->open(s, &s->env, s->turn, err);
    return s->env.state ? 0 : err->code;
}

static int open_all(struct server *s, struct err *err)
{
    s->env.tasks = task_pool_new(s, &s->loop, (unsigned)s->cfg.tasks_max, &s->env);
    s->admin_tasks = task_pool_new(s, &s->loop, ADMIN_TASKS_MAX, &s->env);
    s->turn = turn_open(s, &s->loop, s->env.tasks);
    TRY(open_auth(s, err));
    if (has(s, PART_STORE)) {
        TRY(open_store(s, err));
        TRY(open_messages(s, err));
    }
    if (has(s, PART_LIVE))
        s->env.live = live_open(s, &s->env, s->cfg.streams_max);
    if (has(s, PART_REDIS)) {
        struct redis_config cfg = { s->cfg.redis, s->cfg.redis_patience_ms };
        s->env.redis = redis_open(s, &s->loop, &cfg);
    }
    if (has(s, PART_CLIENT))
        s->env.http_client = http_client_open(s, &s->loop);
    if (has(s, PART_FILES))
        TRY(blobs_open(s, s->cfg.files_dir, &s->env.blobs, err));
    TRY(open_own(s, err));
    if (has(s, PART_HTTP))
        TRY(open_public(s, err));
    TRY(open_private(s, err));
    if (s->env.db)
        turn_sink(s->turn, flush_store, s->env.db);
    if (s->bus)
        turn_sink(s->turn, bus_flush, s->bus);
    return 0;
}

/* ---- running and draining ------------------------------------------------------------------------- */

static unsigned tasks_count(const struct server *s)
{
    return task_pool_count(s->env.tasks) + task_pool_count(s->admin_tasks);
}

/* Nothing is at work, and every answer has left. */
static bool is_drained(const struct server *s)
{
    bool is_silent = http_is_idle(s->private) && (!s->public || http_is_idle(s->public));
    return tasks_count(s) == 0 && (is_silent || s->is_last_word_said);
}

/* Events and jobs save, and a save needs a lane: they come when there is one. So do callers: one who is let
 * in earlier is sent away with an upload half told, which nginx cannot tell another replica. */
static void go_to_work(struct server *s)
{
    const struct bus_listener listener = { take_envelope, take_ack, take_refusal, take_joined, s };
    struct err err = { 0 };
    if (s->public && http_listen(s->public, &err) != 0) {
        log_error("cannot_start", LOG_S("why", err.text));
        s->has_failed = true;
        uv_stop(&s->loop);
        return;
    }
    s->is_at_work = true;
    bus_listen(s->bus, &listener);
    jobs_start(s->env.jobs);
    log_info("ready", LOG_I("after_ms", clock_steady_ms() - s->started_ms));
}

static void on_turn_end(void *server)
{
    struct server *s = server;
    if (!s->is_at_work && s->env.jobs && !s->is_draining && can_serve(s))
        go_to_work(s);
    if (s->is_draining && is_drained(s))
        uv_stop(&s->loop);
}

static void on_last_word(uv_timer_t *timer)
{
    ((struct server *)timer->data)->is_last_word_said = true;
}

/* Who waits is told now, and has a moment to hear it. */
static void on_drain_over(uv_timer_t *timer)
{
    struct server *s = timer->data;
    log_warn("drain_cut_short", LOG_I("tasks", tasks_count(s)));
    task_pool_stop(s->env.tasks);
    task_pool_stop(s->admin_tasks);
    uv_timer_start(&s->drain, on_last_word, LAST_WORD_MS, 0);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct server *s = signal->data;
    if (s->is_draining)
        return;
    s->is_draining = true;
    log_info("draining", LOG_I("signal", number), LOG_I("tasks", tasks_count(s)));
    if (s->public)
        http_quiesce(s->public);
    if (s->env.live)
        live_end(s->env.live);
    if (s->env.jobs)
        jobs_stop(s->env.jobs);
    if (s->bus)
        bus_say_bye(s->bus);
    uv_timer_start(&s->drain, on_drain_over, (uint64_t)s->cfg.drain_ms, 0);
}

static void watch_signal(struct server *s, uv_signal_t *signal, int number)
{
    uv_signal_init(&s->loop, signal);
    signal->data = s;
    uv_signal_start(signal, on_signal, number);
}

static void close_all(struct server *s)
{
    if (s->public)
        http_close(s->public);
    http_close(s->private);
    if (s->env.outbox)
        outbox_close(s->env.outbox);
    if (s->env.db)
        db_close(s->env.db);
    redis_close(s->env.redis);
    if (s->env.http_client)
        http_client_close(s->env.http_client);
    if (s->bus)
        bus_close(s->bus); /* answers that are queued leave: it lingers */
}

static void pick_replica(struct server *s)
{
    uint8_t random[6];
    random_bytes(random, sizeof random);
    s->env.replica = *s->cfg.replica ? s->cfg.replica : crypt_hex(s, random, sizeof random);
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void close_loop(struct server *s)
{
    uv_walk(&s->loop, close_handle, NULL);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    uv_loop_close(&s->loop);
}

static int serve(struct server *s)
{
    struct err err = { 0 };
    s->started_ms = clock_steady_ms();
    uv_loop_init(&s->loop);
    s->env.loop = &s->loop;
    if (open_all(s, &err) != 0) {
        log_error("cannot_start", LOG_S("why", err.text));
        return s->is_at_store ? 3 : 2;
    }
    turn_at_end(s->turn, on_turn_end, s);
    watch_signal(s, &s->term, SIGTERM);
    watch_signal(s, &s->intr, SIGINT);
    uv_timer_init(&s->loop, &s->drain);
    s->drain.data = s;
    log_info("started", LOG_S("replica", s->env.replica), LOG_S("admin", s->cfg.admin_listen));
    uv_run(&s->loop, UV_RUN_DEFAULT);
    close_all(s);
    close_loop(s);
    log_info("stopped");
    return s->has_failed ? 2 : 0;
}

int service_run(const struct service *svc, const struct service_config *cfg, const void *own)
{
    struct server *s = talloc_zero(NULL, struct server);
    s->service = svc;
    s->cfg = *cfg;
    s->env.service = svc->name;
    s->env.config = own;
    pick_replica(s);
    int rc = serve(s);
    talloc_free(s);
    return rc;
}

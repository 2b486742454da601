/* redis.c — see redis.h. One hiredis connection on the loop. hiredis 0.14 has no time-outs of its own: a task
 * that waited long enough leaves, and its answer is dropped when it comes; then nobody asks for SILENCE_MS.
 * Its libuv adapter is not used: that one overlooks a poll error, so a reset connection would never be
 * noticed. */
#include "redis.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "env.h"
#include "log.h"
#include "metrics.h"

enum { RECONNECT_MS = 500, SILENCE_MS = 500, QUEUE_MAX = 4096 };

struct redis {
    struct redis_config cfg;
    uv_loop_t *loop;
    uv_timer_t retry;
    redisAsyncContext *conn;
    bool is_up, was_down, is_closing;
    unsigned waiting;
    uint64_t silent_until; /* uv_now(): it was too slow */
    struct metric *missed;
};

struct redis_call {
    struct redis *redis;
    struct waiter *waiter; /* NULL: nobody waits any more */
    const void *ctx;       /* owner of text */
    int rc;
    int64_t number;
    char *text;
};

static void on_reply(redisAsyncContext *conn, void *reply, void *arg)
{
    (void)conn;
    const redisReply *r = reply;
    struct redis_call *c = arg;
    c->redis->waiting--;
    c->rc = r && r->type != REDIS_REPLY_ERROR ? E_OK : E_BUSY;
    if (c->waiter && c->rc == 0) {
        c->number = r->integer;
        c->text = r->type == REDIS_REPLY_STRING ? talloc_strndup(c->ctx, r->str, (size_t)r->len) : NULL;
    }
    if (c->waiter)
        waiter_done(c->waiter);
    else
        talloc_free(c);
}

static struct redis_call *send_call(struct redis *r, struct waiter *w, const void *ctx, int argc,
                                    const char **argv)
{
    if (!r || !r->is_up || r->waiting >= QUEUE_MAX)
        return NULL;
    struct redis_call *c = talloc_zero(r, struct redis_call);
    c->redis = r;
    c->waiter = w;
    c->ctx = ctx;
    if (redisAsyncCommandArgv(r->conn, on_reply, c, argc, argv, NULL) != REDIS_OK) {
        talloc_free(c);
        return NULL;
    }
    r->waiting++;
    return c;
}

static bool is_silent(const struct redis *r)
{
    return r && r->silent_until > uv_now(r->loop);
}

static int run(struct task *t, int argc, const char **argv, char **text, int64_t *number)
{
    struct redis *r = task_env(t)->redis;
    struct waiter w;
    waiter_init(&w, t);
    struct redis_call *c = is_silent(r) ? NULL : send_call(r, &w, t, argc, argv);
    int rc = c ? waiter_wait_ms(&w, (unsigned)r->cfg.patience_ms) : E_BUSY;
    if (c && rc) {
        c->waiter = NULL;
        r->silent_until = uv_now(r->loop) + SILENCE_MS;
    }
    if (rc || c->rc) {
        if (r)
            metric_add(r->missed, 1);
        if (!rc)
            talloc_free(c);
        return E_BUSY;
    }
    if (text)
        *text = c->text;
    if (number)
        *number = c->number;
    talloc_free(c);
    return 0;
}

int redis_get(struct task *t, const char *key, const char **value)
{
    char *text = NULL;
    int rc = run(t, 2, (const char *[]){ "GET", key }, &text, NULL);
    *value = text;
    return rc;
}

static const char *number_text(char out[24], int64_t v)
{
    snprintf(out, 24, "%lld", (long long)v);
    return out;
}

void redis_put(struct redis *r, const char *key, const char *value, int64_t ttl_ms)
{
    char ttl[24];
    if (is_silent(r))
        return;
    send_call(r, NULL, NULL, 5, (const char *[]){ "SET", key, value, "PX", number_text(ttl, ttl_ms) });
}

/* Also while it is too slow to be asked: it will read this before anything asked later. */
void redis_drop(struct redis *r, const char *key)
{
    send_call(r, NULL, NULL, 2, (const char *[]){ "DEL", key });
}

int redis_count(struct task *t, const char *key, int64_t window_ms, int64_t *n)
{
    static const char script[] = "local n = redis.call('INCR', KEYS[1]) "
                                 "if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n";
    char window[24];
    return run(t, 5, (const char *[]){ "EVAL", script, "1", key, number_text(window, window_ms) }, NULL, n);
}

void redis_uncount(struct redis *r, const char *key)
{
    static const char script[] = "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end";
    send_call(r, NULL, NULL, 4, (const char *[]){ "EVAL", script, "1", key });
}

/* A member counts until its score, in Redis' own time. The first line says whether anything changed. */
int redis_attend(struct task *t, const char *key, const char *member, int64_t ttl_ms, const char **members,
                 bool *changed)
{
    static const char script[] =
        "local now = redis.call('TIME') local ms = now[1] * 1000 + math.floor(now[2] / 1000) local ttl = "
        "tonumber(ARGV[2]) redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms) local n = 0 "
        "if ARGV[1] ~= '' and ttl > 0 then n = redis.call('ZADD', KEYS[1], ms + ttl, ARGV[1]) "
        "if redis.call('PTTL', KEYS[1]) < ttl then redis.call('PEXPIRE', KEYS[1], ttl) end "
        "elseif ARGV[1] ~= '' then n = redis.call('ZREM', KEYS[1], ARGV[1]) end "
        "return n .. '\\n' .. table.concat(redis.call('ZRANGE', KEYS[1], 0, -1), '\\n')";
    char ttl[24], *text = NULL;
    TRY(run(t, 6,
            (const char *[]){ "EVAL", script, "1", key, member ? member : "", number_text(ttl, ttl_ms) },
            &text, NULL));
    *changed = text && *text == '1';
    *members = text ? text + strcspn(text, "\n") + 1 : "";
    return 0;
}

/* ---- hiredis on libuv ------------------------------------------------------------------------------- */

struct watch {
    redisAsyncContext *conn;
    uv_poll_t poll;
    int events;
};

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct watch *w = poll->data;
    if (status < 0 || (events & UV_READABLE))
        redisAsyncHandleRead(w->conn); /* finds the error, if there is one; may free the connection */
    else if (events & UV_WRITABLE)
        redisAsyncHandleWrite(w->conn);
}

static void watch(struct watch *w, int events)
{
    w->events = events;
    if (events)
        uv_poll_start(&w->poll, events, on_socket);
    else
        uv_poll_stop(&w->poll);
}

static void add_read(void *w)
{
    watch(w, ((struct watch *)w)->events | UV_READABLE);
}

static void del_read(void *w)
{
    watch(w, ((struct watch *)w)->events & ~UV_READABLE);
}

static void add_write(void *w)
{
    watch(w, ((struct watch *)w)->events | UV_WRITABLE);
}

static void del_write(void *w)
{
    watch(w, ((struct watch *)w)->events & ~UV_WRITABLE);
}

static void on_closed(uv_handle_t *h)
{
    free(h->data);
}

static void unwatch(void *arg)
{
    struct watch *w = arg;
    uv_close((uv_handle_t *)&w->poll, on_closed);
}

static void attach(redisAsyncContext *conn, uv_loop_t *loop)
{
    struct watch *w = calloc(1, sizeof *w);
    ASSERT(w && uv_poll_init(loop, &w->poll, conn->c.fd) == 0);
    w->conn = conn;
    w->poll.data = w;
    conn->ev.data = w;
    conn->ev.addRead = add_read;
    conn->ev.delRead = del_read;
    conn->ev.addWrite = add_write;
    conn->ev.delWrite = del_write;
    conn->ev.cleanup = unwatch;
}

/* ---- connection ----------------------------------------------------------------------------------- */

static void down(struct redis *r, const char *why)
{
    r->is_up = false;
    r->conn = NULL; /* hiredis frees it after this callback */
    if (!r->was_down && !r->is_closing)
        log_warn("redis_down", LOG_S("why", why));
    r->was_down = true;
}

static void on_disconnect(const redisAsyncContext *conn, int status)
{
    down(conn->data, status == REDIS_OK ? "closed" : conn->errstr);
}

static void on_connect(const redisAsyncContext *conn, int status)
{
    struct redis *r = conn->data;
    if (status != REDIS_OK) {
        down(r, conn->errstr);
        return;
    }
    r->is_up = true;
    if (r->was_down)
        log_info("redis_up");
    r->was_down = false;
}

static redisAsyncContext *dial(const char *address)
{
    char host[128];
    int port;
    if (*address == '/')
        return redisAsyncConnectUnix(address);
    if (sscanf(address, "%127[^:]:%d", host, &port) != 2)
        return NULL;
    return redisAsyncConnect(host, port);
}

static void on_retry(uv_timer_t *timer)
{
    struct redis *r = timer->data;
    if (r->conn || r->is_closing)
        return;
    redisAsyncContext *conn = dial(r->cfg.address);
    if (!conn || conn->err) {
        down(r, conn ? conn->errstr : "the address is neither a path nor host:port");
        if (conn)
            redisAsyncFree(conn);
        return;
    }
    r->conn = conn;
    conn->data = r;
    attach(conn, r->loop);
    redisAsyncSetConnectCallback(conn, on_connect);
    redisAsyncSetDisconnectCallback(conn, on_disconnect);
}

struct redis *redis_open(void *ctx, uv_loop_t *loop, const struct redis_config *cfg)
{
    if (*cfg->address == '\0')
        return NULL;
    struct redis *r = talloc_zero(ctx, struct redis);
    r->cfg = *cfg;
    r->loop = loop;
    r->missed = metric_counter("motcua_redis_missed_total", "Calls Redis did not answer in time", NULL);
    uv_timer_init(loop, &r->retry);
    r->retry.data = r;
    uv_timer_start(&r->retry, on_retry, 0, RECONNECT_MS);
    return r;
}

bool redis_is_up(const struct redis *r)
{
    return r && r->is_up;
}

void redis_close(struct redis *r)
{
    if (!r)
        return;
    r->is_closing = true;
    uv_timer_stop(&r->retry);
    if (r->conn)
        redisAsyncFree(r->conn);
}

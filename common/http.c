/* http.c — see http.h. libmicrohttpd without threads of its own: its epoll descriptor wakes our loop, MHD_run works
 * once a turn. An exchange is one request and its reply:
 *
 *   headers: route, size, caller are checked -> body -> suspended while the handler's task runs -> reply
 */
#include "http.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>
#include <unistd.h>

#include "auth.h"
#include "clock.h"
#include "command.h"
#include "env.h"
#include "http_parts.h"
#include "json.h"
#include "log.h"
#include "metrics.h"
#include "text.h"

static const struct phrase NO_ROUTE = { "no_such_address", "Không có địa chỉ này.", "There is no such address." };
static const struct phrase NO_METHOD = { "method_not_allowed", "Địa chỉ này không nhận phương thức {}.",
                                         "This address does not take {}." };
static const struct phrase BODY_TOO_LARGE = { "body_too_large", "Nội dung quá lớn: tối đa {} byte.",
                                              "The body is too large: at most {} bytes." };
static const struct phrase NO_KEY = { "idempotency_key_required",
                                      "Thiếu Idempotency-Key (1–128 ký tự): nhờ nó, gửi lại không bị ghi hai lần.",
                                      "Idempotency-Key (1–128 characters) is missing: with it, sending again counts once." };
static const struct phrase NO_IF_MATCH = { "if_match_required",
                                           "Thiếu If-Match: gửi phiên bản bạn đang xem (giá trị ETag).",
                                           "If-Match is missing: send the version you are looking at (the ETag)." };
static const struct phrase NOT_A_NUMBER = { "not_a_number", "Cần một số nguyên trong khoảng {}.",
                                            "Give a whole number within {}." };
static const struct phrase NOT_READY = { "not_ready", "Dịch vụ đang khởi động. Hãy thử lại sau giây lát.",
                                         "The service is starting. Try again in a moment." };

enum { SMALL_BODY = 64 * 1024, READ_OVER_MAX = 8 << 20, KEPT_HEADERS_MAX = 24 };

struct route { /* a row of a table and its figures */
    const struct http_route *row;
    struct metric *seconds, *client_errors, *server_errors;
};

struct http_server {
    const struct env *env;
    struct http_config cfg;
    struct MHD_Daemon *mhd;
    uv_poll_t poll;
    struct route *routes;
    size_t routes_count;
    bool (*is_ready)(void *arg);
    void *ready_arg;
    bool is_quiet;
};

struct exchange {
    struct http_server *server;
    struct MHD_Connection *conn; /* NULL: the caller is gone */
    struct http_request rq;
    struct http_reply re;
    const struct route *route;
    struct actor actor;
    struct id command_id;
    int64_t start_us;
    size_t params_count;
    struct {
        const char *name, *value;
    } params[PARAMS_MAX];
    size_t kept_count;
    struct {
        const char *name, *value;
    } kept[KEPT_HEADERS_MAX];
    char *body;
    size_t body_room, read_over; /* bytes of a refused body */
};

/* ---- routes --------------------------------------------------------------------------------------- */

static void take_param(struct exchange *x, const char *name, size_t name_n, const char *value, size_t value_n)
{
    ASSERT(x->params_count < PARAMS_MAX);
    x->params[x->params_count].name = talloc_strndup(x, name, name_n);
    x->params[x->params_count].value = talloc_strndup(x, value, value_n);
    x->params_count++;
}

/* Segment by segment; {name} takes any one that is not empty. */
static bool path_fits(struct exchange *x, const char *pattern, const char *path)
{
    x->params_count = 0;
    while (*pattern == '/' && *path == '/') {
        size_t p = strcspn(++pattern, "/"), q = strcspn(++path, "/");
        if (*pattern == '{' && q > 0)
            take_param(x, pattern + 1, p - 2, path, q);
        else if (p != q || strncmp(pattern, path, p) != 0)
            return false;
        pattern += p;
        path += q;
    }
    return *pattern == '\0' && *path == '\0';
}

static bool method_fits(const char *wanted, const char *method)
{
    return strcmp(wanted, method) == 0 || (strcmp(wanted, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

static int find_route(struct exchange *x, struct err *err)
{
    bool path_known = false;
    for (size_t i = 0; i < x->server->routes_count; i++) {
        const struct route *r = &x->server->routes[i];
        if (!path_fits(x, r->row->path, x->rq.path))
            continue;
        path_known = true;
        if (method_fits(r->row->method, x->rq.method)) {
            x->route = r;
            return 0;
        }
    }
    return path_known ? err_say(err, E_INVALID, &NO_METHOD, x->rq.method) : err_say(err, E_NOT_FOUND, &NO_ROUTE, NULL);
}

static void add_route(struct http_server *s, const struct http_route *row)
{
    s->routes = talloc_realloc(s, s->routes, struct route, s->routes_count + 1);
    const char *label = talloc_asprintf(s, "method=\"%s\",route=\"%s\"", row->method, row->path);
    s->routes[s->routes_count++] = (struct route){
        .row = row,
        .seconds = metric_histogram("motcua_http_seconds", "Time of a request, from headers to answer", label),
        .client_errors = metric_counter("motcua_http_client_errors_total", "Answers 4xx", label),
        .server_errors = metric_counter("motcua_http_server_errors_total", "Answers 5xx", label),
    };
}

/* ---- before the body ------------------------------------------------------------------------------ */

static int check_size(struct exchange *x, struct err *err)
{
    char limit[24];
    const char *length = http_header(&x->rq, "Content-Length");
    if (!length || strtoull(length, NULL, 10) <= x->route->row->body_max)
        return 0;
    snprintf(limit, sizeof limit, "%zu", x->route->row->body_max);
    return err_say(err, E_TOO_LARGE, &BODY_TOO_LARGE, limit);
}

static int check_caller(struct exchange *x, struct err *err)
{
    const struct http_route *row = x->route->row;
    struct auth *auth = x->server->env->auth;
    const char *header = http_header(&x->rq, "Authorization");
    const struct actor *actor;
    if (row->access == HTTP_OPERATOR)
        return auth && auth_is_operator(auth, header) ? 0 : err_set(err, E_ANONYMOUS, "not the operator's token");
    if (!auth || (!header && row->access == HTTP_PUBLIC))
        return 0;
    TRY(auth_check(auth, header, clock_now_ms(), &actor, err));
    x->actor = *actor;
    x->rq.actor = &x->actor;
    if (row->access == HTTP_STAFF && !actor_has_role(actor, row->roles))
        return err_set(err, E_DENIED, "none of the roles this address needs");
    return 0;
}

static int check_key(struct exchange *x, struct err *err)
{
    const char *key = http_header(&x->rq, "Idempotency-Key");
    if (!(x->route->row->flags & HTTP_COMMAND))
        return 0;
    return key && *key && strlen(key) <= 128 ? 0 : err_say(err, E_INVALID, &NO_KEY, NULL);
}

static enum MHD_Result keep_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    struct exchange *x = cls;
    if (x->kept_count == KEPT_HEADERS_MAX)
        return MHD_NO;
    x->kept[x->kept_count].name = talloc_strdup(x, name);
    x->kept[x->kept_count++].value = talloc_strdup(x, value ? value : "");
    return MHD_YES;
}

/* An upload that is cut off is handled after its caller is gone, and its headers with him: keep them. */
static int open_spool(struct exchange *x, struct err *err)
{
    if (!(x->route->row->flags & HTTP_SPOOL))
        return 0;
    MHD_get_connection_values(x->conn, MHD_HEADER_KIND, keep_header, x);
    x->rq.spool_fd = open(x->server->cfg.spool_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return x->rq.spool_fd >= 0 ? 0 : err_set(err, E_BUSY, "no temporary file in %s", x->server->cfg.spool_dir);
}

static int check_ready(struct exchange *x, struct err *err)
{
    const struct http_server *s = x->server;
    if (strncmp(x->rq.path, "/api/", 5) != 0 || !s->is_ready || s->is_ready(s->ready_arg))
        return 0;
    return err_say(err, E_BUSY, &NOT_READY, NULL);
}

static int begin(struct exchange *x, struct err *err)
{
    TRY(find_route(x, err));
    TRY(check_ready(x, err));
    TRY(check_size(x, err));
    TRY(check_caller(x, err));
    TRY(check_key(x, err));
    return open_spool(x, err);
}

static bool prefers_english(const char *accept)
{
    const char *en = accept ? strstr(accept, "en") : NULL, *vi = accept ? strstr(accept, "vi") : NULL;
    return en && (!vi || en < vi);
}

static struct exchange *exchange_new(struct http_server *s, struct MHD_Connection *conn, const char *method,
                                     const char *url)
{
    struct exchange *x = talloc_zero(s, struct exchange);
    x->server = s;
    x->conn = conn;
    x->start_us = clock_steady_us();
    x->rq.exchange = x;
    x->rq.method = talloc_strdup(x, method);
    x->rq.path = talloc_strdup(x, url);
    x->rq.spool_fd = -1;
    x->rq.body = "";
    x->rq.is_english = prefers_english(http_header(&x->rq, "Accept-Language"));
    const char *client = http_header(&x->rq, "X-Real-IP");
    x->rq.client = client ? client : "127.0.0.1";
    x->re.ctx = x;
    x->re.fd = -1;
    return x;
}

static int exchange_free(struct exchange *x)
{
    if (x->rq.spool_fd >= 0)
        close(x->rq.spool_fd);
    return 0;
}

/* ---- the body ------------------------------------------------------------------------------------- */

static bool take_bytes(struct exchange *x, const char *data, size_t n)
{
    if (x->rq.body_size + n > x->route->row->body_max)
        return false;
    if (x->rq.spool_fd >= 0) {
        if (pwrite(x->rq.spool_fd, data, n, (off_t)x->rq.body_size) != (ssize_t)n)
            return false;
    } else {
        if (x->rq.body_size + n + 1 > x->body_room) {
            x->body_room = (x->rq.body_size + n + 1) * 2;
            x->body = talloc_realloc(x, x->body, char, x->body_room);
        }
        memcpy(x->body + x->rq.body_size, data, n);
        x->body[x->rq.body_size + n] = '\0';
        x->rq.body = x->body;
    }
    x->rq.body_size += n;
    return true;
}

/* ---- the handler ---------------------------------------------------------------------------------- */

static int answer_again(struct task *t, struct exchange *x, bool *answered)
{
    int status;
    const char *answer;
    TRY(command_find(t, &x->rq.cause, &status, &answer));
    *answered = answer != NULL;
    if (!answer)
        return 0;
    x->re.headers_count = 0; /* of a refusal that was prepared meanwhile */
    http_reply_text(&x->re, (unsigned)status, "application/json", answer);
    return 0;
}

static int run_command(struct task *t, struct exchange *x)
{
    bool answered = false;
    const struct http_route *row = x->route->row;
    command_cause(&x->rq.cause, &x->command_id, x->rq.actor ? x->rq.actor->account_id : x->rq.client,
                  http_header(&x->rq, "Idempotency-Key"), x->rq.method, x->rq.path, x->rq.body, x->rq.body_size);
    if (!(row->flags & HTTP_LAZY))
        TRY(answer_again(t, x, &answered));
    if (answered)
        return 0;
    int rc = row->handle(t, &x->rq, &x->re);
    bool raced = rc == E_CONFLICT || rc == E_STALE; /* perhaps by the same command, sent twice at once */
    if (!raced && !(err_is_callers(rc) && (row->flags & HTTP_LAZY)))
        return rc;
    struct err refused = *task_err(t);
    err_clear(task_err(t));
    TRY(answer_again(t, x, &answered));
    if (!answered)
        *task_err(t) = refused;
    return answered ? 0 : rc;
}

static void log_failure(const struct exchange *x, const struct err *err)
{
    bool ours = x->re.status >= 500;
    LOG_AT(ours ? LOG_ERROR : LOG_INFO, "request_failed", LOG_S("route", x->route->row->path),
           LOG_S("method", x->route->row->method), LOG_I("status", x->re.status), LOG_S("code", err_name(err->code)),
           LOG_S("at", err->where ? err->where : ""), LOG_S("why", err->text));
}

static void count(const struct exchange *x)
{
    metric_observe_us(x->route->seconds, clock_steady_us() - x->start_us);
    if (x->re.status >= 500)
        metric_add(x->route->server_errors, 1);
    else if (x->re.status >= 400)
        metric_add(x->route->client_errors, 1);
}

static void run_exchange(struct task *t, void *arg)
{
    struct exchange *x = arg;
    bool is_command = x->route->row->flags & HTTP_COMMAND;
    int rc = is_command ? run_command(t, x) : x->route->row->handle(t, &x->rq, &x->re);
    if (rc) {
        if (x->re.status == 0)
            reply_error(&x->re, &x->rq, task_err(t), task_trace(t));
        log_failure(x, task_err(t));
    }
    ASSERT(x->re.status != 0); /* a handler that returns 0 has replied */
    count(x);
    if (x->conn)
        MHD_resume_connection(x->conn);
    else
        talloc_free(x);
}

/* ---- libmicrohttpd -------------------------------------------------------------------------------- */

static enum MHD_Result fail(struct exchange *x, const struct err *err)
{
    reply_error(&x->re, &x->rq, err, NULL);
    return reply_queue(x->conn, &x->re);
}

static bool start_task(struct exchange *x)
{
    const char *trace = http_header(&x->rq, "traceparent");
    return task_spawn(x->server->env->tasks, x->route->row->path, x->server->cfg.timeout_ms, trace, run_exchange, x) == 0;
}

/* A refusal waits for the end of a small body, so that the connection can go on; a large one is not read. */
static enum MHD_Result on_headers(struct exchange *x)
{
    struct err err = { 0 };
    const char *length = http_header(&x->rq, "Content-Length");
    if (begin(x, &err) == 0)
        return MHD_YES;
    if (length && strtoull(length, NULL, 10) > SMALL_BODY)
        return fail(x, &err);
    reply_error(&x->re, &x->rq, &err, NULL);
    return MHD_YES;
}

static enum MHD_Result on_body(struct exchange *x, const char *data, size_t *size)
{
    struct err err = { 0 };
    char limit[24];
    size_t n = *size;
    *size = 0;
    if (x->re.status != 0) {
        x->read_over += n;
        return x->read_over <= READ_OVER_MAX ? MHD_YES : MHD_NO;
    }
    if (take_bytes(x, data, n))
        return MHD_YES;
    snprintf(limit, sizeof limit, "%zu", x->route->row->body_max);
    err_say(&err, E_TOO_LARGE, &BODY_TOO_LARGE, limit);
    reply_error(&x->re, &x->rq, &err, NULL); /* said when the rest has been read over */
    return MHD_YES;
}

static enum MHD_Result on_complete_body(struct exchange *x)
{
    struct err err = { 0 };
    if (x->re.status != 0)
        return reply_queue(x->conn, &x->re);
    if (!start_task(x)) {
        err_set(&err, E_BUSY, "too many tasks");
        return fail(x, &err);
    }
    MHD_suspend_connection(x->conn);
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *conn, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **slot)
{
    (void)version;
    struct exchange *x = *slot;
    if (!x) {
        x = *slot = exchange_new(cls, conn, method, url);
        talloc_set_destructor(x, exchange_free);
        return on_headers(x);
    }
    return *size > 0 ? on_body(x, data, size) : on_complete_body(x);
}

static void on_completed(void *cls, struct MHD_Connection *conn, void **slot, enum MHD_RequestTerminationCode why)
{
    (void)cls, (void)conn;
    struct exchange *x = *slot;
    *slot = NULL;
    if (!x)
        return;
    bool is_cut_off = why != MHD_REQUEST_TERMINATED_COMPLETED_OK && x->re.status == 0 && x->rq.spool_fd >= 0;
    x->conn = NULL;
    x->rq.is_cut_off = is_cut_off;
    if (!is_cut_off || x->rq.body_size == 0 || !start_task(x)) /* what arrived of an upload is kept */
        talloc_free(x);
}

/* ---- what a handler asks -------------------------------------------------------------------------- */

const char *http_param(const struct http_request *rq, const char *name)
{
    const struct exchange *x = rq->exchange;
    for (size_t i = 0; i < x->params_count; i++)
        if (strcmp(x->params[i].name, name) == 0)
            return x->params[i].value;
    ASSERT(!"the route has no such parameter");
}

static const char *lookup(const struct http_request *rq, enum MHD_ValueKind kind, const char *name)
{
    const struct exchange *x = rq->exchange;
    const char *v = x->conn ? MHD_lookup_connection_value(x->conn, kind, name) : NULL;
    return v && text_is_utf8(v, strlen(v)) ? v : NULL;
}

const char *http_query(const struct http_request *rq, const char *name)
{
    return lookup(rq, MHD_GET_ARGUMENT_KIND, name);
}

const char *http_header(const struct http_request *rq, const char *name)
{
    const struct exchange *x = rq->exchange;
    for (size_t i = 0; !x->conn && i < x->kept_count; i++)
        if (strcasecmp(x->kept[i].name, name) == 0)
            return x->kept[i].value;
    return lookup(rq, MHD_HEADER_KIND, name);
}

struct each {
    void (*fn)(void *arg, const char *name, const char *value);
    void *arg;
};

static enum MHD_Result each_value(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    struct each *e = cls;
    e->fn(e->arg, name, value ? value : "");
    return MHD_YES;
}

void http_each_query(const struct http_request *rq, void (*fn)(void *arg, const char *name, const char *value), void *arg)
{
    struct each e = { fn, arg };
    if (rq->exchange->conn)
        MHD_get_connection_values(rq->exchange->conn, MHD_GET_ARGUMENT_KIND, each_value, &e);
}

int64_t http_query_int(struct task *t, const struct http_request *rq, const char *name, int64_t fallback, int64_t min,
                       int64_t max)
{
    char range[64], *end;
    const char *text = http_query(rq, name);
    if (!text)
        return fallback;
    int64_t v = strtoll(text, &end, 10);
    if (*text && *end == '\0' && v >= min && v <= max)
        return v;
    snprintf(range, sizeof range, "%" PRId64 " – %" PRId64, min, max);
    err_fault(task_err(t), name, &NOT_A_NUMBER, range);
    return fallback;
}

int http_json(struct task *t, const struct http_request *rq, json_t **out)
{
    return json_parse(t, rq->body, rq->body_size, out, task_err(t));
}

int http_if_match(struct task *t, const struct http_request *rq, int64_t *version)
{
    const char *text = http_header(rq, "If-Match");
    char *end = NULL;
    if (text && *text == '"')
        text++;
    if (text)
        *version = strtoll(text, &end, 10);
    if (!text || end == text || *version < 0)
        return err_say(task_err(t), E_INVALID, &NO_IF_MATCH, NULL);
    return 0;
}

/* ---- life ----------------------------------------------------------------------------------------- */

static bool parse_listen(const char *listen, struct sockaddr_in *address)
{
    char host[64];
    int port;
    *address = (struct sockaddr_in){ .sin_family = AF_INET };
    if (sscanf(listen, "%63[^:]:%d", host, &port) != 2 || port < 1 || port > 65535)
        return false;
    address->sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, host, &address->sin_addr) == 1;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)poll, (void)status, (void)events; /* only wakes the loop */
}

static int watch(struct http_server *s, struct err *err)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_EPOLL_FD);
    if (!info || uv_poll_init(s->env->loop, &s->poll, info->epoll_fd) != 0)
        return err_set(err, E_BUG, "libmicrohttpd gives no epoll descriptor");
    uv_poll_start(&s->poll, UV_READABLE, on_readable);
    return 0;
}

int http_open(void *ctx, const struct env *env, const struct http_config *cfg, const struct http_route *const *tables,
              bool (*is_ready)(void *arg), void *arg, struct http_server **out, struct err *err)
{
    struct sockaddr_in address;
    struct http_server *s = talloc_zero(ctx, struct http_server);
    s->env = env;
    s->cfg = *cfg;
    s->is_ready = is_ready;
    s->ready_arg = arg;
    for (; *tables; tables++)
        for (const struct http_route *row = *tables; row->method; row++)
            add_route(s, row);
    if (!parse_listen(cfg->listen, &address))
        return err_set(err, E_INVALID, "listen: \"%s\" is not address:port", cfg->listen);
    s->mhd = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, s,
                              MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
                              MHD_OPTION_CONNECTION_LIMIT, (unsigned)cfg->connections_max,
                              MHD_OPTION_CONNECTION_TIMEOUT, 75u, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u,
                              MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
    if (!s->mhd)
        return err_set(err, E_INVALID, "listen: cannot listen on %s: is it in use?", cfg->listen);
    *out = s;
    return watch(s, err);
}

void http_receive(void *server)
{
    struct http_server *s = server;
    MHD_run(s->mhd);
}

bool http_has_more(void *server)
{
    struct http_server *s = server;
    MHD_UNSIGNED_LONG_LONG ms;
    return MHD_get_timeout(s->mhd, &ms) == MHD_YES && ms == 0;
}

void http_quiesce(struct http_server *s)
{
    MHD_socket fd = s->is_quiet ? MHD_INVALID_SOCKET : MHD_quiesce_daemon(s->mhd);
    s->is_quiet = true;
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
}

void http_close(struct http_server *s)
{
    uv_poll_stop(&s->poll);
    MHD_stop_daemon(s->mhd);
}

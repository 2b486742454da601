/* http.c — see http.h. libmicrohttpd without threads of its own: its epoll descriptor wakes our loop, MHD_run
 * works once a turn. An exchange is one request and its reply:
 *
 *   headers: route, size, caller are checked -> body -> suspended while the handler's task runs -> reply
 */
#include "http.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "env.h"
#include "http_parts.h"
#include "log.h"
#include "memory.h"
#include "metrics.h"
#include "text.h"

enum {
    READ_OVER_MAX = 64 << 20,     /* what nginx lets through */
    CONNECTION_BYTES = 16 * 1024, /* head of a request; libmicrohttpd clears all of it each time */
    MEMORY_BYTES = 6 * 1024,      /* of a usual exchange */
    MEMORY_PARTS = 16,
    BACKLOG = 1024 /* who has connected and is not taken yet */
};

/* ---- the exchange --------------------------------------------------------------------------------- */

static bool prefers_english(const char *accept)
{
    const char *en = accept ? strstr(accept, "en") : NULL, *vi = accept ? strstr(accept, "vi") : NULL;
    return en && (!vi || en < vi);
}

static struct exchange *exchange_new(struct http_server *s, struct MHD_Connection *conn, const char *method,
                                     const char *url)
{
    struct exchange *x = memory_object(s, struct exchange, MEMORY_PARTS, MEMORY_BYTES);
    *x = (struct exchange){ .server = s, .conn = conn };
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
    if (x->re.fd >= 0) /* nobody was left to hear the answer */
        close(x->re.fd);
    talloc_free(x->re.stream);
    return 0;
}

/* ---- the body ------------------------------------------------------------------------------------- */

static int take_bytes(struct exchange *x, const char *data, size_t n, struct err *err)
{
    TRY(exchange_check_size(x, x->rq.body_size + n, err));
    if (x->rq.spool_fd >= 0) {
        if (pwrite(x->rq.spool_fd, data, n, (off_t)x->rq.body_size) != (ssize_t)n)
            return err_set(err, E_BUSY, "the temporary file cannot be written");
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
    return 0;
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

/* What the command is about: its path, and of an upload what its headers say, for it has no body. */
static const char *subject_of(const struct exchange *x)
{
    const char *length = http_header(&x->rq, "Upload-Length"), *file = http_header(&x->rq, "Upload-Metadata");
    return length ? talloc_asprintf(x, "%s\n%s\n%s", x->rq.path, length, file ? file : "") : x->rq.path;
}

static int run_command(struct task *t, struct exchange *x)
{
    bool answered = false;
    const struct http_route *row = x->route->row;
    command_cause(&x->rq.cause, &x->command_id, x->rq.actor ? x->rq.actor->account_id : x->rq.client,
                  http_header(&x->rq, "Idempotency-Key"), x->rq.method, subject_of(x), x->rq.body,
                  x->rq.body_size);
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
           LOG_S("method", x->route->row->method), LOG_I("status", x->re.status),
           LOG_S("code", err_name(err->code)), LOG_S("at", err->where ? err->where : ""),
           LOG_S("why", err->text));
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
    task_set_awaited(t);
    int rc = is_command ? run_command(t, x) : x->route->row->handle(t, &x->rq, &x->re);
    if (rc) {
        if (x->re.status == 0)
            reply_error(&x->re, &x->rq, task_err(t), task_trace(t));
        log_failure(x, task_err(t));
    }
    ASSERT(x->re.status != 0); /* a handler that returns 0 has replied */
    count(x);
    x->is_done = true;
    if (x->is_starting) /* answered without waiting: whoever started it goes on */
        return;
    if (!x->conn) {
        talloc_free(x);
        return;
    }
    x->server->has_resumed = true;
    MHD_resume_connection(x->conn);
}

/* ---- libmicrohttpd -------------------------------------------------------------------------------- */

/* What is refused before a task runs counts like what a handler refuses; a path we do not have counts
 * nowhere. */
static void refuse(struct exchange *x, const struct err *err)
{
    reply_error(&x->re, &x->rq, err, NULL);
    if (x->route)
        count(x);
}

static enum MHD_Result fail(struct exchange *x, const struct err *err)
{
    refuse(x, err);
    return reply_queue(x->conn, &x->re);
}

static bool start_task(struct exchange *x)
{
    const char *trace = http_header(&x->rq, "traceparent");
    x->is_starting = true;
    int rc = task_start(x->server->cfg.tasks, x->route->row->path, x->server->cfg.timeout_ms, trace,
                        run_exchange, x);
    x->is_starting = false;
    return rc == 0;
}

/* A body that is longer than anybody may send, or whose sender asks first whether it is wanted. */
static bool is_not_read_over(const struct exchange *x)
{
    const char *length = http_header(&x->rq, "Content-Length");
    return http_header(&x->rq, "Expect") || (length && strtoull(length, NULL, 10) > READ_OVER_MAX);
}

/* A refusal waits for the end of the body: a caller that is still sending when the connection closes hears
 * the reset, not the answer, and nginx tells him that we are down. */
static enum MHD_Result on_headers(struct exchange *x)
{
    struct err err = { 0 };
    if (exchange_begin(x, &err) == 0)
        return MHD_YES;
    if (is_not_read_over(x))
        return fail(x, &err);
    refuse(x, &err);
    return MHD_YES;
}

/* libmicrohttpd 0.9.75 does not hear of a line's end that came with the last bytes it reads until it gives
 * the line up; what arrived of an upload is to be kept now. */
static bool is_line_over(const struct exchange *x)
{
    char next;
    const char *length = http_header(&x->rq, "Content-Length");
    if (x->rq.spool_fd < 0 || !length || x->rq.body_size >= strtoull(length, NULL, 10))
        return false;
    int fd = MHD_get_connection_info(x->conn, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    return recv(fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static enum MHD_Result on_body(struct exchange *x, const char *data, size_t *size)
{
    struct err err = { 0 };
    size_t n = *size;
    *size = 0;
    if (x->re.status != 0) {
        x->read_over += n;
        return x->read_over <= READ_OVER_MAX ? MHD_YES : MHD_NO;
    }
    if (take_bytes(x, data, n, &err) != 0)
        refuse(x, &err); /* said when the rest has been read over */
    return is_line_over(x) ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_complete_body(struct exchange *x)
{
    struct err err = { 0 };
    if (x->re.status != 0)
        return reply_queue(x->conn, &x->re);
    if (exchange_check_body(x, &err) == 0 && !start_task(x))
        err_set(&err, E_BUSY, "too many tasks");
    if (err.code)
        return fail(x, &err);
    if (x->is_done)
        return reply_queue(x->conn, &x->re);
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
        drain_on_request(cls, conn);
        x->server->open_count++;
        return on_headers(x);
    }
    return *size > 0 ? on_body(x, data, size) : on_complete_body(x);
}

static void on_completed(void *cls, struct MHD_Connection *conn, void **slot,
                         enum MHD_RequestTerminationCode why)
{
    (void)cls, (void)conn;
    struct exchange *x = *slot;
    *slot = NULL;
    if (!x)
        return;
    x->server->open_count--;
    bool is_cut_off = why != MHD_REQUEST_TERMINATED_COMPLETED_OK && x->re.status == 0 && x->rq.spool_fd >= 0;
    x->conn = NULL;
    x->rq.is_cut_off = is_cut_off;
    if (!is_cut_off || x->rq.body_size == 0 || !start_task(x) ||
        x->is_done) /* what arrived of an upload is kept */
        talloc_free(x);
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

static int not_listening(const struct http_server *s, struct err *err)
{
    return err_set(err, E_INVALID, "listen: cannot listen on %s: is it in use?", s->cfg.listen);
}

/* The address is ours; whoever connects is refused until we listen. */
static int take_address(struct http_server *s, struct err *err)
{
    struct sockaddr_in address;
    int yes = 1;
    if (!parse_listen(s->cfg.listen, &address))
        return err_set(err, E_INVALID, "listen: \"%s\" is not address:port", s->cfg.listen);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    return bind(s->listener, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : not_listening(s, err);
}

int http_listen(struct http_server *s, struct err *err)
{
    if (listen(s->listener, BACKLOG) != 0)
        return not_listening(s, err);
    s->mhd =
        MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, s,
                         MHD_OPTION_LISTEN_SOCKET, s->listener, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
                         MHD_OPTION_NOTIFY_CONNECTION, drain_on_connection, s, MHD_OPTION_CONNECTION_LIMIT,
                         (unsigned)s->cfg.connections_max, MHD_OPTION_CONNECTION_TIMEOUT, 75u,
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_END);
    return s->mhd ? watch(s, err) : not_listening(s, err);
}

int http_open(void *ctx, const struct env *env, const struct http_config *cfg,
              const struct http_route *const *tables, bool (*can_serve)(void *arg), void *arg,
              struct http_server **out, struct err *err)
{
    struct http_server *s = talloc_zero(ctx, struct http_server);
    s->env = env;
    s->cfg = *cfg;
    s->can_serve = can_serve;
    s->serve_arg = arg;
    for (; *tables; tables++)
        for (const struct http_route *row = *tables; row->method; row++)
            routes_add(s, row);
    TRY(take_address(s, err));
    *out = s;
    return cfg->is_late ? 0 : http_listen(s, err);
}

void http_receive(void *server)
{
    struct http_server *s = server;
    s->has_resumed = false;
    if (s->mhd)
        MHD_run(s->mhd);
}

/* Without threads of its own libmicrohttpd 0.9.75 neither wakes anybody nor counts a resumed connection as
 * work: the reply would wait for the loop's next timer. */
bool http_has_more(void *server)
{
    struct http_server *s = server;
    MHD_UNSIGNED_LONG_LONG ms;
    return s->mhd && (s->has_resumed || (MHD_get_timeout(s->mhd, &ms) == MHD_YES && ms == 0));
}

void http_close(struct http_server *s)
{
    if (!s->mhd) {
        close(s->listener);
        return;
    }
    uv_poll_stop(&s->poll);
    MHD_stop_daemon(s->mhd);
}

/* http_begin.c — see http.h: which route a request means, and everything that is wrong with it before its
 * body is read. */
#include <fcntl.h>
#include <string.h>
#include <talloc.h>

#include "auth.h"
#include "clock.h"
#include "env.h"
#include "http_parts.h"
#include "metrics.h"
#include "text.h"

static const struct phrase NO_ROUTE = { "no_such_address", "Không có địa chỉ này.",
                                        "There is no such address." };
static const struct phrase NO_METHOD = { "method_not_allowed", "Địa chỉ này không nhận phương thức {}.",
                                         "This address does not take {}." };
static const struct phrase BODY_TOO_LARGE = { "body_too_large", "Nội dung quá lớn: tối đa {} byte.",
                                              "The body is too large: at most {} bytes." };
static const struct phrase NO_BODY = { "body_not_expected",
                                       "Địa chỉ này không nhận nội dung. Bỏ nội dung đi.",
                                       "This address takes no body. Leave it out." };
static const struct phrase NO_KEY = {
    "idempotency_key_required", "Thiếu Idempotency-Key (1–128 ký tự): nhờ nó, gửi lại không bị ghi hai lần.",
    "Idempotency-Key (1–128 characters) is missing: with it, sending again counts once."
};
static const struct phrase NOT_READY = { "not_ready", "Dịch vụ đang khởi động. Hãy thử lại sau giây lát.",
                                         "The service is starting. Try again in a moment." };

enum { EMPTY_MAX = 64 }; /* bytes of a body that says nothing */
#define BLANKS " \t\r\n"

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

static void add_allowed(const struct exchange *x, char **list, const char *method)
{
    const char *head = strcmp(method, "GET") == 0 ? ", HEAD" : "";
    *list = talloc_asprintf(x, "%s%s%s%s", *list ? *list : "", *list ? ", " : "", method, head);
}

static int find_route(struct exchange *x, struct err *err)
{
    char *allowed = NULL;
    const char *method = x->rq.method;
    if (!text_is_utf8(x->rq.path, strlen(x->rq.path)) || !text_is_utf8(method, strlen(method)))
        return err_say(err, E_NOT_FOUND, &NO_ROUTE, NULL);
    for (size_t i = 0; i < x->server->routes_count; i++) {
        const struct route *r = &x->server->routes[i];
        if (!path_fits(x, r->row->path, x->rq.path))
            continue;
        if (method_fits(r->row->method, method)) {
            x->route = r;
            return 0;
        }
        add_allowed(x, &allowed, r->row->method);
    }
    if (!allowed)
        return err_say(err, E_NOT_FOUND, &NO_ROUTE, NULL);
    http_reply_header(&x->re, "Allow", allowed);
    return err_say(err, E_METHOD, &NO_METHOD, method);
}

void routes_add(struct http_server *s, const struct http_route *row)
{
    s->routes = talloc_realloc(s, s->routes, struct route, s->routes_count + 1);
    const char *label = talloc_asprintf(s, "method=\"%s\",route=\"%s\"", row->method, row->path);
    s->routes[s->routes_count++] = (struct route){
        .row = row,
        .seconds =
            metric_histogram("motcua_http_seconds", "Time of a request, from headers to answer", label),
        .client_errors = metric_counter("motcua_http_client_errors_total", "Answers 4xx", label),
        .server_errors = metric_counter("motcua_http_server_errors_total", "Answers 5xx", label),
    };
}

/* ---- before the body ------------------------------------------------------------------------------ */

int exchange_check_size(const struct exchange *x, uint64_t n, struct err *err)
{
    char limit[24];
    size_t most = x->route->row->body_max;
    if (n <= (most ? most : EMPTY_MAX))
        return 0;
    snprintf(limit, sizeof limit, "%zu", most);
    return err_say(err, E_TOO_LARGE, most ? &BODY_TOO_LARGE : &NO_BODY, limit);
}

static int check_size(const struct exchange *x, struct err *err)
{
    const char *length = http_header(&x->rq, "Content-Length");
    return length ? exchange_check_size(x, strtoull(length, NULL, 10), err) : 0;
}

/* Blanks, or {} among blanks. */
static bool is_empty(const char *body, size_t size)
{
    size_t n = strspn(body, BLANKS);
    if (body[n] == '{') {
        n += 1 + strspn(body + n + 1, BLANKS);
        if (body[n] != '}')
            return false;
        n += 1 + strspn(body + n + 1, BLANKS);
    }
    return n == size;
}

int exchange_check_body(struct exchange *x, struct err *err)
{
    if (x->route->row->body_max > 0)
        return 0;
    if (!is_empty(x->rq.body, x->rq.body_size))
        return err_say(err, E_INVALID, &NO_BODY, NULL);
    x->rq.body = "";
    x->rq.body_size = 0;
    return 0;
}

static int check_caller(struct exchange *x, struct err *err)
{
    const struct http_route *row = x->route->row;
    struct auth *auth = x->server->env->auth;
    const char *header = http_header(&x->rq, "Authorization");
    const struct actor *actor;
    if (row->access == HTTP_OPERATOR)
        return auth && auth_is_operator(auth, header) ? 0
                                                      : err_set(err, E_ANONYMOUS, "not the operator's token");
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
    return x->rq.spool_fd >= 0 ? 0
                               : err_set(err, E_BUSY, "no temporary file in %s", x->server->cfg.spool_dir);
}

static int check_ready(struct exchange *x, struct err *err)
{
    const struct http_server *s = x->server;
    bool is_probe = strncmp(x->rq.path, "/api/", 5) != 0 && strncmp(x->rq.path, "/admin/", 7) != 0;
    if (is_probe || s->can_serve(s->serve_arg))
        return 0;
    return err_say(err, E_BUSY, &NOT_READY, NULL);
}

int exchange_begin(struct exchange *x, struct err *err)
{
    TRY(find_route(x, err));
    TRY(check_ready(x, err));
    TRY(check_size(x, err));
    TRY(check_caller(x, err));
    TRY(check_key(x, err));
    return open_spool(x, err);
}

/* http_reply.c — see http.h: replies, and errors as problem+json in the caller's language. */
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "http_parts.h"
#include "json.h"
#include "live_parts.h"
#include "text.h"

static const struct {
    unsigned status;
    unsigned retry_ms; /* default of Retry-After */
} status_of[E_CODES] = {
    [E_OK] = { 200, 0 },          [E_INVALID] = { 400, 0 },    [E_ANONYMOUS] = { 401, 0 },
    [E_DENIED] = { 403, 0 },      [E_NOT_FOUND] = { 404, 0 },  [E_METHOD] = { 405, 0 },
    [E_CONFLICT] = { 409, 0 },    [E_STALE] = { 412, 0 },      [E_TOO_LARGE] = { 413, 0 },
    [E_LIMITED] = { 429, 60000 }, [E_BUSY] = { 503, 1000 },    [E_TIMEOUT] = { 503, 1000 },
    [E_SHUTDOWN] = { 503, 1000 }, [E_UNKNOWN] = { 503, 1000 }, [E_DB] = { 503, 2000 },
    [E_BUG] = { 500, 0 },
};

void http_reply_bytes(struct http_reply *re, unsigned status, const char *type, const void *data, size_t size)
{
    re->status = status;
    re->type = type;
    re->data = talloc_memdup(re->ctx, data, size);
    re->size = size;
}

void http_reply_text(struct http_reply *re, unsigned status, const char *type, const char *text)
{
    http_reply_bytes(re, status, type, text, strlen(text));
}

static void reply_json(struct http_reply *re, unsigned status, const char *type, json_t *value)
{
    ASSERT(value); /* a format string of ours, or text that is not UTF-8 */
    char *text = json_print(re->ctx, value);
    re->status = status;
    re->type = type;
    re->data = text;
    re->size = strlen(text);
    json_decref(value);
}

void http_reply_json(struct http_reply *re, unsigned status, json_t *value)
{
    reply_json(re, status, "application/json", value);
}

void http_reply_file(struct http_reply *re, unsigned status, const char *type, int fd, uint64_t size)
{
    re->status = status;
    re->type = type;
    re->fd = fd;
    re->size = size;
}

void http_reply_header(struct http_reply *re, const char *name, const char *value)
{
    ASSERT(re->headers_count < HEADERS_MAX);
    re->headers[re->headers_count].name = name;
    re->headers[re->headers_count].value = talloc_strdup(re->ctx, value);
    re->headers_count++;
}

void http_reply_etag(struct http_reply *re, int64_t version)
{
    char text[32];
    snprintf(text, sizeof text, "\"%lld\"", (long long)version);
    http_reply_header(re, "ETag", text);
}

/* ---- problems ------------------------------------------------------------------------------------- */

static json_t *words(const void *ctx, const struct phrase *p, bool english, const char *arg)
{
    char *text = text_fill(ctx, english ? p->en : p->vi, arg);
    return json_string(text);
}

static json_t *faults(const void *ctx, const struct err *err, bool english)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < err->faults_count && i < ERR_FAULTS_MAX; i++) {
        const struct fault *f = &err->faults[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "field", f->field, "code", f->phrase->code,
                                              "message", words(ctx, f->phrase, english, f->arg)));
    }
    return list;
}

static void set_retry_after(struct http_reply *re, const struct err *err)
{
    char text[16];
    unsigned ms = err->retry_ms ? err->retry_ms : status_of[err->code].retry_ms;
    if (ms == 0)
        return;
    snprintf(text, sizeof text, "%u", (ms + 999) / 1000);
    http_reply_header(re, "Retry-After", text);
}

void http_reply_problem(struct http_reply *re, const struct http_request *rq, const struct err *err,
                        json_t *extra)
{
    const struct phrase *p = err->phrase ? err->phrase : err_phrase(err->code);
    unsigned status = err->faults_count > 0 ? 422 : status_of[err->code].status;
    json_t *problem =
        json_pack("{s:s+, s:i, s:s, s:o}", "type", "urn:motcua:problem:", p->code, "status", (int)status,
                  "code", p->code, "title", words(re->ctx, p, rq->is_english, err->arg));
    if (err->faults_count > 0)
        json_object_set_new(problem, "errors", faults(re->ctx, err, rq->is_english));
    if (extra)
        json_object_update_new(problem, extra);
    set_retry_after(re, err);
    if (err->code == E_ANONYMOUS)
        http_reply_header(re, "WWW-Authenticate", "Bearer");
    http_reply_header(re, "Content-Language", rq->is_english ? "en" : "vi");
    reply_json(re, status, "application/problem+json", problem);
}

void reply_error(struct http_reply *re, const struct http_request *rq, const struct err *err,
                 const char *trace)
{
    json_t *extra = trace ? json_pack("{s:s}", "trace", trace) : NULL;
    http_reply_problem(re, rq, err, extra);
}

/* ---- to libmicrohttpd ----------------------------------------------------------------------------- */

static struct MHD_Response *response_of(struct MHD_Connection *conn, struct http_reply *re)
{
    if (re->stream)
        return stream_response(re->stream, conn);
    if (re->fd >= 0)
        return MHD_create_response_from_fd64(re->size, re->fd);
    return MHD_create_response_from_buffer(re->size, (void *)re->data, MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result reply_queue(struct MHD_Connection *conn, struct http_reply *re)
{
    struct MHD_Response *r = response_of(conn, re);
    if (!r)
        return MHD_NO;
    re->fd = -1; /* the response closes it */
    re->stream = NULL;
    if (re->type)
        MHD_add_response_header(r, "Content-Type", re->type);
    MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    bool has_cache_rule = false;
    for (size_t i = 0; i < re->headers_count; i++) {
        MHD_add_response_header(r, re->headers[i].name, re->headers[i].value);
        has_cache_rule = has_cache_rule || strcmp(re->headers[i].name, "Cache-Control") == 0;
    }
    if (!has_cache_rule)
        MHD_add_response_header(r, "Cache-Control", "no-store");
    if (((const struct exchange *)re->ctx)->server->is_quiet) /* the next request is for another replica */
        MHD_add_response_header(r, "Connection", "close");
    enum MHD_Result rc = MHD_queue_response(conn, re->status, r);
    MHD_destroy_response(r);
    return rc;
}

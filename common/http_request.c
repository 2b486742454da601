/* http_request.c — see http.h: what a handler asks of its request. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "civil.h"
#include "http_parts.h"
#include "json.h"
#include "phrases.h"
#include "text.h"

static const struct phrase NO_IF_MATCH = {
    "if_match_required", "Thiếu If-Match: gửi phiên bản bạn đang xem (giá trị ETag).",
    "If-Match is missing: send the version you are looking at (the ETag)."
};
static const struct phrase NOT_A_NUMBER = { "not_a_number", "Cần một số nguyên trong khoảng {}.",
                                            "Give a whole number within {}." };

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

void http_each_query(const struct http_request *rq,
                     void (*fn)(void *arg, const char *name, const char *value), void *arg)
{
    struct each e = { fn, arg };
    if (rq->exchange->conn)
        MHD_get_connection_values(rq->exchange->conn, MHD_GET_ARGUMENT_KIND, each_value, &e);
}

int64_t http_query_int(struct task *t, const struct http_request *rq, const char *name, int64_t fallback,
                       int64_t min, int64_t max)
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

int http_query_place(struct task *t, const struct http_request *rq, int64_t *ms, char *key, size_t size)
{
    char *end;
    const char *text = http_query(rq, "after");
    if (!text || !*text)
        return 0;
    int64_t v = strtoll(text, &end, 10);
    if (v < 0 || v > CIVIL_LAST_MS || end == text || *end != ',' || end[1] == '\0' || strlen(end + 1) >= size)
        return err_fault(task_err(t), "after", &phrase_place, NULL);
    *ms = v;
    snprintf(key, size, "%s", end + 1);
    return 0;
}

int http_json(struct task *t, const struct http_request *rq, const struct json_node **out)
{
    static char nothing[1];
    struct exchange *x = rq->exchange;
    if (!x->json) /* a body is used up by it; who asks again gets the same */
        TRY(json_check(x, x->body ? x->body : nothing, rq->body_size, &x->json, task_err(t)));
    *out = x->json;
    return 0;
}

int http_if_match(struct task *t, const struct http_request *rq, int64_t *version)
{
    const char *text = http_header(rq, "If-Match");
    char *end = NULL;
    if (text && *text == '"')
        text++;
    if (text)
        *version = strtoll(text, &end, 10);
    if (!text || end == text || (*end && strcmp(end, "\"") != 0) || *version < 1)
        return err_say(task_err(t), E_INVALID, &NO_IF_MATCH, NULL);
    return 0;
}

/* http_published.c — what everybody may read: pages as they were written when the period was frozen. They
 * never change, so browsers and this process keep them. */
#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "cache.h"
#include "indexes.h"

enum { ETAG_TEXT = 40 };

/* Owner of *body: the cache, or t. */
static int page(struct task *t, int64_t period, const char *name, const char **body)
{
    struct cache *pages = feedback_of(t)->indexes->pages;
    const char *key = talloc_asprintf(t, "%lld/%s", (long long)period, name);
    *body = cache_get(pages, key);
    if (*body)
        return 0;
    TRY(store_published(t, period, name, body));
    if (*body)
        cache_put(pages, key, talloc_strdup(pages, *body));
    return 0;
}

static const char *const JSON = "application/json";

/* With the page of the newest, for which most come: it saves them a call. */
int http_publications(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    const char *newest = NULL;
    char *list = talloc_strdup(t, "");
    (void)rq;
    TRY(store_publications(t, &rows));
    for (int i = 0; i < db_count(rows); i++)
        list = talloc_asprintf_append_buffer(list, "%s%" PRId64, i ? "," : "", db_num(rows, i, "period"));
    if (db_count(rows) > 0)
        TRY(page(t, db_num(rows, 0, "period"), "index", &newest));
    http_reply_header(re, "Cache-Control", "public, max-age=300");
    http_reply_text(re, 200, JSON,
                    talloc_asprintf(t, "{\"periods\":[%s],\"newest\":%s}", list, newest ? newest : "null"));
    return 0;
}

static const char *etag_of(struct task *t, const char *body)
{
    uint8_t hash[SHA256_BYTES];
    crypt_sha256(body, strlen(body), hash);
    return talloc_asprintf(t, "\"%s\"", crypt_hex(t, hash, 12));
}

static int reply_page(struct task *t, const struct http_request *rq, struct http_reply *re, const char *name,
                      const char *type)
{
    int64_t period = period_parse(http_param(rq, "period"));
    const char *body = NULL, *has = http_header(rq, "If-None-Match");
    if (period)
        TRY(page(t, period, name, &body));
    if (!body)
        return err_set(task_err(t), E_NOT_FOUND, "nothing is published as %s", name);
    const char *etag = etag_of(t, body);
    http_reply_header(re, "ETag", etag);
    http_reply_header(re, "Cache-Control", "public, max-age=300");
    if (has && strstr(has, etag))
        http_reply_text(re, 304, type, "");
    else
        http_reply_bytes(re, 200, type, body, strlen(body));
    return 0;
}

int http_published(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    return reply_page(t, rq, re, "index", JSON);
}

int http_published_unit(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    return reply_page(t, rq, re, talloc_asprintf(t, "unit/%s", http_param(rq, "unit")), JSON);
}

int http_published_field(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    return reply_page(t, rq, re, talloc_asprintf(t, "field/%s", http_param(rq, "field")), JSON);
}

int http_published_csv(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    http_reply_header(re, "Content-Disposition",
                      talloc_asprintf(t, "attachment; filename=\"chi-so-%s.csv\"", http_param(rq, "period")));
    return reply_page(t, rq, re, "figures.csv", "text/csv; charset=utf-8");
}

/* ---- what the columns of the CSV mean (JSON schema of one row) ---- */

static const struct column {
    const char *name, *type, *about;
} columns[] = {
    { "period", "integer", "2026: a year; 20264: its fourth quarter" },
    { "unit", "string", "code of the unit; *: the whole province" },
    { "unit_name", "string", "" },
    { "gso_code", "string", "of the General Statistics Office, for maps" },
    { "field", "string", "code of the field of procedures; *: all" },
    { "field_name", "string", "" },
    { "dossiers_ended", "integer", "empty below 10 and where it would tell a number below 10" },
    { "in_time_percent", "number", "of dossiers that ended or were due (QĐ 766, 2.1)" },
    { "answers", "integer", "ratings; empty below 10 and where it would tell a number below 10" },
    { "content_percent", "number", "of answers whose four questions average 4 of 5 or more" },
    { "content_low_percent", "number", "Wilson's interval, 95 %" },
    { "content_high_percent", "number", "Wilson's interval, 95 %" },
    { "response_percent", "number", "answers of dossiers ended" },
    { "tt01_total", "number", "sum of the nine indicators of TT 01/2018/TT-VPCP, at most 18" },
    { "tt01_class", "string", "xuất sắc, tốt, khá, trung bình, yếu" },
    { "index_766_points", "number", "QĐ 766/QĐ-TTg, of what could be counted" },
    { "index_766_most", "number", "the most points of what could be counted" },
};

int http_published_schema(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    json_t *properties = json_object(), *required = json_array();
    (void)t, (void)rq;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        json_object_set_new(properties, columns[i].name,
                            json_pack("{s:[s, s], s:s}", "type", columns[i].type, "null", "description",
                                      columns[i].about));
        json_array_append_new(required, json_string(columns[i].name));
    }
    http_reply_header(re, "Cache-Control", "public, max-age=300");
    http_reply_json(re, 200,
                    json_pack("{s:s, s:s, s:s, s:o, s:o, s:b}", "$schema",
                              "https://json-schema.org/draft/2020-12/schema", "title", "figures.csv, one row",
                              "type", "object", "properties", properties, "required", required,
                              "additionalProperties", 0));
    return 0;
}

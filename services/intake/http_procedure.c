/* http_procedure.c — finding procedures: without marks or with them, in either spelling of the tone; hits
 * that have the marks as typed come first. When nothing fits, similar words do. */
#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "cache.h"
#include "handlers.h"
#include "json.h"
#include "phrases.h"
#include "text.h"

enum { PAGE_MOST = 100, QUERY_MOST = 1000 /* characters: a whole name may be pasted */ };
enum { MOST_USED = 6, MOST_USED_DAYS = 7 };

const struct phrase procedure_unknown = { "procedure_unknown",
                                          "Không có thủ tục này, hoặc thủ tục chưa có hiệu lực.",
                                          "There is no such procedure, or it is not in force yet." };
static const struct phrase TOO_LONG = { "query_too_long", "Từ khóa quá dài. Dùng ít từ hơn.",
                                        "Too many words. Use fewer." };

/* "giay phep xay" → "giay & phep & xay:*": every word, the last one as far as it was typed. */
static char *tsquery_of(struct task *t, const char *key)
{
    char *query = NULL;
    while (*key) {
        size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789");
        if (n > 0) {
            bool last = key[n] == '\0';
            query = talloc_asprintf_append_buffer(query ? query : talloc_strdup(t, ""), "%s%.*s%s",
                                                  query ? " & " : "", (int)n, key, last ? ":*" : "");
        }
        key += n + (key[n] != '\0');
    }
    return query;
}

/* {a,b} of PostgreSQL as a list: our levels need no quotes. */
static json_t *levels_json(const char *array)
{
    json_t *list = json_array();
    for (const char *p = array + 1; *p && *p != '}';) {
        size_t n = strcspn(p, ",}");
        json_array_append_new(list, json_stringn(p, n));
        p += n + (p[n] == ',');
    }
    return list;
}

static json_t *hit_json(struct task *t, const struct db_rows *rows, int i)
{
    json_t *hit = json_pack("{s:s, s:i, s:s, s:s, s:s, s:o, s:s, s:s}", "code", db_str(rows, i, "code"),
                            "version", (int)db_num(rows, i, "version"), "name", db_str(rows, i, "name"),
                            "field_code", db_str(rows, i, "field_code"), "field", db_str(rows, i, "field"),
                            "levels", levels_json(db_str(rows, i, "levels")), "online_level",
                            db_str(rows, i, "online_level"), "fee_text", db_str_or(rows, i, "fee_text", ""));
    json_object_set(hit, "limit", json_stored(t, db_str(rows, i, "time_limit")));
    json_object_set(hit, "fees", json_stored(t, db_str(rows, i, "fees")));
    return hit;
}

/* Cursor: "<rank> <code> <search key of the name>"; the rank is 0 or 1. */
static void read_cursor(struct task *t, const char *after, struct search *s)
{
    s->rank_after = -1;
    s->name_after = s->code_after = "";
    if (!after || !*after)
        return;
    bool has_rank = (after[0] == '0' || after[0] == '1') && after[1] == ' ';
    const char *code = after + 2, *name = has_rank ? strchr(code, ' ') : NULL;
    if (!name || name == code) {
        err_fault(task_err(t), "after", &phrase_place, NULL);
        return;
    }
    s->rank_after = after[0] - '0';
    s->code_after = talloc_strndup(t, code, (size_t)(name - code));
    s->name_after = name + 1;
}

static int read_search(struct task *t, const struct http_request *rq, struct search *s)
{
    const char *q = http_query(rq, "q");
    if (q && text_length(q) > QUERY_MOST)
        return err_fault(task_err(t), "q", &TOO_LONG, NULL);
    s->plain = text_search_key(t, q ? q : "");
    s->marked = text_marked_key(t, q ? q : "");
    s->query = tsquery_of(t, s->plain);
    s->field = http_query(rq, "field");
    s->level = http_query(rq, "level");
    s->limit = (int)http_query_int(t, rq, "limit", 20, 1, PAGE_MOST);
    read_cursor(t, http_query(rq, "after"), s);
    return task_err(t)->code;
}

static const char *cursor(struct task *t, const struct db_rows *rows, int i)
{
    return talloc_asprintf(t, "%" PRId64 " %s %s", db_num(rows, i, "rank"), db_str(rows, i, "code"),
                           db_str(rows, i, "search_key"));
}

int http_search_procedures(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct search s = { 0 };
    const struct db_rows *rows;
    TRY(read_search(t, rq, &s));
    TRY(store_search(t, &s, &rows));
    bool similar = db_count(rows) == 0 && s.query && s.rank_after < 0;
    if (similar)
        TRY(store_search_similar(t, &s, &rows));
    json_t *list = json_array();
    int n = db_count(rows);
    for (int i = 0; i < n; i++)
        json_array_append_new(list, hit_json(t, rows, i));
    http_reply_json(re, 200,
                    json_pack("{s:o, s:b, s:s?}", "procedures", list, "similar_only", similar, "next",
                              n == s.limit && !similar ? cursor(t, rows, n - 1) : NULL));
    return 0;
}

static int most_used(struct task *t, const char **answer)
{
    const struct db_rows *rows;
    TRY(store_most_used(t, task_now_ms(t) - MOST_USED_DAYS * INT64_C(86400000), MOST_USED, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, hit_json(t, rows, i));
    *answer = json_print(t, json_own(t, json_pack("{s:i, s:o}", "days", MOST_USED_DAYS, "procedures", list)));
    return 0;
}

/* The same for everybody, and asked for by every visit: counted once in some minutes. */
int http_most_used(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct cache *cache = intake_of(t)->most_used;
    const char *answer = cache_get(cache, "");
    (void)rq;
    if (!answer) {
        TRY(most_used(t, &answer));
        cache_put(cache, "", talloc_strdup(t, answer));
    }
    http_reply_text(re, 200, "application/json", answer);
    return 0;
}

int http_procedure(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct procedure *p;
    TRY(known_procedure(t, http_param(rq, "code"), &p));
    if (!p)
        return err_say(task_err(t), E_NOT_FOUND, &procedure_unknown, NULL);
    json_t *o = procedure_definition(p);
    json_object_set_new(o, "version", json_integer(p->version));
    http_reply_etag(re, p->version);
    http_reply_json(re, 200, o);
    return 0;
}

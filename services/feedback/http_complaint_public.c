/* http_complaint_public.c — answers that were published: in the office's words, which tell of nobody. */
#include <inttypes.h>
#include <talloc.h>

#include "complaint_work.h"

enum { PAGE_MOST = 100 };
#define LAST_DAY_MS INT64_C(4102444800000)

static json_t *row_json(const struct db_rows *rows, int i)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:b, s:I, s:I, s:I}", "code",
                     db_str(rows, i, "code"), "class", db_str(rows, i, "class"), "category",
                     db_str(rows, i, "category"), "unit", db_str(rows, i, "unit_code"), "is_about_dossier",
                     db_true(rows, i, "is_about_dossier"), "outcome", db_str(rows, i, "outcome"), "answer",
                     db_str(rows, i, "published_answer"), "is_late", db_true(rows, i, "is_late"),
                     "received_at_ms", (json_int_t)db_num(rows, i, "received_ms"), "answered_at_ms",
                     (json_int_t)db_num(rows, i, "answered_ms"), "published_at_ms",
                     (json_int_t)db_num(rows, i, "published_ms"));
}

int http_complaints_published(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    const char *next = NULL, *unit = http_query(rq, "unit");
    int64_t before_ms = LAST_DAY_MS;
    char before_code[COMPLAINT_CODE_TEXT] = "";
    int limit = (int)http_query_int(t, rq, "limit", 20, 1, PAGE_MOST);
    http_query_place(t, rq, &before_ms, before_code, sizeof before_code);
    TRY(task_err(t)->code);
    TRY(store_complaint_published(t, unit ? unit : "", before_ms, before_code, limit, &rows));
    json_t *list = json_array();
    int n = db_count(rows);
    for (int i = 0; i < n; i++)
        json_array_append_new(list, row_json(rows, i));
    if (n == limit)
        next = talloc_asprintf(t, "%" PRId64 ",%s", db_num(rows, n - 1, "published_ms"),
                               db_str(rows, n - 1, "code"));
    http_reply_json(re, 200, json_pack("{s:o, s:s?}", "answers", list, "next", next));
    return 0;
}

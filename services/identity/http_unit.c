/* http_unit.c — the tree of units on any day, page by page. */
#include "civil.h"
#include "handlers.h"
#include "phrases.h"

enum { PAGE_MOST = 200 };

static json_t *unit_json(const struct db_rows *rows, int i)
{
    char from[CIVIL_TEXT], to[CIVIL_TEXT];
    return json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s, s:s}", "code", db_str(rows, i, "code"),
                     "name", db_str(rows, i, "name"), "level", db_str(rows, i, "level"), "parent_code",
                     db_str(rows, i, "parent_code"), "gso_code", db_str(rows, i, "gso_code"), "address",
                     db_str(rows, i, "address"), "phone", db_str(rows, i, "phone"), "valid_from",
                     civil_format(db_num(rows, i, "valid_from_ms"), CIVIL_DATE, from), "valid_to",
                     civil_format(db_num(rows, i, "valid_to_ms"), CIVIL_DATE, to));
}

int http_units(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    int64_t at = task_now_ms(t);
    const char *on = http_query(rq, "on"), *after = http_query(rq, "after");
    if (on && !civil_parse(on, CIVIL_DATE, &at))
        err_fault(task_err(t), "on", &phrase_date, NULL);
    int limit = (int)http_query_int(t, rq, "limit", 100, 1, PAGE_MOST);
    TRY(task_err(t)->code);
    TRY(store_units(t, at, http_query(rq, "parent"), http_query(rq, "level"), after ? after : "", limit,
                    &rows));
    json_t *list = json_array();
    int n = db_count(rows);
    for (int i = 0; i < n; i++)
        json_array_append_new(list, unit_json(rows, i));
    http_reply_json(re, 200,
                    json_pack("{s:o, s:s?}", "units", list, "next",
                              n == limit ? db_str(rows, n - 1, "code") : NULL));
    return 0;
}

/* http_refused.c — what the portal will not take as it is, newest first. Administrators and auditors see it
 * for the units they have that role in: the portal's words may quote the record. */
#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "dossier_code.h"
#include "handlers.h"

enum { PAGE_MOST = 100 };
#define LAST_DAY_MS INT64_C(4102444800000)

/* The units the actor may see; NULL: all of them. */
static const char *const *units_of(struct task *t, const struct actor *a, size_t *count)
{
    const char **units = talloc_array(t, const char *, a->grants_count);
    *count = 0;
    for (size_t i = 0; i < a->grants_count; i++) {
        if (!(a->grants[i].role & (ROLE_ADMINISTRATOR | ROLE_AUDITOR)))
            continue;
        if (strcmp(a->grants[i].unit, "*") == 0)
            return NULL;
        units[(*count)++] = a->grants[i].unit;
    }
    return units;
}

static json_t *row_json(const struct db_rows *rows, int i)
{
    return json_pack("{s:s, s:s, s:s, s:I, s:s, s:I}", "code", db_str(rows, i, "code"), "unit",
                     db_str(rows, i, "unit_code"), "what", db_str(rows, i, "what"), "version",
                     (json_int_t)db_num(rows, i, "version"), "message", db_str(rows, i, "message"), "at_ms",
                     (json_int_t)db_num(rows, i, "at_ms"));
}

int http_refused(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    const char *next = NULL;
    size_t units_count;
    int64_t before_ms = LAST_DAY_MS;
    char before_code[DOSSIER_CODE_TEXT] = "";
    int limit = (int)http_query_int(t, rq, "limit", 20, 1, PAGE_MOST);
    http_query_place(t, rq, &before_ms, before_code, sizeof before_code);
    TRY(task_err(t)->code);
    const char *const *units = units_of(t, rq->actor, &units_count);
    TRY(store_refusals(t, units, units_count, before_ms, before_code, limit, &rows));
    json_t *list = json_array();
    int n = db_count(rows);
    for (int i = 0; i < n; i++)
        json_array_append_new(list, row_json(rows, i));
    if (n == limit)
        next =
            talloc_asprintf(t, "%" PRId64 ",%s", db_num(rows, n - 1, "at_ms"), db_str(rows, n - 1, "code"));
    http_reply_json(re, 200, json_pack("{s:o, s:s?}", "refused", list, "next", next));
    return 0;
}

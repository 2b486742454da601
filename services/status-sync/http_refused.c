/* http_refused.c — what the portal will not take as it is, newest first. Administrators and auditors see it
 * for the units they have that role in: the portal's words may quote the record. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "http_page.h"

enum { PAGE_MOST = 100 };

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

static json_t *row_json(struct task *t, const struct http_request *rq, const struct db_rows *rows, int i)
{
    (void)t, (void)rq;
    return json_pack("{s:s, s:s, s:s, s:I, s:s, s:I}", "code", db_str(rows, i, "code"), "unit",
                     db_str(rows, i, "unit_code"), "what", db_str(rows, i, "what"), "version",
                     (json_int_t)db_num(rows, i, "version"), "message", db_str(rows, i, "message"), "at_ms",
                     (json_int_t)db_num(rows, i, "at_ms"));
}

int http_refused(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    struct http_page page;
    size_t units_count;
    TRY(http_page_asked(t, rq, 20, PAGE_MOST, HTTP_PAGE_LAST_MS, &page));
    const char *const *units = units_of(t, rq->actor, &units_count);
    TRY(store_refusals(t, units, units_count, &page, &rows));
    http_page_reply(t, rq, re, &page, rows, "refused", row_json, "at_ms", "code");
    return 0;
}

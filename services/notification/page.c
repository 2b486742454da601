/* page.c — see handlers.h: lists are read page by page; the id of the last row seen says where the next one
 * starts. */
#include "handlers.h"
#include "phrases.h"

enum { PAGE_MOST = 100 };

int page_asked(struct task *t, const struct http_request *rq, int64_t usual_limit, struct page *p)
{
    const char *after = http_query(rq, "after");
    p->limit = (int)http_query_int(t, rq, "limit", usual_limit, 1, PAGE_MOST);
    p->after = after ? &p->id : NULL;
    if (after && !id_parse(after, &p->id))
        err_fault(task_err(t), "after", &phrase_place, NULL);
    return task_err(t)->code;
}

const char *page_next(const struct page *p, const struct db_rows *rows)
{
    int n = db_count(rows);
    return n == p->limit ? db_str(rows, n - 1, "id") : NULL;
}

json_t *moment_json(const struct db_rows *rows, int i, const char *column)
{
    int64_t ms = db_num(rows, i, column);
    return ms ? json_integer(ms) : json_null();
}

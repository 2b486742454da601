/* http_page.c — see http_page.h. */
#include "http_page.h"

#include <inttypes.h>
#include <talloc.h>

int http_page_asked(struct task *t, const struct http_request *rq, int64_t usual, int64_t most,
                    int64_t first_ms, struct http_page *p)
{
    *p = (struct http_page){ .at_ms = first_ms };
    p->limit = (int)http_query_int(t, rq, "limit", usual, 1, most);
    http_query_place(t, rq, &p->at_ms, p->key, sizeof p->key);
    return task_err(t)->code;
}

void http_page_reply(struct task *t, const struct http_request *rq, struct http_reply *re,
                     const struct http_page *p, const struct db_rows *rows, const char *name,
                     http_row_fn *row, const char *at, const char *key)
{
    json_t *list = json_array();
    const char *next = NULL;
    int n = db_count(rows);
    for (int i = 0; i < n; i++) {
        json_t *o = row(t, rq, rows, i);
        if (o)
            json_array_append_new(list, o);
    }
    if (n == p->limit)
        next = talloc_asprintf(t, "%" PRId64 ",%s", db_num(rows, n - 1, at), db_str(rows, n - 1, key));
    http_reply_json(re, 200, json_pack("{s:o, s:s?}", name, list, "next", next));
}

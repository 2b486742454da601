/* http_receipt.c — one receipt by its number, "<unit>/<year>/<number>", which is its address as well. */
#include <stdlib.h>

#include "handlers.h"

static int64_t number_of(const char *text)
{
    char *end;
    int64_t n = strtoll(text, &end, 10);
    return *end == '\0' && n > 0 && n < INT32_MAX ? n : 0;
}

int http_receipt(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    struct invoices list;
    TRY(store_receipt(t, http_param(rq, "unit"), (int)number_of(http_param(rq, "year")),
                      number_of(http_param(rq, "no")), &rows));
    if (db_count(rows) == 0)
        return err_set(task_err(t), E_NOT_FOUND, "no such receipt");
    TRY(invoices_for(t, rq, db_str(rows, 0, "code"), &list));
    const struct invoice *v = invoices_find(&list, (uint32_t)db_num(rows, 0, "request_no"));
    ASSERT(v); /* a receipt is written together with its invoice */
    http_reply_json(re, 200, receipt_json(t, rows, 0, v));
    return 0;
}

/* http_receipt.c — one receipt by its number, "<unit>/<year>/<number>", which is its address as well: as
 * JSON, and as the paper. */
#include <stdlib.h>
#include <talloc.h>

#include "handlers.h"
#include "receipt_paper.h"
#include "sheet_reply.h"

static int64_t number_of(const char *text)
{
    char *end;
    int64_t n = strtoll(text, &end, 10);
    return *end == '\0' && n > 0 && n < INT32_MAX ? n : 0;
}

/* The receipt's row and its invoice, if this caller may see them. */
static int load(struct task *t, const struct http_request *rq, struct invoices *list,
                const struct db_rows **rows, const struct invoice **v)
{
    TRY(store_receipt(t, http_param(rq, "unit"), (int)number_of(http_param(rq, "year")),
                      number_of(http_param(rq, "no")), rows));
    if (db_count(*rows) == 0)
        return err_set(task_err(t), E_NOT_FOUND, "no such receipt");
    TRY(invoices_for(t, rq, db_str(*rows, 0, "code"), list));
    *v = invoices_find(list, (uint32_t)db_num(*rows, 0, "request_no"));
    ASSERT(*v); /* a receipt is written together with its invoice */
    return 0;
}

int http_receipt(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    struct invoices list;
    const struct invoice *v;
    TRY(load(t, rq, &list, &rows, &v));
    http_reply_json(re, 200, receipt_json(t, rows, 0, v));
    return 0;
}

int http_receipt_paper(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    struct invoices list;
    struct receipt_facts f;
    const struct payment_config *cfg = config_of(t);
    TRY(load(t, rq, &list, &rows, &f.invoice));
    f.agency = cfg->forms_agency;
    f.place = cfg->forms_place;
    f.portal = cfg->public_url;
    f.year = (int)db_num(rows, 0, "year");
    f.no = db_num(rows, 0, "no");
    f.issued_at_ms = db_num(rows, 0, "issued_at_ms");
    f.method = db_str(rows, 0, "method");
    f.ref = db_str(rows, 0, "ref");
    return sheet_reply(t, rq, re, receipt_paper(t, &f),
                       talloc_asprintf(t, "bien-lai-%d-%06d.pdf", f.year, (int)f.no));
}

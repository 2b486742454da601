/* http_register.c — form 06, the register of a unit: what it received in a year, by number, a part at a time
 * so that memory and time have an end; the Link header says where the next part is. */
#include <talloc.h>

#include "civil.h"
#include "handlers.h"
#include "legal.h"
#include "pb.h"
#include "phrases.h"
#include "sheet_reply.h"

enum { ROWS_USUAL = 200, ROWS_MOST = 500 };

struct asked_for {
    const char *unit;
    int year, limit;
    int64_t after;
};

static int read_query(struct task *t, const struct http_request *rq, struct asked_for *q)
{
    int now = civil_of(task_now_ms(t)).year;
    q->unit = http_query(rq, "unit");
    q->year = (int)http_query_int(t, rq, "year", now, 2018, now);
    q->limit = (int)http_query_int(t, rq, "limit", ROWS_USUAL, 1, ROWS_MOST);
    q->after = http_query_int(t, rq, "after", 0, 0, INT32_MAX);
    if (!q->unit)
        return err_fault(task_err(t), "unit", &phrase_required, NULL);
    if (!actor_may_read(rq->actor, q->unit))
        return err_set(task_err(t), E_DENIED, "no role in %s", q->unit);
    return task_err(t)->code;
}

static int take_row(struct task *t, const struct db_rows *rows, int i, struct register_row *out)
{
    size_t size;
    const Motcua__ProcedurePublished *p;
    const char *unit = db_str(rows, i, "handling_unit_code");
    const uint8_t *packed = db_blob(t, rows, i, "applicant", &size);
    const Motcua__Applicant *a = pb_unpack(t, &motcua__applicant__descriptor, packed, size);
    TRY(office_procedure(t, db_str(rows, i, "procedure_code"), (uint32_t)db_num(rows, i, "procedure_version"),
                         &p));
    *out = (struct register_row){ .no = db_num(rows, i, "no"),
                                  .code = db_str(rows, i, "code"),
                                  .procedure_name = p->name,
                                  .applicant_name = a ? a->name : "",
                                  .address = a ? a->address : "",
                                  .phone = a ? a->phone : "",
                                  .received_by = db_str(rows, i, "received_by"),
                                  .accepted_at = db_num(rows, i, "accepted_at"),
                                  .due_at = db_num(rows, i, "due_at"),
                                  .returned_at = db_num(rows, i, "returned_at"),
                                  .channel = (int)db_num(rows, i, "channel"),
                                  .status = (int)db_num(rows, i, "status"),
                                  .by_post = db_true(rows, i, "result_by_post") };
    TRY(office_unit_name(t, unit, &out->handling_name));
    if (!out->handling_name)
        out->handling_name = unit;
    return 0;
}

static int take_page(struct task *t, const struct asked_for *q, struct register_page *page)
{
    const struct db_rows *rows;
    const struct verification_config *cfg = config_of(t);
    TRY(store_forms_number(t, q->unit, FORM_RECEIPT, q->year));
    TRY(store_register(t, q->unit, q->year, q->after, q->limit, &rows));
    struct register_row *list = talloc_array(t, struct register_row, (size_t)db_count(rows));
    *page = (struct register_page){ .head = { cfg->forms_agency, cfg->forms_place, cfg->public_url },
                                    .year = q->year,
                                    .now_ms = task_now_ms(t),
                                    .rows_count = (size_t)db_count(rows),
                                    .rows = list };
    for (int i = 0; i < db_count(rows); i++)
        TRY(take_row(t, rows, i, &list[i]));
    TRY(office_unit_name(t, q->unit, &page->unit_name));
    if (!page->unit_name)
        page->unit_name = q->unit;
    return 0;
}

int http_register(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct asked_for q;
    struct register_page page;
    TRY(read_query(t, rq, &q));
    TRY(take_page(t, &q, &page));
    if (page.rows_count == (size_t)q.limit)
        http_reply_header(re, "Link",
                          talloc_asprintf(t, "<?unit=%s&year=%d&limit=%d&after=%lld>; rel=\"next\"", q.unit,
                                          q.year, q.limit, (long long)page.rows[page.rows_count - 1].no));
    return sheet_reply(t, rq, re, legal_register(t, &page), talloc_asprintf(t, "mau-06-%d.pdf", q.year));
}

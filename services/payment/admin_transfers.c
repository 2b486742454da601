/* admin_transfers.c — the operator's command: a bank's statement. Each row settles what it names, or says why
 * not. A row counts once by the bank's reference, so a statement may be sent again, or overlap with another.
 */
#include <talloc.h>

#include "handlers.h"
#include "json.h"
#include "refused.h"
#include "statement.h"

enum { ROWS_MOST = 2000 };

static const struct phrase TOO_LONG = { "statement_too_long", "Sao kê dài quá {} dòng. Hãy chia nhỏ tệp.",
                                        "The statement has more than {} rows. Split it." };

struct running { /* one statement on its way */
    json_int_t matched, unmatched, amount_differs;
    json_t *rows, *refused;
};

static json_t *add(struct running *run, json_int_t *counter, const struct csv_row *row, const char *outcome)
{
    json_t *o = json_pack("{s:I, s:s}", "line", (json_int_t)row->line, "outcome", outcome);
    json_array_append_new(run->rows, o);
    (*counter)++;
    return o;
}

static void add_matched(struct running *run, const struct csv_row *row, const struct taking *k)
{
    json_t *o = add(run, &run->matched, row, "matched");
    json_object_update_new(o, json_pack("{s:s, s:i, s:b, s:b}", "dossier", k->code, "request_no",
                                        (int)k->request_no, "was_known", k->taken == TAKEN_BEFORE,
                                        "is_surplus", k->taken == TAKEN_SURPLUS));
    if (k->taken == TAKEN_SETTLED)
        json_object_set_new(o, "receipt_no", json_string(k->receipt_no));
}

static void add_differing(struct running *run, const struct csv_row *row, const struct invoice *v)
{
    json_t *o = add(run, &run->amount_differs, row, "amount_differs");
    json_object_update_new(o, json_pack("{s:s, s:i, s:I}", "dossier", v->code, "request_no",
                                        (int)v->request_no, "expected_dong", (json_int_t)v->total_dong));
}

static int find_invoice(struct task *t, const struct statement_row *in, struct invoices *list,
                        const struct invoice **v)
{
    char codes[PURPOSE_CODES_MAX][COMPACT_TEXT];
    const char *named[PURPOSE_CODES_MAX];
    size_t n = purpose_codes(in->purpose, codes);
    *v = NULL;
    for (size_t i = 0; i < n; i++)
        named[i] = codes[i];
    if (n == 0)
        return 0;
    TRY(store_invoices_named(t, named, n, list));
    *v = statement_match(list, codes, n, in->amount_dong);
    return 0;
}

static int run_row(struct task *t, struct running *run, const struct csv_row *row,
                   const struct statement_row *in)
{
    static const struct cause nobody; /* a row is known again by its bank_ref */
    struct invoices list;
    const struct invoice *v;
    struct taking taking;
    struct transfer transfer = { in->bank_ref, "operator", in->amount_dong, in->paid_at_ms };
    TRY(find_invoice(t, in, &list, &v));
    if (!v) {
        add(run, &run->unmatched, row, "unmatched");
    } else if (v->total_dong != in->amount_dong) {
        add_differing(run, row, v);
    } else {
        TRY(take_transfer(t, v, &transfer, &nobody, &taking));
        add_matched(run, row, &taking);
    }
    return 0;
}

int admin_transfers(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    static const char *const columns[] = { "date", "amount", "purpose", "bank_ref", NULL };
    struct csv_file *csv;
    struct running run = { .rows = json_own(t, json_array()), .refused = json_own(t, json_array()) };
    TRY(csv_read(t, rq->body, rq->body_size, columns, &csv, task_err(t)));
    if (csv->rows_count > ROWS_MOST)
        return err_say(task_err(t), E_TOO_LARGE, &TOO_LONG, talloc_asprintf(t, "%d", ROWS_MOST));
    for (size_t i = 0; i < csv->rows_count; i++) {
        struct statement_row in = { 0 };
        struct err err = { 0 };
        csv_check_row(csv, &csv->rows[i], &err);
        if (statement_read(csv, &csv->rows[i], &in, &err) == 0)
            TRY(run_row(t, &run, &csv->rows[i], &in));
        else
            refused_add(run.refused, csv->rows[i].line, &err);
    }
    http_reply_json(re, 200,
                    json_pack("{s:I, s:I, s:I, s:O, s:O}", "matched", run.matched, "unmatched", run.unmatched,
                              "amount_differs", run.amount_differs, "rows", run.rows, "refused",
                              run.refused));
    return 0;
}

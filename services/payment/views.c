/* views.c — see handlers.h: what callers see, as JSON. */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "handlers.h"
#include "json.h"
#include "money.h"
#include "purpose.h"
#include "vietqr.h"

static void set_time(json_t *o, const char *name, int64_t ms)
{
    if (ms)
        json_object_set_new(o, name, json_integer(ms));
}

static void set_text(json_t *o, const char *name, const char *text)
{
    if (*text)
        json_object_set_new(o, name, json_string(text));
}

json_t *attempt_json(const struct attempt *a)
{
    char id[ID_TEXT];
    id_format(&a->id, id);
    json_t *o = json_pack("{s:s, s:i, s:s, s:s, s:s, s:I, s:I}", "id", id, "request_no", (int)a->request_no,
                          "method", pay_method_name(a->method), "state", attempt_state_name(a->state),
                          "state_name", attempt_state_phrase(a->state)->vi, "amount_dong",
                          (json_int_t)a->amount_dong, "created_at_ms", (json_int_t)a->created_at_ms);
    set_time(o, "expires_at_ms", a->expires_at_ms);
    set_time(o, "paid_at_ms", a->paid_at_ms);
    set_text(o, "txn_ref", a->txn_ref);
    set_text(o, "ref", attempt_ref(a));
    if (attempt_blocks(a))
        set_text(o, "pay_url", a->pay_url);
    return o;
}

static void set_parties(json_t *o, const struct invoice *v)
{
    json_object_set_new(o, "unit", json_pack("{s:s, s:s}", "code", v->unit_code, "name", v->unit_name));
    json_object_set_new(o, "procedure",
                        json_pack("{s:s, s:s}", "code", v->procedure_code, "name", v->procedure_name));
    json_object_set_new(o, "payer_name", json_string(v->payer_name));
}

/* phí and lệ phí apart, and the sum of both in figures and words. */
static void set_amounts(struct task *t, json_t *o, const struct invoice *v)
{
    json_object_set_new(o, "lines", invoice_lines_json(v));
    json_object_set_new(o, "phi_dong", json_integer(invoice_sum(v, MOTCUA__FEE_KIND__PHI)));
    json_object_set_new(o, "le_phi_dong", json_integer(invoice_sum(v, MOTCUA__FEE_KIND__LE_PHI)));
    json_object_set_new(o, "total_dong", json_integer(v->total_dong));
    json_object_set_new(o, "total_words", json_string(money_words(t, v->total_dong)));
}

json_t *invoice_json(struct task *t, const struct invoice *v)
{
    json_t *o =
        json_pack("{s:s, s:i, s:s, s:s, s:I}", "code", v->code, "request_no", (int)v->request_no, "status",
                  invoice_status_name(v->status), "status_name", invoice_status_phrase(v->status)->vi,
                  "created_at_ms", (json_int_t)v->created_at_ms);
    set_parties(o, v);
    set_amounts(t, o, v);
    set_time(o, "pay_by_ms", v->pay_by_ms);
    set_time(o, "paid_at_ms", v->paid_at_ms);
    bool is_overdue = v->status == INVOICE_OPEN && v->pay_by_ms && v->pay_by_ms < task_now_ms(t);
    json_object_set_new(o, "is_overdue", json_boolean(is_overdue));
    return o;
}

json_t *receipt_json(struct task *t, const struct db_rows *rows, int i, const struct invoice *v)
{
    char number[RECEIPT_TEXT], issued_at[CIVIL_TEXT];
    int64_t issued_at_ms = db_num(rows, i, "issued_at_ms");
    receipt_no_format(db_str(rows, i, "unit"), (int)db_num(rows, i, "year"), db_num(rows, i, "no"), number);
    json_t *o =
        json_pack("{s:s, s:s, s:s, s:i, s:s, s:I, s:s}", "number", number, "url",
                  talloc_asprintf(t, "/api/payment/receipts/%s", number), "code", v->code, "request_no",
                  (int)v->request_no, "method", db_str(rows, i, "method"), "issued_at_ms",
                  (json_int_t)issued_at_ms, "issued_at", civil_format(issued_at_ms, CIVIL_PEOPLE, issued_at));
    set_parties(o, v);
    set_amounts(t, o, v);
    set_text(o, "ref", db_str(rows, i, "ref"));
    json_object_set_new(o, "is_refunded", json_boolean(v->status == INVOICE_REFUNDED));
    return o;
}

json_t *refund_json(const struct refund *f)
{
    char id[ID_TEXT];
    id_format(&f->id, id);
    const struct phrase *state = refund_state_phrase(f->state);
    json_t *o =
        json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:I, s:s, s:b, s:I}", "id", id, "code", f->code,
                  "request_no", (int)f->request_no, "method", pay_method_name(f->method), "state",
                  state->code, "state_name", state->vi, "amount_dong", (json_int_t)f->amount_dong, "reason",
                  f->reason, "is_surplus", f->is_surplus, "created_at_ms", (json_int_t)f->created_at_ms);
    set_time(o, "done_at_ms", f->done_at_ms);
    set_text(o, "ref", f->ref);
    return o;
}

/* ---- by transfer ---------------------------------------------------------------------------------- */

const char *invoice_qr_text(struct task *t, const struct invoice *v)
{
    const struct payment_config *cfg = config_of(t);
    struct vietqr q = { .bank_bin = cfg->bank_bin,
                        .account = cfg->bank_account,
                        .amount_dong = v->total_dong,
                        .name = payment_of(t)->bank_name,
                        .purpose = purpose_text(t, v->code) };
    return vietqr_text(t, &q);
}

json_t *transfer_json(struct task *t, const struct invoice *v)
{
    const struct payment_config *cfg = config_of(t);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "qr_text", invoice_qr_text(t, v), "picture_url",
                     talloc_asprintf(t, "/api/payment/invoices/%s/vietqr.svg", v->code), "bank_bin",
                     cfg->bank_bin, "account", cfg->bank_account, "name", payment_of(t)->bank_name, "purpose",
                     purpose_text(t, v->code), "amount_dong", (json_int_t)v->total_dong);
}

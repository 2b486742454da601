/* http_invoice.c — what a dossier owes, how it was tried to be paid, its receipts and refunds; the QR code to
 * pay by. */
#include "handlers.h"
#include "qr.h"

/* ---- one invoice with all that belongs to it -------------------------------------------------------- */

static json_t *attempts_of(const struct attempts *list, uint32_t request_no)
{
    json_t *out = json_array();
    for (size_t i = 0; i < list->count; i++)
        if (list->list[i].request_no == request_no)
            json_array_append_new(out, attempt_json(&list->list[i]));
    return out;
}

static json_t *refunds_of(const struct refunds *list, uint32_t request_no)
{
    json_t *out = json_array();
    for (size_t i = 0; i < list->count; i++)
        if (list->list[i].request_no == request_no)
            json_array_append_new(out, refund_json(&list->list[i]));
    return out;
}

static void set_receipt(struct task *t, json_t *o, const struct db_rows *receipts, const struct invoice *v)
{
    for (int i = 0; i < db_count(receipts); i++)
        if ((uint32_t)db_num(receipts, i, "request_no") == v->request_no)
            json_object_set_new(o, "receipt", receipt_json(t, receipts, i, v));
}

int http_invoices(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct invoices list;
    struct attempts attempts;
    struct refunds refunds;
    const struct db_rows *receipts;
    const char *code = http_param(rq, "code");
    TRY(invoices_for(t, rq, code, &list));
    TRY(store_attempts(t, code, &attempts));
    TRY(store_receipts(t, code, &receipts));
    TRY(store_refunds(t, code, &refunds));
    json_t *out = json_array();
    for (size_t i = 0; i < list.count; i++) {
        const struct invoice *v = &list.list[i];
        json_t *o = invoice_json(t, v);
        json_object_set_new(o, "attempts", attempts_of(&attempts, v->request_no));
        json_object_set_new(o, "refunds", refunds_of(&refunds, v->request_no));
        set_receipt(t, o, receipts, v);
        json_array_append_new(out, o);
    }
    http_reply_json(re, 200, json_pack("{s:s, s:o}", "code", code, "invoices", out));
    return 0;
}

int http_vietqr(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct invoices list;
    TRY(invoices_for(t, rq, http_param(rq, "code"), &list));
    const struct invoice *v = invoices_to_pay(&list);
    TRY(invoice_check_open(v, task_err(t)));
    http_reply_text(re, 200, "image/svg+xml", qr_svg(t, invoice_qr_text(t, v)));
    return 0;
}

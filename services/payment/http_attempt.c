/* http_attempt.c — paying. At the gateway: one link at a time, asked about until its end is known. By
 * transfer: the QR code and the words to write. In cash: a clerk of the unit takes it, and the receipt is
 * there. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "json.h"
#include "pb.h"
#include "return_url.h"

enum { TRIES = 5, CHECK_PAUSE_MS = 5000 };

static const struct phrase RUNNING = {
    "payment_running", "Có một giao dịch đang chờ kết quả. Chờ xác minh xong rồi hãy nộp lại.",
    "A payment is still waiting for its result. Wait for it before paying again."
};
static const struct phrase BAD_BANK = {
    "bank_invalid", "Mã ngân hàng chỉ gồm chữ in hoa và số. Bỏ trống nếu chưa chọn.",
    "A bank code has capital letters and digits only. Leave it out to choose later."
};
static const struct phrase COUNTER_ONLY = { "cash_at_counter",
                                            "Tiền mặt chỉ nộp tại quầy của đơn vị. Chọn cách nộp khác.",
                                            "Cash is taken at the unit's counter only. Choose another way." };

struct pay_request {
    enum pay_method method;
    const char *return_url, *bank;
};

static int read_request(struct task *t, const struct http_request *rq, struct pay_request *ask)
{
    static const char *const methods[] = { "gateway", "transfer", "cash", NULL };
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    int method = read_choice(&r, "method", methods, REQUIRED);
    const char *wanted = read_text(&r, "return_url", RETURN_URL_MAX, OPTIONAL);
    ask->bank = pb_text(read_text(&r, "bank", 20, OPTIONAL));
    if (ask->bank[strspn(ask->bank, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] != '\0')
        err_fault(r.err, "bank", &BAD_BANK, NULL);
    if (method >= 0)
        pay_method_parse(methods[method], &ask->method);
    return_url_resolve(t, config_of(t)->return_origins, wanted, &ask->return_url, r.err);
    return reader_close(&r);
}

/* One more attempt of the invoice, handed to the payer. */
static struct attempt offered(struct task *t, const struct invoice *v, enum pay_method method)
{
    struct attempt_change change = { 0 };
    struct id id = id_new();
    struct attempt a = attempt_new(&id, v->code, v->request_no, method, v->total_dong, task_now_ms(t));
    ASSERT(attempt_hear(&a, WORD_OFFERED, a.created_at_ms, &change, task_err(t)) == 0);
    a.state = change.to;
    a.no = v->attempts + 1;
    return a;
}

static int save_offer(struct task *t, const struct http_request *rq, const struct invoice *v,
                      const struct attempt *a, json_t *answer, struct http_reply *re, bool *done)
{
    struct cause cause = rq->cause;
    cause.status = 201;
    cause.answer = json_print(t, json_own(t, answer));
    TRY(store_attempt_create(t, v, a, config_of(t)->query_after_s * 1000, &cause, done));
    if (*done)
        http_reply_text(re, 201, "application/json", cause.answer);
    return 0;
}

/* ---- at the gateway ------------------------------------------------------------------------------- */

/* The answer shows the one that is on its way; the gateway is asked about it, so that the wait is short. */
static int refuse_second(struct task *t, const struct http_request *rq, const struct attempt *a,
                         struct http_reply *re)
{
    TRY(store_attempt_ask(t, a, CHECK_PAUSE_MS));
    jobs_wake(task_env(t), "query");
    err_say(task_err(t), E_CONFLICT, &RUNNING, NULL);
    http_reply_problem(re, rq, task_err(t), json_pack("{s:o}", "attempt", attempt_json(a)));
    return E_CONFLICT;
}

static const char *pay_url(struct task *t, const struct http_request *rq, const struct attempt *a,
                           const struct pay_request *ask)
{
    struct vnpay_order o = { .txn_ref = a->txn_ref,
                             .info = talloc_asprintf(t, "Nop phi le phi ho so %s", a->code),
                             .return_url = ask->return_url,
                             .client_ip = rq->client,
                             .order_type = "250000",
                             .locale = rq->is_english ? "en" : "vn",
                             .bank = ask->bank,
                             .amount_dong = a->amount_dong,
                             .created_at_ms = a->created_at_ms,
                             .expires_at_ms = a->expires_at_ms };
    return vnpay_pay_url(t, &payment_of(t)->merchant, &o);
}

static int offer_gateway(struct task *t, const struct http_request *rq, const struct invoice *v,
                         const struct pay_request *ask, struct http_reply *re, bool *done)
{
    struct attempts list;
    char txn_ref[TXN_REF_TEXT];
    TRY(store_attempts(t, v->code, &list));
    const struct attempt *other = attempts_blocking(&list, v->request_no);
    if (other)
        return refuse_second(t, rq, other, re);
    struct attempt a = offered(t, v, METHOD_GATEWAY);
    a.expires_at_ms = a.created_at_ms + config_of(t)->pay_within_s * 1000;
    a.txn_ref = txn_ref_format(a.code, a.request_no, a.no, txn_ref);
    a.pay_url = pay_url(t, rq, &a, ask);
    return save_offer(t, rq, v, &a, attempt_json(&a), re, done);
}

/* ---- by transfer, in cash --------------------------------------------------------------------------- */

static json_t *announced_json(struct task *t, const struct invoice *v, const struct attempt *a)
{
    json_t *o = attempt_json(a);
    json_object_set_new(o, "transfer", transfer_json(t, v));
    return o;
}

static int offer_transfer(struct task *t, const struct http_request *rq, const struct invoice *v,
                          const struct pay_request *ask, struct http_reply *re, bool *done)
{
    (void)ask;
    struct attempts list;
    TRY(store_attempts(t, v->code, &list));
    const struct attempt *announced = attempts_announced(&list, v->request_no);
    if (announced) {
        http_reply_json(re, 200, announced_json(t, v, announced));
        *done = true;
        return 0;
    }
    struct attempt a = offered(t, v, METHOD_TRANSFER);
    return save_offer(t, rq, v, &a, announced_json(t, v, &a), re, done);
}

static int offer_cash(struct task *t, const struct http_request *rq, const struct invoice *v,
                      const struct pay_request *ask, struct http_reply *re, bool *done)
{
    (void)ask;
    struct taking taking;
    if (!is_clerk_of(rq, v->unit_code))
        return err_say(task_err(t), E_DENIED, &COUNTER_ONLY, NULL);
    struct id id = id_new();
    struct attempt paid =
        attempt_new(&id, v->code, v->request_no, METHOD_CASH, v->total_dong, task_now_ms(t));
    paid.paid_at_ms = paid.created_at_ms;
    paid.taken_by = rq->actor->account_id;
    TRY(take_money(t, &paid, &rq->cause, &taking));
    if (taking.taken ==
        TAKEN_BEFORE) /* by this command, whose commit was not heard: it is answered from its row */
        return err_set(task_err(t), E_CONFLICT, "taken by this command already");
    http_reply_text(re, 201, "application/json", taking.answer);
    *done = true;
    return 0;
}

/* ---- routes --------------------------------------------------------------------------------------- */

typedef int offer_fn(struct task *t, const struct http_request *rq, const struct invoice *v,
                     const struct pay_request *ask, struct http_reply *re, bool *done);

static int check_payer(struct task *t, const struct http_request *rq, const struct invoice *v)
{
    if (is_owner_of(rq, v) || is_clerk_of(rq, v->unit_code))
        return 0;
    return err_set(task_err(t), E_DENIED, "neither the applicant nor a clerk of the unit");
}

int http_attempt(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    static offer_fn *const offers[PAY_METHODS] = { NULL, offer_gateway, offer_transfer, offer_cash };
    bool done = false;
    for (int i = 0; i < TRIES && !done; i++) {
        struct invoices list;
        struct pay_request ask = { 0 };
        TRY(invoices_for(t, rq, http_param(rq, "code"), &list));
        const struct invoice *v = invoices_to_pay(&list);
        TRY(check_payer(t, rq, v));
        TRY(read_request(t, rq, &ask));
        TRY(invoice_check_open(v, task_err(t)));
        TRY(offers[ask.method](t, rq, v, &ask, re, &done));
    }
    return done ? 0 : err_set(task_err(t), E_BUSY, "the invoice kept changing");
}

int http_check(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct id id;
    struct attempt a;
    struct invoices list;
    bool found = false;
    if (id_parse(http_param(rq, "id"), &id))
        TRY(store_attempt(t, &id, &a, &found));
    if (!found)
        return err_set(task_err(t), E_NOT_FOUND, "no such attempt");
    TRY(invoices_for(t, rq, a.code, &list));
    TRY(store_attempt_ask(t, &a, CHECK_PAUSE_MS));
    jobs_wake(task_env(t), "query");
    http_reply_json(re, 200, attempt_json(&a));
    return 0;
}

/* http_vnpay.c — the gateway's two calls. The IPN changes state and is answered after the COMMIT; the return
 * URL, which the payer's browser brings, only shows what is known. */
#include <string.h>

#include "handlers.h"
#include "log.h"
#include "text.h"

enum { TRIES = 3 };

static const struct phrase NOT_GENUINE = {
    "return_not_genuine", "Địa chỉ này không do cổng thanh toán tạo ra. Xem lại trang nộp phí.",
    "The payment gateway did not make this address. See the page of the fee."
};

static void take_param(void *params, const char *name, const char *value)
{
    if (strncmp(name, "vnp_", 4) == 0)
        vnpay_add(params, name, value);
}

static bool is_text(const struct vnpay_params *p)
{
    for (size_t i = 0; i < p->count && i < VNPAY_PARAMS_MAX; i++)
        if (!text_is_utf8(p->list[i].value, strlen(p->list[i].value)))
            return false;
    return true;
}

/* What the call says, if the gateway signed it for us. */
static bool read_call(struct task *t, const struct http_request *rq, struct vnpay_params *p,
                      struct vnpay_result *r)
{
    const struct vnpay_merchant *m = &payment_of(t)->merchant;
    http_each_query(rq, take_param, p);
    *r = vnpay_result_of(p);
    return is_text(p) && vnpay_is_signed(p, m->secret) &&
           strcmp(vnpay_value(p, "vnp_TmnCode"), m->tmn_code) == 0;
}

static int take_ipn(struct task *t, const struct http_request *rq, enum ipn_verdict *verdict)
{
    struct vnpay_params params = { 0 };
    struct vnpay_result r;
    struct attempt a;
    bool found = false, applied;
    bool is_signed = read_call(t, rq, &params, &r);
    if (is_signed)
        TRY(store_attempt_by_txn_ref(t, r.txn_ref, &a, &found));
    *verdict = vnpay_judge_ipn(is_signed, found ? &a : NULL, &r, task_now_ms(t));
    if (*verdict != IPN_CONFIRM)
        return 0;
    TRY(gateway_heard(t, &a, vnpay_word(&r), &r, &applied));
    if (!applied)
        *verdict = IPN_CONFIRMED_BEFORE;
    return 0;
}

int http_ipn(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    enum ipn_verdict verdict;
    int rc = take_ipn(t, rq, &verdict);
    for (int i = 1; i < TRIES && rc == E_STALE; i++) { /* a query brought a word at the same time */
        err_clear(task_err(t));
        rc = take_ipn(t, rq, &verdict);
    }
    if (rc != 0) {
        log_error("ipn_failed", LOG_S("why", task_err(t)->text));
        err_clear(task_err(t)); /* told as 99: the gateway calls again */
        verdict = IPN_FAILED;
    }
    if (verdict != IPN_CONFIRM && verdict != IPN_CONFIRMED_BEFORE)
        log_warn("ipn", LOG_S("answer", ipn_code(verdict)));
    http_reply_json(re, 200,
                    json_pack("{s:s, s:s}", "RspCode", ipn_code(verdict), "Message", ipn_message(verdict)));
    return 0;
}

static const char *const shown_states[ATTEMPT_STATES] = {
    [ATTEMPT_CREATED] = "checking", [ATTEMPT_PENDING] = "checking", [ATTEMPT_SUCCEEDED] = "paid",
    [ATTEMPT_FAILED] = "failed",    [ATTEMPT_UNKNOWN] = "checking",
};

int http_return(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct vnpay_params params = { 0 };
    struct vnpay_result r;
    struct attempt a;
    bool found = false;
    char id[ID_TEXT];
    if (!read_call(t, rq, &params, &r))
        return err_say(task_err(t), E_INVALID, &NOT_GENUINE, NULL);
    TRY(store_attempt_by_txn_ref(t, r.txn_ref, &a, &found));
    if (!found)
        return err_set(task_err(t), E_NOT_FOUND, "no such attempt");
    const struct phrase *words = attempt_state_phrase(attempt_is_over(&a) ? a.state : ATTEMPT_UNKNOWN);
    id_format(&a.id, id);
    http_reply_json(re, 200,
                    json_pack("{s:s, s:s, s:i, s:I, s:s, s:s}", "attempt", id, "code", a.code, "request_no",
                              (int)a.request_no, "amount_dong", (json_int_t)a.amount_dong, "state",
                              shown_states[a.state], "message", rq->is_english ? words->en : words->vi));
    return 0;
}

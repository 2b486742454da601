/* http_transfer.c — a clerk has seen the transfer on the unit's account. */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "command.h"
#include "handlers.h"
#include "json.h"
#include "money.h"
#include "phrases.h"

static const struct phrase FUTURE = { "paid_at_future", "Thời điểm chuyển khoản không thể ở tương lai.",
                                      "A transfer cannot have happened in the future." };
static const struct phrase TOO_EARLY = {
    "paid_at_before_invoice",
    "Khoản thu được lập ngày {}: tiền chuyển trước đó không phải cho khoản này. Kiểm tra lại sao kê.",
    "The invoice was made on {}: money from before it is for something else. Check the statement."
};

static int64_t read_time(struct task *t, struct reader *r, const struct invoice *v)
{
    int64_t ms = 0;
    char made[CIVIL_TEXT];
    const char *text = read_text(r, "paid_at", CIVIL_TEXT, REQUIRED);
    if (text && !civil_parse(text, CIVIL_ISO, &ms) && !civil_parse(text, CIVIL_DATE, &ms))
        err_fault(r->err, "paid_at", &phrase_date, NULL);
    if (ms > task_now_ms(t))
        err_fault(r->err, "paid_at", &FUTURE, NULL);
    if (ms && !invoice_may_be_paid_at(v, ms))
        err_fault(r->err, "paid_at", &TOO_EARLY, civil_format(v->created_at_ms, CIVIL_PEOPLE_DATE, made));
    return ms;
}

static int read_transfer(struct task *t, const struct http_request *rq, const struct invoice *v,
                         struct transfer *in)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    in->amount_dong = read_int(&r, "amount", 1, MONEY_MAX, REQUIRED);
    in->bank_ref = read_text_line(&r, "bank_ref", 64, REQUIRED);
    in->paid_at_ms = read_time(t, &r, v);
    in->seen_by = rq->actor->account_id;
    return reader_close(&r);
}

/* Recorded before: by this very command, whose commit was not heard, or by somebody else. */
static int answer_known(struct task *t, const struct http_request *rq, const struct taking *k,
                        struct http_reply *re)
{
    int status;
    const char *answer;
    TRY(command_find(t, &rq->cause, &status, &answer));
    if (answer)
        http_reply_text(re, (unsigned)status, "application/json", answer);
    else
        http_reply_json(re, 200,
                        json_pack("{s:s, s:i, s:s, s:b}", "code", k->code, "request_no", (int)k->request_no,
                                  "state", "succeeded", "was_known", 1));
    return 0;
}

int http_transfer(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct invoices list;
    struct transfer in;
    struct taking taking;
    TRY(invoices_for(t, rq, http_param(rq, "code"), &list));
    const struct invoice *v = invoices_to_pay(&list);
    if (!is_clerk_of(rq, v->unit_code))
        return err_set(task_err(t), E_DENIED, "not a clerk of %s", v->unit_code);
    TRY(read_transfer(t, rq, v, &in));
    TRY(take_transfer(t, v, &in, &rq->cause, &taking));
    if (taking.taken == TAKEN_BEFORE)
        return answer_known(t, rq, &taking, re);
    http_reply_text(re, 201, "application/json", taking.answer);
    return 0;
}

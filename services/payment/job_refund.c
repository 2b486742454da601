/* job_refund.c — gives money back through the gateway. The request's id is the refund's, so asking again
 * after silence can never pay twice. */
#include <talloc.h>

#include "crypt.h"
#include "handlers.h"
#include "log.h"

static enum refund_state ask(struct task *t, const struct refund *f, const struct attempt *a,
                             struct vnpay_result *r, const char **why)
{
    const struct vnpay_merchant *m = &payment_of(t)->merchant;
    struct vnpay_question q = { .request_id = crypt_hex(t, f->id.bytes, sizeof f->id.bytes),
                                .txn_ref = a->txn_ref,
                                .transaction_no = a->gateway_no,
                                .order_created_at_ms = a->created_at_ms,
                                .now_ms = task_now_ms(t),
                                .amount_dong = f->amount_dong,
                                .created_by = *f->decided_by ? f->decided_by : "motcua",
                                .info = talloc_asprintf(t, "Hoan phi ho so %s", f->code) };
    const char *answer = gateway_ask(t, vnpay_refund_body(t, m, &q), why);
    return answer ? vnpay_read_refund(t, m, answer, a, r, why) : REFUND_UNKNOWN;
}

static int record(struct task *t, struct refund *f, enum refund_state to, const struct vnpay_result *r)
{
    bool saved = true;
    const char *last_word = r->status ? vnpay_codes(t, r) : "";
    const struct payback how = { .ref = r->transaction_no, .last_word = last_word, .confirmed_by = "" };
    TRY(to == REFUND_DONE ? paid_back(t, f, &how, NULL) : store_refund_move(t, f, to, last_word, &saved));
    if (!saved)
        return err_set(task_err(t), E_STALE, "the refund changed meanwhile");
    log_info("refund", LOG_S("code", f->code), LOG_S("state", refund_state_phrase(to)->code),
             LOG_S("word", last_word));
    return 0;
}

int job_refund(struct task *t, struct job *job)
{
    struct id id;
    struct refund f;
    struct attempt a;
    struct vnpay_result r = { 0 };
    bool found = false;
    const char *why = "";
    if (id_parse(job->key, &id))
        TRY(store_refund(t, &id, &f, &found));
    if (!found || refund_is_over(&f))
        return 0;
    TRY(store_attempt(t, &f.attempt_id, &a, &found));
    ASSERT(found); /* a refund is written with its attempt */
    enum refund_state to = ask(t, &f, &a, &r, &why);
    TRY(record(t, &f, to, &r));
    return to == REFUND_UNKNOWN ? err_set(task_err(t), E_UNKNOWN, "%s", why) : 0;
}

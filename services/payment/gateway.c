/* gateway.c — see handlers.h: talking to the gateway, and what its word does. */
#include <talloc.h>

#include "handlers.h"
#include "http_client.h"
#include "log.h"

const char *gateway_ask(struct task *t, const char *body, const char **why)
{
    static const char *const headers[] = { "Content-Type: application/json", NULL };
    const struct payment_config *cfg = config_of(t);
    struct call_answer answer;
    struct call_request rq = { .method = "POST",
                               .url = cfg->gateway_api_url,
                               .headers = headers,
                               .body = body,
                               .timeout_ms = (unsigned)cfg->gateway_ms };
    if (http_call(t, &rq, &answer) != 0) {
        *why = talloc_strdup(t, task_err(t)->text);
        err_clear(task_err(t)); /* silence is an answer here: the caller records it */
        return NULL;
    }
    *why = talloc_asprintf(t, "the gateway answers with status %ld", answer.status);
    return answer.status == 200 ? answer.body : NULL;
}

/* The word has no id of its own: it counts once by what is recorded. */
static int take(struct task *t, const struct attempt *a, const struct vnpay_result *r, const char *last_word,
                bool *applied)
{
    static const struct cause nobody;
    struct taking taking;
    struct attempt paid = *a;
    paid.gateway_no = r->transaction_no;
    paid.bank_code = r->bank_code;
    paid.bank_ref = r->bank_ref;
    paid.last_word = last_word;
    paid.paid_at_ms = r->paid_at_ms ? r->paid_at_ms : task_now_ms(t);
    TRY(take_money(t, &paid, &nobody, &taking));
    *applied = taking.taken != TAKEN_BEFORE;
    return 0;
}

int gateway_heard(struct task *t, const struct attempt *a, enum attempt_word word,
                  const struct vnpay_result *r, bool *applied)
{
    struct attempt_change change;
    struct err known = { 0 };
    *applied = false;
    if (attempt_hear(a, word, task_now_ms(t), &change, &known) != 0)
        return 0;
    const char *last_word = word == WORD_SILENT ? a->last_word : vnpay_codes(t, r);
    if (change.to == ATTEMPT_SUCCEEDED)
        return take(t, a, r, last_word, applied);
    TRY(store_attempt_move(t, a, &change, last_word, applied));
    if (!*applied)
        return err_set(task_err(t), E_STALE, "attempt %s changed meanwhile", a->txn_ref);
    if (change.to != a->state)
        log_info("attempt", LOG_S("txn_ref", a->txn_ref), LOG_S("from", attempt_state_name(a->state)),
                 LOG_S("to", attempt_state_name(change.to)));
    if (change.to == ATTEMPT_FAILED)
        figures_ended(payment_of(t)->figures, ATTEMPT_FAILED);
    return 0;
}

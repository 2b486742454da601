/* job_query.c — asks the gateway what became of an attempt, until it says so. No answer makes it unknown,
 * never failed. */
#include <talloc.h>

#include "crypt.h"
#include "handlers.h"

static enum attempt_word ask(struct task *t, const struct attempt *a, struct vnpay_result *r,
                             const char **why)
{
    struct id id = id_new();
    const struct vnpay_merchant *m = &payment_of(t)->merchant;
    struct vnpay_question q = { .request_id = crypt_hex(t, id.bytes, sizeof id.bytes),
                                .txn_ref = a->txn_ref,
                                .transaction_no = a->gateway_no,
                                .order_created_at_ms = a->created_at_ms,
                                .now_ms = task_now_ms(t),
                                .info = talloc_asprintf(t, "Truy van GD %s", a->txn_ref) };
    const char *answer = gateway_ask(t, vnpay_query_body(t, m, &q), why);
    return answer ? vnpay_read_query(t, m, answer, a, r, why) : WORD_SILENT;
}

int job_query(struct task *t, struct job *job)
{
    struct id id;
    struct attempt a;
    struct vnpay_result r = { 0 };
    bool found = false, applied;
    const char *why = "";
    if (id_parse(job->key, &id))
        TRY(store_attempt(t, &id, &a, &found));
    if (!found || attempt_is_over(&a))
        return 0;
    enum attempt_word word = ask(t, &a, &r, &why);
    TRY(gateway_heard(t, &a, word, &r, &applied));
    if (word == WORD_SILENT)
        return err_set(task_err(t), E_UNKNOWN, "%s", why);
    if (word != WORD_PAID && word != WORD_REFUSED)
        job->again_ms = attempt_ask_after_ms(&a, task_now_ms(t));
    return 0;
}

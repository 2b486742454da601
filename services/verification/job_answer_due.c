/* job_answer_due.c — the applicant had until answer_by to supply papers or to pay. The job's key is the
 * dossier. */
#include "handlers.h"

enum { WHILE_WITHDRAWING_MS = 3600000 };

static Motcua__Transition expiry_of(const struct case_file *c)
{
    if (c->status == MOTCUA__STATUS__SUPPLEMENT_ASKED && !c->papers_supplied)
        return MOTCUA__TRANSITION__SUPPLEMENT_EXPIRED;
    return c->status == MOTCUA__STATUS__PAYMENT_ASKED ? MOTCUA__TRANSITION__PAYMENT_EXPIRED : 0;
}

int job_answer_due(struct task *t, struct job *job)
{
    struct case_file c;
    struct decision d;
    bool found, seen, done;
    TRY(store_case(t, job->key, NULL, &c, &found, &seen));
    if (!found || c.answer_by == 0)
        return 0;
    int64_t left = c.answer_by - task_now_ms(t);
    if (left > 0 || c.status == MOTCUA__STATUS__WITHDRAWAL_ASKED) { /* the withdrawal may be declined */
        job->again_ms = left > 0 ? left : WHILE_WITHDRAWING_MS;
        return 0;
    }
    struct change ch = { .code = job->key, .act = { .transition = expiry_of(&c) }, .if_version = c.version };
    return ch.act.transition ? change_case(t, &ch, &d, &done) : 0;
}

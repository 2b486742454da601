/* job_complaint.c — a limit of a complaint: when it has passed, the unit above sees it, too. The key is its
 * code. */
#include "complaint_work.h"

int job_complaint_due(struct task *t, struct job *job)
{
    struct complaint_file f;
    bool found;
    TRY(store_complaint(t, job->key, &f, &found));
    if (!found || f.c.step_due_at == 0 || f.c.escalated_at > f.c.step_due_at)
        return 0;
    int64_t left = f.c.step_due_at - task_now_ms(t);
    if (left >= 0) {
        job->again_ms = left + 1;
        return 0;
    }
    struct complaint_change ch = {
        .code = job->key,
        .doing = { .act = ACT_ESCALATE, .class = -1, .attitude = -1, .is_remote = -1 },
        .if_version = f.c.version
    };
    return complaint_change(t, &ch, &f);
}

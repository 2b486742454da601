/* job_prune.c — sessions that have ended go, once an hour. */
#include "handlers.h"

enum { HOUR_MS = 3600000 };

int job_prune_sessions(struct task *t, struct job *job)
{
    TRY(store_sessions_prune(t));
    job->again_ms = HOUR_MS;
    return 0;
}

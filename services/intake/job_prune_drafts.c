/* job_prune_drafts.c — drafts nobody has written at for draft_days go. */
#include "handlers.h"

enum { HOUR_MS = 3600000, AT_ONCE = 500 };

int job_prune_drafts(struct task *t, struct job *job)
{
    int removed;
    TRY(store_drafts_prune(t, config_of(t)->draft_days, AT_ONCE, &removed));
    job->again_ms = removed == AT_ONCE ? 1 : HOUR_MS;
    return 0;
}

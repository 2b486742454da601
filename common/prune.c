/* prune.c — see prune.h. An outbox row lives as long as it is not acknowledged, so an envelope may come again
 * late; two weeks is longer than any outage a province would let stand. A client may repeat a command for a
 * week. */
#include "prune.h"

enum { HOUR_MS = 3600000 };

/* clang-format off */
static const struct sql INBOX_PRUNE = { "inbox_prune", SQL_WRITE,
    "DELETE FROM inbox WHERE received_at < now() - interval '14 days'" };
static const struct sql COMMANDS_PRUNE = { "commands_prune", SQL_WRITE,
    "DELETE FROM command WHERE made_at < now() - interval '7 days'" };
/* clang-format on */
const struct sql *const prune_statements[] = { &INBOX_PRUNE, &COMMANDS_PRUNE, NULL };

static int run_prune(struct task *t, struct job *job)
{
    const struct db_rows *rows;
    TRY(db_run(t, &INBOX_PRUNE, &rows));
    TRY(db_run(t, &COMMANDS_PRUNE, &rows));
    job->again_ms = HOUR_MS;
    return 0;
}

const struct job_kind prune_jobs[] = {
    { "prune", run_prune, 10000, 1, 60000, HOUR_MS, true },
    { 0 },
};

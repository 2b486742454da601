/* prune.c — see prune.h. An outbox row lives as long as it is not acknowledged, so an envelope may come again
 * late; two weeks is longer than any outage a province would let stand. A client may repeat a command for a
 * week. */
#include "prune.h"

enum { HOUR_MS = 3600000, DAY_MS = 24 * HOUR_MS, AT_ONCE = 5000 };

/* clang-format off */
static const struct sql INBOX_PRUNE = { "inbox_prune", SQL_WRITE,
    "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE id < $1::uuid"
    " AND received_at < now() - interval '14 days' ORDER BY id LIMIT $2) RETURNING id" };
static const struct sql COMMANDS_PRUNE = { "commands_prune", SQL_WRITE,
    "DELETE FROM command WHERE made_at < now() - interval '7 days'" };
/* clang-format on */
const struct sql *const prune_statements[] = { &INBOX_PRUNE, &COMMANDS_PRUNE, NULL };

/* In small pieces along the key: the writes that wait behind one wait for milliseconds. An envelope that came
 * late has an old id and a young row, which stays. */
static int prune_inbox(struct task *t)
{
    const struct db_rows *rows;
    const struct id oldest = id_least_at(task_now_ms(t) - 14 * (int64_t)DAY_MS);
    do
        TRY(db_run(t, &INBOX_PRUNE, &rows, db_id(&oldest), db_int(AT_ONCE)));
    while (db_count(rows) == AT_ONCE);
    return 0;
}

static int run_prune(struct task *t, struct job *job)
{
    const struct db_rows *rows;
    TRY(prune_inbox(t));
    TRY(db_run(t, &COMMANDS_PRUNE, &rows));
    job->again_ms = HOUR_MS;
    return 0;
}

const struct job_kind prune_jobs[] = {
    { "prune", run_prune, 10000, 1, 60000, HOUR_MS, true },
    { 0 },
};

/* store_draft.c — see store.h: what people are writing. */
#include "store.h"

/* clang-format off */
static const struct sql DRAFT_SAVE = { "draft_save", SQL_WRITE,
    "WITH room AS (SELECT count(*) < $5::int AS is_there FROM draft WHERE account_id = $1::uuid"
    " AND procedure_code <> $2),"
    " d AS (INSERT INTO draft (account_id, procedure_code, written_at, content)"
    " SELECT $1::uuid, $2::text, at_ms($3), $4::text FROM room WHERE is_there"
    " ON CONFLICT (account_id, procedure_code) DO UPDATE SET written_at = excluded.written_at, saved_at = now(),"
    " content = excluded.content WHERE draft.written_at <= excluded.written_at RETURNING 1)"
    " SELECT is_there, EXISTS (SELECT FROM d) AS is_kept FROM room" };
static const struct sql DRAFTS = { "drafts", SQL_READ,
    "SELECT procedure_code, ms(written_at) AS written_at_ms, content FROM draft WHERE account_id = $1::uuid"
    " ORDER BY written_at DESC" };
static const struct sql DRAFT_DROP = { "draft_drop", SQL_WRITE,
    "DELETE FROM draft WHERE account_id = $1::uuid AND procedure_code = $2" };
static const struct sql DRAFTS_PRUNE = { "drafts_prune", SQL_WRITE,
    "DELETE FROM draft WHERE (account_id, procedure_code) IN (SELECT account_id, procedure_code FROM draft"
    " WHERE saved_at < now() - make_interval(days => $1::int) ORDER BY saved_at LIMIT $2) RETURNING 1" };
/* clang-format on */

int store_draft_save(struct task *t, const struct draft *d, bool *is_room, bool *is_kept)
{
    const struct db_rows *rows;
    TRY(db_run(t, &DRAFT_SAVE, &rows, db_text(d->account_id), db_text(d->procedure_code),
               db_int(d->written_at_ms), db_text(d->content), db_int(DRAFTS_MOST)));
    *is_room = db_true(rows, 0, "is_there");
    *is_kept = db_true(rows, 0, "is_kept");
    return 0;
}

int store_drafts(struct task *t, const char *account_id, const struct db_rows **rows)
{
    return db_run(t, &DRAFTS, rows, db_text(account_id));
}

int store_draft_drop(struct task *t, const char *account_id, const char *procedure_code)
{
    const struct db_rows *rows;
    return db_run(t, &DRAFT_DROP, &rows, db_text(account_id), db_text(procedure_code));
}

int store_drafts_prune(struct task *t, int64_t days, int limit, int *removed)
{
    const struct db_rows *rows;
    TRY(db_run(t, &DRAFTS_PRUNE, &rows, db_int(days), db_int(limit)));
    *removed = db_count(rows);
    return 0;
}

const struct sql *const store_draft_statements[] = { &DRAFT_SAVE, &DRAFTS, &DRAFT_DROP, &DRAFTS_PRUNE, NULL };

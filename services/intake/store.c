/* store.c — see store.h: dossiers and units. */
#include "store.h"

#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "paper.h"
#include "pb.h"

/* ---- filing --------------------------------------------------------------------------------------- */

/* Waits neither for the saves on their way nor for the disk: a dossier that bears one of the numbers commits
 * later, and the log reaches the disk in order. Numbers lost with a crash in between were nobody's. */
/* clang-format off */
static const struct sql RESERVE_NUMBERS = { "reserve_numbers", SQL_READ,
    "INSERT INTO code_counter (unit, day, next) VALUES ($1, $2::date, 1 + $3::bigint)"
    " ON CONFLICT (unit, day) DO UPDATE SET next = code_counter.next + $3::bigint RETURNING next -"
    " $3::bigint AS first, set_config('synchronous_commit', 'off', true) AS how" };
/* clang-format on */

/* Papers are numbered through all batches of a dossier. from: where the rows' code, batch and papers are. */
#define PAPER_ROWS(from, records, first) \
    " papers AS (INSERT INTO paper (code, batch, " PAPER_COLUMNS ") SELECT v.code, v.batch, " first \
    " + v.seq, v.component_code," \
    " v.name, v.file_name, v.sha256, v.size_bytes, v.media_type, v.originals, v.copies FROM (SELECT d.code," \
    " d.batch, " PAPER_VALUES " FROM " from \
    " AS d, " PAPER_RECORDS(records) ") AS v(code, batch, " PAPER_COLUMNS "))"

/* clang-format off */
static const struct sql FILE_DOSSIER = { "file_dossier", SQL_SET,
    "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS code, unnest($14::text[]) AS"
    " procedure_code, unnest($15::bigint[]) AS procedure_version, unnest($16::text[]) AS unit_code,"
    " unnest($17::bigint[]) AS channel, unnest($18::text[]) AS account_id, unnest($19::text[]) AS received_by,"
    " unnest($20::text[]) AS applicant, unnest($21::text[]) AS answers, unnest($22::text[]) AS summary,"
    " unnest($23::text[]) AS language, unnest($24::text[]) AS result_by_post, unnest($25::text[]) AS national_code,"
    " unnest($26::bigint[]) AS filed_at_ms, unnest($27::bytea[]) AS lookup_key, unnest($28::bytea[]) AS content_hash,"
    " unnest($29::text[]) AS phone_tail, unnest($30::bigint[]) AS status") ","
    " d AS (INSERT INTO dossier (code, procedure_code, procedure_version, unit_code, channel, account_id, received_by,"
    " applicant, answers, summary, language, result_by_post, national_code, filed_at, lookup_key, content_hash,"
    " phone_tail, status) SELECT code, procedure_code, procedure_version, unit_code, channel,"
    " nullif(account_id, '')::uuid, nullif(received_by, ''), applicant::jsonb, answers::jsonb, summary, language,"
    " result_by_post::boolean, nullif(national_code, ''), at_ms(filed_at_ms), lookup_key, content_hash, phone_tail,"
    " status FROM asked),"
    " done AS (SELECT ord FROM fresh),"
    PAPER_ROWS("(SELECT code, 1::bigint AS batch, papers FROM "
               SAVE_SET_COLUMNS("unnest($12::text[]) AS code, unnest($13::text[]) AS papers")
               " WHERE papers <> '[]' AND ord IN (SELECT ord FROM fresh))", "d.papers", "0") ","
    SAVE_SET_ROWS " SELECT ord FROM done" };
/* clang-format on */

static const char *tail_of(const char *phone)
{
    size_t n = strlen(phone);
    return n > 4 ? phone + n - 4 : phone;
}

int store_reserve_numbers(struct task *t, const char *unit, int32_t day, int64_t n, int64_t *first)
{
    const struct db_rows *rows;
    char date[CIVIL_TEXT];
    civil_format(civil_day_ms(day, 0), CIVIL_DATE, date);
    TRY(db_run(t, &RESERVE_NUMBERS, &rows, db_text(unit), db_text(date), db_int(n)));
    *first = db_num(rows, 0, "first");
    return 0;
}

int store_file(struct task *t, const struct new_dossier *d, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    const Motcua__DossierSubmitted *m = d->message;
    bool is_received = m->received_by != NULL;
    struct save *s = save_new(t, cause);
    TRY(save_say(s, m->code, 1, &m->base));
    TRY(db_run(t, &FILE_DOSSIER, &rows, SAVE_SET_ARGS(s), db_text(m->code),
               db_text(papers_print(t, m->papers, m->n_papers)), db_text(m->procedure_code),
               db_int(m->procedure_version), db_text(m->unit_code), db_int(m->channel),
               db_text(m->account_id), db_text(is_received ? m->received_by->account_id : ""),
               db_text(d->applicant), db_text(d->answers), db_text(m->summary), db_text(m->language),
               db_bool(m->result_by_post), db_text(m->national_code), db_int(m->filed_at_ms),
               db_bytes(d->lookup_key, LOOKUP_KEY_BYTES), db_bytes(d->content_hash, CONTENT_HASH_BYTES),
               db_text(tail_of(m->applicant->phone)),
               db_int(is_received ? MOTCUA__STATUS__ACCEPTED : MOTCUA__STATUS__SUBMITTED)));
    *saved = db_count(rows) > 0;
    if (*saved)
        save_done(s);
    return 0;
}

/* ---- reading -------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql DOSSIER = { "dossier", SQL_READ,
    "SELECT d.code, d.procedure_code, d.procedure_version, coalesce(v.definition ->> 'name', '') AS procedure_name,"
    " d.unit_code, coalesce(u.name, '') AS unit_name, d.channel, d.account_id, d.applicant, d.answers, d.summary,"
    " d.language, d.result_by_post, d.national_code, ms(d.filed_at) AS filed_at_ms, d.lookup_key, d.content_hash,"
    " d.phone_tail, d.said, d.status, d.version, d.state, d.paid_dong, d.withdrawal_on IS NOT NULL AND NOT EXISTS"
    " (SELECT FROM progress p WHERE p.code = d.code AND p.version > d.withdrawal_on AND (p.state ->> 'status')::int"
    " NOT IN (1, 2, 4, 5, 6)) AS withdrawal_waits FROM dossier d" /* it was taken (7), or came too late */
    " LEFT JOIN procedure_version v ON v.code = d.procedure_code AND v.version = d.procedure_version"
    " LEFT JOIN unit u ON u.code = d.unit_code AND u.valid_from <= d.filed_at"
    " AND (u.valid_to IS NULL OR u.valid_to > d.filed_at) WHERE d.code = $1" };
static const struct sql LOOKUP = { "lookup", SQL_READ_SET,
    "SELECT w.ord, d.status, ms(d.filed_at) AS filed_at_ms FROM (SELECT unnest($1::text[]) AS code,"
    " unnest($2::bigint[]) AS ord) AS w JOIN dossier d ON d.code = w.code" };
static const struct sql DOSSIERS_OF = { "dossiers_of", SQL_READ,
    "SELECT d.code, d.procedure_code, coalesce(v.definition ->> 'name', '') AS procedure_name, d.unit_code,"
    " d.status, d.version, d.state, ms(d.filed_at) AS filed_at_ms FROM dossier d"
    " LEFT JOIN procedure_version v ON v.code = d.procedure_code AND v.version = d.procedure_version"
    " WHERE d.account_id = $1::uuid AND (d.filed_at, d.code) < (at_ms($2), $3)"
    " ORDER BY d.filed_at DESC, d.code DESC LIMIT $4" };
static const struct sql PAPERS = { "papers", SQL_READ,
    "SELECT seq, batch, component_code, name, file_name, encode(sha256, 'hex') AS sha256, size_bytes, media_type,"
    " originals, copies FROM paper WHERE code = $1 ORDER BY seq" };
static const struct sql PROGRESS_OF = { "progress_of", SQL_READ,
    "SELECT version, state FROM progress WHERE code = $1 ORDER BY version" };
/* clang-format on */

static void take_blob(struct task *t, const struct db_rows *rows, const char *column, uint8_t *to, size_t n)
{
    size_t size;
    const uint8_t *bytes = db_blob(t, rows, 0, column, &size);
    memcpy(to, bytes, size < n ? size : n);
}

int store_dossier(struct task *t, const char *code, struct dossier *d, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &DOSSIER, &rows, db_text(code)));
    *found = db_count(rows) > 0;
    if (!*found)
        return 0;
    *d = (struct dossier){
        .procedure_code = db_str(rows, 0, "procedure_code"),
        .procedure_name = db_str(rows, 0, "procedure_name"),
        .procedure_version = (uint32_t)db_num(rows, 0, "procedure_version"),
        .unit_code = db_str(rows, 0, "unit_code"),
        .unit_name = db_str(rows, 0, "unit_name"),
        .channel = (int)db_num(rows, 0, "channel"),
        .account_id = db_str_or(rows, 0, "account_id", ""),
        .applicant = db_str(rows, 0, "applicant"),
        .answers = db_str(rows, 0, "answers"),
        .summary = db_str(rows, 0, "summary"),
        .language = db_str(rows, 0, "language"),
        .result_by_post = db_true(rows, 0, "result_by_post"),
        .withdrawal_waits = db_true(rows, 0, "withdrawal_waits"),
        .national_code = db_str_or(rows, 0, "national_code", ""),
        .filed_at_ms = db_num(rows, 0, "filed_at_ms"),
        .phone_tail = db_str(rows, 0, "phone_tail"),
        .said = db_num(rows, 0, "said"),
        .status = (int)db_num(rows, 0, "status"),
        .version = db_num(rows, 0, "version"),
        .state = db_str(rows, 0, "state"),
        .paid_dong = db_num(rows, 0, "paid_dong"),
    };
    snprintf(d->code, sizeof d->code, "%s", db_str(rows, 0, "code"));
    take_blob(t, rows, "lookup_key", d->lookup_key, sizeof d->lookup_key);
    take_blob(t, rows, "content_hash", d->content_hash, sizeof d->content_hash);
    return 0;
}

int store_lookup(struct task *t, const char *code, int *status, int64_t *filed_at_ms)
{
    const struct db_rows *rows;
    *status = 0;
    TRY(db_run(t, &LOOKUP, &rows, db_text(code), db_place()));
    if (db_count(rows) == 0)
        return 0;
    *status = (int)db_num(rows, 0, "status");
    *filed_at_ms = db_num(rows, 0, "filed_at_ms");
    return 0;
}

int store_dossiers_of(struct task *t, const char *account_id, const struct http_page *before,
                      const struct db_rows **rows)
{
    return db_run(t, &DOSSIERS_OF, rows, db_text(account_id), db_int(before->at_ms), db_text(before->key),
                  db_int(before->limit));
}

int store_papers(struct task *t, const char *code, const struct db_rows **rows)
{
    return db_run(t, &PAPERS, rows, db_text(code));
}

int store_progress_of(struct task *t, const char *code, const struct db_rows **rows)
{
    return db_run(t, &PROGRESS_OF, rows, db_text(code));
}

/* ---- what the applicant does later ------------------------------------------------------------------ */

/* clang-format off */
static const struct sql SUPPLEMENT = { "supplement", SQL_WRITE,
    "WITH d AS (UPDATE dossier SET said = said + 1 WHERE code = $10 AND said = $12 AND version = $13 AND"
    " " SAVE_IS_NEW
    " RETURNING code, said AS batch),"
    PAPER_ROWS("d", "$11", "(SELECT coalesce(max(seq), 0) FROM paper WHERE code = $10)") ","
    SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql WITHDRAWAL = { "withdrawal", SQL_WRITE,
    "WITH d AS (UPDATE dossier SET said = said + 1, withdrawal_on = version WHERE code = $10 AND said = $11"
    " AND version = $12 AND"
    " " SAVE_IS_NEW
    " RETURNING code)," SAVE_ROWS("d") " SELECT code FROM d" };
/* clang-format on */

static int saved_or_stale(struct task *t, struct save *s, const struct db_rows *rows)
{
    if (db_count(rows) == 0)
        return err_set(task_err(t), E_STALE, "the dossier changed meanwhile");
    save_done(s);
    return 0;
}

int store_supplement(struct task *t, const struct dossier *d, const Motcua__DossierSupplemented *m,
                     const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(save_say(s, d->code, (uint64_t)d->said + 1, &m->base));
    TRY(db_run(t, &SUPPLEMENT, &rows, SAVE_ARGS(s), db_text(d->code),
               db_text(papers_print(t, m->papers, m->n_papers)), db_int(d->said), db_int(d->version)));
    return saved_or_stale(t, s, rows);
}

int store_withdrawal(struct task *t, const struct dossier *d, const Motcua__WithdrawalRequested *m,
                     const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(save_say(s, d->code, (uint64_t)d->said + 1, &m->base));
    TRY(db_run(t, &WITHDRAWAL, &rows, SAVE_ARGS(s), db_text(d->code), db_int(d->said), db_int(d->version)));
    return saved_or_stale(t, s, rows);
}

/* ---- what others say ------------------------------------------------------------------------------ */

/* clang-format off */
static const struct sql APPLY_PROGRESS = { "apply_progress", SQL_SET_BY(12),
    "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS code, unnest($13::bigint[]) AS version, unnest($14::bigint[]) AS"
    " at_ms, unnest($15::text[]) AS state") ","
    " d AS (INSERT INTO progress (code, version, at, state) SELECT a.code, a.version, at_ms(a.at_ms), a.state::jsonb"
    " FROM asked a JOIN dossier o ON o.code = a.code ON CONFLICT DO NOTHING RETURNING code, version, state),"
    " newest AS (UPDATE dossier o SET status = (d.state ->> 'status')::int, version = d.version, state = d.state"
    " FROM d WHERE o.code = d.code AND o.version < d.version),"
    SAVE_SET_DONE("code") SAVE_SET_ROWS
    " SELECT ord, (SELECT coalesce(o.account_id::text, '') FROM dossier o WHERE o.code = asked.code) AS account_id"
    " FROM asked" };
static const struct sql APPLY_PAYMENT = { "apply_payment", SQL_WRITE,
    "WITH d AS (INSERT INTO payment (code, request_no, amount_dong, method, receipt_no, settled_at)"
    " SELECT code, $11::int, $12::bigint, $13::int, $14, at_ms($15) FROM dossier WHERE code = $10 AND " SAVE_IS_NEW
    " ON CONFLICT DO NOTHING RETURNING code),"
    " total AS (UPDATE dossier SET paid_dong = paid_dong + $12::bigint WHERE code IN (SELECT code FROM d)),"
    SAVE_ROWS("d")
    " SELECT EXISTS (SELECT FROM dossier WHERE code = $10) AS known" };
/* clang-format on */

int store_apply_progress(struct task *t, const char *code, int64_t version, int64_t at_ms, const char *state,
                         const struct cause *cause, bool *known, const char **account_id)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &APPLY_PROGRESS, &rows, SAVE_SET_ARGS(s), db_text(code), db_int(version), db_int(at_ms),
               db_text(state)));
    bool is_new = db_count(rows) > 0;
    *account_id = is_new ? db_str(rows, 0, "account_id") : NULL;
    *known = !is_new || *account_id;
    return 0;
}

int store_apply_payment(struct task *t, const Motcua__PaymentSettled *m, const struct cause *cause,
                        bool *known)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &APPLY_PAYMENT, &rows, SAVE_ARGS(s), db_text(m->code), db_int(m->request_no),
               db_int(m->amount_dong), db_int(m->method), db_text(m->receipt_no), db_int(m->settled_at_ms)));
    *known = db_true(rows, 0, "known");
    return 0;
}

/* ---- units ---------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql UNIT_PUT = { "unit_put", SQL_WRITE,
    "WITH d AS (INSERT INTO unit (code, valid_from, valid_to, name, level, version)"
    " SELECT $10, at_ms($11), at_ms(nullif($12::bigint, 0)), $13, $14, $15::bigint WHERE " SAVE_IS_NEW
    " ON CONFLICT (code, valid_from) DO UPDATE SET valid_to = excluded.valid_to, name = excluded.name,"
    " level = excluded.level, version = excluded.version WHERE unit.version < excluded.version RETURNING code),"
    SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql UNIT = { "unit", SQL_READ,
    "SELECT name, level FROM unit WHERE code = $1 AND valid_from <= at_ms($2)"
    " AND (valid_to IS NULL OR valid_to > at_ms($2)) ORDER BY valid_from DESC LIMIT 1" };
/* clang-format on */

int store_unit_put(struct task *t, const char *code, const char *name, const char *level, int64_t from_ms,
                   int64_t to_ms, int64_t version, const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    return db_run(t, &UNIT_PUT, &rows, SAVE_ARGS(s), db_text(code), db_int(from_ms), db_int(to_ms),
                  db_text(name), db_text(level), db_int(version));
}

int store_unit(struct task *t, const char *code, int64_t at_ms, const char **name, const char **level)
{
    const struct db_rows *rows;
    TRY(db_run(t, &UNIT, &rows, db_text(code), db_int(at_ms)));
    *name = db_count(rows) > 0 ? db_str(rows, 0, "name") : NULL;
    *level = db_count(rows) > 0 ? db_str(rows, 0, "level") : NULL;
    return 0;
}

/* ---- one dossier in order of time ------------------------------------------------------------------- */

/* clang-format off */
const struct sql store_trace = { "trace", SQL_READ,
    "SELECT ms(filed_at) AS at_ms, 'filed' AS what, 'procedure ' || procedure_code || ' v' ||"
    " procedure_version || ', unit ' || unit_code || ', channel ' || channel AS detail FROM dossier WHERE"
    " code = $1 UNION ALL SELECT ms(at), 'progress', 'version ' || version || ': ' || (state ->>"
    " 'transition') || ' → status ' || (state ->> 'status') FROM progress WHERE code = $1"
    " UNION ALL SELECT ms(settled_at), 'paid', amount_dong || ' đồng, receipt ' || receipt_no FROM payment"
    " WHERE code = $1 ORDER BY at_ms" };
/* clang-format on */

const struct sql *const store_statements[] = {
    &RESERVE_NUMBERS, &FILE_DOSSIER, &DOSSIER,        &LOOKUP,        &DOSSIERS_OF, &PAPERS, &PROGRESS_OF,
    &SUPPLEMENT,      &WITHDRAWAL,   &APPLY_PROGRESS, &APPLY_PAYMENT, &UNIT_PUT,    &UNIT,   NULL,
};

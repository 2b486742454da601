/* store_index.c — see store_index.h. Live facts come from views (schema/040_index.sql), frozen ones from
 * tables with the same columns. */
#include "store_index.h"

#include <talloc.h>

/* ---- reading --------------------------------------------------------------------------------------- */

#define UNITS_WITHIN \
    "SELECT DISTINCT ON (code) code, name, gso_code FROM unit WHERE valid_from < at_ms($3) AND (valid_to IS NULL OR" \
    " valid_to > at_ms($2)) ORDER BY code, valid_from DESC"
#define PROCEDURES_WITHIN \
    "SELECT DISTINCT ON (code) code, field_code, field_name, online_level <> '' AS is_online, has_fee FROM procedure" \
    " WHERE valid_from < at_ms($3) ORDER BY code, version DESC"
#define WITHIN(at) "(" at " >= at_ms($3) AND " at " < at_ms($4))"
#define OF_PERIOD \
    " f.unit_code = $2 AND (" WITHIN("f.filed_at") " OR " WITHIN("f.ended_at") " OR (" WITHIN( \
        "f.due_at") " AND (f.ended_at IS NULL OR f.ended_at >= at_ms($4))))"
#define DOSSIER_COLUMNS \
    "procedure_code, is_online, filed_at, accepted_at, due_at, ended_at, supplements, is_handled_here, step_ended_at," \
    " step_due_at, has_fee, is_paid_online, has_electronic_result, is_digitised, is_complained_of, is_attitude_upheld"
#define DOSSIER_READ \
    "code, procedure_code, is_online, ms(filed_at) AS filed_at, ms(accepted_at) AS accepted_at, ms(due_at) AS due_at," \
    " ms(ended_at) AS ended_at, supplements, is_handled_here, ms(step_ended_at) AS step_ended_at, ms(step_due_at) AS" \
    " step_due_at, has_fee, is_paid_online, has_electronic_result, is_digitised, is_complained_of, is_attitude_upheld"
#define COMPLAINT_READ \
    "field_code, is_disliked, is_untrue, ms(received_at) AS received_at, ms(due_at) AS due_at," \
    " ms(classified_at) AS classified_at, ms(answered_at) AS answered_at"
#define COMPLAINTS_WITHIN \
    "SELECT f.unit_code, f.code, coalesce(p.field_code, '') AS field_code, f.is_disliked, f.received_at," \
    " f.due_at, f.classified_at, f.answered_at, f.is_untrue FROM complaint_fact f" \
    " LEFT JOIN dossier d ON d.code = f.dossier_code" \
    " LEFT JOIN procedure p ON p.code = d.procedure_code AND p.version = d.procedure_version" \
    " WHERE f.unit_code = $2 AND " WITHIN("f.received_at")
#define RATINGS_COLUMNS "unit_code, field_code, quarter, is_clear, is_simple, is_helpful, is_in_time"
#define RATINGS_WITHIN \
    "SELECT " RATINGS_COLUMNS \
    ", count(*) AS n FROM rating WHERE unit_code = $2 AND quarter = ANY ($5::bigint[])" \
    " GROUP BY " RATINGS_COLUMNS
/* So that the live statements have the same arguments as the frozen ones. */
#define PERIOD "$1::int IS NOT NULL AND "

/* clang-format off */
static const struct sql UNITS = { "index_units", SQL_READ,
    "SELECT * FROM (" UNITS_WITHIN ") u WHERE $1::int IS NOT NULL" };
static const struct sql UNITS_FROZEN = { "index_units_frozen", SQL_READ,
    "SELECT code, name, gso_code FROM frozen_unit WHERE period = $1::int AND $2::bigint < $3::bigint ORDER BY code" };
static const struct sql PROCEDURES = { "index_procedures", SQL_READ,
    "SELECT * FROM (" PROCEDURES_WITHIN ") p WHERE $1::int IS NOT NULL AND $2::bigint < $3::bigint" };
static const struct sql PROCEDURES_FROZEN = { "index_procedures_frozen", SQL_READ,
    "SELECT code, field_code, field_name, is_online, has_fee FROM frozen_procedure WHERE period = $1::int"
    " AND $2::bigint < $3::bigint ORDER BY code" };
static const struct sql DOSSIERS = { "index_dossiers", SQL_READ,
    "SELECT " DOSSIER_READ " FROM dossier_fact f WHERE " PERIOD OF_PERIOD };
static const struct sql DOSSIERS_FROZEN = { "index_dossiers_frozen", SQL_READ,
    "SELECT " DOSSIER_READ " FROM frozen_dossier WHERE period = $1::int AND unit_code = $2"
    " AND $3::bigint < $4::bigint" };
static const struct sql COMPLAINTS = { "index_complaints", SQL_READ,
    "SELECT " COMPLAINT_READ " FROM (" COMPLAINTS_WITHIN ") c WHERE $1::int IS NOT NULL" };
static const struct sql COMPLAINTS_FROZEN = { "index_complaints_frozen", SQL_READ,
    "SELECT " COMPLAINT_READ " FROM frozen_complaint WHERE period = $1::int AND unit_code = $2 AND $3::bigint <"
    " $4::bigint" };
static const struct sql RATINGS = { "index_ratings", SQL_READ,
    "SELECT * FROM (" RATINGS_WITHIN ") r WHERE $1::int IS NOT NULL AND $3::bigint < $4::bigint" };
static const struct sql RATINGS_FROZEN = { "index_ratings_frozen", SQL_READ,
    "SELECT " RATINGS_COLUMNS ", n FROM frozen_rating WHERE period = $1::int AND unit_code = $2 AND $3::bigint <"
    " $4::bigint AND quarter = ANY ($5::bigint[])" };
#define DECLARED_READ "SELECT part, part_n, whole_n, by_name, ms(declared_at) AS at_ms FROM "
#define OF_UNIT " WHERE period = $1::int AND unit_code = $2"
static const struct sql DECLARED = { "index_declared", SQL_READ, DECLARED_READ "declared" OF_UNIT };
static const struct sql DECLARED_FROZEN = { "index_declared_frozen", SQL_READ,
    DECLARED_READ "frozen_declared" OF_UNIT " UNION ALL " DECLARED_READ "declared" OF_UNIT
    " AND NOT EXISTS (SELECT FROM frozen_copy" OF_UNIT ")" };
/* clang-format on */

struct span source_span(struct task *t, const struct source *s)
{
    struct span span = period_span(s->period);
    int64_t now_ms = task_now_ms(t);
    if (!s->is_frozen && now_ms < span.to_ms)
        span.to_ms = now_ms;
    return span;
}

int store_index_units(struct task *t, const struct source *s, const struct db_rows **rows)
{
    struct span span = source_span(t, s);
    return db_run(t, s->is_frozen ? &UNITS_FROZEN : &UNITS, rows, db_int(s->period), db_int(span.from_ms),
                  db_int(span.to_ms));
}

int store_index_procedures(struct task *t, const struct source *s, const struct db_rows **rows)
{
    struct span span = source_span(t, s);
    return db_run(t, s->is_frozen ? &PROCEDURES_FROZEN : &PROCEDURES, rows, db_int(s->period),
                  db_int(span.from_ms), db_int(span.to_ms));
}

static struct db_arg quarters_of(struct task *t, int64_t period)
{
    int64_t quarters[4];
    int n = period_quarters(period, quarters);
    return db_int_array(t, quarters, (size_t)n);
}

int store_index_facts(struct task *t, const struct source *s, const char *unit, struct unit_facts *out)
{
    struct span span = source_span(t, s);
    const struct db_arg args[] = { db_int(s->period), db_text(unit), db_int(span.from_ms), db_int(span.to_ms),
                                   quarters_of(t, s->period) };
    struct db_call *dossiers = db_start_args(t, s->is_frozen ? &DOSSIERS_FROZEN : &DOSSIERS, args, 4);
    struct db_call *complaints = db_start_args(t, s->is_frozen ? &COMPLAINTS_FROZEN : &COMPLAINTS, args, 4);
    struct db_call *ratings = db_start_args(t, s->is_frozen ? &RATINGS_FROZEN : &RATINGS, args, 5);
    struct db_call *declared = db_start_args(t, s->is_frozen ? &DECLARED_FROZEN : &DECLARED, args, 2);
    TRY(db_finish(t, dossiers, &out->dossiers));
    TRY(db_finish(t, complaints, &out->complaints));
    TRY(db_finish(t, ratings, &out->ratings));
    return db_finish(t, declared, &out->declared);
}

void row_dossier(const struct db_rows *rows, int i, struct dossier_fact *out)
{
    int64_t step_at = db_num(rows, i, "step_ended_at");
    *out = (struct dossier_fact){ .is_online = db_true(rows, i, "is_online"),
                                  .filed_at = db_num(rows, i, "filed_at"),
                                  .accepted_at = db_num(rows, i, "accepted_at"),
                                  .due_at = db_num(rows, i, "due_at"),
                                  .ended_at = db_num(rows, i, "ended_at"),
                                  .supplements = (int)db_num(rows, i, "supplements"),
                                  .is_handled_here = db_true(rows, i, "is_handled_here"),
                                  .has_fee = db_true(rows, i, "has_fee"),
                                  .is_paid_online = db_true(rows, i, "is_paid_online"),
                                  .has_electronic_result = db_true(rows, i, "has_electronic_result"),
                                  .is_digitised = db_true(rows, i, "is_digitised"),
                                  .is_complained_of = db_true(rows, i, "is_complained_of"),
                                  .is_attitude_upheld = db_true(rows, i, "is_attitude_upheld") };
    out->worst_step = step_at ? pace_of(step_at, db_num(rows, i, "step_due_at")) : PACE_UNKNOWN;
}

void row_complaint(const struct db_rows *rows, int i, struct complaint_fact *out)
{
    *out = (struct complaint_fact){ .received_at = db_num(rows, i, "received_at"),
                                    .due_at = db_num(rows, i, "due_at"),
                                    .classified_at = db_num(rows, i, "classified_at"),
                                    .answered_at = db_num(rows, i, "answered_at"),
                                    .is_disliked = db_true(rows, i, "is_disliked"),
                                    .is_untrue = db_true(rows, i, "is_untrue") };
}

void row_rating(const struct db_rows *rows, int i, struct rating_fact *out)
{
    for (int q = 0; q < RATING_QUESTIONS; q++)
        out->answers[q] = (int)db_num(rows, i, rating_questions[q]);
}

/* ---- freezing -------------------------------------------------------------------------------------- */

/* Each unit's facts are copied by the statement that takes their row; who comes second waits for it and
 * copies nothing. To what was signed nothing is added, whoever freezes again. */
#define TAKE(unit) \
    "WITH mine AS (INSERT INTO frozen_copy (period, unit_code) SELECT $1::int, " unit \
    " WHERE NOT EXISTS (SELECT FROM frozen_period WHERE period = $1::int) ON CONFLICT DO NOTHING RETURNING period),"
#define IF_MINE " WHERE EXISTS (SELECT FROM mine) ON CONFLICT DO NOTHING"

/* clang-format off */
static const struct sql FREEZE_LISTS = { "freeze_lists", SQL_WRITE,
    TAKE("'*'") " u AS (INSERT INTO frozen_unit (period, code, name, gso_code) SELECT $1::int, * FROM ("
    UNITS_WITHIN ") x" IF_MINE ")"
    " INSERT INTO frozen_procedure (period, code, field_code, field_name, is_online, has_fee)"
    " SELECT $1::int, * FROM (" PROCEDURES_WITHIN ") x" IF_MINE };
static const struct sql FREEZE_UNIT = { "freeze_unit", SQL_WRITE,
    TAKE("$2::text") " d AS (INSERT INTO frozen_dossier (period, unit_code, code, " DOSSIER_COLUMNS ")"
    " SELECT $1::int, unit_code, code, "
    DOSSIER_COLUMNS " FROM (SELECT * FROM dossier_fact f WHERE" OF_PERIOD ") x" IF_MINE "),"
    " c AS (INSERT INTO frozen_complaint (period, unit_code, code, field_code, is_disliked, received_at, due_at,"
    " classified_at, answered_at, is_untrue) SELECT $1::int, x.* FROM (" COMPLAINTS_WITHIN ") x" IF_MINE "),"
    " s AS (INSERT INTO frozen_declared (period, unit_code, part, part_n, whole_n, by_name, declared_at)"
    " SELECT x.* FROM (SELECT period, unit_code, part, part_n, whole_n, by_name, declared_at FROM declared" OF_UNIT
    ") x" IF_MINE ") INSERT INTO frozen_rating (period, " RATINGS_COLUMNS ", n) SELECT $1::int, x.* FROM ("
    RATINGS_WITHIN ") x" IF_MINE };
static const struct sql FREEZE_PUT = { "freeze_put", SQL_WRITE,
    "WITH d AS (INSERT INTO frozen_period (period, frozen_at, by_name, weights, content, key_id, signature)"
    " SELECT $10::int, at_ms($11), $12, $13, $14, $15, $16::bytea WHERE " SAVE_IS_NEW " ON CONFLICT DO NOTHING"
    " RETURNING period)," SAVE_ROWS("d") " SELECT period FROM d" };
static const struct sql FREEZE = { "freeze", SQL_READ,
    "SELECT period, ms(frozen_at) AS frozen_at, by_name, weights, content, key_id, signature FROM frozen_period"
    " WHERE period = $1::int" };
static const struct sql FREEZES = { "freezes", SQL_READ,
    "SELECT period, ms(frozen_at) AS frozen_at, by_name, key_id, length(content) AS size FROM frozen_period"
    " WHERE period < $1::int ORDER BY period DESC LIMIT $2" };
static const struct sql FIRST_FACT = { "first_fact", SQL_READ,
    "SELECT ms(min(f.at)) AS at_ms FROM unit u, LATERAL (SELECT min(d.filed_at) AS at FROM dossier d"
    " WHERE d.unit_code = u.code) f" };
/* Of months no pages are written. */
static const struct sql UNFROZEN = { "unfrozen", SQL_READ,
    "SELECT period FROM unnest($1::bigint[]) WITH ORDINALITY AS ripe (period, n)"
    " WHERE NOT EXISTS (SELECT FROM frozen_period f WHERE f.period = ripe.period) OR (ripe.period < 100000"
    " AND NOT EXISTS (SELECT FROM publication p WHERE p.period = ripe.period AND p.name = 'done')) ORDER BY n" };
/* Fewer than ten of a quarter stay sealed for ever (job_rating.c). */
static const struct sql ANSWERS_WAIT = { "answers_wait", SQL_READ,
    "SELECT EXISTS (SELECT FROM unnest($1::bigint[]) AS q WHERE (SELECT sum(w.n) FROM rating_cell c, LATERAL (SELECT"
    " count(*) AS n FROM rating_sealed s WHERE s.cell = c.id) w WHERE c.quarter = q) >= 10) AS wait" };
/* clang-format on */

int store_freeze_lists(struct task *t, int64_t period)
{
    const struct db_rows *rows;
    struct span span = period_span(period);
    return db_run(t, &FREEZE_LISTS, &rows, db_int(period), db_int(span.from_ms), db_int(span.to_ms));
}

int store_freeze_unit(struct task *t, int64_t period, const char *unit)
{
    const struct db_rows *rows;
    struct span span = period_span(period);
    return db_run(t, &FREEZE_UNIT, &rows, db_int(period), db_text(unit), db_int(span.from_ms),
                  db_int(span.to_ms), quarters_of(t, period));
}

int store_freeze_put(struct task *t, const struct freeze *f, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &FREEZE_PUT, &rows, SAVE_ARGS(s), db_int(f->period), db_int(f->frozen_at_ms),
               db_text(f->by_name), db_text(f->weights), db_text(f->content), db_text(f->key_id),
               db_bytes(f->signature, SIGNATURE_BYTES)));
    *saved = db_count(rows) > 0;
    return 0;
}

int store_freeze(struct task *t, int64_t period, struct freeze *out, bool *found)
{
    const struct db_rows *rows;
    size_t n;
    TRY(db_run(t, &FREEZE, &rows, db_int(period)));
    *found = db_count(rows) > 0;
    if (!*found)
        return 0;
    *out = (struct freeze){ .period = period,
                            .frozen_at_ms = db_num(rows, 0, "frozen_at"),
                            .by_name = db_str(rows, 0, "by_name"),
                            .weights = db_str(rows, 0, "weights"),
                            .content = db_str(rows, 0, "content"),
                            .key_id = db_str(rows, 0, "key_id"),
                            .signature = db_blob(t, rows, 0, "signature", &n) };
    return 0;
}

int store_frozen(struct task *t, int64_t period, struct freeze *out)
{
    bool found;
    TRY(store_freeze(t, period, out, &found));
    return found ? 0 : err_set(task_err(t), E_NOT_FOUND, "period %lld is not frozen", (long long)period);
}

int store_freezes(struct task *t, int64_t before, int limit, const struct db_rows **rows)
{
    return db_run(t, &FREEZES, rows, db_int(before), db_int(limit));
}

int store_first_fact(struct task *t, int64_t *at_ms)
{
    const struct db_rows *rows;
    TRY(db_run(t, &FIRST_FACT, &rows));
    *at_ms = db_num(rows, 0, "at_ms");
    return 0;
}

int store_unfrozen(struct task *t, struct db_arg periods, const struct db_rows **rows)
{
    return db_run(t, &UNFROZEN, rows, periods);
}

int store_answers_wait(struct task *t, int64_t period, bool *wait)
{
    const struct db_rows *rows;
    TRY(db_run(t, &ANSWERS_WAIT, &rows, quarters_of(t, period)));
    *wait = db_true(rows, 0, "wait");
    return 0;
}

/* ---- publishing ------------------------------------------------------------------------------------ */

/* clang-format off */
static const struct sql PUBLISH = { "publish", SQL_WRITE,
    "INSERT INTO publication (period, name, body) VALUES ($1::int, $2, $3) ON CONFLICT (period, name) DO UPDATE"
    " SET body = excluded.body" };
static const struct sql PUBLISHED = { "published", SQL_READ,
    "SELECT body FROM publication WHERE period = $1::int AND name = $2" };
static const struct sql PUBLICATIONS = { "publications", SQL_READ,
    "SELECT period FROM publication WHERE name = 'index' ORDER BY period DESC LIMIT 200" };
/* Not from the first copy on (frozen_unit): what came between counting and signing would be in no figure,
 * and in each recount. */
static const struct sql DECLARE = { "declare", SQL_WRITE,
    "WITH d AS (INSERT INTO declared (period, unit_code, part, part_n, whole_n, by_id, by_name, declared_at)"
    " SELECT $10::int, $11, $12, $13::bigint, $14::bigint, $15, $16, at_ms($17) WHERE " SAVE_IS_NEW
    " AND NOT EXISTS (SELECT FROM frozen_period WHERE period = $10::int) AND NOT EXISTS (SELECT FROM frozen_unit WHERE"
    " period = $10::int) ON CONFLICT (period, unit_code, part)"
    " DO UPDATE SET part_n = excluded.part_n,"
    " whole_n = excluded.whole_n, by_id = excluded.by_id, by_name = excluded.by_name,"
    " declared_at = excluded.declared_at RETURNING part)," SAVE_ROWS("d") " SELECT part FROM d" };
/* clang-format on */

int store_publish(struct task *t, int64_t period, const char *name, const char *body)
{
    const struct db_rows *rows;
    return db_run(t, &PUBLISH, &rows, db_int(period), db_text(name), db_text(body));
}

int store_published(struct task *t, int64_t period, const char *name, const char **body)
{
    const struct db_rows *rows;
    TRY(db_run(t, &PUBLISHED, &rows, db_int(period), db_text(name)));
    *body = db_count(rows) > 0 ? db_str(rows, 0, "body") : NULL;
    return 0;
}

int store_publications(struct task *t, const struct db_rows **rows)
{
    return db_run(t, &PUBLICATIONS, rows);
}

int store_declare(struct task *t, const struct declaration *d, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &DECLARE, &rows, SAVE_ARGS(s), db_int(d->period), db_text(d->unit_code), db_text(d->part),
               db_int(d->f.part), db_int(d->f.whole), db_text(d->by_id), db_text(d->by_name),
               db_int(d->at_ms)));
    *saved = db_count(rows) > 0;
    return 0;
}

int store_declared(struct task *t, int64_t period, const char *unit, const struct db_rows **rows)
{
    return db_run(t, &DECLARED, rows, db_int(period), db_text(unit));
}

const struct sql *const store_index_statements[] = {
    &UNITS,           &UNITS_FROZEN,    &PROCEDURES,        &PROCEDURES_FROZEN, &DOSSIERS,
    &DOSSIERS_FROZEN, &COMPLAINTS,      &COMPLAINTS_FROZEN, &RATINGS,           &RATINGS_FROZEN,
    &DECLARED,        &DECLARED_FROZEN, &FREEZE_LISTS,      &FREEZE_UNIT,       &FREEZE_PUT,
    &FREEZE,          &FREEZES,         &FIRST_FACT,        &UNFROZEN,          &ANSWERS_WAIT,
    &PUBLISH,         &PUBLISHED,       &PUBLICATIONS,      &DECLARE,           NULL,
};

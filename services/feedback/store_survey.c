/* store_survey.c — see store_survey.h. A sample is drawn by the hash of seed and code: whoever has both draws
 * the same one. The slips' numbers belong to a unit and a field, and to nobody in the sample. */
#include "store_survey.h"

#include <talloc.h>

#include "jobs.h"

/* ---- what is asked ---------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql SURVEY = { "survey", SQL_READ,
    "WITH s AS (SELECT * FROM survey WHERE code = $1 AND CASE WHEN $2::int = 0 THEN valid_from <= now() ELSE version ="
    " $2::int END ORDER BY valid_from DESC LIMIT 1) SELECT s.code, s.version, ms(s.valid_from) AS valid_from_ms,"
    " s.name_vi, s.name_en, c.factor, c.factor_vi, c.factor_en, c.vi, c.en FROM s JOIN survey_criterion c ON c.survey ="
    " s.code AND c.version = s.version ORDER BY c.no" };
static const struct sql SURVEYS = { "surveys", SQL_READ,
    "SELECT code, version, ms(valid_from) AS valid_from_ms, name_vi, name_en FROM (SELECT * FROM survey ORDER BY"
    " code DESC, version DESC LIMIT 200) s ORDER BY code, version DESC" };
static const struct sql SURVEY_PUT = { "survey_put", SQL_WRITE,
    "WITH d AS (INSERT INTO survey (code, version, valid_from, name_vi, name_en) SELECT $10, (SELECT coalesce(max("
    "version), 0) + 1 FROM survey WHERE code = $10), at_ms($11), $12, $13 WHERE " SAVE_IS_NEW " AND NOT EXISTS (SELECT"
    " FROM survey WHERE code = $10 AND valid_from >= at_ms($11)) RETURNING code, version),"
    " c AS (INSERT INTO survey_criterion (survey, version, no, factor, factor_vi, factor_en, vi, en) SELECT d.code,"
    " d.version, x.no, x.factor, x.factor_vi, x.factor_en, x.vi, x.en FROM d, unnest($14::bigint[], $15::text[],"
    " $16::text[], $17::text[], $18::text[]) WITH ORDINALITY AS x(factor, factor_vi, factor_en, vi, en, no)),"
    SAVE_ROWS("d") " SELECT version FROM d" };
/* clang-format on */

static void take_criterion(const struct db_rows *rows, int i, struct criterion *c)
{
    *c = (struct criterion){ .factor = (int)db_num(rows, i, "factor"),
                             .factor_vi = db_str(rows, i, "factor_vi"),
                             .factor_en = db_str(rows, i, "factor_en"),
                             .vi = db_str(rows, i, "vi"),
                             .en = db_str(rows, i, "en") };
}

int store_survey(struct task *t, const char *code, int version, struct survey *out, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &SURVEY, &rows, db_text(code), db_int(version)));
    size_t n = (size_t)db_count(rows);
    *found = n > 0 && n <= CRITERIA_MOST;
    if (!*found)
        return 0;
    *out = (struct survey){ .code = db_str(rows, 0, "code"),
                            .name_vi = db_str(rows, 0, "name_vi"),
                            .name_en = db_str(rows, 0, "name_en"),
                            .version = (int)db_num(rows, 0, "version"),
                            .valid_from_ms = db_num(rows, 0, "valid_from_ms"),
                            .count = n };
    for (size_t i = 0; i < n; i++)
        take_criterion(rows, (int)i, &out->criteria[i]);
    return 0;
}

int store_surveys(struct task *t, const struct db_rows **rows)
{
    return db_run(t, &SURVEYS, rows);
}

int store_survey_put(struct task *t, const struct survey *v, const struct cause *cause, int *version)
{
    enum { TEXTS = 4 };
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    int64_t factors[CRITERIA_MOST];
    const char *texts[TEXTS][CRITERIA_MOST];
    for (size_t i = 0; i < v->count; i++) {
        const struct criterion *c = &v->criteria[i];
        factors[i] = c->factor;
        texts[0][i] = c->factor_vi;
        texts[1][i] = c->factor_en;
        texts[2][i] = c->vi;
        texts[3][i] = c->en;
    }
    TRY(db_run(t, &SURVEY_PUT, &rows, SAVE_ARGS(s), db_text(v->code), db_int(v->valid_from_ms),
               db_text(v->name_vi), db_text(v->name_en), db_int_array(t, factors, v->count),
               db_text_array(t, texts[0], v->count), db_text_array(t, texts[1], v->count),
               db_text_array(t, texts[2], v->count), db_text_array(t, texts[3], v->count)));
    *version = db_count(rows) > 0 ? (int)db_num(rows, 0, "version") : 0;
    return 0;
}

/* ---- waves ------------------------------------------------------------------------------------------ */

/* clang-format off */
static const struct sql WAVE = { "wave", SQL_READ,
    "SELECT id, survey, version, name, seed, ms(ended_from) AS from_ms, ms(ended_to) AS to_ms, quota, ms(closes_at) AS"
    " closes_at_ms, is_drawn FROM survey_wave WHERE id = $1::uuid" };
static const struct sql WAVES = { "waves", SQL_READ,
    "SELECT id, survey, version, name, ms(ended_from) AS from_ms, ms(ended_to) AS to_ms, ms(closes_at) AS closes_at_ms,"
    " is_drawn FROM survey_wave ORDER BY id DESC LIMIT 200" };
static const struct sql WAVE_PUT = { "wave_put", SQL_WRITE,
    "WITH d AS (INSERT INTO survey_wave (id, survey, version, name, seed, ended_from, ended_to, quota, closes_at,"
    " made_by) SELECT $10::uuid, $11, $12::int, $13, $14, at_ms($15), at_ms($16), $17::int, at_ms($18), $19 WHERE "
    SAVE_IS_NEW " RETURNING id::text, ended_to)," JOB_ROWS("due", "draw", "id", "greatest(now(), ended_to)", "d") ","
    SAVE_ROWS("d") " SELECT id FROM d" };
static const struct sql UNITS = { "units", SQL_READ, "SELECT DISTINCT code AS unit_code FROM unit ORDER BY 1" };
/* One unit's share. What is there already stays: the job may be repeated. */
static const struct sql DRAW = { "draw", SQL_WRITE,
    "WITH p AS MATERIALIZED (SELECT d.code, p.field_code, row_number() OVER (PARTITION BY p.field_code ORDER BY"
    " sha256(convert_to($2 || d.code, 'UTF8'))) AS rank FROM dossier d JOIN procedure p ON p.code = d.procedure_code"
    " AND p.version = d.procedure_version WHERE d.unit_code = $3 AND d.ended_at >= at_ms($4) AND d.ended_at <"
    " at_ms($5)),"
    " f AS (SELECT field_code, count(*) AS population, least(count(*), $6::int) AS sampled FROM p GROUP BY 1),"
    " l AS (SELECT coalesce(max(first_slip + sampled), 1) AS next FROM survey_stratum WHERE wave = $1::uuid),"
    " s AS (INSERT INTO survey_stratum (wave, unit_code, field_code, population, sampled, first_slip) SELECT $1::uuid,"
    " $3, field_code, population, sampled, l.next + sum(sampled) OVER (ORDER BY field_code) - sampled FROM f, l"
    " WHERE NOT EXISTS (SELECT FROM survey_stratum WHERE wave = $1::uuid AND unit_code = $3) ON CONFLICT DO NOTHING"
    " RETURNING field_code)"
    " INSERT INTO survey_sample (wave, unit_code, code) SELECT $1::uuid, $3, p.code FROM p JOIN s USING (field_code)"
    " WHERE p.rank <= $6::int ON CONFLICT DO NOTHING" };
static const struct sql DRAWN = { "drawn", SQL_WRITE, "UPDATE survey_wave SET is_drawn = true WHERE id = $1::uuid" };
/* clang-format on */

int store_wave(struct task *t, const char *id, struct wave *out, bool *found)
{
    const struct db_rows *rows;
    struct id parsed;
    *found = id_parse(id, &parsed);
    if (!*found)
        return 0;
    TRY(db_run(t, &WAVE, &rows, db_id(&parsed)));
    *found = db_count(rows) > 0;
    if (*found)
        *out = (struct wave){ .id = db_str(rows, 0, "id"),
                              .survey = db_str(rows, 0, "survey"),
                              .name = db_str(rows, 0, "name"),
                              .seed = db_str(rows, 0, "seed"),
                              .version = (int)db_num(rows, 0, "version"),
                              .quota = (int)db_num(rows, 0, "quota"),
                              .from_ms = db_num(rows, 0, "from_ms"),
                              .to_ms = db_num(rows, 0, "to_ms"),
                              .closes_at_ms = db_num(rows, 0, "closes_at_ms"),
                              .is_drawn = db_true(rows, 0, "is_drawn") };
    return 0;
}

int store_waves(struct task *t, const struct db_rows **rows)
{
    return db_run(t, &WAVES, rows);
}

int store_wave_put(struct task *t, const struct wave *w, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &WAVE_PUT, &rows, SAVE_ARGS(s), db_text(w->id), db_text(w->survey), db_int(w->version),
               db_text(w->name), db_text(w->seed), db_int(w->from_ms), db_int(w->to_ms), db_int(w->quota),
               db_int(w->closes_at_ms), db_text(w->made_by)));
    *saved = db_count(rows) > 0;
    return 0;
}

int store_units(struct task *t, const struct db_rows **rows)
{
    return db_run(t, &UNITS, rows);
}

int store_draw(struct task *t, const struct wave *w, const char *unit)
{
    const struct db_rows *rows;
    return db_run(t, &DRAW, &rows, db_text(w->id), db_text(w->seed), db_text(unit), db_int(w->from_ms),
                  db_int(w->to_ms), db_int(w->quota));
}

int store_drawn(struct task *t, const char *wave)
{
    const struct db_rows *rows;
    return db_run(t, &DRAWN, &rows, db_text(wave));
}

/* ---- the sample and the slips ----------------------------------------------------------------------- */

/* clang-format off */
static const struct sql STRATA = { "strata", SQL_READ,
    "SELECT s.unit_code, s.field_code, s.population, s.sampled, s.first_slip, (SELECT count(*) FROM survey_answer a"
    " WHERE a.wave = s.wave AND a.unit_code = s.unit_code AND a.field_code = s.field_code) AS answered"
    " FROM survey_stratum s WHERE s.wave = $1::uuid" };
static const struct sql ANSWERS = { "answers", SQL_READ,
    "SELECT a.unit_code, a.field_code, x.no, x.answer, count(*) FROM survey_answer a, unnest(a.answers) WITH ORDINALITY"
    " AS x(answer, no) WHERE a.wave = $1::uuid GROUP BY 1, 2, 3, 4" };
static const struct sql SAMPLE = { "sample", SQL_READ,
    "SELECT code FROM survey_sample WHERE wave = $1::uuid AND unit_code = $2 AND code > $3 ORDER BY code"
    " LIMIT $4::int" };
static const struct sql SLIP_OF = { "slip_of", SQL_READ,
    "SELECT unit_code, field_code FROM (SELECT unit_code, field_code, first_slip + sampled AS next FROM survey_stratum"
    " WHERE wave = $1::uuid AND first_slip <= $2::int ORDER BY first_slip DESC LIMIT 1) s WHERE next > $2::int" };
static const struct sql SURVEY_SLIP = { "survey_slip", SQL_WRITE,
    "WITH d AS (INSERT INTO survey_answer (wave, slip_no, unit_code, field_code, answers, words, entered_by) SELECT"
    " $10::uuid, $11::int, $12, $13, $14::bigint[]::smallint[], $15, $16 WHERE " SAVE_IS_NEW " ON CONFLICT DO NOTHING"
    " RETURNING slip_no)," SAVE_ROWS("d") " SELECT slip_no FROM d" };
/* clang-format on */

int store_strata(struct task *t, const char *wave, const struct db_rows **rows)
{
    return db_run(t, &STRATA, rows, db_text(wave));
}

int store_answers(struct task *t, const char *wave, const struct db_rows **rows)
{
    return db_run(t, &ANSWERS, rows, db_text(wave));
}

int store_sample(struct task *t, const char *wave, const char *unit, const char *after, int limit,
                 const struct db_rows **rows)
{
    return db_run(t, &SAMPLE, rows, db_text(wave), db_text(unit), db_text(after), db_int(limit));
}

int store_slip_of(struct task *t, const char *wave, int64_t slip_no, const char **unit, const char **field,
                  bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &SLIP_OF, &rows, db_text(wave), db_int(slip_no)));
    *found = db_count(rows) > 0;
    if (*found) {
        *unit = db_str(rows, 0, "unit_code");
        *field = db_str(rows, 0, "field_code");
    }
    return 0;
}

int store_survey_slip(struct task *t, const struct survey_slip *p, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &SURVEY_SLIP, &rows, SAVE_ARGS(s), db_text(p->wave), db_int(p->slip_no),
               db_text(p->unit_code), db_text(p->field_code), db_int_array(t, p->answers, p->count),
               db_text(p->words), db_text(p->entered_by)));
    *saved = db_count(rows) > 0;
    return 0;
}

const struct sql *const store_survey_statements[] = {
    &SURVEY, &SURVEYS, &SURVEY_PUT, &WAVE,    &WAVES,   &WAVE_PUT,    &UNITS, &DRAW,
    &DRAWN,  &STRATA,  &SAMPLE,     &ANSWERS, &SLIP_OF, &SURVEY_SLIP, NULL,
};

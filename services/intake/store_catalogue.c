/* store_catalogue.c — see store.h: procedures, their versions, and finding them. */
#include <talloc.h>

#include "store.h"

/* clang-format off */
static const struct sql PROCEDURE = { "procedure", SQL_READ,
    "SELECT version, definition FROM procedure_version WHERE code = $1 AND valid_from <= at_ms($2)"
    " AND (valid_to IS NULL OR valid_to > at_ms($2)) ORDER BY version DESC LIMIT 1" };
static const struct sql PROCEDURES_KNOWN = { "procedures_known", SQL_READ,
    "SELECT DISTINCT ON (code) code, version, digest, definition FROM procedure_version WHERE code = ANY"
    " ($1::text[]) ORDER BY code, version DESC" };
static const struct sql CATALOGUE_REVISION = { "catalogue_revision", SQL_READ,
    "SELECT count(*) AS revision FROM procedure_version" };

/* A version follows the one before: it ends it on the day it begins. */
static const struct sql PUBLISH = { "publish", SQL_WRITE,
    "WITH r AS (SELECT * FROM jsonb_to_recordset($10::jsonb) AS r(code text, version int, valid_from bigint,"
    " digest text, definition jsonb, name text, search_key text, marked_key text, field_code text, field"
    " text, levels jsonb, online_level text, in_force boolean)),"
    " ended AS (UPDATE procedure_version v SET valid_to = at_ms(r.valid_from) FROM r"
    " WHERE v.code = r.code AND v.version = r.version - 1),"
    " d AS (INSERT INTO procedure_version (code, version, valid_from, digest, definition)"
    " SELECT code, version, at_ms(valid_from), decode(digest, 'hex'), definition FROM r RETURNING code),"
    " shown AS (INSERT INTO procedure (code, version, name, search_key, marked_key, field_code, field,"
    " levels, online_level) SELECT code, version, name, search_key, marked_key, field_code, field,"
    " ARRAY(SELECT jsonb_array_elements_text(levels)), online_level FROM r WHERE in_force"
    " ON CONFLICT (code) DO UPDATE SET version = excluded.version, name = excluded.name, search_key ="
    " excluded.search_key, marked_key = excluded.marked_key, field_code = excluded.field_code, field ="
    " excluded.field, levels = excluded.levels, online_level = excluded.online_level),"
    SAVE_ROWS("d") " SELECT code FROM d" };

/* Versions whose day has come. Their keys are made again by the program: SQL knows no Vietnamese. */
static const struct sql PROCEDURES_DUE = { "procedures_due", SQL_READ,
    "SELECT v.code, v.version, v.definition FROM procedure_version v LEFT JOIN procedure p ON p.code = v.code"
    " WHERE v.valid_from <= now() AND (v.valid_to IS NULL OR v.valid_to > now()) AND p.version IS DISTINCT"
    " FROM v.version LIMIT 200" };
static const struct sql PROCEDURE_SHOW = { "procedure_show", SQL_WRITE,
    "INSERT INTO procedure (code, version, name, search_key, marked_key, field_code, field, levels, online_level)"
    " SELECT code, version, name, search_key, marked_key, field_code, field,"
    " ARRAY(SELECT jsonb_array_elements_text(levels)), online_level FROM jsonb_to_recordset($1::jsonb) AS"
    " r(code text, version int, name text, search_key text, marked_key text, field_code text, field text,"
    " levels jsonb, online_level text) ON CONFLICT (code) DO UPDATE SET version = excluded.version, name ="
    " excluded.name, search_key = excluded.search_key, marked_key = excluded.marked_key, field_code ="
    " excluded.field_code, field = excluded.field, levels = excluded.levels, online_level ="
    " excluded.online_level" };
/* clang-format on */

/* Rank 0: the words stand in the name as typed, marks and all; 1: without marks. */
#define FOUND_COLUMNS \
    "p.code, p.version, p.name, p.field_code, p.field, p.levels, p.online_level, v.definition -> 'limit' AS" \
    " time_limit, v.definition -> 'fees' AS fees, v.definition ->> 'fee_text' AS fee_text, p.search_key"
/* clang-format off */
static const struct sql SEARCH = { "search", SQL_READ,
    "SELECT " FOUND_COLUMNS ", p.rank FROM (SELECT *,"
    "  CASE WHEN position($2 IN marked_key) > 0 THEN 0 ELSE 1 END AS rank"
    " FROM procedure WHERE ($1::text IS NULL OR words @@ to_tsquery('simple', $1)) AND ($3::text IS NULL OR"
    " field_code = $3) AND ($4::text IS NULL OR $4 = ANY (levels))) p JOIN procedure_version v USING"
    " (code, version) WHERE (p.rank, p.search_key, p.code) > ($5::int, $6, $7) ORDER BY p.rank,"
    " p.search_key, p.code LIMIT $8" };
static const struct sql SEARCH_SIMILAR = { "search_similar", SQL_READ,
    "SELECT " FOUND_COLUMNS ", 2 AS rank FROM (SELECT *, word_similarity($1, search_key) AS likeness FROM procedure"
    " WHERE $1 <% search_key AND ($2::text IS NULL OR field_code = $2) AND ($3::text IS NULL OR $3 = ANY (levels))"
    " ORDER BY likeness DESC, search_key LIMIT $4) p JOIN procedure_version v USING (code, version)"
    " ORDER BY p.likeness DESC, p.search_key" };
static const struct sql MOST_USED = { "most_used", SQL_READ,
    "SELECT " FOUND_COLUMNS " FROM (SELECT procedure_code AS code, count(*) AS n FROM dossier WHERE filed_at >="
    " at_ms($1) GROUP BY procedure_code) u JOIN procedure p USING (code) JOIN procedure_version v USING (code, version)"
    " ORDER BY u.n DESC, p.search_key LIMIT $2" };
/* clang-format on */

int store_procedure(struct task *t, const char *code, int64_t at_ms, const struct db_rows **rows)
{
    return db_run(t, &PROCEDURE, rows, db_text(code), db_int(at_ms));
}

int store_procedures_known(struct task *t, const char *const *codes, size_t n, const struct db_rows **rows)
{
    return db_run(t, &PROCEDURES_KNOWN, rows, db_text_array(t, codes, n));
}

int store_catalogue_revision(struct task *t, int64_t *revision)
{
    const struct db_rows *rows;
    TRY(db_run(t, &CATALOGUE_REVISION, &rows));
    *revision = db_num(rows, 0, "revision");
    return 0;
}

int store_publish(struct task *t, const char *published, struct save *s)
{
    const struct db_rows *rows;
    TRY(db_run(t, &PUBLISH, &rows, SAVE_ARGS(s), db_text(published)));
    save_done(s);
    return 0;
}

int store_procedures_due(struct task *t, const struct db_rows **rows)
{
    return db_run(t, &PROCEDURES_DUE, rows);
}

int store_procedures_show(struct task *t, const char *shown)
{
    const struct db_rows *rows;
    return db_run(t, &PROCEDURE_SHOW, &rows, db_text(shown));
}

int store_search(struct task *t, const struct search *s, const struct db_rows **rows)
{
    return db_run(t, &SEARCH, rows, db_text(s->query), db_text(s->marked), db_text(s->field),
                  db_text(s->level), db_int(s->rank_after), db_text(s->name_after), db_text(s->code_after),
                  db_int(s->limit));
}

int store_search_similar(struct task *t, const struct search *s, const struct db_rows **rows)
{
    return db_run(t, &SEARCH_SIMILAR, rows, db_text(s->plain), db_text(s->field), db_text(s->level),
                  db_int(s->limit));
}

int store_most_used(struct task *t, int64_t since_ms, int limit, const struct db_rows **rows)
{
    return db_run(t, &MOST_USED, rows, db_int(since_ms), db_int(limit));
}

const struct sql *const store_catalogue_statements[] = {
    &PROCEDURE,      &PROCEDURES_KNOWN, &CATALOGUE_REVISION, &PUBLISH,   &PROCEDURES_DUE,
    &PROCEDURE_SHOW, &SEARCH,           &SEARCH_SIMILAR,     &MOST_USED, NULL,
};

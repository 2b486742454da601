/* store_rating.c — see store_rating.h. No statement here joins a dossier with an answer, and none can:
 * between them stands a blind signature. */
#include "store_rating.h"

#include <string.h>
#include <talloc.h>

#include "feedback.pb-c.h"
#include "jobs.h"

/* ---- who may rate --------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql RATEABLE = { "rateable", SQL_READ,
    "SELECT d.code, d.unit_code, p.field_code, ms(d.ended_at) AS ended_at_ms, d.owner_hash, c.id AS cell,"
    " g.code IS NOT NULL AS is_granted, EXISTS (SELECT FROM rating_link l WHERE l.secret_hash = $2::bytea AND l.code ="
    " d.code AND l.expires_at > now()) AS has_link, EXISTS (SELECT FROM rating_link l WHERE l.code = d.code"
    " AND l.made_by <> '') AS is_at_counter FROM dossier d"
    " LEFT JOIN procedure p ON p.code = d.procedure_code AND p.version = d.procedure_version"
    " LEFT JOIN rating_cell c ON c.quarter = quarter_of(d.ended_at) AND c.unit_code = d.unit_code"
    " AND c.field_code = p.field_code LEFT JOIN rating_grant g ON g.code = d.code WHERE d.code = $1" };
static const struct sql LINK_MAIL = { "link_mail", SQL_WRITE,
    "WITH d AS (INSERT INTO rating_link (secret_hash, code, made_by, expires_at) SELECT $10::bytea, $11, '', at_ms($12)"
    " WHERE NOT EXISTS (SELECT FROM rating_link WHERE code = $11 AND made_by = '') ON CONFLICT DO NOTHING RETURNING"
    " code), again AS (UPDATE rating_link SET expires_at = at_ms($12) WHERE code = $11 AND made_by = '' AND expires_at"
    " < at_ms($12))," SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql LINK_COUNTER = { "link_counter", SQL_WRITE,
    "INSERT INTO rating_link (secret_hash, code, made_by, expires_at) VALUES ($1::bytea, $2, $3, at_ms($4))"
    " ON CONFLICT DO NOTHING" };
/* Those of a tablet stay while alerts look at who opened them (job_alert.c). */
static const struct sql LINKS_EXPIRED = { "links_expired", SQL_WRITE,
    "DELETE FROM rating_link WHERE secret_hash IN (SELECT secret_hash FROM rating_link WHERE expires_at < now()"
    " AND (made_by = '' OR expires_at < now() - interval '70 days') ORDER BY expires_at LIMIT 1000)" };
/* clang-format on */

int store_rateable(struct task *t, const char *code, const uint8_t *secret_hash, struct rateable *out,
                   bool *found)
{
    const struct db_rows *rows;
    size_t n = 0;
    struct db_arg secret = db_bytes(secret_hash, SHA256_BYTES);
    secret.is_null = !secret_hash;
    TRY(db_run(t, &RATEABLE, &rows, db_text(code), secret));
    *found = db_count(rows) > 0;
    if (!*found)
        return 0;
    *out = (struct rateable){ .code = db_str(rows, 0, "code"),
                              .unit_code = db_str(rows, 0, "unit_code"),
                              .field_code = db_str(rows, 0, "field_code"),
                              .ended_at_ms = db_num(rows, 0, "ended_at_ms"),
                              .has_link = db_true(rows, 0, "has_link"),
                              .cell = db_num(rows, 0, "cell"),
                              .is_granted = db_true(rows, 0, "is_granted"),
                              .is_at_counter = db_true(rows, 0, "is_at_counter") };
    const uint8_t *owner = db_blob(t, rows, 0, "owner_hash", &n);
    out->has_owner = n == SHA256_BYTES;
    if (out->has_owner)
        memcpy(out->owner_hash, owner, n);
    return 0;
}

int store_link_mail(struct task *t, const char *code, const char *secret, int64_t closes_at_ms, bool *made)
{
    uint8_t hash[SHA256_BYTES];
    const struct db_rows *rows;
    struct save *s = save_new(t, NULL);
    Motcua__RatingOpened m = MOTCUA__RATING_OPENED__INIT;
    m.code = (char *)code;
    m.secret = (char *)secret;
    m.closes_at_ms = closes_at_ms;
    crypt_sha256(secret, strlen(secret), hash);
    TRY(save_say(s, code, 1, &m.base));
    TRY(db_run(t, &LINK_MAIL, &rows, SAVE_ARGS(s), db_bytes(hash, sizeof hash), db_text(code),
               db_int(closes_at_ms)));
    *made = db_count(rows) > 0;
    if (*made)
        save_done(s);
    return 0;
}

int store_link_counter(struct task *t, const char *code, const uint8_t secret_hash[SHA256_BYTES],
                       const char *made_by, int64_t expires_at_ms)
{
    const struct db_rows *rows;
    return db_run(t, &LINK_COUNTER, &rows, db_bytes(secret_hash, SHA256_BYTES), db_text(code),
                  db_text(made_by), db_int(expires_at_ms));
}

int store_links_expired(struct task *t)
{
    const struct db_rows *rows;
    return db_run(t, &LINKS_EXPIRED, &rows);
}

/* ---- cells and tokens ------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql CELL = { "cell", SQL_READ,
    "SELECT c.id, c.unit_code, c.field_code, c.quarter, c.public_key, c.secret_key, coalesce((SELECT name FROM unit"
    " WHERE code = c.unit_code ORDER BY valid_from DESC LIMIT 1), '') AS unit_name, coalesce((SELECT field_name FROM"
    " procedure WHERE field_code = c.field_code ORDER BY valid_from DESC LIMIT 1), '') AS field_name FROM rating_cell c"
    " WHERE c.id = $1::bigint" };
static const struct sql CELL_EXISTS = { "cell_exists", SQL_READ,
    "SELECT FROM rating_cell WHERE quarter = $1::int AND unit_code = $2 AND field_code = $3" };
static const struct sql CELL_PUT = { "cell_put", SQL_WRITE,
    "INSERT INTO rating_cell (unit_code, field_code, quarter, public_key, secret_key) VALUES ($1, $2, $3::int,"
    " $4::bytea, $5::bytea) ON CONFLICT DO NOTHING" };
static const struct sql GRANT = { "grant", SQL_WRITE,
    "WITH d AS (INSERT INTO rating_grant (code, cell, blinded_hash) VALUES ($1, $2::bigint, $3::bytea) ON CONFLICT DO"
    " NOTHING RETURNING cell, blinded_hash), g AS (SELECT cell, blinded_hash FROM d UNION ALL SELECT cell, blinded_hash"
    " FROM rating_grant WHERE code = $1) SELECT cell, blinded_hash = $3::bytea AS same FROM g" };
/* clang-format on */

int store_cell(struct task *t, int64_t id, struct cell *out, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &CELL, &rows, db_int(id)));
    *found = db_count(rows) > 0;
    if (!*found)
        return 0;
    *out = (struct cell){ .id = id,
                          .unit_code = db_str(rows, 0, "unit_code"),
                          .field_code = db_str(rows, 0, "field_code"),
                          .unit_name = db_str(rows, 0, "unit_name"),
                          .field_name = db_str(rows, 0, "field_name"),
                          .quarter = (int)db_num(rows, 0, "quarter") };
    out->public_key = db_blob(t, rows, 0, "public_key", &out->public_size);
    out->secret_key = db_blob(t, rows, 0, "secret_key", &out->secret_size);
    return 0;
}

int store_cell_exists(struct task *t, const char *unit, const char *field, int quarter, bool *exists)
{
    const struct db_rows *rows;
    TRY(db_run(t, &CELL_EXISTS, &rows, db_int(quarter), db_text(unit), db_text(field)));
    *exists = db_count(rows) > 0;
    return 0;
}

int store_cell_put(struct task *t, const struct cell *c)
{
    const struct db_rows *rows;
    return db_run(t, &CELL_PUT, &rows, db_text(c->unit_code), db_text(c->field_code), db_int(c->quarter),
                  db_bytes(c->public_key, c->public_size), db_bytes(c->secret_key, c->secret_size));
}

int store_grant(struct task *t, const char *code, int64_t cell, const uint8_t blinded_hash[SHA256_BYTES],
                int64_t *granted_cell, bool *same)
{
    const struct db_rows *rows;
    TRY(db_run(t, &GRANT, &rows, db_text(code), db_int(cell), db_bytes(blinded_hash, SHA256_BYTES)));
    if (db_count(rows) == 0) /* somebody's grant of this moment: not to be seen yet */
        return err_set(task_err(t), E_BUSY, "the token of %s is being signed", code);
    *granted_cell = db_num(rows, 0, "cell");
    *same = db_true(rows, 0, "same");
    return 0;
}

/* ---- answers ---------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql SPEND = { "spend", SQL_WRITE,
    "WITH d AS (INSERT INTO rating_spent (nonce_hash, cell) VALUES ($1::bytea, $2::bigint) ON CONFLICT DO NOTHING"
    " RETURNING cell), s AS (INSERT INTO rating_sealed (cell, sealed) SELECT cell, $3::bytea FROM d),"
    JOB_ROWS("due", "mix", "cell::text", "now()", "d") " SELECT cell FROM d" };
static const struct sql SEALED = { "sealed", SQL_READ,
    "SELECT id, cell, sealed FROM rating_sealed WHERE cell = $1::bigint LIMIT $2::int" };
static const struct sql SEALED_UNTIL = { "sealed_until", SQL_READ,
    "SELECT s.id, s.cell, s.sealed, c.unit_code, c.quarter FROM rating_sealed s JOIN rating_cell c ON c.id = s.cell"
    " WHERE c.quarter <= $1::int AND (c.quarter, c.unit_code) > ($2::int, $3) ORDER BY c.quarter, c.unit_code"
    " LIMIT $4::int" };
/* Only what was taken out is put in; all of it in one transaction and in no order. */
static const struct sql MIX = { "mix", SQL_WRITE,
    "WITH d AS (DELETE FROM rating_sealed WHERE id = ANY ($1::uuid[]) RETURNING id, cell),"
    " i AS (INSERT INTO rating (unit_code, field_code, quarter, is_clear, is_simple, is_helpful, is_in_time, words,"
    " origin) SELECT $2, $3, $4::int, x.a, x.b, x.c, x.e, x.words, x.origin FROM unnest($1::uuid[], $5::bigint[],"
    " $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::text[]) AS x(id, a, b, c, e, words, origin) JOIN d"
    " ON d.id = x.id ORDER BY gen_random_uuid()),"
    " p AS (UPDATE rating_cell c SET pooled = c.pooled + n.count FROM (SELECT cell, count(*) FROM d GROUP BY cell) n"
    " WHERE c.id = n.cell AND $11::boolean) SELECT count(*) AS n FROM d" };
static const struct sql SLIP = { "slip", SQL_WRITE,
    "WITH d AS (INSERT INTO rating (unit_code, field_code, quarter, slip_no, entered_by, is_clear, is_simple,"
    " is_helpful, is_in_time, words, origin) SELECT $10, $11, $12::int, $13, $14, $15::int, $16::int, $17::int,"
    " $18::int, $19, 'paper' WHERE " SAVE_IS_NEW " ON CONFLICT DO NOTHING RETURNING id),"
    SAVE_ROWS("d") " SELECT id FROM d" };
static const struct sql FIELD_EXISTS = { "field_exists", SQL_READ,
    "SELECT FROM procedure WHERE field_code = $1 LIMIT 1" };
static const struct sql WORDS = { "words", SQL_READ,
    "SELECT id, field_code, words FROM rating WHERE unit_code = $1 AND quarter = $2::int AND words <> '' AND"
    " ($3::uuid IS NULL OR id > $3::uuid) ORDER BY id LIMIT $4::int" };
/* clang-format on */

int store_spend(struct task *t, int64_t cell, const uint8_t nonce_hash[SHA256_BYTES],
                const struct db_blob *sealed, bool *saved)
{
    const struct db_rows *rows;
    TRY(db_run(t, &SPEND, &rows, db_bytes(nonce_hash, SHA256_BYTES), db_int(cell),
               db_bytes(sealed->data, sealed->size)));
    *saved = db_count(rows) > 0;
    return 0;
}

int store_sealed(struct task *t, int64_t cell, int limit, const struct db_rows **rows)
{
    return db_run(t, &SEALED, rows, db_int(cell), db_int(limit));
}

int store_sealed_until(struct task *t, int quarter, const struct sealed_place *after, int limit,
                       const struct db_rows **rows)
{
    return db_run(t, &SEALED_UNTIL, rows, db_int(quarter), db_int(after->quarter), db_text(after->unit_code),
                  db_int(limit));
}

int store_mix(struct task *t, const struct mixed *m)
{
    const struct db_rows *rows;
    int64_t *scores = talloc_array(t, int64_t, m->n * RATING_QUESTIONS);
    const char **words = talloc_array(t, const char *, m->n), **origins = talloc_array(t, const char *, m->n);
    for (size_t i = 0; i < m->n; i++) {
        for (size_t q = 0; q < RATING_QUESTIONS; q++)
            scores[q * m->n + i] = m->ratings[i].scores[q];
        words[i] = m->ratings[i].words;
        origins[i] = rating_origins[m->ratings[i].origin];
    }
    return db_run(t, &MIX, &rows, db_id_array(t, m->ids, m->n), db_text(m->unit_code), db_text(m->field_code),
                  db_int(m->quarter), db_int_array(t, scores, m->n), db_int_array(t, scores + m->n, m->n),
                  db_int_array(t, scores + 2 * m->n, m->n), db_int_array(t, scores + 3 * m->n, m->n),
                  db_text_array(t, words, m->n), db_text_array(t, origins, m->n), db_bool(m->is_pooled));
}

int store_slip(struct task *t, const struct slip *p, const struct rating *r, const struct cause *cause,
               bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &SLIP, &rows, SAVE_ARGS(s), db_text(p->unit_code), db_text(p->field_code),
               db_int(p->quarter), db_text(p->number), db_text(p->entered_by), db_int(r->scores[0]),
               db_int(r->scores[1]), db_int(r->scores[2]), db_int(r->scores[3]), db_text(r->words)));
    *saved = db_count(rows) > 0;
    return 0;
}

int store_field_exists(struct task *t, const char *field, bool *exists)
{
    const struct db_rows *rows;
    TRY(db_run(t, &FIELD_EXISTS, &rows, db_text(field)));
    *exists = db_count(rows) > 0;
    return 0;
}

int store_words(struct task *t, const char *unit, int quarter, const struct id *after, int limit,
                const struct db_rows **rows)
{
    return db_run(t, &WORDS, rows, db_text(unit), db_int(quarter), db_id_or_null(after), db_int(limit));
}

const struct sql *const store_rating_statements[] = {
    &RATEABLE, &LINK_MAIL, &LINK_COUNTER, &LINKS_EXPIRED, &CELL, &CELL_EXISTS,  &CELL_PUT, &GRANT,
    &SPEND,    &SEALED,    &SEALED_UNTIL, &MIX,           &SLIP, &FIELD_EXISTS, &WORDS,    NULL,
};

/* store_alert.c — see store_alert.h. */
#include "store_alert.h"

#include "common.pb-c.h"

/* clang-format off */
static const struct sql UNITS = { "alert_units", SQL_READ, "SELECT DISTINCT code FROM unit ORDER BY code" };
/* due: the appointment before the move; started: when the dossier was accepted. */
static const struct sql MOVES = { "alert_moves", SQL_READ,
    "SELECT m.code, m.official_id, m.unit_code, m.transition, ms(m.at) AS at, ms(p.due_at) AS due, ms(d.accepted_at) AS"
    " started FROM move m JOIN dossier d ON d.code = m.code LEFT JOIN LATERAL (SELECT due_at FROM move WHERE"
    " code = m.code AND version < m.version AND due_at IS NOT NULL ORDER BY version DESC LIMIT 1) p ON true"
    " WHERE m.unit_code = $1 AND m.at >= at_ms($2) AND (m.transition IN (5, 11, 18, 20) OR (m.transition = 19"
    " AND m.status_before = 2))" };
/* Ratings that clerks opened and whose token was taken. */
static const struct sql TABLETS = { "alert_tablets", SQL_READ,
    "SELECT l.code, l.made_by, d.unit_code, ms(min(l.expires_at)) AS until, ms(d.returned_at) AS returned,"
    " ms(d.ended_at) AS ended FROM rating_link l JOIN rating_grant USING (code) JOIN dossier d USING (code)"
    " WHERE l.made_by <> '' AND l.expires_at >= at_ms($1) AND l.expires_at < at_ms($2)"
    " GROUP BY l.code, l.made_by, d.code" };
static const struct sql PUT = { "alert_put", SQL_WRITE,
    "WITH a AS (INSERT INTO alert (kind, key, unit_code, official_id, official_name, at, found_at, amount)"
    " SELECT $1, $2, $3, $4, coalesce((SELECT official_name FROM move WHERE official_id = $4 AND official_id <> ''"
    " ORDER BY at DESC LIMIT 1), $9), at_ms($5), at_ms($6), $7::int ON CONFLICT (kind, key) DO UPDATE SET amount ="
    " greatest(alert.amount, excluded.amount) RETURNING id)"
    " INSERT INTO alert_dossier (alert, code) SELECT id, unnest($8::text[]) FROM a ON CONFLICT DO NOTHING" };

#define COLUMNS \
    "id, kind, unit_code, official_id, official_name, ms(at) AS at, ms(found_at) AS found_at, amount, verdict, words," \
    " answered_by, ms(answered_at) AS answered_at"
static const struct sql ALERTS = { "alerts", SQL_READ,
    "SELECT " COLUMNS " FROM alert WHERE unit_code = $1 AND ($2::bigint = 0 OR id < $2::bigint) ORDER BY id DESC"
    " LIMIT $3" };
static const struct sql ALERTS_ALL = { "alerts_all", SQL_READ,
    "SELECT " COLUMNS " FROM alert WHERE $1 = '*' AND ($2::bigint = 0 OR id < $2::bigint) ORDER BY id DESC LIMIT $3" };
static const struct sql ALERT = { "alert", SQL_READ, "SELECT " COLUMNS " FROM alert WHERE id = $1::bigint" };
static const struct sql CODES = { "alert_codes", SQL_READ,
    "SELECT code FROM alert_dossier WHERE alert = $1::bigint AND code > $2 ORDER BY code LIMIT $3" };
static const struct sql ANSWER = { "alert_answer", SQL_WRITE,
    "WITH d AS (UPDATE alert SET verdict = $11, words = $12, answered_by = $13, answered_at = at_ms($14)"
    " WHERE id = $10::bigint AND verdict = '' AND " SAVE_IS_NEW " RETURNING id)," SAVE_ROWS("d") " SELECT id FROM d" };
/* clang-format on */

int store_alert_units(struct task *t, const struct db_rows **rows)
{
    return db_run(t, &UNITS, rows);
}

int store_alert_moves(struct task *t, const char *unit, int64_t from_ms, const struct db_rows **rows)
{
    return db_run(t, &MOVES, rows, db_text(unit), db_int(from_ms));
}

static enum gaming_act act_of(int64_t transition)
{
    switch (transition) {
    case MOTCUA__TRANSITION__REOPEN_RESULT: return ACT_TAKEN_BACK;
    case MOTCUA__TRANSITION__ASK_SUPPLEMENT:
    case MOTCUA__TRANSITION__ASK_PAYMENT: return ACT_PAUSED;
    default: return ACT_SIGNED;
    }
}

void row_move(const struct db_rows *rows, int i, struct gaming_move *out)
{
    *out = (struct gaming_move){ .code = db_str(rows, i, "code"),
                                 .official = db_str(rows, i, "official_id"),
                                 .unit = db_str(rows, i, "unit_code"),
                                 .act = act_of(db_num(rows, i, "transition")),
                                 .at = db_num(rows, i, "at"),
                                 .due = db_num(rows, i, "due"),
                                 .started = db_num(rows, i, "started") };
}

int store_alert_tablets(struct task *t, int64_t from_ms, int64_t to_ms, const struct db_rows **rows)
{
    return db_run(t, &TABLETS, rows, db_int(from_ms), db_int(to_ms));
}

void row_tablet(const struct db_rows *rows, int i, int64_t link_ms, struct gaming_tablet *out)
{
    *out = (struct gaming_tablet){ .code = db_str(rows, i, "code"),
                                   .clerk = db_str(rows, i, "made_by"),
                                   .unit = db_str(rows, i, "unit_code"),
                                   .at = db_num(rows, i, "until") - link_ms,
                                   .returned_at = db_num(rows, i, "returned"),
                                   .ended_at = db_num(rows, i, "ended") };
}

int store_alert_put(struct task *t, const struct finding *f, const char *key, int64_t amount, int64_t now_ms)
{
    const struct db_rows *rows;
    return db_run(t, &PUT, &rows, db_text(gaming_name(f->kind)), db_text(key), db_text(f->unit),
                  db_text(f->official), db_int(f->at), db_int(now_ms), db_int(amount),
                  db_text_array(t, f->codes, f->codes_count), db_text(f->name ? f->name : ""));
}

int store_alerts(struct task *t, const char *unit, int64_t before, int limit, const struct db_rows **rows)
{
    const struct sql *sql = *unit == '*' ? &ALERTS_ALL : &ALERTS;
    return db_run(t, sql, rows, db_text(unit), db_int(before), db_int(limit));
}

int store_alert(struct task *t, int64_t id, const struct db_rows **rows)
{
    return db_run(t, &ALERT, rows, db_int(id));
}

int store_alert_codes(struct task *t, int64_t id, const char *after, int limit, const struct db_rows **rows)
{
    return db_run(t, &CODES, rows, db_int(id), db_text(after), db_int(limit));
}

int store_alert_answer(struct task *t, const struct alert_answer *a, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &ANSWER, &rows, SAVE_ARGS(s), db_int(a->id), db_text(a->verdict), db_text(a->words),
               db_text(a->by), db_int(a->at_ms)));
    *saved = db_count(rows) > 0;
    return 0;
}

const struct sql *const store_alert_statements[] = {
    &UNITS, &MOVES, &TABLETS, &PUT, &ALERTS, &ALERTS_ALL, &ALERT, &CODES, &ANSWER, NULL,
};

/* store_complaint_desk.c — see store_complaint.h: lists, places, who denounces. */
#include <talloc.h>

#include "store_complaint.h"

#define LISTED \
    "SELECT code, class, state, outcome, category, title, unit_code, handling_unit_code, dossier_code," \
    " about_official, about_name, about_head, " COMPLAINT_IS_TOP \
    ", is_late, is_anonymous, instance, ms(received_at) AS received_ms," \
    " ms(due_at) AS due_ms, ms(step_due_at) AS step_due_ms, ms(sort_at) AS sort_ms FROM complaint WHERE "
#define DESK_PAGE \
    " AND state = $2 AND (sort_at, code) > (at_ms($3), $4) AND CASE WHEN class = 'denunciation' THEN $6::boolean" \
    " ELSE $7::boolean END ORDER BY sort_at, code LIMIT $5"
/* clang-format off */
static const struct sql DESK = { "complaint_desk", SQL_READ, LISTED "handling_unit_code = $1" DESK_PAGE };
static const struct sql DESK_ESCALATED = { "complaint_escalated", SQL_READ,
    LISTED "escalated_unit = $1 AND escalated_unit <> ''" DESK_PAGE };
static const struct sql MINE = { "complaint_mine", SQL_READ,
    LISTED "account_id = $1 AND account_id <> '' AND (received_at, code) < (at_ms($2), $3)"
    " ORDER BY received_at DESC, code DESC LIMIT $4" };
static const struct sql PUBLISHED = { "complaint_published", SQL_READ,
    "SELECT code, class, category, unit_code, dossier_code <> '' AS is_about_dossier, outcome, published_answer,"
    " is_late, ms(received_at) AS received_ms, ms(answered_at) AS answered_ms, ms(published_at) AS published_ms"
    " FROM complaint WHERE published_at IS NOT NULL AND (published_at, code) < (at_ms($1), $2)"
    " AND ($3 = '' OR unit_code = $3) ORDER BY published_at DESC, code DESC LIMIT $4" };

static const struct sql PLACE = { "complaint_place", SQL_READ,
    "SELECT code, name, parent_code FROM unit WHERE code = $1 AND valid_from <= at_ms($2) AND (valid_to IS NULL"
    " OR valid_to > at_ms($2)) ORDER BY valid_from DESC LIMIT 1" };
static const struct sql DOSSIER_PLACE = { "complaint_dossier", SQL_READ,
    "SELECT handling_unit_code FROM dossier WHERE code = $1" };
/* From one leader to the next by the index move_leader, not through all moves of the unit. */
#define LED "unit_code = $1 AND (transition = 21 OR transition = 18 AND status_before = 4) AND official_id "
#define NEXT_LEADER(after) \
    "(SELECT official_id, official_name FROM move WHERE " LED after " ORDER BY official_id LIMIT 1)"
static const struct sql LEADERS = { "complaint_leaders", SQL_READ,
    "WITH RECURSIVE l AS (" NEXT_LEADER("<> ''") " UNION ALL SELECT n.* FROM l, LATERAL "
    NEXT_LEADER("<> '' AND official_id > l.official_id") " n) SELECT official_id, official_name FROM l" };
static const struct sql OFFICIALS = { "complaint_officials", SQL_READ,
    "SELECT DISTINCT official_id, official_name FROM move WHERE code = $1 AND official_id <> '' ORDER BY 2, 1" };
static const struct sql NAMES = { "complaint_names", SQL_READ,
    "(SELECT official_name FROM move WHERE code = $2 AND official_id = $1 AND official_id <> '') UNION"
    " (SELECT official_name FROM move WHERE official_id = $1 AND official_id <> '' ORDER BY at DESC LIMIT 100)" };

static const struct sql DENOUNCER_READ = { "denouncer_read", SQL_WRITE,
    "WITH d AS (SELECT code, sealed FROM denouncer WHERE code = $1),"
    " r AS (INSERT INTO denouncer_reading (code, id, at, account_id, name, reason) SELECT code, $2::uuid, at_ms($3),"
    " $4, $5, $6 FROM d ON CONFLICT DO NOTHING) SELECT sealed FROM d" };
static const struct sql DENOUNCER_READINGS = { "denouncer_readings", SQL_READ,
    "SELECT ms(at) AS at_ms, name, reason FROM denouncer_reading WHERE code = $1 ORDER BY id" };
/* clang-format on */

int store_complaint_desk(struct task *t, const struct desk_query *q, const struct db_rows **rows)
{
    return db_run(t, q->is_escalated ? &DESK_ESCALATED : &DESK, rows, db_text(q->unit), db_text(q->state),
                  db_int(q->page.at_ms), db_text(q->page.key), db_int(q->page.limit),
                  db_bool(q->sees_denunciations), db_bool(q->sees_others));
}

int store_complaint_mine(struct task *t, const char *account_id, const struct http_page *before,
                         const struct db_rows **rows)
{
    return db_run(t, &MINE, rows, db_text(account_id), db_int(before->at_ms), db_text(before->key),
                  db_int(before->limit));
}

int store_complaint_published(struct task *t, const char *unit, const struct http_page *before,
                              const struct db_rows **rows)
{
    return db_run(t, &PUBLISHED, rows, db_int(before->at_ms), db_text(before->key), db_text(unit),
                  db_int(before->limit));
}

/* ---- places --------------------------------------------------------------------------------------- */

int store_complaint_place(struct task *t, const char *unit, int64_t now_ms, struct complaint_place *p,
                          bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &PLACE, &rows, db_text(unit), db_int(now_ms)));
    *found = db_count(rows) > 0;
    if (*found)
        *p = (struct complaint_place){ db_str(rows, 0, "code"), db_str(rows, 0, "name"),
                                       db_str(rows, 0, "parent_code") };
    return 0;
}

int store_complaint_dossier(struct task *t, const char *dossier, const char **unit)
{
    const struct db_rows *rows;
    TRY(db_run(t, &DOSSIER_PLACE, &rows, db_text(dossier)));
    *unit = db_count(rows) > 0 ? db_str(rows, 0, "handling_unit_code") : NULL;
    return 0;
}

int store_complaint_leaders(struct task *t, const char *unit, const struct db_rows **rows)
{
    return db_run(t, &LEADERS, rows, db_text(unit));
}

int store_complaint_officials(struct task *t, const char *dossier, const struct db_rows **rows)
{
    return db_run(t, &OFFICIALS, rows, db_text(dossier));
}

int store_complaint_names(struct task *t, const char *official, const char *dossier,
                          const struct db_rows **rows)
{
    return db_run(t, &NAMES, rows, db_text(official), db_text(dossier));
}

/* ---- who denounces -------------------------------------------------------------------------------- */

int store_denouncer_read(struct task *t, const char *code, const struct actor *reader, const char *reason,
                         int64_t now_ms, struct sealed *who, bool *found)
{
    const struct db_rows *rows;
    const struct id id = id_new();
    TRY(db_run(t, &DENOUNCER_READ, &rows, db_text(code), db_id(&id), db_int(now_ms),
               db_text(reader->account_id), db_text(reader->name), db_text(reason)));
    *found = db_count(rows) > 0;
    if (*found)
        who->data = db_blob(t, rows, 0, "sealed", &who->size);
    return 0;
}

int store_denouncer_readings(struct task *t, const char *code, const struct db_rows **rows)
{
    return db_run(t, &DENOUNCER_READINGS, rows, db_text(code));
}

const struct sql *const store_complaint_desk_statements[] = {
    &DESK,      &DESK_ESCALATED, &MINE,           &PUBLISHED,          &PLACE, &DOSSIER_PLACE, &LEADERS,
    &OFFICIALS, &NAMES,          &DENOUNCER_READ, &DENOUNCER_READINGS, NULL,
};

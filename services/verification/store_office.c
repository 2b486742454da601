/* store_office.c — see store.h: copies of units and procedures, the queue. */
#include <talloc.h>

#include "pb.h"
#include "store.h"

/* clang-format off */
static const struct sql UNIT_PUT = { "unit_put", SQL_WRITE,
    "WITH d AS (INSERT INTO unit (code, valid_from, valid_to, name, version, address, phone)"
    " SELECT $10, at_ms($11), at_ms(nullif($12::bigint, 0)), $13, $14::bigint, $15, $16 WHERE " SAVE_IS_NEW
    " ON CONFLICT (code, valid_from) DO UPDATE SET valid_to = excluded.valid_to, name = excluded.name,"
    " version = excluded.version, address = excluded.address, phone = excluded.phone"
    " WHERE unit.version < excluded.version RETURNING code)," SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql UNIT = { "unit", SQL_READ,
    "SELECT name, address, phone FROM unit WHERE code = $1 AND valid_from <= at_ms($2) AND (valid_to IS NULL"
    " OR valid_to > at_ms($2)) ORDER BY valid_from DESC LIMIT 1" };
static const struct sql PROCEDURE_PUT = { "procedure_put", SQL_WRITE,
    "WITH d AS (INSERT INTO procedure (code, version, body) SELECT $10, $11::int, $12::bytea WHERE " SAVE_IS_NEW
    " ON CONFLICT DO NOTHING RETURNING code)," SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql PROCEDURE = { "procedure", SQL_READ,
    "SELECT body FROM procedure WHERE code = $1 AND version = $2" };
/* clang-format on */

/* A case lies where its next work is: at the unit that handles it while it is processed or paid for, else at
 * the counter it was filed at. An index has this expression. */
#define LIES_AT "(CASE WHEN status IN (4, 6) THEN handling_unit_code ELSE unit_code END)"
#define QUEUE_COLUMNS \
    "SELECT code, version, status, procedure_code, unit_code, handling_unit_code, channel, applicant_name," \
    " summary, due_at, step, step_due_at, answer_by, papers_supplied, assignee_id, assignee_name, sort_at" \
    " FROM case_file "
/* clang-format off */
static const struct sql QUEUE = { "queue", SQL_READ,
    QUEUE_COLUMNS "WHERE " LIES_AT " = $1 AND status = $2::int AND (sort_at, code) > ($3::bigint, $4)"
    " ORDER BY sort_at, code LIMIT $5" };
static const struct sql QUEUE_MINE = { "queue_mine", SQL_READ,
    QUEUE_COLUMNS "WHERE assignee_id = $1 AND assignee_id <> '' AND (sort_at, code) > ($2::bigint, $3)"
    " ORDER BY sort_at, code LIMIT $4" };
static const struct sql QUEUE_COUNTS = { "queue_counts", SQL_READ,
    "SELECT status, count(*) AS n, count(*) FILTER (WHERE sort_at < $2::bigint AND greatest(answer_by, step_due_at,"
    " due_at) > 0) AS late FROM case_file"
    " WHERE " LIES_AT " = $1 AND status IN (1, 2, 4, 5, 6, 7, 9) GROUP BY status ORDER BY status" };
/* clang-format on */

int store_unit_put(struct task *t, const Motcua__UnitChanged *m, int64_t version, const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    return db_run(t, &UNIT_PUT, &rows, SAVE_ARGS(s), db_text(m->code), db_int(m->valid_from_ms),
                  db_int(m->valid_to_ms), db_text(m->name), db_int(version), db_text(m->address),
                  db_text(m->phone));
}

int store_unit(struct task *t, const char *code, int64_t at_ms, struct unit_told *u, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &UNIT, &rows, db_text(code), db_int(at_ms)));
    *found = db_count(rows) > 0;
    if (*found)
        *u = (struct unit_told){ db_str(rows, 0, "name"), db_str(rows, 0, "address"),
                                 db_str(rows, 0, "phone") };
    return 0;
}

int store_unit_name(struct task *t, const char *code, int64_t at_ms, const char **name)
{
    struct unit_told u;
    bool found;
    TRY(store_unit(t, code, at_ms, &u, &found));
    *name = found ? u.name : NULL;
    return 0;
}

int store_procedure_put(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__ProcedurePublished *p = msg;
    const struct db_rows *rows;
    size_t size;
    struct save *s = save_new(t, &(struct cause){ .event = &ev->id });
    const uint8_t *body = pb_pack(t, &p->base, &size);
    return db_run(t, &PROCEDURE_PUT, &rows, SAVE_ARGS(s), db_text(p->code), db_int(p->version),
                  db_bytes(body, size));
}

int store_procedure(struct task *t, const char *code, uint32_t version, const Motcua__ProcedurePublished **p)
{
    const struct db_rows *rows;
    size_t size;
    *p = NULL;
    TRY(db_run(t, &PROCEDURE, &rows, db_text(code), db_int(version)));
    if (db_count(rows) == 0)
        return 0;
    const uint8_t *body = db_blob(t, rows, 0, "body", &size);
    *p = pb_unpack(t, &motcua__procedure_published__descriptor, body, size);
    return *p ? 0 : err_set(task_err(t), E_BUG, "procedure %s v%u cannot be read", code, version);
}

int store_queue(struct task *t, const struct queue *q, const struct db_rows **rows)
{
    if (q->assignee)
        return db_run(t, &QUEUE_MINE, rows, db_text(q->assignee), db_int(q->page.at_ms), db_text(q->page.key),
                      db_int(q->page.limit));
    return db_run(t, &QUEUE, rows, db_text(q->unit), db_int(q->status), db_int(q->page.at_ms),
                  db_text(q->page.key), db_int(q->page.limit));
}

int store_queue_counts(struct task *t, const char *unit, int64_t now_ms, const struct db_rows **rows)
{
    return db_run(t, &QUEUE_COUNTS, rows, db_text(unit), db_int(now_ms));
}

const struct sql *const store_office_statements[] = {
    &UNIT_PUT, &UNIT, &PROCEDURE_PUT, &PROCEDURE, &QUEUE, &QUEUE_MINE, &QUEUE_COUNTS, NULL,
};

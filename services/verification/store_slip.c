/* store_slip.c — see store.h: what the counter hands over to people who file nothing. */
#include "columns.h"
#include "json.h"
#include "pb.h"
#include "store.h"

/* clang-format off */
static const struct sql SLIP_ISSUE = { "slip_issue", SQL_WRITE,
    "WITH b AS (INSERT INTO form_book AS b (unit, kind, year, last) SELECT $11, $12::int, $13::int, 1 WHERE "
    SAVE_IS_NEW " ON CONFLICT (unit, kind, year) DO UPDATE SET last = b.last + 1 RETURNING last),"
    " d AS (INSERT INTO slip (id, unit, kind, year, no, at, procedure_code, procedure_version, applicant,"
    " applicant_name, reason, asked, by_account, by_name, by_title) SELECT $10::uuid, $11, $12::int, $13::int, last,"
    " $14::bigint, $15, $16::int, $17::bytea, $18, $19, $20::jsonb, $21, $22, $23 FROM b RETURNING id),"
    SAVE_ROWS("d") " SELECT id FROM d" };
static const struct sql SLIP = { "slip", SQL_READ, "SELECT * FROM slip WHERE id = $1::uuid" };
static const struct sql SLIPS = { "slips", SQL_READ,
    "SELECT id, kind, year, no, at, procedure_code, procedure_version, applicant_name, by_name FROM slip"
    " WHERE unit = $1 AND ($2::uuid IS NULL OR id < $2::uuid) ORDER BY id DESC LIMIT $3" };
/* clang-format on */

int store_slip_issue(struct task *t, const struct slip *s, const struct cause *cause)
{
    size_t size;
    const struct db_rows *rows;
    struct save *save = save_new(t, cause);
    const uint8_t *applicant = pb_pack(t, &s->applicant->base, &size);
    const char *asked = json_print(t, json_own(t, asked_json(s->asked, s->asked_count)));
    TRY(db_run(t, &SLIP_ISSUE, &rows, SAVE_ARGS(save), db_id(&s->id), db_text(s->unit), db_int(s->kind),
               db_int(s->year), db_int(s->at_ms), db_text(s->procedure_code), db_int(s->procedure_version),
               db_bytes(applicant, size), db_text(s->applicant->name), db_text(s->reason), db_text(asked),
               db_text(s->by_account), db_text(s->by_name), db_text(s->by_title)));
    return 0;
}

static void read_slip(struct task *t, const struct db_rows *rows, struct slip *s)
{
    size_t size;
    const uint8_t *packed = db_blob(t, rows, 0, "applicant", &size);
    *s = (struct slip){ .unit = db_str(rows, 0, "unit"),
                        .kind = (int)db_num(rows, 0, "kind"),
                        .year = (int)db_num(rows, 0, "year"),
                        .no = db_num(rows, 0, "no"),
                        .at_ms = db_num(rows, 0, "at"),
                        .applicant = pb_unpack(t, &motcua__applicant__descriptor, packed, size),
                        .procedure_code = db_str(rows, 0, "procedure_code"),
                        .procedure_version = (uint32_t)db_num(rows, 0, "procedure_version"),
                        .reason = db_str(rows, 0, "reason"),
                        .by_account = db_str(rows, 0, "by_account"),
                        .by_name = db_str(rows, 0, "by_name"),
                        .by_title = db_str(rows, 0, "by_title") };
    s->asked_count = asked_from_json(t, db_str(rows, 0, "asked"), &s->asked);
}

int store_slip(struct task *t, const struct id *id, struct slip *s, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &SLIP, &rows, db_id(id)));
    *found = db_count(rows) > 0;
    if (!*found)
        return 0;
    read_slip(t, rows, s);
    s->id = *id;
    return s->applicant ? 0 : err_set(task_err(t), E_BUG, "the applicant of a slip cannot be read");
}

int store_slips(struct task *t, const char *unit, const struct id *after, int limit,
                const struct db_rows **rows)
{
    return db_run(t, &SLIPS, rows, db_text(unit), db_id_or_null(after), db_int(limit));
}

const struct sql *const store_slip_statements[] = { &SLIP_ISSUE, &SLIP, &SLIPS, NULL };

/* store_forms.c — see store.h: what legal forms are made of. */
#include <talloc.h>

#include "pb.h"
#include "store.h"

/* clang-format off */
static const struct sql FORMS = { "forms", SQL_READ,
    "SELECT f.unit, f.kind, f.year, f.no, f.version, f.due_at, f.asked, f.batch, m.at, m.transition, m.by_name,"
    " m.by_title, m.note, coalesce((m.detail ->> 'due_before')::bigint, 0) AS due_before FROM form_issued f"
    " JOIN move m USING (code, version) WHERE f.code = $1 AND ($2::bigint = 0 OR f.version = $2::bigint)"
    " ORDER BY f.version" };
/* Numbers what waits in a book, the oldest first. The rows are locked before they are counted, so of two that
 * number at once the second finds none of them waiting. */
static const struct sql NUMBER = { "form_number", SQL_WRITE,
    "WITH w AS (SELECT code, version, at FROM form_issued WHERE unit = $1 AND kind = $2::int AND year = $3::int AND no"
    " IS NULL ORDER BY at, code LIMIT 200 FOR UPDATE),"
    " b AS (INSERT INTO form_book AS b (unit, kind, year, last) SELECT $1, $2::int, $3::int, count(*) FROM w HAVING"
    " count(*) > 0 ON CONFLICT (unit, kind, year) DO UPDATE SET last = b.last + excluded.last RETURNING last),"
    " n AS (SELECT code, version, row_number() OVER (ORDER BY at, code) - (SELECT count(*) FROM w) AS back FROM w)"
    " UPDATE form_issued f SET no = b.last + n.back FROM n, b WHERE f.code = n.code AND f.version = n.version"
    " RETURNING f.code" };
static const struct sql APPLICANT = { "applicant", SQL_READ, "SELECT applicant FROM case_file WHERE code = $1" };
static const struct sql REGISTER = { "register", SQL_READ,
    "SELECT f.no, c.code, c.procedure_code, c.procedure_version, c.applicant, c.handling_unit_code, c.accepted_at,"
    " c.due_at, c.returned_at, c.received_by, c.channel, c.status, c.result_by_post FROM form_issued f"
    " JOIN case_file c USING (code) WHERE f.unit = $1 AND f.kind = 1 AND f.year = $2::int AND f.no > $3::bigint"
    " ORDER BY f.no LIMIT $4" };
/* clang-format on */

enum { PARTS_MOST = 50 }; /* for one request; the next one goes on */

int store_forms_number(struct task *t, const char *unit, int kind, int year)
{
    const struct db_rows *rows;
    for (int i = 0; i < PARTS_MOST; i++) {
        TRY(db_run(t, &NUMBER, &rows, db_text(unit), db_int(kind), db_int(year)));
        if (db_count(rows) == 0)
            break;
    }
    return 0;
}

static int load(struct task *t, const char *code, int64_t version, const struct db_rows **rows, int *waiting)
{
    TRY(db_run(t, &FORMS, rows, db_text(code), db_int(version)));
    for (*waiting = db_count(*rows) - 1; *waiting >= 0; (*waiting)--)
        if (db_num(*rows, *waiting, "no") == 0)
            break;
    return 0;
}

int store_forms(struct task *t, const char *code, int64_t version, const struct db_rows **rows)
{
    int waiting;
    TRY(load(t, code, version, rows, &waiting));
    while (waiting >= 0) {
        TRY(store_forms_number(t, db_str(*rows, waiting, "unit"), (int)db_num(*rows, waiting, "kind"),
                               (int)db_num(*rows, waiting, "year")));
        TRY(load(t, code, version, rows, &waiting));
    }
    return 0;
}

int store_applicant(struct task *t, const char *code, const Motcua__Applicant **a)
{
    const struct db_rows *rows;
    size_t size;
    TRY(db_run(t, &APPLICANT, &rows, db_text(code)));
    const uint8_t *packed = db_blob(t, rows, 0, "applicant", &size);
    *a = pb_unpack(t, &motcua__applicant__descriptor, packed, size);
    return *a ? 0 : err_set(task_err(t), E_BUG, "the applicant of %s cannot be read", code);
}

int store_register(struct task *t, const char *unit, int year, int64_t after, int limit,
                   const struct db_rows **rows)
{
    return db_run(t, &REGISTER, rows, db_text(unit), db_int(year), db_int(after), db_int(limit));
}

const struct sql *const store_form_statements[] = { &FORMS, &NUMBER, &APPLICANT, &REGISTER, NULL };

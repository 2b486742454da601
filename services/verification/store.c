/* store.c — see store.h: cases. A decision is saved as the case's new row, its moves, its messages and its
 * cause in one statement, only if the case still has the version that was decided on. */
#include "store.h"

#include <string.h>
#include <talloc.h>

#include "columns.h"
#include "crypt.h"
#include "issue.h"
#include "jobs.h"
#include "json.h"
#include "paper.h"
#include "pb.h"
#include "status.h"

/* $10 the case as JSON, $11 the moves as JSON. $12 to $14: what was decided on. A move has a version; money
 * and whoever works the case have none, so they must be as they were, too. The columns a decision may
 * change: */
#define CHANGING \
    "version, status, handling_unit_code, accepted_at, clock_started_at, due_at, due_why, supplement_return," \
    " payment_return, withdrawal_return, supplement_count, papers_supplied, reappointed, asked, paused_at," \
    " answer_by, step, step_started_at, step_due_at, assignee_id, assignee_name, fee_no, fee_dong," \
    " fee_open, fee_before_asked, fee_after_asked, paid_dong, result, finished_at, returned_at," \
    " received_by, sort_at"
#define MOVE_COLUMNS \
    "m.version, m.at, m.transition, m.before, m.status, m.by_account, m.by_name, m.by_title, m.by_department," \
    " m.note, m.detail"
#define MOVE_RECORDS(records) \
    "jsonb_to_recordset(" records "::jsonb) AS m(version bigint, at bigint, transition text, before int," \
    " status int, by_account text, by_name text, by_title text, by_department text, note text, detail jsonb)"
#define MOVE_ROWS \
    " moves AS (INSERT INTO move (code, version, at, transition, status_before, status, by_account, by_name," \
    " by_title, by_department, note, detail) SELECT d.code, " MOVE_COLUMNS \
    " FROM d, " MOVE_RECORDS("$11") "),"
/* The form a move issues; its number comes when somebody looks (store_forms.c). */
#define FORM_COLUMNS "INSERT INTO form_issued (code, version, at, unit, kind, year, due_at, asked, batch)"
#define FORM_ROWS \
    " forms AS (" FORM_COLUMNS " SELECT d.code, m.version, m.at, m.form_unit, m.form, m.form_year," \
    " ($10::jsonb ->> 'due_at')::bigint, $10::jsonb -> 'asked'," \
    " coalesce((SELECT max(p.batch) FROM paper p WHERE p.code = d.code), 0) FROM d, jsonb_to_recordset($11::jsonb)" \
    " AS m(version bigint, at bigint, form int, form_unit text, form_year int) WHERE m.form > 0),"
#define ANSWER_JOB JOB_ROWS("waiting", "answer_due", "code", "at_ms(answer_by)", "d WHERE answer_by > 0") ","
#define PAPER_ROWS(batch, list) \
    " papers AS (INSERT INTO paper (code, batch, " PAPER_COLUMNS ") SELECT d.code, " batch ", " PAPER_VALUES \
    " FROM d, " PAPER_RECORDS(list) "),"
#define UPDATED(more) \
    "WITH d AS (UPDATE case_file c SET (" CHANGING ") = (SELECT " CHANGING \
    " FROM jsonb_populate_record(NULL::case_file, $10::jsonb)) WHERE c.code = $10::jsonb ->> 'code' AND" \
    " c.version = $12::bigint AND c.paid_dong = $13::bigint AND c.assignee_id = $14 AND " SAVE_IS_NEW \
    " RETURNING c.code, c.answer_by)," MOVE_ROWS FORM_ROWS more ANSWER_JOB SAVE_ROWS( \
        "d") " SELECT code FROM d"

/* clang-format off */
static const struct sql CASE_CREATE = { "case_create", SQL_SET_BY(12),
    "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS code, unnest($13::bigint[]) AS version, unnest($14::bigint[]) AS"
    " status, unnest($15::text[]) AS procedure_code, unnest($16::bigint[]) AS procedure_version, unnest($17::text[])"
    " AS unit_code, unnest($18::text[]) AS handling_unit_code, unnest($19::text[]) AS account_id, unnest($20::text[])"
    " AS applicant_name, unnest($21::text[]) AS applicant_number, unnest($22::text[]) AS summary, unnest($23::text[])"
    " AS national_code, unnest($24::bigint[]) AS channel, unnest($25::text[]) AS result_by_post, unnest($26::bigint[])"
    " AS filed_at, unnest($27::bigint[]) AS accepted_at, unnest($28::bigint[]) AS clock_started_at,"
    " unnest($29::bigint[]) AS due_at, unnest($30::text[]) AS due_why, unnest($31::bigint[]) AS payment_return,"
    " unnest($32::bigint[]) AS paused_at, unnest($33::bigint[]) AS answer_by, unnest($34::bigint[]) AS fee_no,"
    " unnest($35::bigint[]) AS fee_dong, unnest($36::text[]) AS fee_open, unnest($37::text[]) AS fee_before_asked,"
    " unnest($38::bigint[]) AS sort_at, unnest($39::bytea[]) AS applicant, unnest($40::text[]) AS checks,"
    " unnest($41::text[]) AS papers, unnest($42::bigint[]) AS move_at, unnest($43::text[]) AS transition,"
    " unnest($44::bigint[]) AS move_status, unnest($45::text[]) AS by_account, unnest($46::text[]) AS by_name,"
    " unnest($47::text[]) AS by_title, unnest($48::text[]) AS by_department, unnest($49::text[]) AS more_moves,"
    " unnest($50::bigint[]) AS form_year") ","
    " d AS (INSERT INTO case_file (code, version, status, procedure_code, procedure_version, unit_code,"
    " handling_unit_code, account_id, applicant_name, applicant_number, summary, national_code, channel,"
    " result_by_post, filed_at, accepted_at, clock_started_at, due_at, due_why, payment_return, paused_at, answer_by,"
    " fee_no, fee_dong, fee_open, fee_before_asked, sort_at, applicant, checks, supplement_return,"
    " withdrawal_return, supplement_count,"
    " papers_supplied, reappointed, asked, step, step_started_at, step_due_at, assignee_id, assignee_name,"
    " fee_after_asked, paid_dong, finished_at, returned_at, received_by) SELECT code, version, status, procedure_code,"
    " procedure_version, unit_code, handling_unit_code, account_id, applicant_name, applicant_number, summary,"
    " national_code, channel, result_by_post::boolean, filed_at, accepted_at, clock_started_at, due_at, due_why::jsonb,"
    " payment_return, paused_at, answer_by, fee_no, fee_dong, fee_open::boolean, fee_before_asked::boolean, sort_at,"
    " applicant, checks::jsonb, 0, 0, 0, false, false, '[]', 0, 0, 0, '', '', false, 0, 0, 0, '' FROM asked"
    " ON CONFLICT DO NOTHING RETURNING code),"
    SAVE_SET_DONE("code")
    " moves AS (INSERT INTO move (code, version, at, transition, status_before, status, by_account, by_name, by_title,"
    " by_department, note, detail) SELECT code, 1, move_at, transition, 0, move_status, by_account, by_name, by_title,"
    " by_department, '', '{}' FROM done UNION ALL SELECT d.code, " MOVE_COLUMNS " FROM done d,"
    " " MOVE_RECORDS("d.more_moves") " WHERE d.more_moves <> '[]'),"
    " forms AS (" FORM_COLUMNS " SELECT code, 1, move_at, unit_code, 1, form_year, due_at, '[]', 1 FROM done"
    " WHERE form_year > 0),"
    " papers AS (INSERT INTO paper (code, batch, " PAPER_COLUMNS ") SELECT d.code, 1, " PAPER_VALUES
    " FROM done d, " PAPER_RECORDS("d.papers") " WHERE d.papers <> '[]'),"
    JOB_ROWS("waiting", "answer_due", "code", "at_ms(answer_by)", "done WHERE answer_by > 0") ","
    SAVE_SET_ROWS " SELECT ord FROM done" };
static const struct sql CASE_SAVE = { "case_save", SQL_WRITE, UPDATED("") };
static const struct sql CASE_SUPPLY = { "case_supply", SQL_WRITE, UPDATED(PAPER_ROWS("$15::bigint", "$16")) };
static const struct sql CASE_PAID = { "case_paid", SQL_WRITE,
    "WITH d AS (UPDATE case_file SET paid_dong = $12::bigint, fee_open = $13::boolean, withdrawal_return = $14::int"
    " WHERE code = $10 AND version = $11::bigint AND paid_dong = $15::bigint AND"
    " " SAVE_IS_NEW " RETURNING code)," SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql CASE_ASSIGN = { "case_assign", SQL_WRITE,
    "WITH d AS (UPDATE case_file SET assignee_id = $12, assignee_name = $13 WHERE code = $10 AND version ="
    " $11::bigint AND "
    SAVE_IS_NEW " RETURNING code)," SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql NOTE = { "note", SQL_WRITE,
    "WITH d AS (INSERT INTO case_note (code, at, id, what, detail) SELECT $10, $11::bigint, $12::uuid, $13,"
    " $14 WHERE " SAVE_IS_NEW
    " ON CONFLICT DO NOTHING RETURNING code)," SAVE_ROWS("d") " SELECT code FROM d" };

static const struct sql NOTE_PAPERS = { "note_papers", SQL_WRITE,
    "WITH d AS (INSERT INTO case_note (code, at, id, what, detail) SELECT $10, $11::bigint, $12::uuid, $13,"
    " $14 WHERE " SAVE_IS_NEW
    " ON CONFLICT DO NOTHING RETURNING code)," PAPER_ROWS("$15::bigint", "$16") SAVE_ROWS("d") " SELECT code FROM d" };

static const struct sql CASE = { "case", SQL_READ,
    "SELECT *, EXISTS (SELECT FROM inbox WHERE id = $2::uuid) AS seen FROM case_file WHERE code = $1" };
static const struct sql CASE_EXTRA = { "case_extra", SQL_READ,
    "SELECT applicant, checks, due_why FROM case_file WHERE code = $1" };
static const struct sql MOVES = { "moves", SQL_READ,
    "SELECT version, at, transition, status_before, status, by_name, by_title, by_department, note, detail"
    " FROM move WHERE code = $1 AND version > $2 ORDER BY version" };
static const struct sql PAPERS = { "papers", SQL_READ,
    "SELECT batch, seq, component_code, name, file_name, encode(sha256, 'hex') AS sha256, size_bytes,"
    " media_type, originals, copies FROM paper WHERE code = $1 ORDER BY batch, seq" };
static const struct sql NOTES = { "notes", SQL_READ,
    "SELECT at, what, detail FROM case_note WHERE code = $1 ORDER BY at" };
static const struct sql DUPLICATES = { "duplicates", SQL_READ_SET,
    "SELECT w.ord, d.code FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS w(number, procedure, but,"
    " ord), LATERAL (SELECT code FROM case_file WHERE applicant_number = w.number AND applicant_number <> ''"
    " AND procedure_code = w.procedure AND code <> w.but AND status NOT IN (3, 8, 10) ORDER BY code LIMIT 5) AS d" };
/* clang-format on */

/* ---- rows ----------------------------------------------------------------------------------------- */

static json_t *move_row(const struct decision *d, size_t i, const struct told *told)
{
    const struct move *m = &d->moves[i];
    const struct actor *a = i == 0 ? told->actor : NULL;
    json_t *detail = json_object();
    struct issue form = issue_of(&d->next, m);
    if (m->due_before)
        json_object_set_new(detail, "due_before", json_integer(m->due_before));
    return json_pack("{s:I, s:I, s:s, s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:o, s:i, s:s, s:i}", "version",
                     (json_int_t)m->version, "at", (json_int_t)m->at_ms, "transition",
                     transition_name((int)m->transition), "before", m->status_before, "status", m->status,
                     "by_account", a ? a->account_id : "", "by_name", a ? a->name : "", "by_title",
                     a ? a->title : "", "by_department", a ? a->department : "", "note", pb_text(m->note),
                     "detail", detail, "form", (int)form.kind, "form_unit", form.unit, "form_year",
                     form.year);
}

static const char *move_rows(struct task *t, const struct decision *d, size_t from, const struct told *told)
{
    if (from == d->moves_count)
        return "[]";
    json_t *list = json_own(t, json_array());
    for (size_t i = from; i < d->moves_count; i++)
        json_array_append_new(list, move_row(d, i, told));
    return json_print(t, list);
}

/* ---- messages ------------------------------------------------------------------------------------- */

static int say_refunds(struct save *s, const struct decision *d, const struct told *told)
{
    Motcua__RefundDue m = MOTCUA__REFUND_DUE__INIT;
    Motcua__Official by = MOTCUA__OFFICIAL__INIT;
    if (told->actor) {
        by.account_id = (char *)told->actor->account_id;
        by.name = (char *)told->actor->name;
        m.decided_by = &by;
    }
    m.code = (char *)d->next.code;
    m.reason = pb_text(d->end_reason);
    for (int no = 1; no <= d->next.fee_no; no++) {
        m.request_no = (uint32_t)no;
        TRY(save_say(s, d->next.code, (uint64_t)d->next.version, &m.base));
    }
    return 0;
}

static int save_with_messages(struct task *t, const struct decision *d, const struct told *told,
                              const struct cause *cause, struct save **out)
{
    struct save *s = *out = save_new(t, cause);
    for (size_t i = 0; i < d->moves_count; i++) {
        Motcua__Official by;
        Motcua__DossierProgressed m;
        progressed_message(d, i, told, &by, &m);
        TRY(save_say(s, d->next.code, (uint64_t)d->moves[i].version, &m.base));
    }
    if (d->asks_fee) {
        Motcua__FeeDue fee;
        fee_message(d, told, &fee);
        TRY(save_say(s, d->next.code, (uint64_t)d->next.version, &fee.base));
    }
    if (d->ends_fee)
        TRY(say_refunds(s, d, told));
    return 0;
}

static int settle(struct save *s, const struct db_rows *rows, bool *saved)
{
    *saved = db_count(rows) > 0;
    if (*saved)
        save_done(s);
    return 0;
}

#define DECIDED_ON(c) db_int((c)->version), db_int((c)->paid_dong), db_text((c)->assignee_id)

/* ---- saving --------------------------------------------------------------------------------------- */

static const char *due_why(struct task *t, const struct decision *d)
{
    return d->explains ? json_print(t, json_own(t, explanation_json(&d->why))) : d->next.due_why;
}

static const char *row_of(struct task *t, const struct decision *d)
{
    struct case_file next = d->next;
    next.due_why = due_why(t, d);
    return json_print(t, json_own(t, case_row(t, &next)));
}

static struct db_arg packed_applicant(struct task *t, const struct new_case *n)
{
    size_t size;
    const uint8_t *applicant = pb_pack(t, &n->submitted->applicant->base, &size);
    return db_bytes(applicant, size);
}

int store_case_create(struct task *t, const struct new_case *n, const struct decision *d,
                      const struct told *told, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s;
    static const struct actor nobody;
    const struct case_file *c = &d->next;
    const struct move *m = &d->moves[0];
    struct issue form = issue_of(c, m);
    const struct actor *by = told->actor ? told->actor : &nobody;
    TRY(save_with_messages(t, d, told, cause, &s));
    TRY(db_run(t, &CASE_CREATE, &rows, SAVE_SET_ARGS(s), db_text(c->code), db_int(c->version),
               db_int(c->status), db_text(c->procedure_code), db_int(c->procedure_version),
               db_text(c->unit_code), db_text(c->handling_unit_code), db_text(c->account_id),
               db_text(c->applicant_name), db_text(c->applicant_number), db_text(c->summary),
               db_text(c->national_code), db_int(c->channel), db_bool(c->result_by_post), db_int(c->filed_at),
               db_int(c->accepted_at), db_int(c->clock_started_at), db_int(c->due_at), db_text(due_why(t, d)),
               db_int(c->payment_return), db_int(c->paused_at), db_int(c->answer_by), db_int(c->fee_no),
               db_int(c->fee_dong), db_bool(c->fee_open), db_bool(c->fee_before_asked),
               db_int(case_sort_at(c)), packed_applicant(t, n), db_text(n->checks),
               db_text(papers_print(t, n->submitted->papers, n->submitted->n_papers)), db_int(m->at_ms),
               db_text(transition_name((int)m->transition)), db_int(m->status), db_text(by->account_id),
               db_text(by->name), db_text(by->title), db_text(by->department),
               db_text(move_rows(t, d, 1, told)), db_int(form.kind ? form.year : 0)));
    return settle(s, rows, saved);
}

int store_case_save(struct task *t, const struct case_file *before, const struct decision *d,
                    const struct told *told, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s;
    TRY(save_with_messages(t, d, told, cause, &s));
    TRY(db_run(t, &CASE_SAVE, &rows, SAVE_ARGS(s), db_text(row_of(t, d)), db_text(move_rows(t, d, 0, told)),
               DECIDED_ON(before)));
    return settle(s, rows, saved);
}

int store_case_supply(struct task *t, const struct case_file *before, const struct decision *d,
                      const struct told *told, Motcua__Paper *const *papers, size_t n, int64_t batch,
                      const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s;
    TRY(save_with_messages(t, d, told, cause, &s));
    TRY(db_run(t, &CASE_SUPPLY, &rows, SAVE_ARGS(s), db_text(row_of(t, d)), db_text(move_rows(t, d, 0, told)),
               DECIDED_ON(before), db_int(batch), db_text(papers_print(t, papers, n))));
    return settle(s, rows, saved);
}

int store_case_paid(struct task *t, const struct case_file *before, const struct case_file *next,
                    int refund_no, const char *reason, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    Motcua__RefundDue refund = MOTCUA__REFUND_DUE__INIT;
    struct save *s = save_new(t, cause);
    refund.code = (char *)before->code;
    refund.request_no = (uint32_t)refund_no;
    refund.reason = pb_text(reason);
    if (refund_no > 0)
        TRY(save_say(s, before->code, (uint64_t)before->version, &refund.base));
    TRY(db_run(t, &CASE_PAID, &rows, SAVE_ARGS(s), db_text(before->code), db_int(before->version),
               db_int(next->paid_dong), db_bool(next->fee_open), db_int(next->withdrawal_return),
               db_int(before->paid_dong)));
    return settle(s, rows, saved);
}

int store_case_assign(struct task *t, const struct case_file *c, const char *id, const char *name,
                      const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &CASE_ASSIGN, &rows, SAVE_ARGS(s), db_text(c->code), db_int(c->version), db_text(id),
               db_text(name)));
    return db_count(rows) > 0 ? 0 : err_set(task_err(t), E_STALE, "the case changed meanwhile");
}

int store_note(struct task *t, const char *code, int64_t at_ms, const char *what, const char *detail,
               const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    return db_run(t, &NOTE, &rows, SAVE_ARGS(s), db_text(code), db_int(at_ms), db_id(cause->event),
                  db_text(what), db_text(detail));
}

int store_note_papers(struct task *t, const char *code, int64_t at_ms, const char *what, const char *detail,
                      Motcua__Paper *const *papers, size_t n, int64_t batch, const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    return db_run(t, &NOTE_PAPERS, &rows, SAVE_ARGS(s), db_text(code), db_int(at_ms), db_id(cause->event),
                  db_text(what), db_text(detail), db_int(batch), db_text(papers_print(t, papers, n)));
}

/* ---- reading -------------------------------------------------------------------------------------- */

int store_case(struct task *t, const char *code, const struct id *event, struct case_file *c, bool *found,
               bool *seen)
{
    const struct db_rows *rows;
    TRY(db_run(t, &CASE, &rows, db_text(code), db_id_or_null(event)));
    *found = db_count(rows) > 0;
    *seen = *found && db_true(rows, 0, "seen");
    if (*found)
        case_from_row(t, rows, c);
    return 0;
}

int store_moves(struct task *t, const char *code, int64_t after, const struct db_rows **rows)
{
    return db_run(t, &MOVES, rows, db_text(code), db_int(after));
}

int store_papers(struct task *t, const char *code, const struct db_rows **rows)
{
    return db_run(t, &PAPERS, rows, db_text(code));
}

int store_notes(struct task *t, const char *code, const struct db_rows **rows)
{
    return db_run(t, &NOTES, rows, db_text(code));
}

int store_case_extra(struct task *t, const char *code, const struct db_rows **rows)
{
    return db_run(t, &CASE_EXTRA, rows, db_text(code));
}

int store_duplicates(struct task *t, const char *number, const char *procedure, const char *but,
                     const struct db_rows **rows)
{
    return db_run(t, &DUPLICATES, rows, db_text(number), db_text(procedure), db_text(but));
}

/* clang-format off */
const struct sql store_trace = { "trace", SQL_READ,
    "SELECT at AS at_ms, 'move' AS what, 'version ' || version || ': ' || transition || ', ' ||"
    " status_before || ' → ' || status AS detail FROM move WHERE code = $1"
    " UNION ALL SELECT at, what, detail FROM case_note WHERE code = $1 ORDER BY at_ms" };
/* clang-format on */

const struct sql *const store_statements[] = {
    &CASE_CREATE, &CASE_SAVE,  &CASE_SUPPLY, &CASE_PAID, &CASE_ASSIGN, &NOTE,       &NOTE_PAPERS,
    &CASE,        &CASE_EXTRA, &MOVES,       &PAPERS,    &NOTES,       &DUPLICATES, NULL,
};

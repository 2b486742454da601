/* store_complaint.c — see store_complaint.h. A move is saved as the complaint's new row, the move, its
 * message, its timer and its cause in one statement, only if the complaint still has the version that was
 * decided on. */
#include "store_complaint.h"

#include <string.h>
#include <talloc.h>

#include "jobs.h"
#include "pb.h"

/* clang-format off */
#define TIMER JOB_ROWS("timer", "complaint_due", "code", "step_due_at", "d WHERE step_due_at IS NOT NULL") ","
#define MOVE_ROW(act) \
    " moved AS (INSERT INTO complaint_move (code, version, at, act, state_before, state, by_account, by_name," \
    " by_title, words, unit_code, limit_at, was_late) SELECT code, version, at_ms($12), " act ", $13, state, $14," \
    " $15, $16, $17, handling_unit_code, at_ms(nullif($18::bigint, 0)), $19::boolean FROM d),"
#define SAID_ARGS(f, said) \
    db_text((f)->c.code), db_int((f)->c.version), db_int((said)->move.at_ms), \
        db_text(complaint_state_names[(said)->move.state_before]), \
        db_text((said)->by ? (said)->by->account_id : ""), db_text((said)->by ? (said)->by->name : ""), \
        db_text((said)->by ? (said)->by->title : ""), db_text(pb_text((said)->words)), \
        db_int((said)->move.limit_at), db_bool((said)->move.was_late), \
        db_text(complaint_act_names[(said)->move.act])
#define TIME(n) "at_ms(nullif($" #n "::bigint, 0))"

/* $10 to $20: the move. From $21 what a move may change, the same in both. */
#define CHANGING \
    "class, state, outcome, instance, complexity, is_remote, is_late, about_head, about_attitude, handling_unit_code," \
    " escalated_unit, answer, published_answer, clock_at, classified_at, accepted_at, due_at, step_due_at, told_at," \
    " answered_at, published_at, escalated_at, closed_at"
#define CHANGED \
    "$21, $22, $23, $24::int, $25::int, $26::boolean, $27::boolean, $28::boolean, $29::boolean, $30, $31, $32, $33, " \
    TIME(34) ", " TIME(35) ", " TIME(36) ", " TIME(37) ", " TIME(38) ", " TIME(39) ", " TIME(40) ", " TIME(41) ", " \
    TIME(42) ", " TIME(43)
#define CHANGED_ARGS(f) \
    db_text(complaint_class_names[(f)->c.class]), db_text(complaint_state_names[(f)->c.state]), \
        db_text(complaint_outcome_names[(f)->c.outcome]), db_int((f)->c.instance), \
        db_int((f)->c.complexity), db_bool((f)->c.is_remote), db_bool((f)->c.is_late), \
        db_bool((f)->c.about_head), db_bool((f)->c.about_attitude), \
        db_text((f)->c.handling_unit_code), db_text((f)->c.escalated_unit), \
        db_text((f)->answer), db_text((f)->published_answer), db_int((f)->c.clock_at), \
        db_int((f)->c.classified_at), db_int((f)->c.accepted_at), db_int((f)->c.due_at), \
        db_int((f)->c.step_due_at), db_int((f)->c.told_at), db_int((f)->c.answered_at), \
        db_int((f)->c.published_at), db_int((f)->c.escalated_at), db_int((f)->c.closed_at)

static const struct sql COMPLAINT_OPEN = { "complaint_open", SQL_WRITE,
    "WITH d AS (INSERT INTO complaint (code, version, received_at, " CHANGING ", unit_code, category, dossier_code,"
    " about_official, about_name, is_anonymous, via, language, account_id, name, address, phone, email, title, content,"
    " evidence) SELECT $10, $11::bigint, at_ms($12), " CHANGED ", $44, $45, $46, $47, $48, $49::boolean, $50, $51, $52,"
    " $53, $54, $55, $56, $57, $58, $59 WHERE " SAVE_IS_NEW " RETURNING *),"
    " who AS (INSERT INTO denouncer (code, sealed) SELECT code, $60::bytea FROM d WHERE $60::bytea IS NOT NULL),"
    MOVE_ROW("$20") TIMER SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql COMPLAINT_SAVE = { "complaint_save", SQL_WRITE,
    "WITH d AS (UPDATE complaint SET version = $11::bigint, (" CHANGING ") = ROW(" CHANGED ")"
    " WHERE code = $10 AND version = $11::bigint - 1 AND " SAVE_IS_NEW " RETURNING *),"
    MOVE_ROW("$20") TIMER SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql COMPLAINT = { "complaint", SQL_READ,
    "SELECT *, ms(received_at) AS received_ms, ms(clock_at) AS clock_ms, ms(classified_at) AS classified_ms,"
    " ms(accepted_at) AS accepted_ms, ms(due_at) AS due_ms, ms(step_due_at) AS step_due_ms, ms(told_at) AS told_ms,"
    " ms(answered_at) AS answered_ms, ms(published_at) AS published_ms, ms(escalated_at) AS escalated_ms,"
    " ms(closed_at) AS closed_ms, " COMPLAINT_IS_TOP " FROM complaint WHERE code = $1" };
static const struct sql COMPLAINT_MOVES = { "complaint_moves", SQL_READ,
    "SELECT version, ms(at) AS at_ms, act, state_before, state, by_name, by_title, words, unit_code,"
    " ms(limit_at) AS limit_ms, was_late FROM complaint_move WHERE code = $1 ORDER BY version" };

static const struct sql CALENDARS_PUT = { "calendars_put", SQL_WRITE,
    "WITH d AS (INSERT INTO calendars (version, body) SELECT $10::bigint, $11::bytea WHERE " SAVE_IS_NEW
    " ON CONFLICT (is_all) DO UPDATE SET version = excluded.version, body = excluded.body"
    " WHERE calendars.version < excluded.version RETURNING version)," SAVE_ROWS("d") " SELECT version FROM d" };
static const struct sql CALENDARS = { "calendars", SQL_READ, "SELECT body FROM calendars" };
/* clang-format on */

static int tell(struct save *s, const struct complaint_file *f, const struct complaint_said *said)
{
    return said->told ? save_say(s, f->c.code, (uint64_t)f->c.version, said->told) : 0;
}

static int settle(struct save *s, const struct db_rows *rows, bool *saved)
{
    *saved = db_count(rows) > 0;
    if (*saved)
        save_done(s);
    return 0;
}

int store_complaint_open(struct task *t, const struct complaint_file *f, const struct complaint_said *said,
                         const struct sealed *who, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    struct db_arg sealed = db_bytes(who->data, who->size);
    sealed.is_null = who->size == 0;
    TRY(tell(s, f, said));
    TRY(db_run(t, &COMPLAINT_OPEN, &rows, SAVE_ARGS(s), SAID_ARGS(f, said), CHANGED_ARGS(f),
               db_text(f->c.unit_code), db_text(f->category), db_text(f->dossier_code),
               db_text(f->c.about_official), db_text(f->c.about_name), db_bool(f->c.is_anonymous),
               db_text(f->via), db_text(f->language), db_text(f->account_id), db_text(f->name),
               db_text(f->address), db_text(f->phone), db_text(f->email), db_text(f->title),
               db_text(f->content), db_text(f->evidence), sealed));
    return settle(s, rows, saved);
}

int store_complaint_save(struct task *t, const struct complaint_file *f, const struct complaint_said *said,
                         const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(tell(s, f, said));
    TRY(db_run(t, &COMPLAINT_SAVE, &rows, SAVE_ARGS(s), SAID_ARGS(f, said), CHANGED_ARGS(f)));
    return settle(s, rows, saved);
}

/* ---- reading -------------------------------------------------------------------------------------- */

static int index_of(const char *const *names, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return 0;
}

static void read_times(const struct db_rows *r, struct complaint *c)
{
    c->received_at = db_num(r, 0, "received_ms");
    c->clock_at = db_num(r, 0, "clock_ms");
    c->classified_at = db_num(r, 0, "classified_ms");
    c->accepted_at = db_num(r, 0, "accepted_ms");
    c->due_at = db_num(r, 0, "due_ms");
    c->step_due_at = db_num(r, 0, "step_due_ms");
    c->told_at = db_num(r, 0, "told_ms");
    c->answered_at = db_num(r, 0, "answered_ms");
    c->published_at = db_num(r, 0, "published_ms");
    c->escalated_at = db_num(r, 0, "escalated_ms");
    c->closed_at = db_num(r, 0, "closed_ms");
}

static void read_state(const struct db_rows *r, struct complaint *c)
{
    *c = (struct complaint){
        .code = db_str(r, 0, "code"),
        .version = db_num(r, 0, "version"),
        .class = index_of(complaint_class_names, db_str(r, 0, "class")),
        .state = index_of(complaint_state_names, db_str(r, 0, "state")),
        .outcome = index_of(complaint_outcome_names, db_str(r, 0, "outcome")),
        .instance = (int)db_num(r, 0, "instance"),
        .complexity = (int)db_num(r, 0, "complexity"),
        .is_remote = db_true(r, 0, "is_remote"),
        .is_anonymous = db_true(r, 0, "is_anonymous"),
        .is_late = db_true(r, 0, "is_late"),
        .unit_code = db_str(r, 0, "unit_code"),
        .handling_unit_code = db_str(r, 0, "handling_unit_code"),
        .escalated_unit = db_str(r, 0, "escalated_unit"),
        .about_official = db_str(r, 0, "about_official"),
        .about_name = db_str(r, 0, "about_name"),
        .about_head = db_true(r, 0, "about_head"),
        .about_top = db_true(r, 0, "about_top"),
        .about_attitude = db_true(r, 0, "about_attitude"),
    };
    read_times(r, c);
}

int store_complaint(struct task *t, const char *code, struct complaint_file *f, bool *found)
{
    const struct db_rows *r;
    TRY(db_run(t, &COMPLAINT, &r, db_text(code)));
    *found = db_count(r) > 0;
    if (!*found)
        return 0;
    *f = (struct complaint_file){
        .category = db_str(r, 0, "category"),
        .dossier_code = db_str(r, 0, "dossier_code"),
        .via = db_str(r, 0, "via"),
        .language = db_str(r, 0, "language"),
        .account_id = db_str(r, 0, "account_id"),
        .name = db_str(r, 0, "name"),
        .address = db_str(r, 0, "address"),
        .phone = db_str(r, 0, "phone"),
        .email = db_str(r, 0, "email"),
        .title = db_str(r, 0, "title"),
        .content = db_str(r, 0, "content"),
        .evidence = db_str(r, 0, "evidence"),
        .answer = db_str(r, 0, "answer"),
        .published_answer = db_str(r, 0, "published_answer"),
    };
    read_state(r, &f->c);
    return 0;
}

int store_complaint_moves(struct task *t, const char *code, const struct db_rows **rows)
{
    return db_run(t, &COMPLAINT_MOVES, rows, db_text(code));
}

/* ---- working time --------------------------------------------------------------------------------- */

int store_calendars_put(struct task *t, const Motcua__CalendarsChanged *m, int64_t version,
                        const struct cause *cause)
{
    const struct db_rows *rows;
    size_t size;
    struct save *s = save_new(t, cause);
    const uint8_t *body = pb_pack(t, &m->base, &size);
    return db_run(t, &CALENDARS_PUT, &rows, SAVE_ARGS(s), db_int(version), db_bytes(body, size));
}

int store_calendars(struct task *t, const Motcua__CalendarsChanged **m)
{
    const struct db_rows *rows;
    size_t size;
    *m = NULL;
    TRY(db_run(t, &CALENDARS, &rows));
    if (db_count(rows) == 0)
        return 0;
    const uint8_t *body = db_blob(t, rows, 0, "body", &size);
    *m = pb_unpack(t, &motcua__calendars_changed__descriptor, body, size);
    return *m ? 0 : err_set(task_err(t), E_BUG, "the calendars cannot be read");
}

const struct sql *const store_complaint_statements[] = {
    &COMPLAINT_OPEN, &COMPLAINT_SAVE, &COMPLAINT, &COMPLAINT_MOVES, &CALENDARS_PUT, &CALENDARS, NULL,
};

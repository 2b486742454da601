/* http_case.c — one case as the authority sees it: state, checks, papers, history, and what this person may
 * do with it now; and why its date is what it is, for the applicant too. */
#include <string.h>
#include <talloc.h>

#include "crypt.h"
#include "handlers.h"
#include "json.h"
#include "pb.h"
#include "status.h"

enum { TRANSITIONS_MAX = 24 };

int case_for(struct task *t, const struct http_request *rq, bool owner_too, struct case_file *c)
{
    bool found, seen;
    const struct actor *a = rq->actor;
    TRY(store_case(t, http_param(rq, "code"), NULL, c, &found, &seen));
    bool is_owner = found && owner_too && *c->account_id && strcmp(c->account_id, a->account_id) == 0;
    return is_owner || (found && case_is_visible_to(c, a))
               ? 0
               : err_set(task_err(t), E_NOT_FOUND, "no such case for this caller");
}

/* ---- parts ---------------------------------------------------------------------------------------- */

static json_t *moves_json(struct task *t, const struct db_rows *rows)
{
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++) {
        json_t *move =
            json_pack("{s:I, s:I, s:s, s:i, s:i, s:s, s:s, s:s, s:s}", "version",
                      (json_int_t)db_num(rows, i, "version"), "at_ms", (json_int_t)db_num(rows, i, "at"),
                      "transition", db_str(rows, i, "transition"), "status_before",
                      (int)db_num(rows, i, "status_before"), "status", (int)db_num(rows, i, "status"),
                      "by_name", db_str(rows, i, "by_name"), "by_title", db_str(rows, i, "by_title"),
                      "by_department", db_str(rows, i, "by_department"), "note", db_str(rows, i, "note"));
        json_object_set(move, "detail", json_stored(t, db_str(rows, i, "detail")));
        json_array_append_new(list, move);
    }
    return list;
}

static json_t *papers_json(const struct db_rows *rows)
{
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(
            list,
            json_pack("{s:I, s:I, s:s, s:s, s:s, s:s?, s:I, s:s, s:I, s:I}", "batch",
                      (json_int_t)db_num(rows, i, "batch"), "seq", (json_int_t)db_num(rows, i, "seq"),
                      "component", db_str(rows, i, "component_code"), "name", db_str(rows, i, "name"),
                      "file_name", db_str(rows, i, "file_name"), "sha256", db_str(rows, i, "sha256"), "size",
                      (json_int_t)db_num(rows, i, "size_bytes"), "type", db_str(rows, i, "media_type"),
                      "originals", (json_int_t)db_num(rows, i, "originals"), "copies",
                      (json_int_t)db_num(rows, i, "copies")));
    return list;
}

static json_t *notes_json(const struct db_rows *rows)
{
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list,
                              json_pack("{s:I, s:s, s:s}", "at_ms", (json_int_t)db_num(rows, i, "at"), "what",
                                        db_str(rows, i, "what"), "detail", db_str(rows, i, "detail")));
    return list;
}

static json_t *applicant_json(struct task *t, const struct db_rows *rows)
{
    size_t size;
    const uint8_t *packed = db_blob(t, rows, 0, "applicant", &size);
    const Motcua__Applicant *a = pb_unpack(t, &motcua__applicant__descriptor, packed, size);
    if (!a)
        return json_null();
    return json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "kind", (int)a->kind, "name", a->name,
                     "id_number", a->id_number, "tax_code", a->tax_code, "birth_date", a->birth_date, "phone",
                     a->phone, "email", a->email, "address", a->address);
}

static json_t *allowed_json(const struct http_request *rq, const struct case_file *c, const struct office *o)
{
    Motcua__Transition list[TRANSITIONS_MAX];
    json_t *names = json_array();
    size_t n =
        case_allowed(c, actor_roles_in(rq->actor, c->unit_code),
                     actor_roles_in(rq->actor, c->handling_unit_code), o->procedure, list, TRANSITIONS_MAX);
    for (size_t i = 0; i < n; i++)
        json_array_append_new(names, json_string(transition_name((int)list[i])));
    return names;
}

static json_t *steps_json(const struct case_file *c, const Motcua__ProcedurePublished *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->n_steps; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:b}", "name", p->steps[i]->name, "role",
                                              p->steps[i]->role, "minutes", (int)p->steps[i]->minutes,
                                              "is_current", (int)i + 1 == c->step));
    return list;
}

static json_t *state_json(const struct case_file *c)
{
    return json_pack(
        "{s:s, s:I, s:i, s:s, s:s, s:s, s:i, s:s, s:s, s:I, s:I, s:I, s:I, s:b, s:i, s:i, s:I, s:s, s:s, s:I, s:I,"
        " s:b, s:b, s:I, s:I, s:s}",
        "code", c->code, "version", (json_int_t)c->version, "status", c->status, "status_name",
        status_phrase(c->status)->vi, "unit_code", c->unit_code, "handling_unit_code", c->handling_unit_code,
        "channel", c->channel, "summary", c->summary, "national_code", c->national_code, "filed_at_ms",
        (json_int_t)c->filed_at, "accepted_at_ms", (json_int_t)c->accepted_at, "due_at_ms",
        (json_int_t)c->due_at, "answer_by_ms", (json_int_t)c->answer_by, "papers_supplied",
        c->papers_supplied, "supplement_count", c->supplement_count, "step", c->step, "step_due_at_ms",
        (json_int_t)c->step_due_at, "assignee_id", c->assignee_id, "assignee_name", c->assignee_name,
        "fee_dong", (json_int_t)c->fee_dong, "paid_dong", (json_int_t)c->paid_dong, "fee_open", c->fee_open,
        "reappointed", c->reappointed, "finished_at_ms", (json_int_t)c->finished_at, "returned_at_ms",
        (json_int_t)c->returned_at, "received_by", c->received_by);
}

/* ---- addresses ------------------------------------------------------------------------------------ */

int http_case(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct case_file c;
    struct office o;
    const struct db_rows *extra, *moves, *papers, *notes;
    TRY(case_for(t, rq, false, &c));
    TRY(office_of(t, &c, c.handling_unit_code, &o));
    TRY(store_case_extra(t, c.code, &extra));
    TRY(store_moves(t, c.code, 0, &moves));
    TRY(store_papers(t, c.code, &papers));
    TRY(store_notes(t, c.code, &notes));
    json_t *answer = state_json(&c);
    json_object_set_new(answer, "procedure",
                        json_pack("{s:s, s:i, s:s}", "code", c.procedure_code, "version",
                                  (int)c.procedure_version, "name", o.procedure->name));
    json_object_set_new(answer, "applicant", applicant_json(t, extra));
    json_object_set(answer, "checks", json_stored(t, db_str(extra, 0, "checks")));
    json_object_set_new(answer, "steps", steps_json(&c, o.procedure));
    json_object_set_new(answer, "papers", papers_json(papers));
    json_object_set_new(answer, "moves", moves_json(t, moves));
    json_object_set_new(answer, "notes", notes_json(notes));
    json_object_set_new(answer, "allowed", allowed_json(rq, &c, &o));
    http_reply_etag(re, c.version);
    http_reply_json(re, 200, answer);
    return 0;
}

int http_appointment(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct case_file c;
    TRY(case_for(t, rq, true, &c));
    json_t *why = json_stored(t, c.due_why);
    http_reply_json(re, 200,
                    json_pack("{s:s, s:I, s:I, s:b, s:o}", "code", c.code, "accepted_at_ms",
                              (json_int_t)c.accepted_at, "due_at_ms", (json_int_t)c.due_at, "reappointed",
                              c.reappointed, "why", why ? json_incref(why) : json_array()));
    return 0;
}

/* Taking a case, or giving it to a colleague: not a move, nobody is told. */
int http_assign(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct case_file c;
    const struct json_node *body;
    struct cause cause = rq->cause;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    enum presence named = body->count > 0 ? REQUIRED : OPTIONAL; /* {}: the caller himself */
    const char *id = read_text(&r, "id", 36, named), *name = read_text_line(&r, "name", 127, named);
    TRY(reader_close(&r));
    TRY(case_for(t, rq, false, &c));
    if (!(actor_roles_in(rq->actor, c.handling_unit_code) & (ROLE_CLERK | ROLE_OFFICER | ROLE_LEADER)))
        return err_set(task_err(t), E_DENIED, "no role in %s", c.handling_unit_code);
    TRY(case_check_assignment(&c, task_err(t)));
    cause.status = 200;
    cause.answer = talloc_asprintf(t, "{\"code\":\"%s\",\"assigned\":true}", c.code);
    struct case_file now = c;
    now.assignee_id = id ? id : rq->actor->account_id;
    now.assignee_name = id ? name : rq->actor->name;
    TRY(store_case_assign(t, &c, now.assignee_id, now.assignee_name, &cause));
    say_case(t, &c, &now, rq->actor);
    http_reply_text(re, 200, "application/json", cause.answer);
    return 0;
}

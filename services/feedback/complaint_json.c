/* complaint_json.c — see complaint_work.h. Staff see who sent it where the law lets them; whoever sent it
 * sees what the office told him, and not what it wrote for itself. */
#include <string.h>
#include <talloc.h>

#include "complaint_work.h"

static json_t *moment(int64_t ms)
{
    return ms ? json_integer(ms) : json_null();
}

static const char *words_of(const struct http_request *rq, int state)
{
    const struct phrase *p = &complaint_state_phrases[state];
    return rq->is_english ? p->en : p->vi;
}

static int state_of(const char *name)
{
    int i = COMPLAINT_STATES - 1;
    while (i > 0 && strcmp(complaint_state_names[i], name) != 0)
        i--;
    return i;
}

static json_t *allowed_json(unsigned acts)
{
    json_t *list = json_array();
    for (int i = 0; i < COMPLAINT_ACTS; i++)
        if (acts & (1u << i))
            json_array_append_new(list, json_string(complaint_act_names[i]));
    return list;
}

/* ---- moves ---------------------------------------------------------------------------------------- */

static bool is_for_sender(const char *act)
{
    static const char *const told[] = { "submit", "ask_detail", "supply_detail", "refuse", "forward",
                                        "extend", "answer",     "reopen",        "appeal", NULL };
    for (const char *const *p = told; *p; p++)
        if (strcmp(*p, act) == 0)
            return true;
    return false;
}

static json_t *move_json(const struct db_rows *rows, int i, bool is_staff)
{
    const char *act = db_str(rows, i, "act");
    bool shows = is_staff || is_for_sender(act);
    json_t *o = json_pack("{s:I, s:I, s:s, s:s, s:s, s:s}", "version", (json_int_t)db_num(rows, i, "version"),
                          "at_ms", (json_int_t)db_num(rows, i, "at_ms"), "act", act, "state",
                          db_str(rows, i, "state"), "unit", db_str(rows, i, "unit_code"), "words",
                          shows ? db_str(rows, i, "words") : "");
    if (is_staff) {
        json_object_set_new(o, "by", json_string(db_str(rows, i, "by_name")));
        json_object_set_new(o, "limit_at_ms", moment(db_num(rows, i, "limit_ms")));
        json_object_set_new(o, "was_late", json_boolean(db_true(rows, i, "was_late")));
    }
    return o;
}

static json_t *moves_json(const struct db_rows *rows, bool is_staff)
{
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, move_json(rows, i, is_staff));
    return list;
}

/* ---- one ------------------------------------------------------------------------------------------ */

static void set_facts(const struct complaint_file *f, json_t *o)
{
    const struct complaint *c = &f->c;
    json_object_update_new(o, json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "code",
                                        c->code, "version", (json_int_t)c->version, "class",
                                        complaint_class_names[c->class], "state",
                                        complaint_state_names[c->state], "outcome",
                                        complaint_outcome_names[c->outcome], "category", f->category, "title",
                                        f->title, "content", f->content, "evidence", f->evidence, "dossier",
                                        f->dossier_code, "instance", c->instance));
    json_object_update_new(o, json_pack("{s:b, s:b, s:s, s:s, s:{s:s, s:s, s:b, s:b}}", "is_late", c->is_late,
                                        "is_anonymous", c->is_anonymous, "via", f->via, "answer", f->answer,
                                        "about", "official", c->about_official, "name", c->about_name,
                                        "is_head", c->about_head, "is_attitude", c->about_attitude));
}

static void set_times(const struct complaint *c, const struct calendar *cal, json_t *o)
{
    const struct {
        const char *name;
        int64_t ms;
    } times[] = {
        { "received_at_ms", c->received_at },
        { "accepted_at_ms", c->accepted_at },
        { "due_at_ms", c->due_at },
        { "step_due_at_ms", c->step_due_at },
        { "told_at_ms", c->told_at },
        { "answered_at_ms", c->answered_at },
        { "published_at_ms", c->published_at },
        { "escalated_at_ms", c->escalated_at },
        { "reopen_until_ms", complaint_reopen_until(c, cal) },
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        json_object_set_new(o, times[i].name, moment(times[i].ms));
}

static int set_unit(struct task *t, const char *member, const char *code, json_t *o)
{
    const char *name;
    TRY(complaint_unit_name(t, code, &name));
    json_object_set_new(o, member, json_pack("{s:s, s:s}", "code", code, "name", name));
    return 0;
}

static void set_staff(const struct complaint_file *f, unsigned roles, json_t *o)
{
    const struct complaint *c = &f->c;
    bool shows = c->class != CLASS_DENUNCIATION && complaint_person_is_visible(c, roles);
    json_object_set_new(o, "complexity", json_integer(c->complexity));
    json_object_set_new(o, "is_remote", json_boolean(c->is_remote));
    json_object_set_new(o, "escalated_unit", json_string(c->escalated_unit));
    json_object_set_new(o, "published_answer", json_string(f->published_answer));
    json_object_set_new(o, "contact",
                        shows ? json_pack("{s:s, s:s, s:s, s:s}", "name", f->name, "address", f->address,
                                          "phone", f->phone, "email", f->email)
                              : json_null());
    json_object_set_new(o, "may_read_denouncer",
                        json_boolean(c->class == CLASS_DENUNCIATION && !c->is_anonymous &&
                                     complaint_person_is_visible(c, roles)));
}

int complaint_json(struct task *t, const struct http_request *rq, const struct complaint_file *f,
                   unsigned roles, json_t **out)
{
    const struct db_rows *moves;
    const struct calendar *cal;
    bool is_staff = roles != 0;
    TRY(store_complaint_moves(t, f->c.code, &moves));
    TRY(complaint_calendar(t, f->c.handling_unit_code, &cal));
    json_t *o = json_own(t, json_object());
    set_facts(f, o);
    set_times(&f->c, cal, o);
    TRY(set_unit(t, "unit", f->c.unit_code, o));
    TRY(set_unit(t, "handling_unit", f->c.handling_unit_code, o));
    json_object_set_new(o, "state_name", json_string(words_of(rq, f->c.state)));
    json_object_set_new(o, "allowed",
                        allowed_json(complaint_allowed(&f->c, is_staff ? roles : ROLE_APPLICANT,
                                                       task_now_ms(t), cal)));
    json_object_set_new(o, "moves", moves_json(moves, is_staff));
    if (is_staff)
        set_staff(f, roles, o);
    *out = json_incref(o);
    return 0;
}

json_t *complaint_row_json(struct task *t, const struct http_request *rq, const struct db_rows *r, int i)
{
    (void)t;
    const char *state = db_str(r, i, "state");
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:i}", "code",
                          db_str(r, i, "code"), "class", db_str(r, i, "class"), "state", state, "state_name",
                          words_of(rq, state_of(state)), "outcome", db_str(r, i, "outcome"), "category",
                          db_str(r, i, "category"), "title", db_str(r, i, "title"), "unit",
                          db_str(r, i, "unit_code"), "handling_unit", db_str(r, i, "handling_unit_code"),
                          "dossier", db_str(r, i, "dossier_code"), "is_late", db_true(r, i, "is_late"),
                          "instance", (int)db_num(r, i, "instance"));
    json_object_set_new(o, "received_at_ms", moment(db_num(r, i, "received_ms")));
    json_object_set_new(o, "due_at_ms", moment(db_num(r, i, "due_ms")));
    json_object_set_new(o, "step_due_at_ms", moment(db_num(r, i, "step_due_ms")));
    return o;
}

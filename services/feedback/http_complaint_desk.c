/* http_complaint_desk.c — those who work them: what lies at a unit or was escalated to it, one of them, and
 * every move. Whoever one is about does not find it; a denunciation is found by leaders and inspectors only.
 */
#include <string.h>
#include <talloc.h>

#include "complaint_work.h"
#include "json.h"
#include "phrases.h"

enum { PAGE_USUAL = 50, PAGE_MOST = 200 };

/* ---- the list ------------------------------------------------------------------------------------- */

static const char *state_asked(struct task *t, const struct http_request *rq)
{
    static const struct phrase STATE = { "state_unknown", "Không có trạng thái này.",
                                         "There is no such state." };
    const char *state = http_query(rq, "state");
    for (int i = 1; state && i < COMPLAINT_STATES; i++)
        if (strcmp(complaint_state_names[i], state) == 0)
            return state;
    if (state)
        err_fault(task_err(t), "state", &STATE, NULL);
    return complaint_state_names[COMPLAINT_RECEIVED];
}

static int read_query(struct task *t, const struct http_request *rq, struct desk_query *q)
{
    const char *escalated = http_query(rq, "escalated");
    *q = (struct desk_query){ .unit = http_query(rq, "unit") };
    q->state = state_asked(t, rq);
    q->is_escalated = escalated && strcmp(escalated, "true") == 0;
    if (!q->unit)
        err_fault(task_err(t), "unit", &phrase_required, NULL);
    TRY(http_page_asked(t, rq, PAGE_USUAL, PAGE_MOST, -1, &q->page));
    const struct complaint open = { .class = CLASS_PETITION }, secret = { .class = CLASS_DENUNCIATION };
    unsigned roles = actor_roles_in(rq->actor, q->unit);
    q->sees_others = complaint_is_visible(&open, roles);
    q->sees_denunciations = complaint_is_visible(&secret, roles);
    return q->sees_others ? 0 : err_set(task_err(t), E_DENIED, "no role in %s", q->unit);
}

static bool is_about(struct task *t, const struct http_request *rq, const struct db_rows *rows, int i)
{
    const struct complaint c = { .unit_code = db_str(rows, i, "unit_code"),
                                 .about_official = db_str(rows, i, "about_official"),
                                 .about_name = db_str(rows, i, "about_name"),
                                 .about_head = db_true(rows, i, "about_head"),
                                 .about_top = db_true(rows, i, "about_top") };
    return complaint_excludes(t, &c, rq->actor);
}

static json_t *desk_row(struct task *t, const struct http_request *rq, const struct db_rows *rows, int i)
{
    return is_about(t, rq, rows, i) ? NULL : complaint_row_json(t, rq, rows, i);
}

int http_complaint_desk(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct desk_query q;
    const struct db_rows *rows;
    TRY(read_query(t, rq, &q));
    TRY(store_complaint_desk(t, &q, &rows));
    http_page_reply(t, rq, re, &q.page, rows, "complaints", desk_row, "sort_ms", "code");
    return 0;
}

int http_complaint_case(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct complaint_file f;
    unsigned roles;
    json_t *o;
    TRY(complaint_for_staff(t, http_param(rq, "code"), rq->actor, &f, &roles));
    TRY(complaint_json(t, rq, &f, roles, &o));
    http_reply_etag(re, f.c.version);
    http_reply_json(re, 200, o);
    return 0;
}

/* ---- a move --------------------------------------------------------------------------------------- */

static int three_way(struct reader *r, const char *name)
{
    const struct json_node *value = json_member(r->object, name);
    return value ? read_bool(r, name, false) : -1;
}

static int read_doing(struct task *t, const struct http_request *rq, struct complaint_doing *a)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    a->act = read_choice(&r, "act", complaint_act_names, REQUIRED);
    a->words = read_text(&r, "words", 10000, OPTIONAL);
    a->unit = read_text_line(&r, "unit", 200, OPTIONAL);
    a->class = read_choice(&r, "class", complaint_class_names, OPTIONAL);
    int outcome = read_choice(&r, "outcome", complaint_outcome_names, OPTIONAL);
    a->outcome = outcome < 0 ? OUTCOME_NONE : outcome;
    a->attitude = three_way(&r, "is_attitude");
    a->is_remote = three_way(&r, "is_remote");
    a->is_head = read_bool(&r, "is_head", false);
    return reader_close(&r);
}

static const char *answer(struct task *t, const struct complaint_file *f)
{
    json_t *o = json_own(t, json_pack("{s:s, s:s, s:s, s:I}", "code", f->c.code, "state",
                                      complaint_state_names[f->c.state], "handling_unit",
                                      f->c.handling_unit_code, "version", (json_int_t)f->c.version));
    return json_print(t, o);
}

int http_complaint_decide(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct complaint_file f;
    struct complaint_change ch = {
        .code = http_param(rq, "code"), .actor = rq->actor, .cause = rq->cause, .answer = answer
    };
    TRY(http_if_match(t, rq, &ch.if_version));
    TRY(read_doing(t, rq, &ch.doing));
    ch.cause.status = 200;
    TRY(complaint_change(t, &ch, &f));
    http_reply_etag(re, f.c.version);
    http_reply_text(re, 200, "application/json", ch.cause.answer);
    return 0;
}

/* http_forms.c — the legal forms of a case: which there are, and each as PDF. 01 to 04 are what a move
 * issued, as it was then; 05 follows the case and is the authority's own. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "columns.h"
#include "form_facts.h"
#include "json.h"
#include "sheet_reply.h"
#include "status.h"

/* ---- which there are ---------------------------------------------------------------------------------- */

static const char *url_of(struct task *t, const char *code, int kind, int64_t version)
{
    return talloc_asprintf(t, "/api/verification/cases/%s/forms/%02d-%lld.pdf", code, kind,
                           (long long)version);
}

static json_t *form_json(struct task *t, const char *code, const struct db_rows *rows, int i)
{
    char number[FORM_NUMBER_TEXT];
    int kind = (int)db_num(rows, i, "kind");
    int64_t version = db_num(rows, i, "version");
    form_number((enum form_kind)kind, (int)db_num(rows, i, "year"), db_num(rows, i, "no"), number);
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "form", talloc_asprintf(t, "%02d", kind), "name",
                     form_name((enum form_kind)kind), "number", number, "version", (json_int_t)version,
                     "issued_at_ms", (json_int_t)db_num(rows, i, "at"), "url",
                     url_of(t, code, kind, version));
}

int http_forms(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct case_file c;
    const struct db_rows *rows;
    TRY(case_for(t, rq, true, &c));
    TRY(store_forms(t, c.code, 0, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, form_json(t, c.code, rows, i));
    if (case_is_visible_to(&c, rq->actor))
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "form", "05", "name",
                                              form_name(FORM_CONTROL), "number", "", "version",
                                              (json_int_t)c.version, "issued_at_ms", (json_int_t)c.filed_at,
                                              "url", url_of(t, c.code, FORM_CONTROL, c.version)));
    http_reply_json(re, 200, json_pack("{s:s, s:o}", "code", c.code, "forms", list));
    return 0;
}

/* ---- what one is made of --------------------------------------------------------------------------------
 */

static int take_issued(struct task *t, struct legal *l, int64_t version)
{
    const struct db_rows *rows;
    TRY(store_forms(t, l->c->code, version, &rows));
    if (db_count(rows) != 1 || db_num(rows, 0, "kind") != (int64_t)l->kind)
        return err_set(task_err(t), E_NOT_FOUND, "the case has no such form");
    l->year = (int)db_num(rows, 0, "year");
    l->no = db_num(rows, 0, "no");
    l->at_ms = db_num(rows, 0, "at");
    l->due_at = db_num(rows, 0, "due_at");
    l->due_before = db_num(rows, 0, "due_before");
    l->by_name = db_str(rows, 0, "by_name");
    l->by_title = db_str(rows, 0, "by_title");
    l->reason = db_str(rows, 0, "note");
    l->is_stop = strcmp(db_str(rows, 0, "transition"), transition_name(MOTCUA__TRANSITION__STOP)) == 0;
    l->asked_count = asked_from_json(t, db_str(rows, 0, "asked"), &l->asked);
    TRY(form_issuer(t, l, db_str(rows, 0, "unit")));
    return form_papers(t, l, db_num(rows, 0, "batch"));
}

static Motcua__Transition transition_of(const char *name)
{
    const ProtobufCEnumValue *v =
        protobuf_c_enum_descriptor_get_value_by_name(&motcua__transition__descriptor, name);
    return v ? (Motcua__Transition)v->value : MOTCUA__TRANSITION__TRANSITION_UNSPECIFIED;
}

/* 05: all the moves there are, under the date of the last. */
static int take_history(struct task *t, struct legal *l)
{
    const struct db_rows *rows;
    TRY(store_moves(t, l->c->code, 0, &rows));
    TRY(office_calendar(t, l->c->handling_unit_code, &l->calendar));
    l->moves_count = (size_t)db_count(rows);
    struct legal_move *moves = talloc_array(t, struct legal_move, l->moves_count);
    l->moves = moves;
    for (int i = 0; i < db_count(rows); i++)
        moves[i] = (struct legal_move){ transition_of(db_str(rows, i, "transition")),
                                        (int)db_num(rows, i, "status_before"),
                                        (int)db_num(rows, i, "status"),
                                        db_num(rows, i, "at"),
                                        db_str(rows, i, "by_name"),
                                        db_str(rows, i, "by_title") };
    l->at_ms = l->moves_count > 0 ? moves[l->moves_count - 1].at_ms : l->c->filed_at;
    l->due_at = l->c->due_at;
    return form_issuer(t, l, l->c->unit_code);
}

static int take_all(struct task *t, const struct case_file *c, enum form_kind kind, int64_t version,
                    struct legal *l)
{
    TRY(form_of_case(t, c, kind, l));
    TRY(kind == FORM_CONTROL ? take_history(t, l) : take_issued(t, l, version));
    return form_units(t, l);
}

/* ---- one of them ----------------------------------------------------------------------------------------
 */

/* "01-3.pdf": form 01, which move 3 issued. */
static bool parse_form(const char *text, enum form_kind *kind, int64_t *version)
{
    char *end;
    if (text[0] != '0' || text[1] < '1' || text[1] > '5' || text[2] != '-' || text[3] < '1' || text[3] > '9')
        return false;
    *kind = (enum form_kind)(text[1] - '0');
    *version = strtoll(text + 3, &end, 10);
    return strcmp(end, ".pdf") == 0 && *version < INT32_MAX;
}

int http_form(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct case_file c;
    struct legal l;
    enum form_kind kind;
    int64_t version;
    TRY(case_for(t, rq, true, &c));
    if (!parse_form(http_param(rq, "form"), &kind, &version))
        return err_set(task_err(t), E_NOT_FOUND, "forms are named 01-3.pdf: form 01 of move 3");
    if (kind == FORM_CONTROL && !case_is_visible_to(&c, rq->actor))
        return err_set(task_err(t), E_DENIED, "form 05 is the authority's own");
    TRY(take_all(t, &c, kind, version, &l));
    return sheet_reply(t, rq, re, legal_sheet(t, &l), talloc_asprintf(t, "mau-%02d-%s.pdf", kind, c.code));
}

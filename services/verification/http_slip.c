/* http_slip.c — what the counter hands over to people whose dossier it does not take in: form 02, the one
 * complete list of what is missing, or form 03, the refusal with its reason. Nothing is filed; the slip is
 * kept under the next number of its book and prints the same for ever. */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "form_facts.h"
#include "json.h"
#include "pb.h"
#include "phrases.h"
#include "sheet_reply.h"

enum { PAGE_USUAL = 20, PAGE_MOST = 100 };

static const struct phrase NOTHING_ASKED = { "nothing_asked", "Ghi ít nhất một giấy tờ còn thiếu.",
                                             "Name at least one paper that is missing." };
static const struct phrase NO_PROCEDURE = {
    "procedure_unknown", "Không có thủ tục này, hoặc bản này chưa đến đây.",
    "There is no such procedure, or this version has not come here yet."
};
static const char *const kinds[] = { "", "", "02", "03", NULL };

/* ---- one is handed over --------------------------------------------------------------------------- */

static const Motcua__Applicant *read_person(struct reader *r)
{
    struct reader p;
    Motcua__Applicant *a = talloc(r->ctx, Motcua__Applicant);
    motcua__applicant__init(a);
    a->kind = MOTCUA__OWNER_KIND__CITIZEN;
    if (!read_object(r, "applicant", REQUIRED, &p))
        return a;
    a->name = pb_text(read_text_line(&p, "name", 200, REQUIRED));
    a->id_number = pb_text(read_text_line(&p, "id_number", 14, OPTIONAL));
    a->phone = pb_text(read_text_line(&p, "phone", 20, OPTIONAL));
    a->email = pb_text(read_text_line(&p, "email", 254, OPTIONAL));
    a->address = pb_text(read_text_line(&p, "address", 500, OPTIONAL));
    reader_close(&p);
    return a;
}

static int read_slip(struct task *t, const struct http_request *rq, struct slip *s)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    s->unit = read_text(&r, "unit", UNIT_CODE_TEXT - 1, REQUIRED);
    s->kind = read_choice(&r, "form", kinds, REQUIRED);
    s->procedure_code = read_text(&r, "procedure", 40, REQUIRED);
    s->procedure_version = (uint32_t)read_int(&r, "procedure_version", 1, INT32_MAX, REQUIRED);
    s->applicant = read_person(&r);
    s->reason = pb_text(read_text(&r, "reason", 2000, s->kind == FORM_REFUSAL ? REQUIRED : OPTIONAL));
    s->asked_count = read_asked(&r, &s->asked);
    TRY(reader_close(&r));
    return s->kind == FORM_SUPPLEMENT && s->asked_count == 0
               ? err_fault(task_err(t), "papers", &NOTHING_ASKED, NULL)
               : 0;
}

static const char *url_of(struct task *t, const char *id)
{
    return talloc_asprintf(t, "/api/verification/slips/%s.pdf", id);
}

int http_slip_issue(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    char id[ID_TEXT];
    const Motcua__ProcedurePublished *p;
    struct cause cause = rq->cause;
    const struct actor *by = rq->actor;
    struct slip s = { .id = id_new(), .at_ms = task_now_ms(t), .by_account = by->account_id };
    s.by_name = by->name, s.by_title = by->title, s.year = civil_of(s.at_ms).year;
    TRY(read_slip(t, rq, &s));
    if (!(actor_roles_in(by, s.unit) & ROLE_CLERK))
        return err_set(task_err(t), E_DENIED, "no clerk of %s", s.unit);
    if (office_procedure(t, s.procedure_code, s.procedure_version, &p) == E_BUSY) {
        err_clear(task_err(t));
        return err_fault(task_err(t), "procedure", &NO_PROCEDURE, NULL);
    }
    TRY(task_err(t)->code);
    TRY(store_forms_number(t, s.unit, s.kind, s.year)); /* what was issued before has the number before */
    id_format(&s.id, id);
    cause.status = 201;
    cause.answer = talloc_asprintf(t, "{\"id\":\"%s\",\"form\":\"%s\",\"url\":\"%s\"}", id, kinds[s.kind],
                                   url_of(t, id));
    TRY(store_slip_issue(t, &s, &cause));
    http_reply_text(re, 201, "application/json", cause.answer);
    return 0;
}

/* ---- those there are ------------------------------------------------------------------------------ */

static int row_json(struct task *t, const struct db_rows *rows, int i, json_t *list)
{
    char number[FORM_NUMBER_TEXT];
    const Motcua__ProcedurePublished *p;
    enum form_kind kind = (enum form_kind)db_num(rows, i, "kind");
    form_number(kind, (int)db_num(rows, i, "year"), db_num(rows, i, "no"), number);
    TRY(office_procedure(t, db_str(rows, i, "procedure_code"), (uint32_t)db_num(rows, i, "procedure_version"),
                         &p));
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s}", "id",
                                          db_str(rows, i, "id"), "form", kinds[kind], "name", form_name(kind),
                                          "number", number, "issued_at_ms", (json_int_t)db_num(rows, i, "at"),
                                          "applicant_name", db_str(rows, i, "applicant_name"),
                                          "procedure_name", p->name, "by_name", db_str(rows, i, "by_name"),
                                          "url", url_of(t, db_str(rows, i, "id"))));
    return 0;
}

int http_slips(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct id after;
    const struct db_rows *rows;
    json_t *list = json_own(t, json_array());
    const char *unit = http_query(rq, "unit"), *from = http_query(rq, "after");
    int limit = (int)http_query_int(t, rq, "limit", PAGE_USUAL, 1, PAGE_MOST);
    TRY(check_reads_unit(t, rq, unit));
    if (from && !id_parse(from, &after))
        err_fault(task_err(t), "after", &phrase_place, NULL);
    TRY(task_err(t)->code);
    TRY(store_slips(t, unit, from ? &after : NULL, limit, &rows));
    int n = db_count(rows);
    for (int i = 0; i < n; i++)
        TRY(row_json(t, rows, i, list));
    http_reply_json(re, 200,
                    json_pack("{s:O, s:s?}", "slips", list, "next",
                              n == limit ? db_str(rows, n - 1, "id") : NULL));
    return 0;
}

/* ---- one of them, on paper ------------------------------------------------------------------------ */

/* "<id>.pdf" */
static bool parse_name(struct task *t, const char *name, struct id *id)
{
    size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, ".pdf") == 0 && id_parse(talloc_strndup(t, name, n - 4), id);
}

static int take_slip(struct task *t, const struct slip *s, struct legal *l)
{
    static const struct case_file not_filed = { .summary = "", .channel = 1 };
    *l = form_begin(t, (enum form_kind)s->kind);
    l->c = &not_filed;
    l->applicant = s->applicant;
    l->year = s->year;
    l->no = s->no;
    l->at_ms = s->at_ms;
    l->by_name = s->by_name;
    l->by_title = s->by_title;
    l->reason = s->reason;
    l->asked = s->asked;
    l->asked_count = s->asked_count;
    TRY(office_procedure(t, s->procedure_code, s->procedure_version, &l->procedure));
    return form_issuer(t, l, s->unit);
}

int http_slip(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct id id;
    struct slip s;
    struct legal l;
    bool found = false;
    if (parse_name(t, http_param(rq, "slip"), &id))
        TRY(store_slip(t, &id, &s, &found));
    if (!found || !actor_may_read(rq->actor, s.unit))
        return err_set(task_err(t), E_NOT_FOUND, "no such slip for this caller");
    TRY(take_slip(t, &s, &l));
    return sheet_reply(t, rq, re, legal_sheet(t, &l),
                       talloc_asprintf(t, "mau-%s-%lld.pdf", kinds[s.kind], (long long)s.no));
}

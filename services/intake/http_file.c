/* http_file.c — filing. Online by the applicant; at the counter or by post by a clerk of the unit. The
 * dossier exists when PostgreSQL has said COMMIT: only then the caller hears its code. */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "command.h"
#include "form.h"
#include "handlers.h"
#include "json_write.h"
#include "pb.h"
#include "phrases.h"

static bool is_staff(const struct http_request *rq)
{
    return rq->actor->kind == ACCOUNT_STAFF;
}

/* A clerk files for others, at his own unit only. */
static int check_clerk(struct task *t, const struct http_request *rq, const struct filing *f)
{
    if (!is_staff(rq) || (actor_roles_in(rq->actor, f->unit_code) & ROLE_CLERK))
        return 0;
    return err_set(task_err(t), E_DENIED, "not a clerk of %s", f->unit_code);
}

static int compare(struct task *t, const struct http_request *rq, const struct filing *f,
                   const struct procedure **p, const char **answers, Motcua__Paper ***papers)
{
    const char *level;
    TRY(known_procedure(t, f->procedure_code, p));
    TRY(known_unit_level(t, f->unit_code, &level));
    if (!*p)
        return err_fault(task_err(t), "procedure", &procedure_unknown, NULL);
    filing_check(f, *p, level, task_err(t));
    form_check(t, *p, f->answers, civil_of(task_now_ms(t)).year, answers, task_err(t));
    return papers_resolve(t, f->papers, f->papers_count, *p, rq->actor->account_id, papers);
}

static Motcua__Official *official(struct task *t, const struct actor *a)
{
    Motcua__Official *o = talloc(t, Motcua__Official);
    motcua__official__init(o);
    o->account_id = (char *)a->account_id;
    o->name = (char *)a->name;
    o->title = (char *)a->title;
    o->department = (char *)a->department;
    return o;
}

static void fill(struct task *t, const struct http_request *rq, struct filing *f, const struct procedure *p,
                 Motcua__Paper **papers, Motcua__DossierSubmitted *m)
{
    motcua__dossier_submitted__init(m);
    m->procedure_code = pb_text(p->code);
    m->procedure_version = p->version;
    m->unit_code = pb_text(f->unit_code);
    m->channel = f->channel;
    m->applicant = &f->applicant;
    m->n_papers = f->papers_count;
    m->papers = papers;
    m->summary = pb_text(*f->summary ? f->summary : p->name);
    m->account_id = (char *)(is_staff(rq) ? "" : rq->actor->account_id);
    m->received_by = is_staff(rq) ? official(t, rq->actor) : NULL;
    m->language = pb_text(f->language);
    m->result_by_post = f->result_by_post;
}

static const char *answer(struct task *t, const struct filed *f)
{
    struct json_writer w = json_writer_of(t);
    write_object(&w, NULL);
    write_text(&w, "code", f->code);
    write_text(&w, "receipt", f->receipt);
    write_text(&w, "receipt_qr", talloc_asprintf(t, "/api/intake/dossiers/%s/receipt.svg", f->code));
    write_end(&w);
    return write_done(&w);
}

static int answer_again(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    int status;
    const char *text;
    TRY(command_answered(t, &rq->cause, &status, &text));
    http_reply_text(re, (unsigned)status, "application/json", text);
    return 0;
}

int http_file_dossier(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct json_node *body;
    const char *answers;
    struct filing f = { 0 };
    const struct procedure *p;
    Motcua__Paper **papers;
    Motcua__DossierSubmitted m;
    struct filed filed;
    struct cause cause;
    TRY(http_json(t, rq, &body));
    TRY(filing_read(t, body, is_staff(rq), civil_of(task_now_ms(t)).year, &f, task_err(t)));
    TRY(check_clerk(t, rq, &f));
    TRY(compare(t, rq, &f, &p, &answers, &papers));
    fill(t, rq, &f, p, papers, &m);
    TRY(file_dossier(t, &m, answers, &rq->cause, answer, &cause, &filed));
    if (!filed.saved)
        return answer_again(t, rq, re);
    http_reply_header(re, "Location", talloc_asprintf(t, "/api/intake/dossiers/%s", filed.code));
    http_reply_text(re, 201, "application/json", cause.answer);
    return 0;
}

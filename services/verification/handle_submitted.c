/* handle_submitted.c — a dossier was filed: the case begins, with what the automatic checks say. */
#include <string.h>
#include <talloc.h>

#include "checks.h"
#include "civil.h"
#include "handlers.h"

static void fill_case(const Motcua__DossierSubmitted *m, struct case_file *c)
{
    *c = (struct case_file){
        .procedure_code = m->procedure_code,
        .procedure_version = m->procedure_version,
        .unit_code = m->unit_code,
        .handling_unit_code = m->unit_code,
        .account_id = m->account_id,
        .applicant_name = m->applicant->name,
        .applicant_number = *m->applicant->id_number ? m->applicant->id_number : m->applicant->tax_code,
        .summary = m->summary,
        .national_code = m->national_code,
        .channel = (int)m->channel,
        .result_by_post = m->result_by_post,
        .filed_at = m->filed_at_ms,
        .assignee_id = "",
        .assignee_name = "",
        .received_by = "",
    };
    snprintf(c->code, sizeof c->code, "%s", m->code);
}

static int run_checks(struct task *t, const Motcua__DossierSubmitted *m, const struct case_file *c,
                      const struct office *o, const char **checks)
{
    const struct db_rows *rows = NULL;
    const char *codes[5];
    size_t n = 0;
    if (*c->applicant_number)
        TRY(store_duplicates(t, c->applicant_number, c->procedure_code, c->code, &rows));
    for (int i = 0; rows && i < db_count(rows) && n < 5; i++)
        codes[n++] = db_str(rows, i, "code");
    int year = civil_of(task_now_ms(t)).year;
    *checks = checks_run(t, m, o->procedure, codes, n, year);
    return 0;
}

static struct actor *clerk(struct task *t, const Motcua__Official *o)
{
    struct actor *a = talloc_zero(t, struct actor);
    snprintf(a->account_id, sizeof a->account_id, "%s", o->account_id);
    snprintf(a->name, sizeof a->name, "%s", o->name);
    snprintf(a->title, sizeof a->title, "%s", o->title);
    snprintf(a->department, sizeof a->department, "%s", o->department);
    return a;
}

int handle_submitted(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__DossierSubmitted *m = msg;
    struct cause cause = { .event = &ev->id };
    struct case_file c;
    struct office o;
    struct decision d;
    struct told told;
    struct new_case n = { .submitted = m };
    bool saved;
    if (!m->applicant)
        return err_set(task_err(t), E_INVALID, "a dossier without an applicant");
    fill_case(m, &c);
    TRY(office_of(t, &c, c.handling_unit_code, &o));
    struct act act = { .transition =
                           m->received_by ? MOTCUA__TRANSITION__RECEIVE : MOTCUA__TRANSITION__SUBMIT,
                       .at_ms = m->filed_at_ms };
    TRY(decide_new(t, &c, &act, &o, &d, task_err(t)));
    TRY(run_checks(t, m, &c, &o, &n.checks));
    TRY(office_told(t, &d.next, &o, m->received_by ? clerk(t, m->received_by) : NULL, &told));
    TRY(store_case_create(t, &n, &d, &told, &cause, &saved));
    if (saved) /* else: applied before */
        say_case(t, &d.next, &d.next, NULL);
    return 0;
}

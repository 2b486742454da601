/* handle_national.c — a dossier filed on the national portal: it gets a code of ours and goes the usual way.
 * What the portal let through is taken as it is; verification's checks say what is missing, and a clerk asks
 * for it. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "pb.h"
#include "status_sync.pb-c.h"

static const char *answers_text(struct task *t, const Motcua__NationalDossierReceived *m)
{
    json_t *answers;
    struct err ignored = { 0 };
    bool ok = json_parse(t, (const char *)m->answers_json.data, m->answers_json.len, &answers, &ignored) == 0;
    return ok && json_is_object(answers) ? json_print(t, answers) : "{}";
}

int handle_national(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__NationalDossierReceived *in = msg;
    const struct procedure *p;
    const char *level;
    struct cause cause = { .event = &ev->id }, filled;
    struct filed filed;
    Motcua__Applicant nobody = MOTCUA__APPLICANT__INIT;
    Motcua__DossierSubmitted m = MOTCUA__DOSSIER_SUBMITTED__INIT;
    TRY(known_procedure(t, in->procedure_code, &p));
    TRY(known_unit_level(t, in->unit_code, &level));
    if (!p || !level)
        return err_set(task_err(t), E_NOT_FOUND, "procedure %s or unit %s is not known here",
                       in->procedure_code, in->unit_code);
    m.procedure_code = pb_text(p->code);
    m.procedure_version = p->version;
    m.unit_code = in->unit_code;
    m.channel = MOTCUA__CHANNEL__ONLINE;
    m.applicant = in->applicant ? in->applicant : &nobody;
    m.n_papers = in->n_papers;
    m.papers = in->papers;
    m.summary = pb_text(p->name);
    m.language = pb_text("vi");
    m.national_code = in->national_code;
    return file_dossier(t, &m, answers_text(t, in), &cause, NULL, &filled, &filed);
}

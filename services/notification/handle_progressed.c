/* handle_progressed.c — verification moved a dossier: the applicant is told, if the policy says so. Each move
 * counts: one that comes after a later one is told all the same. */
#include "handlers.h"

static const char *or_known(const char *name, const char *known)
{
    return *name ? name : known;
}

void tell_progress(struct task *t, const Motcua__DossierProgressed *m, int64_t version, struct telling *w)
{
    facts_of_progress(t, m, w->is_english, &w->facts);
    w->news.happened_at_ms = m->at_ms;
    w->news.progress = version;
    w->news.procedure_name = or_known(m->procedure_name, w->dossier.procedure_name);
    w->news.unit_name = or_known(m->unit_name, w->dossier.unit_name);
    w->news.handling_unit_code = or_known(m->handling_unit_code, w->dossier.handling_unit_code);
}

int handle_progressed(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__DossierProgressed *m = msg;
    struct telling w;
    struct cause cause = { .event = &ev->id };
    TRY(tell_begin(t, ev, m->transition, m->code, &w));
    if (w.rule->none)
        return store_not_tell(t, m->code, (int64_t)ev->version, &cause);
    tell_progress(t, m, (int64_t)ev->version, &w);
    return tell_end(t, &w);
}

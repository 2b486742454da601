/* handle_complaint.c — feedback took in a complaint, or has said something about one: whoever sent it is
 * told. Whom, is in the message itself. Of a denunciation nobody is told: it names nobody, and is followed by
 * its secret. */
#include <string.h>

#include "handlers.h"

/* Both messages name them alike. */
#define COMPLAINANT_OF(m) \
    ((struct dossier){ .code = (m)->code, \
                       .account_id = (m)->account_id, \
                       .name = (m)->name, \
                       .email = (m)->email, \
                       .language = (m)->language })

/* *is_told is false of a denunciation, and then all is done. */
static int begin(struct task *t, const struct event *ev, const char *class, const struct dossier *who,
                 int what, struct telling *w, bool *is_told)
{
    struct cause cause = { .event = &ev->id };
    *is_told = strcmp(class, "denunciation") != 0;
    if (!*is_told)
        return store_not_tell(t, who->code, (int64_t)ev->version, &cause);
    TRY(store_complainant_put(t, who));
    return tell_begin(t, ev, what, who->code, w);
}

int handle_complaint_opened(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__ComplaintOpened *m = msg;
    const struct dossier who = COMPLAINANT_OF(m);
    struct telling w;
    bool is_told;
    TRY(begin(t, ev, m->class_, &who, TOLD_COMPLAINT_OPENED, &w, &is_told));
    if (!is_told)
        return 0;
    facts_of_complaint(t, m, w.is_english, &w.facts);
    w.news.happened_at_ms = m->received_at_ms;
    w.news.procedure_name = m->title;
    w.news.unit_name = m->handling_unit_name;
    return tell_end(t, &w);
}

static int what_of(const char *state)
{
    static const struct {
        const char *state;
        int what;
    } rows[] = {
        { "answered", TOLD_COMPLAINT_ANSWERED },
        { "refused", TOLD_COMPLAINT_REFUSED },
        { "detail_asked", TOLD_COMPLAINT_DETAIL_ASKED },
        { "forwarded", TOLD_COMPLAINT_FORWARDED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].state, state) == 0)
            return rows[i].what;
    return -1;
}

int handle_complaint_answered(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__ComplaintAnswered *m = msg;
    const struct dossier who = COMPLAINANT_OF(m);
    struct telling w;
    bool is_told;
    TRY(begin(t, ev, m->class_, &who, what_of(m->state), &w, &is_told));
    if (!is_told)
        return 0;
    facts_of_answer(t, m, w.is_english, &w.facts);
    w.news.happened_at_ms = m->answered_at_ms;
    w.news.procedure_name = m->title;
    w.news.unit_name = m->handling_unit_name;
    return tell_end(t, &w);
}

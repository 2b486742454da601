/* handle_rating.c — a dossier has ended and may be rated: the applicant gets the link, which is his alone. */
#include "handlers.h"

int handle_rating(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__RatingOpened *m = msg;
    struct telling w;
    TRY(tell_begin(t, ev, TOLD_RATING_OPENED, m->code, &w));
    facts_of_rating(t, m, config_of(t)->public_url, w.is_english, &w.facts);
    w.news.happened_at_ms = ev->occurred_at_ms;
    return tell_end(t, &w);
}

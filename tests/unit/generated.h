/* generated.h — dossiers, complaints and answers out of a seed, for properties of the indexes. The same seed
 * gives the same ones everywhere. */
#ifndef GENERATED_H
#define GENERATED_H

#include "services/feedback/tally.h"

struct chance { /* xorshift: fast, the same on every machine */
    uint64_t state;
};
static inline uint64_t chance_next(struct chance *c)
{
    c->state ^= c->state << 13;
    c->state ^= c->state >> 7;
    c->state ^= c->state << 17;
    return c->state;
}
static inline int64_t chance_below(struct chance *c, int64_t n)
{
    return (int64_t)(chance_next(c) >> 11) % n;
}
static inline bool chance_of(struct chance *c, int percent)
{
    return chance_below(c, 100) < percent;
}

enum { HOUR_MS = 3600 * 1000 };
#define DAY_MS   (24 * (int64_t)HOUR_MS)
#define START_MS (INT64_C(1601485200000)) /* 2020-10-01 00:00 in Việt Nam */
static const struct span quarter = { START_MS, START_MS + 92 * DAY_MS };

/* Filed from a month before the quarter on; the limit, where there is one, 1 to 30 days. */
static inline struct dossier_fact any_dossier(struct chance *c)
{
    struct dossier_fact d = { .is_online = chance_of(c, 40), .has_fee = chance_of(c, 50) };
    d.filed_at = START_MS - 30 * DAY_MS + chance_below(c, 120 * DAY_MS);
    d.accepted_at = d.filed_at + chance_below(c, DAY_MS);
    d.due_at = chance_of(c, 95) ? d.accepted_at + (1 + chance_below(c, 30)) * DAY_MS : 0;
    d.ended_at = chance_of(c, 85) ? d.accepted_at + chance_below(c, 32 * DAY_MS) : 0;
    d.supplements = chance_of(c, 20) ? 1 + chance_of(c, 20) : 0;
    d.is_handled_here = chance_of(c, 30);
    d.worst_step = (enum pace)(chance_below(c, 4) - 1);
    d.is_paid_online = chance_of(c, 40);
    d.has_electronic_result = chance_of(c, 60);
    d.is_digitised = chance_of(c, 50);
    d.is_complained_of = chance_of(c, 3);
    d.is_attitude_upheld = d.is_complained_of && chance_of(c, 20);
    return d;
}

static inline struct complaint_fact any_complaint(struct chance *c)
{
    struct complaint_fact x = { .received_at = START_MS - 10 * DAY_MS + chance_below(c, 110 * DAY_MS) };
    x.due_at = x.received_at + 21 * DAY_MS;
    x.classified_at = chance_of(c, 95) ? x.received_at + chance_below(c, 3 * DAY_MS) : 0;
    x.answered_at = chance_of(c, 85) ? x.received_at + chance_below(c, 24 * DAY_MS) : 0;
    x.is_disliked = x.answered_at && chance_of(c, 25);
    x.is_untrue = x.answered_at && chance_of(c, 20);
    return x;
}

static inline struct rating_fact any_rating(struct chance *c)
{
    struct rating_fact r;
    for (int i = 0; i < RATING_QUESTIONS; i++)
        r.answers[i] = 1 + (int)(chance_of(c, 70) ? 3 + chance_below(c, 2) : chance_below(c, 5));
    return r;
}

#endif

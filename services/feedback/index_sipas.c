/* index_sipas.c — see index_sipas.h. */
#include "index_sipas.h"

#include "wilson.h"

struct pot {
    int64_t valid, content, shares, questions;
};

static void fill(struct pot *pot, const struct sipas_question *q)
{
    int64_t content = 0, valid = 0;
    for (int a = 1; a <= RATING_BEST; a++) {
        valid += q->answers[a];
        content += a >= RATING_CONTENT ? q->answers[a] : 0;
    }
    if (valid == 0)
        return;
    pot->valid += valid;
    pot->content += content;
    pot->shares += share_of(content, valid);
    pot->questions++;
}

static int share_in(const struct pot *pot, enum sipas_method method)
{
    if (pot->valid == 0)
        return SIPAS_NONE;
    if (method == SIPAS_POOLED)
        return share_of(pot->content, pot->valid);
    return (int)((pot->shares * 2 + pot->questions) / (pot->questions * 2));
}

static int weighed(const struct sipas *x, const struct sipas_weights *w)
{
    int64_t sum = 0, weight = 0;
    for (int f = 1; f <= SIPAS_FACTORS; f++) {
        if (x->factor[f] == SIPAS_NONE)
            continue;
        sum += (int64_t)x->factor[f] * w->weight[f];
        weight += w->weight[f];
    }
    return weight > 0 ? (int)((sum * 2 + weight) / (weight * 2)) : SIPAS_NONE;
}

struct sipas sipas_of(const struct sipas_question *questions, size_t count, const struct sipas_weights *w)
{
    struct sipas x = { .valid = 0 };
    struct pot pots[SIPAS_FACTORS + 1] = { { 0 } };
    for (size_t i = 0; i < count; i++) {
        struct pot one = { 0 };
        fill(&one, &questions[i]);
        fill(&pots[questions[i].factor], &questions[i]);
        x.question[i] = share_in(&one, SIPAS_POOLED);
        x.valid += one.valid;
        x.content += one.content;
    }
    for (int f = 0; f <= SIPAS_FACTORS; f++)
        x.factor[f] = share_in(&pots[f], w->method);
    bool is_asked = w->overall_from_questions && x.factor[0] != SIPAS_NONE;
    x.overall = is_asked ? x.factor[0] : weighed(&x, w);
    return x;
}

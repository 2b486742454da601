/* index_sipas.h — the satisfaction index: how many of those asked are content, by question, factor and over
 * all. Pure. Source: DOMAIN §10.2; how factors weigh is not known for sure, so it is data. Shares are in
 * hundredths of a percent, SIPAS_NONE where nobody gave a valid answer.
 */
#ifndef INDEX_SIPAS_H
#define INDEX_SIPAS_H

#include <stddef.h>

#include "tally.h"

enum { SIPAS_FACTORS = 5, SIPAS_QUESTIONS_MAX = 40, SIPAS_NONE = -1 };

enum sipas_method {
    SIPAS_POOLED, /* all answers of a factor in one pot */
    SIPAS_MEAN    /* the mean of its questions */
};

struct sipas_question {
    int factor;                       /* 1 to SIPAS_FACTORS; 0: asks about everything */
    int64_t answers[RATING_BEST + 1]; /* how many gave 1 … 5; [0]: none or not valid */
};

struct sipas_weights {
    enum sipas_method method;
    bool overall_from_questions;   /* of those of factor 0, if there are any */
    int weight[SIPAS_FACTORS + 1]; /* of a factor in the whole; [0] is not used */
};

struct sipas {
    int64_t valid, content; /* answers */
    int question[SIPAS_QUESTIONS_MAX];
    int factor[SIPAS_FACTORS + 1]; /* [0]: of the questions about everything */
    int overall;
};

/* count ≤ SIPAS_QUESTIONS_MAX. A factor without a valid answer does not weigh. */
struct sipas sipas_of(const struct sipas_question *questions, size_t count, const struct sipas_weights *w);

#endif

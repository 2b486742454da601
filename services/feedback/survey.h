/* survey.h — what a survey asks, and when a slip of answers is one. Pure.
 *
 * A survey is factors with criteria; each criterion is answered 5 (very content) to 1 (very discontent), or
 * 0: no answer. A slip on which less than half was answered says too little to count (DOMAIN §10.2: valid
 * answers).
 */
#ifndef SURVEY_H
#define SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tally.h"

enum { CRITERIA_MOST = 40, FACTORS_MOST = 5 };

struct criterion {
    int factor; /* from 1 */
    const char *factor_vi, *factor_en, *vi, *en;
};

struct survey {
    const char *code, *name_vi, *name_en;
    int version;
    int64_t valid_from_ms;
    size_t count;
    struct criterion criteria[CRITERIA_MOST];
};

/* answers: one for each criterion. */
bool slip_is_valid(const int64_t *answers, size_t count);

/* "ba1-02": lower case letters, digits and "-", 2 to 32 of them. */
bool survey_code_is_valid(const char *code);

#endif

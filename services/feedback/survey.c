/* survey.c — see survey.h. */
#include "survey.h"

#include <string.h>

enum { CODE_LEAST = 2, CODE_MOST = 32 };

bool slip_is_valid(const int64_t *answers, size_t count)
{
    size_t answered = 0;
    for (size_t i = 0; i < count; i++)
        if (answers[i] < 0 || answers[i] > RATING_BEST)
            return false;
        else
            answered += answers[i] != 0;
    return answered > 0 && answered * 2 >= count;
}

bool survey_code_is_valid(const char *code)
{
    size_t n = strlen(code);
    return n >= CODE_LEAST && n <= CODE_MOST && strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

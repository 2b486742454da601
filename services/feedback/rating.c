/* rating.c — see rating.h. */
#include "rating.h"

#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "err.h"

enum { HEAD_BYTES = RATING_QUESTIONS + 1, UTF8_MOST = 4, MONTHS = 3, QUARTERS = 4 };
enum { PACKED_BYTES = HEAD_BYTES + RATING_WORDS_MAX * UTF8_MOST + 1 };

const char *const rating_origins[] = { "web", "tablet", "paper", NULL };
const char *const rating_questions[] = { "is_clear", "is_simple", "is_helpful", "is_in_time", NULL };

/* ---- quarters ------------------------------------------------------------------------------------- */

int quarter_of(int64_t at_ms)
{
    struct civil c = civil_of(at_ms);
    return c.year * 10 + (c.month - 1) / MONTHS + 1;
}

bool quarter_is_valid(int64_t quarter)
{
    return quarter / 10 >= 2000 && quarter / 10 <= 9999 && quarter % 10 >= 1 && quarter % 10 <= QUARTERS;
}

int64_t quarter_closes_at(int quarter, int days)
{
    int32_t first = civil_day(quarter / 10, (quarter % 10 - 1) * MONTHS + 1, 1);
    return civil_day_ms(civil_add_months(first, MONTHS) + days, 0);
}

int quarter_closed(int64_t now_ms, int days)
{
    int quarter = quarter_of(now_ms);
    do
        quarter = quarter % 10 > 1 ? quarter - 1 : (quarter / 10 - 1) * 10 + QUARTERS;
    while (quarter_closes_at(quarter, days) > now_ms);
    return quarter;
}

/* ---- bytes: the scores, the origin, the words, zeros ------------------------------------------------ */

uint8_t *rating_pack(const void *ctx, const struct rating *r, size_t *size)
{
    size_t n = strlen(r->words);
    *size = PACKED_BYTES;
    uint8_t *out = talloc_zero_array(ctx, uint8_t, *size);
    ASSERT(HEAD_BYTES + n < *size);
    for (int i = 0; i < RATING_QUESTIONS; i++)
        out[i] = (uint8_t)r->scores[i];
    out[RATING_QUESTIONS] = (uint8_t)r->origin;
    memcpy(out + HEAD_BYTES, r->words, n);
    return out;
}

bool rating_unpack(const void *ctx, const uint8_t *bytes, size_t size, struct rating *out)
{
    if (size <= HEAD_BYTES || bytes[size - 1] != 0 || bytes[RATING_QUESTIONS] > RATING_PAPER)
        return false;
    for (int i = 0; i < RATING_QUESTIONS; i++)
        if ((out->scores[i] = bytes[i]) < 1 || out->scores[i] > RATING_BEST)
            return false;
    out->origin = (enum rating_origin)bytes[RATING_QUESTIONS];
    out->words = talloc_strdup(ctx, (const char *)bytes + HEAD_BYTES);
    return true;
}

void rating_blur_origins(struct rating *ratings, size_t n)
{
    bool are_alike = true;
    for (size_t i = 1; i < n; i++)
        are_alike = are_alike && ratings[i].origin == ratings[0].origin;
    for (size_t i = 0; i < n && !are_alike; i++)
        ratings[i].origin = RATING_WEB;
}

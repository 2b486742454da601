/* period.c — see period.h. Each kind is told by how many digits it has, and counted in months. */
#include "period.h"

#include <stdlib.h>

#include "civil.h"

enum { YEAR_FIRST = 2018, YEAR_LAST = 2099 };

static const int months_of[] = { [PERIOD_MONTH] = 1, [PERIOD_QUARTER] = 3, [PERIOD_YEAR] = 12 };

static int64_t scale_of(enum period_kind kind)
{
    return kind == PERIOD_MONTH ? 100 : kind == PERIOD_QUARTER ? 10 : 1;
}

static bool is_year(int64_t year)
{
    return year >= YEAR_FIRST && year <= YEAR_LAST;
}

enum period_kind period_kind(int64_t p)
{
    if (is_year(p))
        return PERIOD_YEAR;
    if (is_year(p / 10) && p % 10 >= 1 && p % 10 <= 4)
        return PERIOD_QUARTER;
    return is_year(p / 100) && p % 100 >= 1 && p % 100 <= 12 ? PERIOD_MONTH : PERIOD_NONE;
}

int64_t period_parse(const char *text)
{
    char *end = NULL;
    int64_t p = text ? strtoll(text, &end, 10) : 0;
    return p > 0 && !*end && period_kind(p) != PERIOD_NONE ? p : 0;
}

static int64_t month_ms(int year, int months)
{
    return civil_day_ms(civil_add_months(civil_day(year, 1, 1), months), 0);
}

struct span period_span(int64_t p)
{
    enum period_kind kind = period_kind(p);
    int year = (int)(p / scale_of(kind)), n = months_of[kind];
    int first = kind == PERIOD_YEAR ? 0 : ((int)(p % scale_of(kind)) - 1) * n;
    return (struct span){ month_ms(year, first), month_ms(year, first + n) };
}

int64_t period_of(enum period_kind kind, int64_t at_ms)
{
    struct civil c = civil_of(at_ms);
    return kind == PERIOD_YEAR ? c.year : c.year * scale_of(kind) + (c.month - 1) / months_of[kind] + 1;
}

int64_t period_before(int64_t p)
{
    return period_of(period_kind(p), period_span(p).from_ms - 1);
}

int period_quarters(int64_t p, int64_t quarters[4])
{
    enum period_kind kind = period_kind(p);
    if (kind == PERIOD_QUARTER)
        quarters[0] = p;
    for (int q = 0; q < 4 && kind == PERIOD_YEAR; q++)
        quarters[q] = p * 10 + q + 1;
    return kind == PERIOD_QUARTER ? 1 : kind == PERIOD_YEAR ? 4 : 0;
}

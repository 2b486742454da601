/* calendar.c — see calendar.h. Days are walked one by one: a limit is weeks, not centuries, and what is
 * skipped must be named anyway. */
#include "calendar.h"

#include <stdio.h>
#include <string.h>

#include "civil.h"

enum { HORIZON_DAYS = 3660, MINUTE_MS = 60000 };

/* ---- what a day is -------------------------------------------------------------------------------- */

bool shifts_parse(const char *text, struct shift shifts[SHIFTS_MAX], size_t *count)
{
    *count = 0;
    while (*text) {
        int h1, m1, h2, m2, used = 0;
        if (*count == SHIFTS_MAX || sscanf(text, "%2d:%2d-%2d:%2d%n", &h1, &m1, &h2, &m2, &used) != 4 ||
            used != 11)
            return false;
        struct shift s = { h1 * 60 + m1, h2 * 60 + m2 };
        int after = *count > 0 ? shifts[*count - 1].to : 0;
        if (m1 > 59 || m2 > 59 || s.from < after || s.to <= s.from || s.to > DAY_MINUTES)
            return false;
        shifts[(*count)++] = s;
        text += used;
        if (*text == ',' && text[1])
            text++;
        else if (*text)
            return false;
    }
    return true;
}

bool day_kind_parse(const char *name, enum day_kind *kind)
{
    static const char *const names[DAY_KINDS] = { "holiday", "compensatory", "swap_off", "swap_work" };
    for (int i = 0; i < DAY_KINDS; i++)
        if (strcmp(names[i], name) == 0) {
            *kind = (enum day_kind)i;
            return true;
        }
    return false;
}

static const struct special_day *special_of(const struct calendar *c, int32_t day)
{
    size_t low = 0, high = c->special_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (c->special[mid].day < day)
            low = mid + 1;
        else
            high = mid;
    }
    return low < c->special_count && c->special[low].day == day ? &c->special[low] : NULL;
}

/* A rest day that is worked has the shifts of a Monday. */
static size_t shifts_of(const struct calendar *c, int32_t day, const struct shift **shifts)
{
    const struct special_day *s = special_of(c, day);
    int weekday = s && s->kind == DAY_SWAP_WORK ? 1 : civil_weekday(day);
    *shifts = c->shifts[weekday];
    return s && s->kind != DAY_SWAP_WORK ? 0 : c->shifts_count[weekday];
}

static bool calendar_is_working_day(const struct calendar *c, int32_t day)
{
    const struct shift *shifts;
    return shifts_of(c, day, &shifts) > 0;
}

static int64_t closing(const struct calendar *c, int32_t day)
{
    const struct shift *shifts;
    size_t n = shifts_of(c, day, &shifts);
    return civil_day_ms(day, shifts[n - 1].to);
}

/* ---- saying why ----------------------------------------------------------------------------------- */

static void add_line(struct explanation *why, struct because line)
{
    if (!why)
        return;
    if (why->count < BECAUSE_MAX)
        why->lines[why->count] = line;
    why->count++;
}

static void because(struct explanation *why, enum reason reason, int64_t at_ms, int32_t day, const char *name)
{
    add_line(why, (struct because){ .reason = reason, .at_ms = at_ms, .day = day, .name = name });
}

/* From when, and how much of what is counted. */
static void starts(int64_t from_ms, enum reason counted, int64_t amount, struct explanation *why)
{
    because(why, WHY_STARTS, from_ms, 0, NULL);
    if (amount > 0)
        add_line(why, (struct because){ .reason = counted, .amount = amount });
}

static void because_of_day(const struct calendar *c, int32_t day, struct explanation *why)
{
    const struct special_day *s = special_of(c, day);
    if (s && s->kind == DAY_SWAP_WORK)
        because(why, WHY_SWAPPED_IN, 0, day, s->name);
    else if (s)
        because(why, WHY_SPECIAL, 0, day, s->name);
    else if (!calendar_is_working_day(c, day))
        because(why, WHY_REST, 0, day, NULL);
}

static int64_t ends(int64_t at_ms, struct explanation *why)
{
    because(why, WHY_ENDS, at_ms, 0, NULL);
    return at_ms;
}

/* ---- arithmetic ----------------------------------------------------------------------------------- */

/* Uses up to *left minutes of the day's shifts after `minute`. Returns the minute at which they were used up,
 * or -1. */
static int use_day(const struct calendar *c, int32_t day, int minute, int64_t *left, struct explanation *why,
                   bool *opened)
{
    const struct shift *shifts;
    size_t n = shifts_of(c, day, &shifts);
    for (size_t i = 0; i < n; i++) {
        int from = minute > shifts[i].from ? minute : shifts[i].from;
        if (from >= shifts[i].to)
            continue;
        if (!*opened && from > minute)
            because(why, WHY_OPENS, civil_day_ms(day, from), 0, NULL);
        *opened = true;
        if (*left <= shifts[i].to - from)
            return from + (int)*left;
        *left -= shifts[i].to - from;
    }
    return -1;
}

int64_t calendar_add_minutes(const struct calendar *c, int64_t from_ms, int64_t minutes,
                             struct explanation *why)
{
    int32_t start = civil_day_of(from_ms);
    int minute = civil_minute_of(from_ms);
    bool opened = false;
    starts(from_ms, WHY_MINUTES, minutes, why);
    if (minutes <= 0)
        return ends(from_ms, why);
    for (int32_t day = start; day < start + HORIZON_DAYS; day++, minute = -1) {
        if (day > start)
            because_of_day(c, day, why);
        int end = use_day(c, day, minute, &minutes, why, &opened);
        if (end >= 0)
            return ends(civil_day_ms(day, end), why);
    }
    return 0;
}

int64_t calendar_add_working_days(const struct calendar *c, int64_t from_ms, int n, struct explanation *why)
{
    int32_t start = civil_day_of(from_ms);
    starts(from_ms, WHY_WORKDAYS, n, why);
    for (int32_t day = start + (n > 0); day < start + HORIZON_DAYS; day++) {
        because_of_day(c, day, why);
        if (calendar_is_working_day(c, day) && --n <= 0)
            return ends(closing(c, day), why);
    }
    return 0;
}

static int64_t roll_forward(const struct calendar *c, int32_t day, struct explanation *why)
{
    int32_t last = day + HORIZON_DAYS;
    for (; day < last; day++) {
        if (calendar_is_working_day(c, day))
            return ends(closing(c, day), why);
        because_of_day(c, day, why);
        because(why, WHY_ROLLED, 0, day, NULL);
    }
    return 0;
}

int64_t calendar_add_days(const struct calendar *c, int64_t from_ms, int n, struct explanation *why)
{
    starts(from_ms, WHY_DAYS, n, why);
    return roll_forward(c, civil_day_of(from_ms) + n, why);
}

int64_t calendar_add_months(const struct calendar *c, int64_t from_ms, int n, struct explanation *why)
{
    starts(from_ms, WHY_MONTHS, n, why);
    return roll_forward(c, civil_add_months(civil_day_of(from_ms), n), why);
}

static int64_t overlap_ms(const struct calendar *c, int32_t day, int64_t from_ms, int64_t to_ms)
{
    const struct shift *shifts;
    size_t n = shifts_of(c, day, &shifts);
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t a = civil_day_ms(day, shifts[i].from), b = civil_day_ms(day, shifts[i].to);
        a = a > from_ms ? a : from_ms;
        b = b < to_ms ? b : to_ms;
        sum += b > a ? b - a : 0;
    }
    return sum;
}

int64_t calendar_minutes_between(const struct calendar *c, int64_t from_ms, int64_t to_ms)
{
    int64_t sum = 0;
    for (int32_t day = civil_day_of(from_ms); day <= civil_day_of(to_ms); day++)
        sum += overlap_ms(c, day, from_ms, to_ms);
    return sum / MINUTE_MS;
}

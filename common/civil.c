/* civil.c — see civil.h. libc's timegm and gmtime_r do the calendar; we only add seven hours. */
#include "civil.h"

#include <string.h>
#include <time.h>

enum { DAY_MS = 86400000, HANOI_MS = 7 * 3600000 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct civil civil_of(int64_t ms)
{
    time_t seconds = (time_t)floor_div(ms + HANOI_MS, 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    return (struct civil){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec };
}

int64_t civil_ms(const struct civil *c)
{
    struct tm tm = { .tm_year = c->year - 1900,
                     .tm_mon = c->month - 1,
                     .tm_mday = c->day,
                     .tm_hour = c->hour,
                     .tm_min = c->minute,
                     .tm_sec = c->second };
    return (int64_t)timegm(&tm) * 1000 - HANOI_MS;
}

int32_t civil_day_of(int64_t ms)
{
    return (int32_t)floor_div(ms + HANOI_MS, DAY_MS);
}

int32_t civil_day(int year, int month, int day)
{
    return civil_day_of(civil_ms(&(struct civil){ .year = year, .month = month, .day = day }));
}

struct civil civil_of_day(int32_t day)
{
    return civil_of(civil_day_ms(day, 0));
}

int64_t civil_day_ms(int32_t day, int minute)
{
    return (int64_t)day * DAY_MS + (int64_t)minute * 60000 - HANOI_MS;
}

int civil_minute_of(int64_t ms)
{
    return (int)((ms - civil_day_ms(civil_day_of(ms), 0)) / 60000);
}

int civil_weekday(int32_t day)
{
    return (int)(((int64_t)day + 3) % 7 + 7) % 7 + 1; /* 1970-01-01 was a Thursday */
}

int32_t civil_add_months(int32_t day, int months)
{
    struct civil c = civil_of_day(day);
    int32_t first = civil_day(c.year, c.month + months, 1);
    int32_t next_first = civil_day(c.year, c.month + months + 1, 1);
    int32_t wanted = first + c.day - 1;
    return wanted < next_first ? wanted : next_first - 1;
}

const char *civil_format(int64_t ms, enum civil_format format, char out[CIVIL_TEXT])
{
    static const char *const patterns[] = {
        [CIVIL_ISO] = "%Y-%m-%dT%H:%M:%S+07:00",
        [CIVIL_COMPACT] = "%Y%m%d%H%M%S",
        [CIVIL_DATE] = "%Y-%m-%d",
        [CIVIL_YYMMDD] = "%y%m%d",
        [CIVIL_PEOPLE] = "%H:%M %d/%m/%Y",
        [CIVIL_PEOPLE_DATE] = "%d/%m/%Y",
    };
    time_t seconds = (time_t)floor_div(ms + HANOI_MS, 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    if (ms == 0 || strftime(out, CIVIL_TEXT, patterns[format], &tm) == 0)
        out[0] = '\0';
    return out;
}

static const char *const shapes[] = {
    [CIVIL_ISO] = "yyyy-mm-ddThh:ii:ss+07:00",
    [CIVIL_COMPACT] = "yyyymmddhhiiss",
    [CIVIL_DATE] = "yyyy-mm-dd",
    [CIVIL_YYMMDD] = "yymmdd",
    [CIVIL_PEOPLE] = "hh:ii dd/mm/yyyy",
    [CIVIL_PEOPLE_DATE] = "dd/mm/yyyy",
};

/* Digits where the shape has one of "ymdhis", every other character as itself. */
static bool scan(const char *text, const char *shape, struct civil *c)
{
    static const char keys[] = "ymdhis";
    int *const fields[] = { &c->year, &c->month, &c->day, &c->hour, &c->minute, &c->second };
    for (; *shape; shape++, text++) {
        const char *key = strchr(keys, *shape);
        if (key ? (*text < '0' || *text > '9') : *text != *shape)
            return false;
        if (key)
            *fields[key - keys] = *fields[key - keys] * 10 + (*text - '0');
    }
    return *text == '\0';
}

bool civil_parse(const char *text, enum civil_format format, int64_t *ms)
{
    struct civil c = { 0 };
    if (!scan(text, shapes[format], &c))
        return false;
    if (format == CIVIL_YYMMDD)
        c.year += 2000;
    *ms = civil_ms(&c);
    struct civil back = civil_of(*ms);
    return memcmp(&back, &c, sizeof c) == 0; /* 31 April would come back as 1 May */
}

/* calendar.h — working time: which minutes of which days count for a unit, and arithmetic over them. Pure.
 *
 * A calendar is data: shifts per weekday, and the days that differ (holidays, days made up, swapped days).
 * Each unit has its own (DOMAIN §6.1). Instants are Unix milliseconds UTC; days and minutes are of
 * Asia/Ho_Chi_Minh (civil.h). Every function can explain itself: what it skipped and why, line by line.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shift { /* minutes since midnight */
    int from, to;
};

enum day_kind { DAY_HOLIDAY, DAY_COMPENSATORY, DAY_SWAP_OFF, DAY_SWAP_WORK, DAY_KINDS };

struct special_day {
    int32_t day;
    enum day_kind kind;
    const char *name;
};

enum { SHIFTS_MAX = 4, WEEKDAYS = 8 /* 1 Monday … 7 Sunday */ };

struct calendar {
    size_t shifts_count[WEEKDAYS];
    struct shift shifts[WEEKDAYS][SHIFTS_MAX];
    size_t special_count;
    const struct special_day *special; /* by day, each day once */
};

/* "07:00-11:30,13:30-17:00" → shifts in order. False if it is not that. "" is a day without work. */
bool shifts_parse(const char *text, struct shift shifts[SHIFTS_MAX], size_t *count);
bool day_kind_parse(const char *name, enum day_kind *kind); /* holiday, compensatory, swap_off, swap_work */

/* ---- why a date came out as it did ---- */

enum reason {
    WHY_STARTS,     /* counting starts at this instant */
    WHY_MINUTES,    /* so many working minutes are counted */
    WHY_WORKDAYS,   /* so many working days */
    WHY_DAYS,       /* so many days, whatever they are */
    WHY_MONTHS,     /* so many months */
    WHY_OPENS,      /* outside working time: counting starts when the unit opens */
    WHY_REST,       /* weekly rest, skipped */
    WHY_SPECIAL,    /* holiday, made-up or swapped day off, skipped; name says which */
    WHY_SWAPPED_IN, /* a rest day that is worked */
    WHY_ROLLED,     /* the last day is no working day: the next one counts (Civil Code) */
    WHY_ENDS
};

struct because {
    enum reason reason;
    int64_t at_ms;    /* STARTS, OPENS, ENDS */
    int32_t day;      /* of the reasons about a day */
    const char *name; /* of the special day, or NULL */
    int64_t amount;   /* MINUTES, WORKDAYS, DAYS, MONTHS */
};

enum { BECAUSE_MAX = 200 };
struct explanation {
    size_t count; /* may exceed BECAUSE_MAX: the rest is not kept */
    struct because lines[BECAUSE_MAX];
};

/* ---- arithmetic; why may be NULL; 0 if the calendar has no working time within ten years ---- */

/* The instant the minutes-th working minute after from_ms is used up. */
int64_t calendar_add_minutes(const struct calendar *c, int64_t from_ms, int64_t minutes,
                             struct explanation *why);
/* Closing time of the n-th working day after the day of from_ms. */
int64_t calendar_add_working_days(const struct calendar *c, int64_t from_ms, int n, struct explanation *why);
/* Closing time of the n-th calendar day (or month) after it, or of the next working day if that is none. */
int64_t calendar_add_days(const struct calendar *c, int64_t from_ms, int n, struct explanation *why);
int64_t calendar_add_months(const struct calendar *c, int64_t from_ms, int n, struct explanation *why);
/* Working minutes from from_ms to to_ms; 0 if to_ms is not later. */
int64_t calendar_minutes_between(const struct calendar *c, int64_t from_ms, int64_t to_ms);

#endif

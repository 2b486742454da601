/* civil.h — dates and times as people in Việt Nam write them: Asia/Ho_Chi_Minh, UTC+7, no summer time (since
 * 1975).
 *
 * Stores and messages hold Unix milliseconds UTC; this is the edge. Pure: no clock, no zone file, no
 * allocation. A day is counted from 1970-01-01 of the local calendar.
 */
#ifndef CIVIL_H
#define CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct civil {
    int year, month, day, hour, minute, second; /* month 1–12, day 1–31 */
};

enum { CIVIL_MONDAY = 1, CIVIL_SATURDAY = 6, CIVIL_SUNDAY = 7, CIVIL_TEXT = 40, DAY_MINUTES = 24 * 60 };

#define CIVIL_FIRST_MS INT64_C(-62135596800000) /* the year 1 begins */
#define CIVIL_LAST_MS \
    INT64_C(253402300799999) /* the year 9999 ends; an instant beyond them is none of ours */

struct civil civil_of(int64_t ms);
int64_t civil_ms(const struct civil *c);

int32_t civil_day_of(int64_t ms); /* local day that holds the instant */
int32_t civil_day(int year, int month, int day);
struct civil civil_of_day(int32_t day);            /* at 00:00 */
int64_t civil_day_ms(int32_t day, int minute);     /* instant `minute` minutes after local midnight */
int civil_minute_of(int64_t ms);                   /* minutes since local midnight, 0–1439 */
int civil_weekday(int32_t day);                    /* 1 Monday … 7 Sunday */
int32_t civil_add_months(int32_t day, int months); /* 31/1 + 1 month = the last day of February */

enum civil_format {
    CIVIL_ISO,        /* 2020-04-21T09:30:15+07:00 */
    CIVIL_COMPACT,    /* 20200421093015: national portal, VNPAY */
    CIVIL_DATE,       /* 2020-04-21 */
    CIVIL_YYMMDD,     /* 200421: dossier codes */
    CIVIL_PEOPLE,     /* 09:30 21/04/2020 */
    CIVIL_PEOPLE_DATE /* 21/04/2020 */
};
/* Write ms in the given form; returns out. 0 gives "" (no date). */
const char *civil_format(int64_t ms, enum civil_format format, char out[CIVIL_TEXT]);

/* Strict: exactly that form and a date that exists. */
bool civil_parse(const char *text, enum civil_format format, int64_t *ms);

#endif

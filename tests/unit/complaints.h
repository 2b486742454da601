/* complaints.h — a complaint, an act and a calendar that fit each other, as tests of feedback take them. */
#ifndef COMPLAINTS_H
#define COMPLAINTS_H

#include <string.h>

#include "civil.h"
#include "services/feedback/complaint_route.h"

#define UNIT  "000.00.05.H07"
#define ABOVE "000.00.00.H07"
#define OTHER "000.00.09.H07"

/* Monday to Friday, 7:30–11:30 and 13:30–17:30; the 2/9 is a holiday. */
static struct special_day national_day = { .kind = DAY_HOLIDAY, .name = "Quốc khánh" };
static inline struct calendar office_week(void)
{
    struct calendar c = { .special_count = 1, .special = &national_day };
    national_day.day = civil_day(2026, 9, 2);
    for (int day = 1; day <= 5; day++)
        shifts_parse("07:30-11:30,13:30-17:30", c.shifts[day], &c.shifts_count[day]);
    return c;
}

/* "2026-08-28 17:30" */
static inline int64_t at(const char *text)
{
    struct civil c = { 0 };
    sscanf(text, "%4d-%2d-%2d %2d:%2d", &c.year, &c.month, &c.day, &c.hour, &c.minute);
    return civil_ms(&c);
}

static inline struct complaint a_complaint(int class, int state)
{
    return (struct complaint){ .code = "PA-1",
                               .version = state == COMPLAINT_NEW ? 0 : 3,
                               .class = class,
                               .state = state,
                               .instance = 1,
                               .unit_code = UNIT,
                               .handling_unit_code = UNIT,
                               .escalated_unit = "",
                               .about_official = "",
                               .about_name = "" };
}

/* Brings whatever any act may need. */
static inline struct complaint_doing doing(int act, unsigned roles, int64_t at_ms)
{
    return (struct complaint_doing){ .act = act,
                                     .roles = roles,
                                     .at_ms = at_ms,
                                     .words = "vì",
                                     .unit = OTHER,
                                     .unit_above = ABOVE,
                                     .class = -1,
                                     .outcome = OUTCOME_UPHELD,
                                     .attitude = -1,
                                     .is_remote = -1 };
}

#endif

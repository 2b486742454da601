/* admin_calendar.c — the operator's command: working calendars and special days, from CSV. A bad row is named
 * with line, column and remedy; the good ones are taken. */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "csv_import.h"
#include "handlers.h"
#include "json.h"
#include "phrases.h"

static const char *const weekdays[7] = { "monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday" };
static const struct phrase SHIFTS = { "shifts_invalid", "Ca làm việc phải có dạng 07:00-11:30,13:30-17:00.",
                                      "Shifts look like 07:00-11:30,13:30-17:00." };
static const struct phrase KIND = { "day_kind_invalid",
                                    "Loại ngày phải là holiday, compensatory, swap_off hoặc swap_work.",
                                    "The kind is holiday, compensatory, swap_off or swap_work." };

static size_t split_units(struct task *t, const char *text, const char *units[200])
{
    size_t n = 0;
    while (*text && n < 200) {
        size_t length = strcspn(text, " ");
        if (length > 0)
            units[n++] = talloc_strndup(t, text, length);
        text += length + (text[length] == ' ');
    }
    return n;
}

static int take_calendar(struct task *t, const struct csv_file *csv, const struct csv_row *row, bool *changed,
                         struct err *err)
{
    const char *week[7], *units[200];
    struct shift shifts[SHIFTS_MAX];
    size_t count;
    const char *code = csv_value(csv, row, "code"), *name = csv_value(csv, row, "name");
    for (int day = 0; day < 7; day++) {
        week[day] = csv_value(csv, row, weekdays[day]);
        if (!shifts_parse(week[day], shifts, &count))
            err_fault(err, weekdays[day], &SHIFTS, NULL);
    }
    if (*code == '\0')
        err_fault(err, "code", &phrase_required, NULL);
    size_t n = split_units(t, csv_value(csv, row, "units"), units);
    return err->code ? 0 : store_calendar_put(t, code, name, week, units, n, changed);
}

static int take_special_day(struct task *t, const struct csv_file *csv, const struct csv_row *row,
                            bool *changed, struct err *err)
{
    int64_t ms;
    enum day_kind kind;
    const char *date = csv_value(csv, row, "date"), *name = csv_value(csv, row, "name"),
               *kind_name = csv_value(csv, row, "kind");
    if (!civil_parse(date, CIVIL_DATE, &ms))
        err_fault(err, "date", &phrase_date, NULL);
    if (!day_kind_parse(kind_name, &kind))
        err_fault(err, "kind", &KIND, NULL);
    return err->code ? 0 : store_special_day_put(t, date, kind_name, name, changed);
}

static int changed(struct task *t)
{
    office_forget(t);
    TRY(store_calendars_changed(t));
    jobs_wake(task_env(t), "calendars");
    return 0;
}

int admin_calendars(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    static const char *const columns[] = { "code",   "name",     "monday", "tuesday", "wednesday", "thursday",
                                           "friday", "saturday", "sunday", "units",   NULL };
    TRY(csv_import(t, rq, re, columns, take_calendar));
    return changed(t);
}

int admin_special_days(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    static const char *const columns[] = { "date", "kind", "name", NULL };
    TRY(csv_import(t, rq, re, columns, take_special_day));
    return changed(t);
}

/* admin_calendar.c — the operator's command: working calendars and special days, from CSV. A bad row is named
 * with line, column and remedy; the good ones are taken. */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "csv_file.h"
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

struct import {
    size_t taken;
    json_t *refused;
};

static const char *value_of(const struct csv_file *csv, const struct csv_row *row, const char *column)
{
    const char *v = csv_value(csv, row, column);
    return v ? v : "";
}

static void refuse(struct import *in, const struct csv_row *row, const struct err *err)
{
    for (unsigned i = 0; i < err->faults_count && i < ERR_FAULTS_MAX; i++)
        json_array_append_new(in->refused,
                              json_pack("{s:I, s:s, s:s, s:s}", "line", (json_int_t)row->line, "column",
                                        err->faults[i].field, "code", err->faults[i].phrase->code, "remedy",
                                        err->faults[i].phrase->en));
}

typedef int row_fn(struct task *t, const struct csv_file *csv, const struct csv_row *row, struct err *err);

static int import_rows(struct task *t, const struct http_request *rq, struct http_reply *re, row_fn *take)
{
    struct csv_file *csv;
    struct import in = { .refused = json_own(t, json_array()) };
    TRY(csv_read(t, rq->body, rq->body_size, &csv, task_err(t)));
    for (size_t i = 0; i < csv->rows_count; i++) {
        struct err err = { 0 };
        TRY(take(t, csv, &csv->rows[i], &err));
        if (err.code)
            refuse(&in, &csv->rows[i], &err);
        else
            in.taken++;
    }
    office_forget(t);
    http_reply_json(re, 200, json_pack("{s:I, s:O}", "taken", (json_int_t)in.taken, "refused", in.refused));
    return 0;
}

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

static int take_calendar(struct task *t, const struct csv_file *csv, const struct csv_row *row,
                         struct err *err)
{
    const char *week[7], *units[200];
    struct shift shifts[SHIFTS_MAX];
    size_t count;
    const char *code = value_of(csv, row, "code"), *name = value_of(csv, row, "name");
    for (int day = 0; day < 7; day++) {
        week[day] = value_of(csv, row, weekdays[day]);
        if (!shifts_parse(week[day], shifts, &count))
            err_fault(err, weekdays[day], &SHIFTS, NULL);
    }
    if (*code == '\0')
        err_fault(err, "code", &phrase_required, NULL);
    size_t n = split_units(t, value_of(csv, row, "units"), units);
    return err->code ? 0 : store_calendar_put(t, code, name, week, units, n);
}

static int take_special_day(struct task *t, const struct csv_file *csv, const struct csv_row *row,
                            struct err *err)
{
    int64_t ms;
    enum day_kind kind;
    const char *date = value_of(csv, row, "date"), *name = value_of(csv, row, "name"),
               *kind_name = value_of(csv, row, "kind");
    if (!civil_parse(date, CIVIL_DATE, &ms))
        err_fault(err, "date", &phrase_date, NULL);
    if (!day_kind_parse(kind_name, &kind))
        err_fault(err, "kind", &KIND, NULL);
    return err->code ? 0 : store_special_day_put(t, date, kind_name, name);
}

int admin_calendars(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    return import_rows(t, rq, re, take_calendar);
}

int admin_special_days(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    return import_rows(t, rq, re, take_special_day);
}

/* links: services/verification/deadline.c */
/* The calendar against a brute force that counts every minute, and against the vectors. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "civil.h"
#include "csv_file.h"
#include "ids.h"
#include "services/verification/deadline.h"
#include "tests/unit/vectors.h"
#include <talloc.h>

static struct special_day special[400];
static struct calendar standard, saturday;
static void *owner; /* of the names of the days */

static int64_t at(const char *text)
{
    char iso[CIVIL_TEXT];
    int64_t ms;
    snprintf(iso, sizeof iso, "%.10sT%.5s:00+07:00", text, text + 11);
    assert_true(civil_parse(iso, CIVIL_ISO, &ms));
    return ms;
}

#define assert_at(got, text) \
    assert_string_equal(civil_format((got), CIVIL_ISO, (char[CIVIL_TEXT]){ 0 }), iso_of(text))
static const char *iso_of(const char *text)
{
    static char iso[CIVIL_TEXT];
    return civil_format(at(text), CIVIL_ISO, iso);
}

/* The holidays the project ships: they are what a fresh suite works with. */
static size_t load_holidays(void)
{
    struct err err = { 0 };
    struct csv_file *csv;
    static char text[64 * 1024];
    FILE *f = fopen("deploy/sample/holidays.csv", "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    assert_int_equal(csv_read(owner, text, n, NULL, &csv, &err), 0);
    for (size_t i = 0; i < csv->rows_count; i++) {
        int64_t ms;
        assert_true(civil_parse(csv_value(csv, &csv->rows[i], "date"), CIVIL_DATE, &ms));
        special[i].day = civil_day_of(ms);
        assert_true(day_kind_parse(csv_value(csv, &csv->rows[i], "kind"), &special[i].kind));
        special[i].name = csv_value(csv, &csv->rows[i], "name");
        assert_true(i == 0 || special[i - 1].day < special[i].day);
    }
    return csv->rows_count;
}

static int set_up(void **state)
{
    (void)state;
    owner = talloc_new(NULL);
    standard.special = special;
    standard.special_count = load_holidays();
    for (int day = 1; day <= 5; day++)
        assert_true(
            shifts_parse("07:00-11:30,13:30-17:00", standard.shifts[day], &standard.shifts_count[day]));
    saturday = standard;
    assert_true(shifts_parse("07:30-11:30", saturday.shifts[6], &saturday.shifts_count[6]));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(owner);
}

/* ---- the brute force ---- */

static bool works_at(const struct calendar *c, int32_t day, int minute)
{
    int weekday = civil_weekday(day);
    for (size_t i = 0; i < c->special_count; i++)
        if (c->special[i].day == day) {
            if (c->special[i].kind != DAY_SWAP_WORK)
                return false;
            weekday = 1;
        }
    for (size_t i = 0; i < c->shifts_count[weekday]; i++)
        if (minute >= c->shifts[weekday][i].from && minute < c->shifts[weekday][i].to)
            return true;
    return false;
}

static int64_t brute_add_minutes(const struct calendar *c, int64_t from_ms, int64_t minutes)
{
    int32_t day = civil_day_of(from_ms);
    for (int minute = civil_minute_of(from_ms);; minute++) {
        if (minute == DAY_MINUTES) {
            day++;
            minute = 0;
        }
        if (works_at(c, day, minute) && --minutes == 0)
            return civil_day_ms(day, minute + 1);
    }
}

static void adding_minutes_equals_counting_every_minute(void **state)
{
    (void)state;
    const struct calendar *calendars[] = { &standard, &saturday };
    static const int amounts[] = { 1, 59, 240, 480, 481, 960, 2400, 4800 };
    int32_t first = civil_day(2020, 1, 1), last = civil_day(2027, 12, 1);
    for (int32_t day = first; day < last; day += 3)
        for (int minute = 7; minute < DAY_MINUTES; minute += 211) {
            int64_t from = civil_day_ms(day, minute);
            const struct calendar *c = calendars[(day + minute) % 2];
            int amount = amounts[(unsigned)(day * 7 + minute) % 8];
            int64_t got = calendar_add_minutes(c, from, amount, NULL);
            assert_int_equal(got, brute_add_minutes(c, from, amount));
            assert_int_equal(calendar_minutes_between(c, from, got), amount);
        }
}

static void working_days_end_at_the_closing_of_the_nth(void **state)
{
    (void)state;
    for (int32_t day = civil_day(2020, 1, 1); day < civil_day(2027, 11, 1); day += 5)
        for (int n = 1; n < 20; n += 6) {
            int64_t got = calendar_add_working_days(&standard, civil_day_ms(day, 600), n, NULL);
            int counted = 0;
            for (int32_t d = day + 1; d <= civil_day_of(got); d++)
                counted += works_at(&standard, d, 480);
            assert_int_equal(counted, n);
            assert_true(works_at(&standard, civil_day_of(got), 480));
            assert_int_equal(civil_minute_of(got), 17 * 60);
        }
}

static void later_starts_never_end_earlier(void **state)
{
    (void)state;
    int64_t before_minutes = 0, before_days = 0;
    for (int64_t from = at("2021-01-25 00:00"); from < at("2021-03-05 00:00"); from += 17 * 60000) {
        int64_t minutes = calendar_add_minutes(&saturday, from, 700, NULL);
        int64_t days = calendar_add_days(&saturday, from, 5, NULL);
        assert_true(minutes >= before_minutes && days >= before_days);
        before_minutes = minutes;
        before_days = days;
    }
}

static void two_units_with_other_saturdays_give_other_dates(void **state)
{
    (void)state;
    assert_at(calendar_add_minutes(&standard, at("2020-06-12 16:00"), 120, NULL), "2020-06-15 08:00");
    assert_at(calendar_add_minutes(&saturday, at("2020-06-12 16:00"), 120, NULL), "2020-06-13 08:30");
}

/* ---- explanations ---- */

static size_t lines_of(const struct explanation *why, enum reason reason)
{
    size_t n = 0;
    for (size_t i = 0; i < why->count; i++)
        n += why->lines[i].reason == reason;
    return n;
}

static void every_skipped_day_is_named(void **state)
{
    (void)state;
    struct explanation why = { 0 };
    int64_t due =
        calendar_add_working_days(&standard, at("2024-05-02 08:00"), 3, &why); /* Saturday 4 May is worked */
    assert_at(due, "2024-05-06 17:00");
    assert_int_equal(lines_of(&why, WHY_SWAPPED_IN), 1);
    assert_int_equal(lines_of(&why, WHY_REST), 1);
    assert_int_equal(why.lines[0].reason, WHY_STARTS);
    assert_int_equal(why.lines[why.count - 1].at_ms, due);
}

static void a_last_day_that_is_no_working_day_rolls(void **state)
{
    (void)state;
    struct explanation why = { 0 };
    assert_at(calendar_add_days(&standard, at("2020-05-14 10:00"), 30, &why), "2020-06-15 17:00");
    assert_int_equal(lines_of(&why, WHY_ROLLED), 2);
    assert_at(calendar_add_months(&standard, at("2020-01-31 10:00"), 1, NULL),
              "2020-03-02 17:00"); /* 29/2 is a Saturday */
}

/* Each date counted by hand on the government's list of days off. */
static const struct over_new_year {
    int64_t (*add)(const struct calendar *c, int64_t from_ms, int n, struct explanation *why);
    int n;
    const char *from, *due;
} over_new_year[] = {
    { calendar_add_working_days, 1, "2025-12-31 16:00", "2026-01-05 17:00" }, /* 1 and 2 January are off */
    { calendar_add_working_days, 6, "2025-12-31 16:00", "2026-01-10 17:00" }, /* Saturday 10 makes up for 2 */
    { calendar_add_working_days, 3, "2027-02-03 07:00", "2027-02-15 17:00" }, /* Tết until 10 February */
    { calendar_add_working_days, 2, "2022-12-30 17:30", "2023-01-04 17:00" }, /* 1 January is a Sunday */
    { calendar_add_days, 2, "2025-12-30 09:00", "2026-01-05 17:00" },
    { calendar_add_days, 1, "2020-12-31 23:59", "2021-01-04 17:00" }, /* a Friday off, then a weekend */
    { calendar_add_days, 365, "2023-12-31 00:00", "2024-12-30 17:00" },
    { calendar_add_months, 1, "2024-12-31 09:00", "2025-02-03 17:00" }, /* Friday 31 January is Tết */
    { calendar_add_months, 1, "2024-01-31 09:00", "2024-02-29 17:00" }, /* a leap year */
    { calendar_add_months, 12, "2024-02-29 09:00", "2025-02-28 17:00" },
    { calendar_add_months, 13, "2025-12-31 09:00", "2027-02-01 17:00" }, /* 31 January is a Sunday */
};

static void limits_that_pass_a_new_year_leave_its_days_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof over_new_year / sizeof *over_new_year; i++) {
        const struct over_new_year *v = &over_new_year[i];
        assert_at(v->add(&standard, at(v->from), v->n, NULL), v->due);
    }
    assert_at(calendar_add_minutes(&standard, at("2025-12-31 16:30"), 480, NULL), "2026-01-05 16:30");
    assert_at(calendar_add_minutes(&saturday, at("2025-12-31 17:00"), 1, NULL), "2026-01-03 07:31");
    assert_int_equal(calendar_minutes_between(&standard, at("2025-12-31 17:00"), at("2026-01-05 07:00")), 0);
}

static void a_calendar_without_work_has_no_dates(void **state)
{
    (void)state;
    struct calendar empty = { 0 };
    assert_int_equal(calendar_add_minutes(&empty, at("2020-05-14 10:00"), 30, NULL), 0);
    assert_int_equal(calendar_add_days(&empty, at("2020-05-14 10:00"), 30, NULL), 0);
}

static void shifts_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        size_t count;
    } cases[] = { { "", true, 0 },
                  { "07:00-11:30", true, 1 },
                  { "07:00-11:30,13:30-17:00", true, 2 },
                  { "07:00-11:30,", false, 0 },
                  { "11:30-07:00", false, 0 },
                  { "13:30-17:00,07:00-11:30", false, 0 },
                  { "07:00-25:00", false, 0 },
                  { "7:00-11:30", false, 0 },
                  { "nonsense", false, 0 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct shift shifts[SHIFTS_MAX];
        size_t count;
        assert_int_equal(shifts_parse(cases[i].text, shifts, &count), cases[i].ok);
        if (cases[i].ok)
            assert_int_equal(count, cases[i].count);
    }
}

/* ---- pauses ---- */

static Motcua__ProcedurePublished procedure_of(int days, Motcua__CountMode mode)
{
    Motcua__ProcedurePublished p = MOTCUA__PROCEDURE_PUBLISHED__INIT;
    p.limit = (uint32_t)days;
    p.limit_unit = MOTCUA__LIMIT_UNIT__WORKING_DAYS;
    p.count_mode = mode;
    return p;
}

static void a_pause_of_no_length_changes_nothing(void **state)
{
    (void)state;
    for (int mode = 0; mode < 2; mode++)
        for (int64_t from = at("2020-06-01 07:00"); from < at("2020-06-05 17:00"); from += 37 * 60000) {
            Motcua__ProcedurePublished p = procedure_of(5, (Motcua__CountMode)mode);
            int64_t due = deadline_of(&standard, &p, from, NULL), pause = from + 26 * 3600000;
            assert_int_equal(deadline_after_pause(&standard, &p, MOTCUA__PAUSE_POLICY__SHIFT, from, due,
                                                  pause, pause, NULL),
                             due);
            if (mode == MOTCUA__COUNT_MODE__HOUR_MODE)
                assert_int_equal(deadline_after_pause(&standard, &p, MOTCUA__PAUSE_POLICY__RESUME, from, due,
                                                      pause, pause, NULL),
                                 due);
        }
}

static void the_three_policies_differ_as_the_law_and_practice_do(void **state)
{
    (void)state;
    Motcua__ProcedurePublished p = procedure_of(5, MOTCUA__COUNT_MODE__HOUR_MODE);
    int64_t start = at("2020-06-01 09:00"), due = deadline_of(&standard, &p, start, NULL);
    int64_t paused = at("2020-06-02 09:00"), resumed = at("2020-06-08 09:00");
    assert_at(deadline_after_pause(&standard, &p, MOTCUA__PAUSE_POLICY__RESUME, start, due, paused, resumed,
                                   NULL),
              "2020-06-12 09:00");
    assert_at(deadline_after_pause(&standard, &p, MOTCUA__PAUSE_POLICY__RESTART, start, due, paused, resumed,
                                   NULL),
              "2020-06-15 09:00");
    assert_at(deadline_after_pause(&standard, &p, MOTCUA__PAUSE_POLICY__SHIFT, start, due, paused, resumed,
                                   NULL),
              "2020-06-12 09:00");
}

/* ---- vectors ---- */

static void check_pause_vector(const json_t *v)
{
    int days = (int)json_integer_value(json_object_get(v, "working_days"));
    Motcua__ProcedurePublished hours = procedure_of(days, MOTCUA__COUNT_MODE__HOUR_MODE),
                               by_day = procedure_of(days, 0);
    int64_t start = at(text_of(v, "received")), paused = at(text_of(v, "paused_at")),
            resumed = at(text_of(v, "resumed_at"));
    int64_t due = deadline_of(&standard, &hours, start, NULL);
    assert_int_equal(calendar_minutes_between(&standard, start, paused),
                     json_integer_value(json_object_get(v, "used_minutes_before_pause")));
    assert_at(deadline_after_pause(&standard, &hours, MOTCUA__PAUSE_POLICY__RESUME, start, due, paused,
                                   resumed, NULL),
              text_of(v, "expected_resume_hour_mode"));
    assert_at(deadline_after_pause(&standard, &hours, MOTCUA__PAUSE_POLICY__RESTART, start, due, paused,
                                   resumed, NULL),
              text_of(v, "expected_restart_hour_mode"));
    due = deadline_of(&standard, &by_day, start, NULL);
    assert_at(deadline_after_pause(&standard, &by_day, MOTCUA__PAUSE_POLICY__RESTART, start, due, paused,
                                   resumed, NULL),
              text_of(v, "expected_restart_day_mode"));
}

static void check_vector(const json_t *v)
{
    if (json_object_get(v, "paused_at")) {
        check_pause_vector(v);
        return;
    }
    if (json_object_get(v, "from")) {
        assert_int_equal(calendar_minutes_between(&standard, at(text_of(v, "from")), at(text_of(v, "to"))),
                         json_integer_value(json_object_get(v, "expected_working_minutes")));
        return;
    }
    int64_t from = at(text_of(v, "received"));
    const json_t *days = json_object_get(v, "working_days"), *minutes = json_object_get(v, "working_minutes");
    if (days) {
        Motcua__ProcedurePublished by_day = procedure_of((int)json_integer_value(days), 0);
        Motcua__ProcedurePublished hours =
            procedure_of((int)json_integer_value(days), MOTCUA__COUNT_MODE__HOUR_MODE);
        assert_at(deadline_of(&standard, &by_day, from, NULL), text_of(v, "expected_day_mode"));
        assert_at(deadline_of(&standard, &hours, from, NULL), text_of(v, "expected_hour_mode"));
    } else if (minutes) {
        assert_at(calendar_add_minutes(&standard, from, json_integer_value(minutes), NULL),
                  text_of(v, "expected"));
    } else {
        int n = (int)json_integer_value(json_object_get(v, "calendar_days"));
        assert_at(calendar_add_days(&standard, from, n, NULL), text_of(v, "expected"));
    }
}

static void all_vectors_hold(void **state)
{
    (void)state;
    json_t *root = vectors_load("deadlines.json"), *v;
    size_t i;
    json_array_foreach (json_object_get(root, "vectors"), i, v)
        check_vector(v);
    assert_true(!root || i > 0);
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adding_minutes_equals_counting_every_minute),
        cmocka_unit_test(working_days_end_at_the_closing_of_the_nth),
        cmocka_unit_test(later_starts_never_end_earlier),
        cmocka_unit_test(two_units_with_other_saturdays_give_other_dates),
        cmocka_unit_test(every_skipped_day_is_named),
        cmocka_unit_test(a_last_day_that_is_no_working_day_rolls),
        cmocka_unit_test(limits_that_pass_a_new_year_leave_its_days_out),
        cmocka_unit_test(a_calendar_without_work_has_no_dates),
        cmocka_unit_test(shifts_are_read_strictly),
        cmocka_unit_test(a_pause_of_no_length_changes_nothing),
        cmocka_unit_test(the_three_policies_differ_as_the_law_and_practice_do),
        cmocka_unit_test(all_vectors_hold),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* test_civil.c — the calendar against another way to count it, day by day from 1900 to 2100; dates are read
 * as strictly as they are written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "civil.h"

enum { FORMATS = CIVIL_PEOPLE_DATE + 1 };

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return lengths[month - 1] + (month == 2 && is_leap(year));
}

typedef void each_day_fn(int32_t day, int year, int month, int of_month);

static void each_day(each_day_fn *fn)
{
    int32_t day = -25567; /* 1900-01-01: 70 years of 365 days and 17 leap days before 1970 */
    for (int year = 1900; year <= 2100; year++)
        for (int month = 1; month <= 12; month++)
            for (int d = 1; d <= month_length(year, month); d++)
                fn(day++, year, month, d);
}

static void check_day(int32_t day, int year, int month, int of_month)
{
    static int weekday = CIVIL_MONDAY; /* 1900-01-01 was a Monday */
    assert_int_equal(civil_day(year, month, of_month), day);
    struct civil c = civil_of_day(day);
    assert_true(c.year == year && c.month == month && c.day == of_month && c.hour + c.minute + c.second == 0);
    assert_int_equal(civil_weekday(day), weekday);
    weekday = weekday % 7 + 1;
}

static void every_day_has_its_date_and_weekday(void **state)
{
    (void)state;
    each_day(check_day);
}

static void check_instants(int32_t day, int year, int month, int of_month)
{
    int64_t midnight = civil_day_ms(day, 0);
    for (int minute = day & 63; minute < DAY_MINUTES; minute += 359) {
        int64_t ms = midnight + minute * INT64_C(60000) + 59999;
        assert_int_equal(civil_day_ms(day, minute), midnight + minute * INT64_C(60000));
        assert_int_equal(civil_day_of(ms), day);
        assert_int_equal(civil_minute_of(ms), minute);
        struct civil c = civil_of(ms);
        assert_true(c.year == year && c.month == month && c.day == of_month);
        assert_true(c.hour == minute / 60 && c.minute == minute % 60 && c.second == 59);
        assert_int_equal(civil_ms(&c), ms - 999);
    }
    assert_int_equal(civil_day_of(midnight), day);
    assert_int_equal(civil_day_of(midnight - 1), day - 1);
}

static void every_instant_belongs_to_its_day_and_minute(void **state)
{
    (void)state;
    each_day(check_instants);
}

static void it_is_seven_hours_ahead_of_utc_whatever_the_machine_thinks(void **state)
{
    (void)state;
    static const char *const zones[] = { "UTC", "America/New_York", "Asia/Ho_Chi_Minh" };
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        char text[CIVIL_TEXT];
        setenv("TZ", zones[i], 1);
        tzset();
        assert_int_equal(civil_ms(&(struct civil){ 2020, 4, 21, 9, 30, 15 }), INT64_C(1587436215000));
        assert_string_equal(civil_format(INT64_C(1587436215000), CIVIL_ISO, text),
                            "2020-04-21T09:30:15+07:00");
    }
    unsetenv("TZ");
    tzset();
}

static void months_are_added_to_the_same_day_or_the_last_one(void **state)
{
    (void)state;
    for (int32_t day = civil_day(2019, 1, 1); day < civil_day(2025, 1, 1); day++)
        for (int months = -30; months <= 30; months++) {
            struct civil from = civil_of_day(day), got = civil_of_day(civil_add_months(day, months));
            int index = from.year * 12 + from.month - 1 + months;
            int last = month_length(index / 12, index % 12 + 1);
            assert_int_equal(got.year * 12 + got.month - 1, index);
            assert_int_equal(got.day, from.day < last ? from.day : last);
        }
}

/* ---- text ----------------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    int64_t lost_ms; /* what the form does not say of 2020-04-21 09:30:15 */
} samples[FORMATS] = {
    [CIVIL_ISO] = { "2020-04-21T09:30:15+07:00", 0 }, [CIVIL_COMPACT] = { "20200421093015", 0 },
    [CIVIL_DATE] = { "2020-04-21", 34215000 },        [CIVIL_YYMMDD] = { "200421", 34215000 },
    [CIVIL_PEOPLE] = { "09:30 21/04/2020", 15000 },   [CIVIL_PEOPLE_DATE] = { "21/04/2020", 34215000 },
};

static void each_form_is_written_and_read_as_the_header_shows(void **state)
{
    (void)state;
    for (unsigned f = 0; f < FORMATS; f++) {
        char text[CIVIL_TEXT];
        int64_t ms;
        assert_ptr_equal(civil_format(INT64_C(1587436215000), f, text), text);
        assert_string_equal(text, samples[f].text);
        assert_true(civil_parse(text, f, &ms));
        assert_int_equal(ms, INT64_C(1587436215000) - samples[f].lost_ms);
        assert_string_equal(civil_format(0, f, text), "");
    }
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    for (int64_t ms = civil_day_ms(civil_day(2000, 1, 1), 0); ms < civil_day_ms(civil_day(2099, 12, 31), 0);
         ms += INT64_C(86399000) * 3)
        for (unsigned f = 0; f < FORMATS; f++) {
            char text[CIVIL_TEXT], again[CIVIL_TEXT];
            int64_t back;
            assert_true(civil_parse(civil_format(ms, f, text), f, &back));
            assert_true(back <= ms && ms - back < 86400000);
            assert_string_equal(civil_format(back, f, again), text);
        }
}

static void a_character_more_less_or_other_is_refused(void **state)
{
    (void)state;
    for (unsigned f = 0; f < FORMATS; f++) {
        int64_t ms;
        char text[CIVIL_TEXT];
        for (size_t i = 0; i < strlen(samples[f].text); i++) {
            snprintf(text, sizeof text, "%.*s", (int)i, samples[f].text);
            assert_false(civil_parse(text, f, &ms));
            for (const char *wrong = "a -:/Z.+"; *wrong; wrong++) {
                snprintf(text, sizeof text, "%s", samples[f].text);
                text[i] = *wrong;
                assert_int_equal(civil_parse(text, f, &ms), samples[f].text[i] == *wrong);
            }
        }
        snprintf(text, sizeof text, "%s0", samples[f].text);
        assert_false(civil_parse(text, f, &ms));
    }
    int64_t ms;
    assert_false(civil_parse("2020-04-21T09:30:15+08:00", CIVIL_ISO, &ms));
}

static void a_date_that_does_not_exist_is_refused(void **state)
{
    (void)state;
    for (int year = 1896; year <= 2104; year++)
        for (int month = 0; month <= 13; month++)
            for (int day = 0; day <= 32; day++) {
                char text[CIVIL_TEXT];
                int64_t ms;
                bool exists = month >= 1 && month <= 12 && day >= 1 && day <= month_length(year, month);
                snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
                assert_int_equal(civil_parse(text, CIVIL_DATE, &ms), exists);
                snprintf(text, sizeof text, "%02d/%02d/%04d", day, month, year);
                assert_int_equal(civil_parse(text, CIVIL_PEOPLE_DATE, &ms), exists);
            }
}

static void a_time_that_does_not_exist_is_refused(void **state)
{
    (void)state;
    for (int hour = 0; hour < 100; hour++)
        for (int minute = 0; minute < 100; minute++)
            for (int second = 0; second < 100; second += 59) {
                char text[64];
                int64_t ms;
                snprintf(text, sizeof text, "20240229%02d%02d%02d", hour, minute, second);
                assert_int_equal(civil_parse(text, CIVIL_COMPACT, &ms),
                                 hour < 24 && minute < 60 && second < 60);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_has_its_date_and_weekday),
        cmocka_unit_test(every_instant_belongs_to_its_day_and_minute),
        cmocka_unit_test(it_is_seven_hours_ahead_of_utc_whatever_the_machine_thinks),
        cmocka_unit_test(months_are_added_to_the_same_day_or_the_last_one),
        cmocka_unit_test(each_form_is_written_and_read_as_the_header_shows),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_character_more_less_or_other_is_refused),
        cmocka_unit_test(a_date_that_does_not_exist_is_refused),
        cmocka_unit_test(a_time_that_does_not_exist_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* links: services/feedback/period.c */
/* test_period.c — months, quarters and years follow each other without a gap, and an instant lies in the one
 * that is named after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "civil.h"
#include "services/feedback/period.h"

static void each_period_ends_where_the_next_begins(void **state)
{
    static const int64_t last[] = { 209912, 20994, 2099 };
    (void)state;
    for (int i = 0; i < 3; i++)
        for (int64_t p = last[i]; period_kind(period_before(p)) != PERIOD_NONE; p = period_before(p)) {
            struct span s = period_span(p), before = period_span(period_before(p));
            assert_true(s.from_ms < s.to_ms && before.to_ms == s.from_ms);
            assert_int_equal(period_kind(period_before(p)), period_kind(p));
            assert_int_equal(period_of(period_kind(p), s.from_ms), p);
            assert_int_equal(period_of(period_kind(p), s.to_ms - 1), p);
        }
}

static void days_are_those_of_viet_nam(void **state)
{
    (void)state;
    assert_int_equal(period_span(202611).from_ms, civil_day_ms(civil_day(2026, 11, 1), 0));
    assert_int_equal(period_span(20264).from_ms, civil_day_ms(civil_day(2026, 10, 1), 0));
    assert_int_equal(period_span(20264).to_ms, civil_day_ms(civil_day(2027, 1, 1), 0));
    assert_int_equal(period_span(2026).from_ms, civil_day_ms(civil_day(2026, 1, 1), 0));
}

static void other_numbers_are_no_periods(void **state)
{
    static const int64_t none[] = { 0, -1, 2017, 2100, 20260, 20265, 202600, 202613, 20261301, 201 };
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(period_kind(none[i]), PERIOD_NONE);
}

static void a_period_is_read_whole_or_not_at_all(void **state)
{
    (void)state;
    assert_int_equal(period_parse("20264"), 20264);
    assert_int_equal(period_parse("2026Q4"), 0);
    assert_int_equal(period_parse(""), 0);
    assert_int_equal(period_parse(NULL), 0);
}

static void a_year_has_four_quarters(void **state)
{
    int64_t q[4];
    (void)state;
    assert_int_equal(period_quarters(2026, q), 4);
    assert_int_equal(q[3], 20264);
    assert_int_equal(period_quarters(20263, q), 1);
    assert_int_equal(q[0], 20263);
    assert_int_equal(period_quarters(202611, q), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_period_ends_where_the_next_begins),
        cmocka_unit_test(days_are_those_of_viet_nam),
        cmocka_unit_test(other_numbers_are_no_periods),
        cmocka_unit_test(a_period_is_read_whole_or_not_at_all),
        cmocka_unit_test(a_year_has_four_quarters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

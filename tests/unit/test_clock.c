/* test_clock.c — the clock tests can hold still, the one nobody can, and how long the wait before the next
 * try is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "backoff.h"
#include "clock.h"

static void a_fake_time_stays_until_another_is_told(void **state)
{
    (void)state;
    int64_t real = clock_now_ms();
    assert_true(real > INT64_C(1577836800000)); /* 2020: milliseconds, not seconds */
    clock_fake(42);
    assert_int_equal(clock_now_ms(), 42);
    assert_int_equal(clock_now_ms(), 42);
    clock_fake(7);
    assert_int_equal(clock_now_ms(), 7);
    clock_fake(0);
    assert_true(clock_now_ms() >= real && clock_now_ms() < real + 60000);
}

static void the_steady_clock_is_never_faked_and_never_goes_back(void **state)
{
    (void)state;
    int64_t before = clock_steady_us(), start = before;
    for (int i = 0; i < 10000; i++) {
        clock_fake(i + 1);
        int64_t us = clock_steady_us(), ms = clock_steady_ms(), after = clock_steady_us();
        assert_true(us >= before && after >= us);
        assert_true(ms >= us / 1000 && ms <= after / 1000);
        before = after;
    }
    clock_fake(0);
    assert_true(before > start && before - start < 60000000);
}

static void waits_double_up_to_the_most_and_vary_by_a_quarter(void **state)
{
    (void)state;
    static const struct {
        int64_t least, most;
        unsigned times;
        int64_t middle;
    } cases[] = { { 1000, 60000, 0, 1000 },
                  { 1000, 60000, 1, 2000 },
                  { 1000, 60000, 5, 32000 },
                  { 1000, 60000, 6, 60000 },
                  { 1000, 60000, 4000000000u, 60000 },
                  { 100, 100, 3, 100 },
                  { 500, 100, 0, 100 },
                  { 1, INT64_C(86400000), 20, 1048576 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t lowest = INT64_MAX, highest = 0, middle = cases[i].middle;
        for (int n = 0; n < 2000; n++) {
            int64_t ms = backoff_ms(cases[i].least, cases[i].most, cases[i].times);
            assert_in_range(ms, middle - middle / 4, middle + middle / 4);
            lowest = ms < lowest ? ms : lowest;
            highest = ms > highest ? ms : highest;
        }
        assert_true(lowest < middle - middle / 5 && highest > middle + middle / 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fake_time_stays_until_another_is_told),
        cmocka_unit_test(the_steady_clock_is_never_faked_and_never_goes_back),
        cmocka_unit_test(waits_double_up_to_the_most_and_vary_by_a_quarter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* links: services/feedback/wilson.c */
/* test_wilson.c — Wilson's interval against known values, and what must hold for every share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "services/feedback/wilson.h"

/* Of Newcombe 1998 (Statistics in Medicine 17, table I, method 3), four digits. */
static void it_gives_the_published_values(void **state)
{
    static const struct {
        int part, whole, low, high;
    } known[] = { { 81, 263, 2553, 3662 }, { 15, 148, 624, 1605 }, { 0, 20, 0, 1611 }, { 1, 29, 61, 1718 } };
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct interval w = wilson_interval(known[i].part, known[i].whole);
        assert_int_equal(w.low, known[i].low);
        assert_int_equal(w.high, known[i].high);
    }
}

static void it_holds_the_share_and_stays_within_bounds(void **state)
{
    (void)state;
    for (int n = 1; n <= 300; n++)
        for (int k = 0; k <= n; k++) {
            struct interval w = wilson_interval(k, n);
            assert_true(w.low >= 0 && w.high <= SHARE_WHOLE);
            assert_true(w.low <= share_of(k, n) && share_of(k, n) <= w.high);
            assert_true(k < n || w.high == SHARE_WHOLE);
            assert_true(k > 0 || w.low == 0);
        }
}

static void it_grows_with_the_share_and_narrows_with_more_answers(void **state)
{
    (void)state;
    for (int n = 1; n <= 300; n++)
        for (int k = 0; k <= n; k++) {
            struct interval w = wilson_interval(k, n), twice = wilson_interval(k * 2, n * 2);
            assert_true(twice.high - twice.low < w.high - w.low);
            if (k < n)
                assert_true(wilson_interval(k + 1, n).low >= w.low &&
                            wilson_interval(k + 1, n).high >= w.high);
        }
}

static void of_no_answers_nothing_is_known(void **state)
{
    (void)state;
    struct interval w = wilson_interval(0, 0);
    assert_int_equal(w.low, 0);
    assert_int_equal(w.high, SHARE_WHOLE);
    assert_int_equal(share_of(0, 0), 0);
}

static void a_share_is_rounded_half_up(void **state)
{
    (void)state;
    assert_int_equal(share_of(1, 3), 3333);
    assert_int_equal(share_of(2, 3), 6667);
    assert_int_equal(share_of(1, 20000), 1); /* half a hundredth */
    assert_int_equal(share_of(1, 20001), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_gives_the_published_values),
        cmocka_unit_test(it_holds_the_share_and_stays_within_bounds),
        cmocka_unit_test(it_grows_with_the_share_and_narrows_with_more_answers),
        cmocka_unit_test(of_no_answers_nothing_is_known),
        cmocka_unit_test(a_share_is_rounded_half_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

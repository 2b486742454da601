/* test_breaker.c — the drawing in breaker.h, walked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "breaker.h"

enum { MOST = 3, REST = 1000, LONGEST = 3000, TAKES = 700 };

static struct breaker closed(void)
{
    return (struct breaker){ .trips = MOST, .rest_ms = REST, .rest_most_ms = LONGEST };
}

/* One call at now_ms, if the breaker lets it. */
static bool send(struct breaker *b, bool works, int64_t now_ms)
{
    if (breaker_wait_ms(b, now_ms) > 0)
        return false;
    breaker_begin(b, now_ms, TAKES);
    breaker_end(b, works, now_ms);
    return true;
}

static struct breaker resting_since(int64_t now_ms)
{
    struct breaker b = closed();
    for (int i = 0; i < MOST; i++)
        assert_true(send(&b, false, now_ms));
    return b;
}

static void failures_in_a_row_make_it_rest(void **state)
{
    (void)state;
    struct breaker b = closed();
    assert_true(send(&b, false, 1));
    assert_true(send(&b, false, 2));
    assert_int_equal(b.state, BREAKER_CLOSED);
    assert_true(send(&b, false, 3));
    assert_int_equal(b.state, BREAKER_RESTING);
    assert_int_equal(breaker_wait_ms(&b, 3), REST);
    assert_false(send(&b, true, 3 + REST - 1));
}

static void a_success_between_starts_the_count_again(void **state)
{
    (void)state;
    struct breaker b = closed();
    for (int i = 0; i < 10 * MOST; i++)
        assert_true(send(&b, i % MOST == MOST - 1, i));
    assert_int_equal(b.state, BREAKER_CLOSED);
}

static void after_the_rest_one_goes_and_the_others_look_again_soon(void **state)
{
    (void)state;
    struct breaker b = resting_since(0);
    assert_int_equal(breaker_wait_ms(&b, REST), 0);
    breaker_begin(&b, REST, TAKES);
    assert_int_equal(b.state, BREAKER_PROBING);
    assert_in_range(breaker_wait_ms(&b, REST), 1, REST - 1);
    breaker_end(&b, true, REST + 5);
    assert_int_equal(b.state, BREAKER_CLOSED);
    assert_int_equal(breaker_wait_ms(&b, REST + 5), 0);
    assert_true(send(&b, false, REST + 6)); /* the count starts at nothing */
    assert_int_equal(b.state, BREAKER_CLOSED);
}

static void each_probe_that_fails_starts_a_longer_rest(void **state)
{
    (void)state;
    static const int64_t rests[] = { 2 * REST, LONGEST, LONGEST };
    struct breaker b = resting_since(0);
    int64_t now_ms = REST;
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
        assert_true(send(&b, false, now_ms));
        assert_int_equal(b.state, BREAKER_RESTING);
        assert_int_equal(breaker_wait_ms(&b, now_ms), rests[i]);
        now_ms += rests[i];
    }
    assert_true(send(&b, true, now_ms));
    for (int i = 0; i < MOST; i++)
        assert_true(send(&b, false, now_ms));
    assert_int_equal(breaker_wait_ms(&b, now_ms), REST); /* as if for the first time */
}

static void a_probe_that_never_returns_is_followed_by_another(void **state)
{
    (void)state;
    struct breaker b = resting_since(0);
    breaker_begin(&b, REST, TAKES);
    assert_int_not_equal(breaker_wait_ms(&b, REST + TAKES - 1), 0);
    assert_int_equal(breaker_wait_ms(&b, REST + TAKES), 0);
}

static void it_may_be_put_to_rest_at_once(void **state)
{
    (void)state;
    struct breaker b = closed();
    breaker_rest(&b, 0, 5 * REST);
    assert_int_equal(breaker_wait_ms(&b, 0), 5 * REST);
    assert_true(send(&b, false, 5 * REST));
    assert_int_equal(breaker_wait_ms(&b, 5 * REST), LONGEST);
}

static void what_was_under_way_makes_the_rest_no_longer(void **state)
{
    (void)state;
    struct breaker b = resting_since(0);
    breaker_end(&b, false, 900);
    assert_int_equal(breaker_wait_ms(&b, 900), REST - 900);
    breaker_end(&b, true, 950);
    assert_int_equal(breaker_wait_ms(&b, 950), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_in_a_row_make_it_rest),
        cmocka_unit_test(a_success_between_starts_the_count_again),
        cmocka_unit_test(after_the_rest_one_goes_and_the_others_look_again_soon),
        cmocka_unit_test(each_probe_that_fails_starts_a_longer_rest),
        cmocka_unit_test(a_probe_that_never_returns_is_followed_by_another),
        cmocka_unit_test(it_may_be_put_to_rest_at_once),
        cmocka_unit_test(what_was_under_way_makes_the_rest_no_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

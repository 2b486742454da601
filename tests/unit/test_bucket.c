/* links: services/notification/bucket.c */
/* The budget holds over any time, and is used up where there is enough to send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "services/notification/bucket.h"

static const int64_t rates[] = { 1, 2, 7, 60, 59999, 60000, 60001, 3600, 1000000 };
enum { RATES = sizeof rates / sizeof *rates };

static int64_t burst_of(int64_t per_minute)
{
    return per_minute < 6 ? 1 : per_minute / 6;
}

/* How many are given to one who takes what he can and waits as told, until end_ms. */
static int64_t taken_until(struct bucket *b, int64_t start_ms, int64_t end_ms)
{
    int64_t n = 0;
    for (int64_t now = start_ms, wait; now <= end_ms; now += wait) {
        while ((wait = bucket_take(b, now)) == 0)
            n++;
        assert_true(wait > 0);
    }
    return n;
}

static void a_minute_gives_its_budget_and_one_burst(void **state)
{
    (void)state;
    for (int i = 0; i < RATES; i++) {
        struct bucket b = bucket_full(rates[i], 5000);
        int64_t n = taken_until(&b, 5000, 65000);
        assert_in_range(n, rates[i] + burst_of(rates[i]) - 1, rates[i] + burst_of(rates[i]) + 1);
    }
}

static void it_waits_no_longer_than_told(void **state)
{
    (void)state;
    for (int i = 0; i < RATES; i++) {
        struct bucket b = bucket_full(rates[i], 0);
        while (bucket_take(&b, 0) == 0)
            ;
        int64_t wait = bucket_take(&b, 0);
        struct bucket early = b;
        assert_int_not_equal(bucket_take(&early, wait - 1), 0);
        assert_int_equal(bucket_take(&b, wait), 0);
    }
}

static void a_long_silence_saves_up_one_burst_only(void **state)
{
    (void)state;
    for (int i = 0; i < RATES; i++) {
        struct bucket b = bucket_full(rates[i], 0);
        taken_until(&b, 0, 1000);
        int64_t n = 0, later = INT64_C(86400000) * 365;
        while (bucket_take(&b, later) == 0)
            n++;
        assert_int_equal(n, burst_of(rates[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_minute_gives_its_budget_and_one_burst),
        cmocka_unit_test(it_waits_no_longer_than_told),
        cmocka_unit_test(a_long_silence_saves_up_one_burst_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

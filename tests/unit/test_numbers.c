/* links: services/intake/numbers.c */
/* Running numbers against a counter that replicas share: each number once, whoever waits for whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "services/intake/numbers.h"
#include "services/intake/store.h"

enum { DAYS = 3, UNITS = 2, MOST = 4000 };
static const char *const units[UNITS] = { "000.00.05.H07", "H07.5" };
static const int64_t noon = INT64_C(1587445200000); /* 2020-04-21 12:00 */

/* ---- instead of store.c -------------------------------------------------------------------------- */

static int64_t counters[UNITS][DAYS];
static int64_t sizes[64];
static size_t sizes_count;
static int store_rc;
static void (*meanwhile)(void); /* what other tasks do while this one waits for the store */

int store_reserve_numbers(struct task *t, const char *unit, int32_t day, int64_t count, int64_t *first)
{
    (void)t;
    int u = strcmp(unit, units[0]) != 0, d = day - civil_day_of(noon);
    assert_in_range(d, 0, DAYS - 1);
    if (sizes_count < 64)
        sizes[sizes_count++] = count;
    if (store_rc)
        return store_rc;
    *first = counters[u][d] + 1;
    counters[u][d] += count;
    void (*others)(void) = meanwhile;
    meanwhile = NULL;
    if (others)
        others();
    return 0;
}

/* ---- what was given ------------------------------------------------------------------------------ */

static bool given[UNITS][DAYS][MOST * 2];
static struct numbers *of_tests[64], **replicas = of_tests; /* never freed: they live as a process does */

static int set_up(void **state)
{
    (void)state;
    memset(counters, 0, sizeof counters);
    memset(given, 0, sizeof given);
    sizes_count = 0;
    store_rc = 0;
    meanwhile = NULL;
    replicas += 2;
    for (int i = 0; i < 2; i++)
        replicas[i] = numbers_new(NULL);
    return 0;
}

/* The next number of the replica; it was never given before. */
static int64_t next(int replica, int unit, int day)
{
    char code[DOSSIER_CODE_TEXT];
    struct dossier_code parts;
    assert_int_equal(numbers_next(NULL, replicas[replica], units[unit], noon + day * INT64_C(86400000), code),
                     0);
    assert_true(dossier_code_parse(code, &parts));
    assert_string_equal(parts.unit, units[unit]);
    assert_int_equal(parts.day, civil_day_of(noon) + day);
    assert_in_range(parts.number, 1, MOST * 2 - 1);
    assert_false(given[unit][day][parts.number]);
    given[unit][day][parts.number] = true;
    return parts.number;
}

/* ---- tests --------------------------------------------------------------------------------------- */

static void one_replica_numbers_without_gaps(void **state)
{
    (void)state;
    for (int64_t want = 1; want <= MOST; want++)
        assert_int_equal(next(0, 0, 0), want);
}

static void blocks_grow_while_they_are_used_up_quickly(void **state)
{
    (void)state;
    for (int i = 0; i < MOST; i++)
        next(0, 0, 0);
    assert_int_equal(sizes[0], 1);
    for (size_t i = 1; i < sizes_count; i++)
        assert_int_equal(sizes[i], sizes[i - 1] < 256 ? sizes[i - 1] * 2 : 256);
    assert_in_range(sizes_count, 10, 30);
}

static void replicas_never_give_the_same_number(void **state)
{
    (void)state;
    unsigned random = 7;
    for (int i = 0; i < MOST; i++) {
        random = random * 1103515245 + 12345;
        next((int)(random >> 16) % 2, (int)(random >> 20) % UNITS, 0);
    }
}

static void units_and_days_have_their_own_numbers(void **state)
{
    (void)state;
    for (int day = 0; day < DAYS; day++)
        for (int64_t want = 1; want < 20; want++)
            for (int unit = 0; unit < UNITS; unit++)
                assert_int_equal(next(0, unit, day), want);
}

static void a_day_that_comes_back_repeats_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 500; i++) /* requests of two days, as around midnight */
        next(0, 0, i % 7 == 0 ? 1 : 0);
}

/* While the first waits for its block, others of the same replica take theirs. */
static void others_take_thirty(void)
{
    for (int i = 0; i < 30; i++)
        next(0, 0, 0);
}

static void midnight_passes(void)
{
    next(0, 0, 1);
}

static void a_task_that_waits_does_not_lose_or_repeat_a_number(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        meanwhile = i % 2 ? others_take_thirty : midnight_passes;
        next(0, 0, 0);
    }
}

static int depth;
static void another_comes(void)
{
    if (++depth < 20)
        meanwhile = another_comes;
    next(0, 0, 0);
}

static void many_at_once_leave_no_gap(void **state)
{
    (void)state;
    depth = 1;
    meanwhile = another_comes;
    next(0, 0, 0);
    assert_int_equal(counters[0][0], 20);
    for (int64_t number = 1; number <= 20; number++)
        assert_true(given[0][0][number]);
}

static void others_wait_too(void)
{
    if (++depth < 25)
        meanwhile = others_wait_too;
    next(0, 0, 0);
    next(0, 0, 0);
}

static void more_blocks_at_once_than_fit_only_leave_gaps(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++)
        next(0, 0, 0);
    for (int i = 0; i < 3; i++) {
        depth = 0;
        meanwhile = others_wait_too;
        for (int k = 0; k < 40; k++)
            next(0, 0, 0);
        if (counters[0][0] > MOST)
            break;
    }
    assert_true(depth > 0);
}

static void a_store_that_fails_is_an_error_and_no_number(void **state)
{
    (void)state;
    char code[DOSSIER_CODE_TEXT] = "untouched";
    static const int codes[] = { E_BUSY, E_TIMEOUT, E_UNKNOWN, E_DB };
    for (int i = 0; i < 4; i++) {
        store_rc = codes[i];
        assert_int_equal(numbers_next(NULL, replicas[0], units[0], noon, code), codes[i]);
        assert_string_equal(code, "untouched");
    }
    store_rc = 0;
    assert_int_equal(next(0, 0, 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, set_up)
        TEST(one_replica_numbers_without_gaps),
        TEST(blocks_grow_while_they_are_used_up_quickly),
        TEST(replicas_never_give_the_same_number),
        TEST(units_and_days_have_their_own_numbers),
        TEST(a_day_that_comes_back_repeats_nothing),
        TEST(a_task_that_waits_does_not_lose_or_repeat_a_number),
        TEST(many_at_once_leave_no_gap),
        TEST(more_blocks_at_once_than_fit_only_leave_gaps),
        TEST(a_store_that_fails_is_an_error_and_no_number),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

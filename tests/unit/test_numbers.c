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
#include "tasks.h"

enum { DAYS = 3, UNITS = 2, MOST = 4000 };
static const char *const units[UNITS] = { "000.00.05.H07", "H07.5" };
static const int64_t noon = INT64_C(1587445200000); /* 2020-04-21 12:00 */

/* ---- instead of store.c -------------------------------------------------------------------------- */

static int64_t counters[UNITS][DAYS];
static int64_t sizes[64];
static size_t sizes_count;
static int store_rc;
static unsigned takes_ms; /* how long the store takes */

int store_reserve_numbers(struct task *t, const char *unit, int32_t day, int64_t count, int64_t *first)
{
    int u = strcmp(unit, units[0]) != 0, d = day - civil_day_of(noon), rc = store_rc;
    if (sizes_count < 64)
        sizes[sizes_count++] = count;
    if (takes_ms && rc == 0)
        rc = task_sleep(t, takes_ms);
    *first = counters[u][d] + 1;
    counters[u][d] += rc ? 0 : count;
    return rc ? err_set(task_err(t), rc, "not now") : 0;
}

/* ---- what was given ------------------------------------------------------------------------------ */

static bool given[UNITS][DAYS][MOST * 2];
static struct numbers *of_tests[64], **replicas = of_tests; /* never freed: they live as a process does */
static struct tasks s;

static int set_up(void **state)
{
    (void)state;
    memset(counters, 0, sizeof counters);
    memset(given, 0, sizeof given);
    sizes_count = takes_ms = 0;
    store_rc = 0;
    replicas += 2;
    for (int i = 0; i < 2; i++)
        replicas[i] = numbers_new(NULL);
    return 0;
}

struct asked {
    int replica, unit, day, rc;
    char code[DOSSIER_CODE_TEXT];
};

static void ask(struct task *t, void *arg)
{
    struct asked *a = arg;
    a->rc = numbers_next(t, replicas[a->replica], units[a->unit], noon + a->day * INT64_C(86400000), a->code);
}

/* What was got is of its unit and day, and was never given before. */
static int64_t check(const struct asked *a)
{
    struct dossier_code parts;
    assert_int_equal(a->rc, 0);
    assert_true(dossier_code_parse(a->code, &parts));
    assert_string_equal(parts.unit, units[a->unit]);
    assert_int_equal(parts.day, civil_day_of(noon) + a->day);
    assert_in_range(parts.number, 1, MOST * 2 - 1);
    assert_false(given[a->unit][a->day][parts.number]);
    given[a->unit][a->day][parts.number] = true;
    return parts.number;
}

static int64_t next(int replica, int unit, int day)
{
    struct asked a = { replica, unit, day, 0, "" };
    tasks_do(&s, 1000, ask, &a);
    return check(&a);
}

enum { CROWD = 40 };
static struct asked crowd[CROWD];

/* All at once ask replica 0; every third for a day of its own, if they are mixed. */
static void all_at_once(unsigned timeout_ms, bool mixed)
{
    uv_update_time(&s.loop);
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = (struct asked){ 0, 0, mixed ? i % 3 : 0, 0, "" };
        assert_int_equal(task_spawn(s.pool, "unit", timeout_ms, NULL, ask, &crowd[i]), 0);
    }
    tasks_run(&s);
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
        assert_int_equal(sizes[i], sizes[i - 1] < 512 ? sizes[i - 1] * 2 : 512);
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

static void those_who_come_together_share_a_block_and_leave_no_gap(void **state)
{
    (void)state;
    takes_ms = 2;
    all_at_once(1000, false);
    for (int i = 0; i < CROWD; i++)
        check(&crowd[i]);
    assert_int_equal(counters[0][0], CROWD);
    for (int64_t number = 1; number <= CROWD; number++)
        assert_true(given[0][0][number]);
    assert_int_equal(sizes_count, 2); /* the first came alone */
}

static void midnight_passes_while_others_wait(void **state)
{
    (void)state;
    takes_ms = 2;
    for (int round = 0; round < 5; round++) {
        all_at_once(1000, true);
        for (int i = 0; i < CROWD; i++)
            check(&crowd[i]);
    }
}

static void nobody_waits_for_the_block_of_those_to_come(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        next(0, 0, 0);
    size_t before = sizes_count;
    while (sizes_count == before) /* somebody asks for more while there still are some */
        next(0, 0, 0);
    takes_ms = 500;
    for (int i = 0; i < CROWD; i++) { /* so these do not come to ask */
        crowd[0] = (struct asked){ 0 };
        tasks_do(&s, 20, ask, &crowd[0]);
        check(&crowd[0]);
    }
}

static void who_waits_too_long_gets_no_number(void **state)
{
    (void)state;
    takes_ms = 60;
    all_at_once(20, false);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(crowd[i].rc, E_TIMEOUT);
    takes_ms = 0;
    for (int64_t want = 1; want < 30; want++)
        assert_int_equal(next(0, 0, 0), want);
}

static void a_store_that_fails_is_an_error_of_each_and_no_number(void **state)
{
    (void)state;
    static const int codes[] = { E_BUSY, E_TIMEOUT, E_UNKNOWN, E_DB };
    for (int i = 0; i < 4; i++) {
        store_rc = codes[i];
        all_at_once(1000, false);
        for (int k = 0; k < CROWD; k++) {
            assert_int_equal(crowd[k].rc, codes[i]);
            assert_string_equal(crowd[k].code, "");
        }
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
        TEST(those_who_come_together_share_a_block_and_leave_no_gap),
        TEST(midnight_passes_while_others_wait),
        TEST(nobody_waits_for_the_block_of_those_to_come),
        TEST(who_waits_too_long_gets_no_number),
        TEST(a_store_that_fails_is_an_error_of_each_and_no_number),
#undef TEST
    };
    tasks_open(&s, CROWD + 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

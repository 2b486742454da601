/* test_task_wait.c — a waiting task goes on when it is told, when it is too late, or when the service
 * drains. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "tests/unit/tasks.h"

enum { LONG_MS = 60000, SHORT_MS = 40, SLACK_MS = 5, NEVER = -1 };

static struct tasks s;

static int set_up(void **state)
{
    (void)state;
    tasks_open(&s, 8);
    return 0;
}

struct wait {
    struct waiter waiter;
    bool is_done_first;
    unsigned ms; /* 0: until the deadline */
    int rc, rc_again;
    unsigned left_ms;
    int64_t took_ms;
};

static void wait_for_it(struct task *t, void *arg)
{
    struct wait *w = arg;
    int64_t start = clock_steady_ms();
    waiter_init(&w->waiter, t);
    if (w->is_done_first)
        waiter_done(&w->waiter);
    w->rc = w->ms ? waiter_wait_ms(&w->waiter, w->ms) : waiter_wait(&w->waiter);
    w->took_ms = clock_steady_ms() - start;
    w->left_ms = task_left_ms(t);
    w->rc_again = waiter_wait(&w->waiter);
}

/* Let w wait; after so many turns its adapter says it is done. */
static void run_wait(struct wait *w, unsigned timeout_ms, int done_after)
{
    uv_update_time(&s.loop);
    assert_int_equal(task_spawn(s.pool, "unit", timeout_ms, NULL, wait_for_it, w), 0);
    for (int turn = 0; task_pool_count(s.pool) > 0; turn++) {
        tasks_turn(&s);
        if (turn == done_after)
            waiter_done(&w->waiter);
    }
}

static void what_is_done_already_is_not_waited_for(void **state)
{
    (void)state;
    for (unsigned ms = 0; ms < 2; ms++) {
        struct wait w = { .is_done_first = true, .ms = ms };
        assert_int_equal(task_spawn(s.pool, "unit", LONG_MS, NULL, wait_for_it, &w), 0);
        task_pool_run(s.pool);
        assert_int_equal(task_pool_count(s.pool), 0);
        assert_int_equal(w.rc, 0);
    }
}

static void a_task_goes_on_when_it_is_told(void **state)
{
    (void)state;
    for (int after = 0; after < 20; after++)
        for (unsigned ms = 0; ms <= LONG_MS; ms += LONG_MS) {
            struct wait w = { .ms = ms, .rc = -1 };
            run_wait(&w, LONG_MS, after);
            assert_int_equal(w.rc, 0);
            assert_int_equal(w.rc_again, 0); /* what is done stays done */
            assert_true(w.took_ms < LONG_MS / 2 && w.left_ms > LONG_MS / 2);
        }
}

static void a_task_that_is_not_told_goes_on_at_its_deadline(void **state)
{
    (void)state;
    for (unsigned ms = 0; ms <= LONG_MS; ms += LONG_MS) {
        struct wait w = { .ms = ms };
        run_wait(&w, SHORT_MS, NEVER);
        assert_int_equal(w.rc, E_TIMEOUT);
        assert_int_equal(w.rc_again, E_TIMEOUT);
        assert_int_equal(w.left_ms, 0);
        assert_in_range(w.took_ms, SHORT_MS - SLACK_MS, LONG_MS / 2);
        waiter_done(&w.waiter); /* the word comes too late and wakes nobody */
    }
}

static void a_deadline_that_has_passed_is_not_waited_for(void **state)
{
    (void)state;
    struct wait w = { 0 };
    uv_update_time(&s.loop);
    task_spawn(s.pool, "unit", 0, NULL, wait_for_it, &w);
    task_pool_run(s.pool);
    assert_int_equal(task_pool_count(s.pool), 0);
    assert_int_equal(w.rc, E_TIMEOUT);
}

static void a_patience_shorter_than_the_deadline_ends_first(void **state)
{
    (void)state;
    struct wait w = { .ms = SHORT_MS };
    uv_update_time(&s.loop);
    task_spawn(s.pool, "unit", LONG_MS, NULL, wait_for_it, &w);
    while (w.took_ms == 0)
        tasks_turn(&s);
    assert_int_equal(w.rc, E_TIMEOUT);
    assert_in_range(w.took_ms, SHORT_MS - SLACK_MS, LONG_MS / 2);
    assert_true(w.left_ms > LONG_MS / 2);
    waiter_done(&w.waiter); /* it waits again by now */
    tasks_run(&s);
    assert_int_equal(w.rc_again, 0);
}

/* ---- two things to wait for ----------------------------------------------------------------------- */

struct two {
    struct waiter first, second;
    int stage;
};

static void wait_for_two(struct task *t, void *arg)
{
    struct two *w = arg;
    waiter_init(&w->first, t);
    waiter_init(&w->second, t);
    waiter_wait(&w->first);
    w->stage = 1;
    waiter_wait(&w->second);
    w->stage = 2;
}

static void word_of_one_thing_is_no_word_of_another(void **state)
{
    (void)state;
    struct two w = { .stage = 0 };
    task_spawn(s.pool, "unit", LONG_MS, NULL, wait_for_two, &w);
    task_pool_run(s.pool);
    waiter_done(&w.second);
    for (int i = 0; i < 20; i++)
        tasks_turn(&s);
    assert_int_equal(w.stage, 0);
    waiter_done(&w.first);
    waiter_done(&w.first); /* twice is once */
    task_pool_run(s.pool);
    assert_int_equal(w.stage, 2);
    assert_int_equal(task_pool_count(s.pool), 0);
}

/* ---- sleep and shutdown --------------------------------------------------------------------------- */

struct sleep {
    unsigned ms;
    int rc, rc_again;
    int64_t took_ms;
};

static void sleep_well(struct task *t, void *arg)
{
    struct sleep *z = arg;
    int64_t start = clock_steady_ms();
    z->rc = task_sleep(t, z->ms);
    z->took_ms = clock_steady_ms() - start;
    z->rc_again = task_sleep(t, 1);
}

static void sleep_takes_its_time_but_not_beyond_the_deadline(void **state)
{
    (void)state;
    for (unsigned ms = 1; ms <= 61; ms += 20) {
        struct sleep z = { .ms = ms };
        tasks_do(&s, LONG_MS, sleep_well, &z);
        assert_int_equal(z.rc, 0);
        assert_int_equal(z.rc_again, 0);
        assert_in_range(z.took_ms + SLACK_MS, ms, LONG_MS / 2);
    }
    struct sleep z = { .ms = LONG_MS };
    tasks_do(&s, SHORT_MS, sleep_well, &z);
    assert_int_equal(z.rc, E_TIMEOUT);
    assert_int_equal(z.rc_again, E_TIMEOUT);
    assert_in_range(z.took_ms + SLACK_MS, SHORT_MS, LONG_MS / 2);
}

static void a_drained_pool_wakes_everybody_and_nobody_waits_again(void **state)
{
    (void)state;
    static struct tasks drained;
    struct wait plain = { 0 }, patient = { .ms = LONG_MS }, late = { 0 };
    struct sleep z = { .ms = LONG_MS };
    tasks_open(&drained, 8);
    task_spawn(drained.pool, "unit", LONG_MS, NULL, wait_for_it, &plain);
    task_spawn(drained.pool, "unit", LONG_MS, NULL, wait_for_it, &patient);
    task_spawn(drained.pool, "unit", LONG_MS, NULL, sleep_well, &z);
    tasks_turn(&drained);
    assert_int_equal(task_pool_count(drained.pool), 3);
    task_spawn(drained.pool, "unit", LONG_MS, NULL, wait_for_it, &late);
    task_pool_stop(drained.pool);
    assert_int_equal(task_pool_count(drained.pool), 4); /* they are woken, not run */
    task_pool_run(drained.pool);
    assert_int_equal(task_pool_count(drained.pool), 0);
    const int all[] = { plain.rc, plain.rc_again, patient.rc, patient.rc_again,
                        z.rc,     z.rc_again,     late.rc,    late.rc_again };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_int_equal(all[i], E_SHUTDOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_done_already_is_not_waited_for),
        cmocka_unit_test(a_task_goes_on_when_it_is_told),
        cmocka_unit_test(a_task_that_is_not_told_goes_on_at_its_deadline),
        cmocka_unit_test(a_deadline_that_has_passed_is_not_waited_for),
        cmocka_unit_test(a_patience_shorter_than_the_deadline_ends_first),
        cmocka_unit_test(word_of_one_thing_is_no_word_of_another),
        cmocka_unit_test(sleep_takes_its_time_but_not_beyond_the_deadline),
        cmocka_unit_test(a_drained_pool_wakes_everybody_and_nobody_waits_again),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}

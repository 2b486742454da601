/* test_throttle.c — the door stays shut after too many tries, whether Redis counts, is down or is behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "env.h"
#include "tests/unit/still_clock.h"
#include "throttle.h"

/* In the place of task.c and redis.c: a task that only has an err, and a Redis the test decides about. */
struct task {
    struct err err;
};

static bool redis_is_down;
static int64_t redis_says, asked_window_ms;
static char asked_key[128];

struct err *task_err(struct task *t)
{
    return &t->err;
}

int redis_count(struct task *t, const char *key, int64_t window_ms, int64_t *n);
int redis_count(struct task *t, const char *key, int64_t window_ms, int64_t *n)
{
    (void)t;
    snprintf(asked_key, sizeof asked_key, "%s", key);
    asked_window_ms = window_ms;
    if (redis_is_down)
        return E_BUSY;
    *n = redis_says;
    return 0;
}

const struct env *task_env(const struct task *t)
{
    static const struct env env;
    (void)t;
    return &env;
}

static char dropped_key[sizeof asked_key];

void redis_drop(struct redis *r, const char *key);
void redis_drop(struct redis *r, const char *key)
{
    (void)r;
    snprintf(dropped_key, sizeof dropped_key, "%s", key);
}

void redis_uncount(struct redis *r, const char *key);
void redis_uncount(struct redis *r, const char *key)
{
    redis_drop(r, key);
}

static struct task task;
static struct throttle *th;

static int set_up(void **state)
{
    (void)state;
    redis_is_down = false;
    redis_says = 0;
    th = throttle_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(th);
}

static int try_as(const char *what, const char *who)
{
    task.err = (struct err){ 0 };
    int rc = throttle_try(&task, th, what, who, 3, 60);
    assert_int_equal(task.err.code, rc);
    return rc;
}

static void a_window_lets_most_tries_through_and_no_more(void **state)
{
    (void)state;
    for (int down = 0; down < 2; down++)
        for (int window = 0; window < 3; window++) {
            redis_is_down = down;
            for (int n = 1; n <= 10; n++)
                assert_int_equal(try_as("login", "ba"), n <= 3 ? 0 : E_LIMITED);
            assert_int_equal(task.err.retry_ms, 60000);
            still_ms += 59999;
            assert_int_equal(try_as("login", "ba"), E_LIMITED);
            still_ms += 1; /* the window began with the first try */
        }
}

static void each_person_and_each_thing_is_counted_apart(void **state)
{
    (void)state;
    for (int n = 0; n < 4; n++)
        try_as("login", "ba");
    assert_int_equal(try_as("login", "bà"), 0);
    assert_int_equal(try_as("code", "ba"), 0);
    assert_int_equal(try_as("login", "ba"), E_LIMITED);
}

static void a_count_that_is_forgotten_begins_anew_here_and_in_redis(void **state)
{
    (void)state;
    for (int n = 0; n < 4; n++)
        try_as("login", "ba");
    try_as("login", "bà");
    throttle_forget(&task, th, "login", "ba");
    for (int n = 1; n <= 4; n++)
        assert_int_equal(try_as("login", "ba"), n <= 3 ? 0 : E_LIMITED);
    assert_string_equal(dropped_key, asked_key);
    throttle_forget(&task, th, "login", "nobody");
}

static void one_that_is_returned_does_not_count_and_those_before_do(void **state)
{
    (void)state;
    for (int n = 0; n < 5; n++) {
        assert_int_equal(try_as("login", "ba"), 0);
        throttle_return(&task, th, "login", "ba");
    }
    assert_string_equal(dropped_key, asked_key);
    for (int n = 1; n <= 4; n++)
        assert_int_equal(try_as("login", "ba"), n <= 3 ? 0 : E_LIMITED);
}

static void what_other_replicas_counted_counts_here(void **state)
{
    (void)state;
    redis_says = 3;
    assert_int_equal(try_as("login", "ba"), 0);
    redis_says = 4;
    assert_int_equal(try_as("login", "ba"), E_LIMITED);
    assert_int_equal(asked_window_ms, 60000);
}

static void a_redis_that_forgot_opens_no_door(void **state)
{
    (void)state;
    for (int n = 0; n < 3; n++)
        assert_int_equal(try_as("login", "ba"), 0);
    redis_says = 1;
    assert_int_equal(try_as("login", "ba"), E_LIMITED);
}

static void who_it_is_stays_here(void **state)
{
    (void)state;
    char before[sizeof asked_key];
    try_as("login", "0912345678");
    snprintf(before, sizeof before, "%s", asked_key);
    assert_null(strstr(asked_key, "0912345678"));
    assert_non_null(strstr(asked_key, "login"));
    try_as("login", "0912345679");
    assert_string_not_equal(asked_key, before);
}

static void memory_is_bounded_and_the_oldest_windows_go(void **state)
{
    (void)state;
    char who[16];
    for (int n = 0; n < 4; n++)
        try_as("login", "first");
    for (int i = 0; i < 20000; i++) {
        snprintf(who, sizeof who, "%d", i);
        assert_int_equal(try_as("login", who), 0);
        if (i == 4000)
            assert_int_equal(try_as("login", "first"), E_LIMITED);
    }
    assert_true(talloc_total_blocks(th) < 5000);
    assert_int_equal(try_as("login", "first"), 0);
    for (int n = 0; n < 3; n++)
        try_as("login", who);
    assert_int_equal(try_as("login", who), E_LIMITED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_window_lets_most_tries_through_and_no_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_person_and_each_thing_is_counted_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_count_that_is_forgotten_begins_anew_here_and_in_redis, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_that_is_returned_does_not_count_and_those_before_do, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_other_replicas_counted_counts_here, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_redis_that_forgot_opens_no_door, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_it_is_stays_here, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_is_bounded_and_the_oldest_windows_go, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

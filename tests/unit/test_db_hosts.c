/* test_db_hosts.c — where a list of hosts begins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "db_hosts.h"

static void check(const char *list, unsigned turn, const char *want)
{
    char out[32];
    assert_true(hosts_turned(list, turn, out, sizeof out));
    assert_string_equal(out, want);
}

static void a_list_begins_later_and_comes_round(void **state)
{
    (void)state;
    check("a,bb,c", 0, "a,bb,c");
    check("a,bb,c", 1, "bb,c,a");
    check("a,bb,c", 2, "c,a,bb");
    check("a,bb,c", 3, "a,bb,c");
    check("a,bb,c", 4000000001u, "c,a,bb");
}

static void one_host_stays_and_an_empty_entry_is_one(void **state)
{
    (void)state;
    check("alone", 7, "alone");
    check("", 3, "");
    check(",b", 1, "b,");
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    char out[6];
    assert_true(hosts_turned("a,bbb", 1, out, sizeof out));
    assert_false(hosts_turned("a,bbbb", 1, out, sizeof out));
}

static void a_host_may_keep_us_waiting_as_long_as_is_said(void **state)
{
    (void)state;
    assert_int_equal(hosts_patience_ms("host=a,b connect_timeout=3 dbname=x"), 3000);
    assert_int_equal(hosts_patience_ms("host=a connect_timeout=0"), 0);
    assert_int_equal(hosts_patience_ms("connect_timeout=-1"), 0);
    setenv("PGCONNECT_TIMEOUT", "7", 1);
    assert_int_equal(hosts_patience_ms("host=a"), 7000);
    assert_int_equal(hosts_patience_ms("host=a connect_timeout=2"), 2000);
    unsetenv("PGCONNECT_TIMEOUT");
    assert_int_equal(hosts_patience_ms("host=a"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_begins_later_and_comes_round),
        cmocka_unit_test(one_host_stays_and_an_empty_entry_is_one),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(a_host_may_keep_us_waiting_as_long_as_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

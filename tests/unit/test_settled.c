/* links: services/verification/change.c services/verification/handle_settled.c */
/* links: services/verification/decide.c services/verification/case.c services/verification/fee.c */
/* links: services/verification/deadline.c */
/* test_settled.c — a payment that comes in time, late, twice, or to a dossier that has ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <talloc.h>

#include "payment.pb-c.h"
#include "tests/unit/script.h"

static int settled(uint32_t request_no)
{
    struct event ev = { .id = { { 2 } } };
    Motcua__PaymentSettled m = MOTCUA__PAYMENT_SETTLED__INIT;
    m.code = (char *)"000.00.05.H07-200601-0001";
    m.request_no = request_no;
    m.amount_dong = 15000;
    int rc = handle_settled(task, &ev, &m);
    if (rc == 0 && !script.seen)
        assert_memory_equal(script.cause.event, &ev.id, sizeof ev.id);
    script.cause.event = NULL;
    return rc;
}

static void a_case_that_waits_for_the_payment_goes_on(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct case_file *c = loads(S(PAYMENT_ASKED), 7);
        c->fee_no = 1;
        c->fee_open = true;
        c->payment_return = S(ACCEPTED);
    }
    saves(true);
    assert_int_equal(settled(1), 0);
    assert_string_equal(script.by, "save");
    assert_int_equal(script.next.status, S(ACCEPTED));
    assert_int_equal(script.next.paid_dong, 15000);
    assert_false(script.next.fee_open);
    assert_played();
}

static void money_that_comes_elsewhere_is_remembered(void **state)
{
    (void)state;
    for (int status = 1; status < STATES; status++)
        for (int open = 0; open < 2; open++) {
            tear_down(NULL);
            set_up(NULL);
            bool is_over = status == S(REFUSED_AT_COUNTER) || status == S(STOPPED) || status == S(RETURNED);
            struct case_file *c = loads(status, 7);
            c->fee_no = status == S(PAYMENT_ASKED) ? 2 : 1; /* then it waits for another request */
            c->fee_open = open;
            c->paid_dong = 40000;
            saves(true);
            assert_int_equal(settled(1), 0);
            assert_string_equal(script.by, "paid");
            assert_int_equal(script.next.status, status);
            assert_int_equal(script.next.version, 7);
            assert_int_equal(script.next.paid_dong, 55000);
            assert_int_equal(script.next.fee_open, open && c->fee_no == 2);
            assert_int_equal(script.refund_no, is_over ? 1 : 0);
        }
}

static void a_withdrawal_that_is_declined_after_the_payment_does_not_wait_again(void **state)
{
    (void)state;
    struct case_file *c = loads(S(WITHDRAWAL_ASKED), 7);
    c->fee_no = 1;
    c->fee_open = true;
    c->withdrawal_return = S(PAYMENT_ASKED);
    c->payment_return = S(IN_PROGRESS);
    saves(true);
    assert_int_equal(settled(1), 0);
    assert_int_equal(script.next.withdrawal_return, S(IN_PROGRESS));
}

static void a_payment_counts_once_and_is_not_lost(void **state)
{
    (void)state;
    loads(S(ACCEPTED), 7);
    script.seen = true;
    assert_int_equal(settled(1), 0); /* applied before */
    script.seen = false;
    loads(S(ACCEPTED), 7);
    saves(false);
    assert_int_equal(settled(1), E_BUSY); /* somebody was faster: it is sent again */
    err_clear(&script.err);
    loads(S(PAYMENT_ASKED), 7)->fee_no = 1;
    loads(S(WITHDRAWAL_ASKED), 8);
    assert_int_equal(settled(1), E_BUSY); /* and again, not buried */
    err_clear(&script.err);
    loads(S(ACCEPTED), 0);
    assert_int_equal(settled(1), E_NOT_FOUND);
    assert_played();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_case_that_waits_for_the_payment_goes_on),
        TEST(money_that_comes_elsewhere_is_remembered),
        TEST(a_withdrawal_that_is_declined_after_the_payment_does_not_wait_again),
        TEST(a_payment_counts_once_and_is_not_lost),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

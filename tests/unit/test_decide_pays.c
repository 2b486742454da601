/* links: services/verification/decide.c services/verification/case.c services/verification/fee.c */
/* links: services/verification/deadline.c */
/* Waiting for money: what is asked for, what the clock does meanwhile, which date comes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/unit/cases.h"

#define DO(name) MOTCUA__TRANSITION__##name
#define S(name)  MOTCUA__STATUS__##name
static void *ctx;
static Motcua__ProcedurePublished procedure; /* of the decisions below */

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    procedure = a_procedure();
    procedure.fees = both_fees();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

static struct case_file after(struct case_file c, Motcua__Transition transition, const char *when,
                              struct decision **d)
{
    return case_after(ctx, c, transition, when, &procedure, d);
}

static struct case_file accepted(const char *when, struct decision **d)
{
    return after(a_case(S(SUBMITTED)), DO(ACCEPT), when, d);
}

/* ---- paying -------------------------------------------------------------------------------------- */

static void what_is_to_pay_is_asked_for_at_once_and_by_nobody(void **state)
{
    (void)state;
    struct decision *d;
    procedure.n_fees = 2;
    struct case_file c = accepted("01 09:00", &d);
    assert_int_equal(d->moves_count, 2);
    assert_int_equal(d->moves[0].transition, DO(ACCEPT));
    assert_int_equal(d->moves[0].status, S(ACCEPTED));
    assert_int_equal(d->moves[1].transition, DO(ASK_PAYMENT));
    assert_int_equal(d->moves[1].status_before, S(ACCEPTED));
    assert_int_equal(d->moves[1].version, d->moves[0].version + 1);
    assert_null(d->moves[1].note);
    assert_int_equal(c.status, S(PAYMENT_ASKED));
    assert_int_equal(c.payment_return, S(ACCEPTED));
    assert_string_equal(in_june(c.due_at), "08 17:00");
    assert_string_equal(in_june(c.answer_by), "04 17:00"); /* three working days to pay */
    assert_true(d->asks_fee && c.fee_open && c.fee_before_asked && !c.fee_after_asked);
    assert_int_equal(c.fee_no, 1);
    assert_int_equal(c.fee_dong, 15000);
    assert_int_equal(d->fee_lines_count, 1);
    assert_string_equal(d->fee_lines[0]->code, "PHI");
}

static void the_fee_of_the_result_is_the_second_request(void **state)
{
    (void)state;
    struct decision *d;
    procedure.n_fees = 2;
    struct case_file c = after(accepted("01 09:00", NULL), DO(SETTLE_PAYMENT), "01 10:00", NULL);
    c = after(after(c, DO(FORWARD), "01 11:00", NULL), DO(ASK_PAYMENT), "03 10:00", &d);
    assert_int_equal(c.fee_no, 2);
    assert_int_equal(c.fee_dong, 40000);
    assert_int_equal(c.payment_return, S(IN_PROGRESS));
    assert_string_equal(d->fee_lines[0]->code, "LP");
    assert_true(c.fee_after_asked);
    c = after(c, DO(SETTLE_PAYMENT), "03 15:00", &d);
    assert_int_equal(c.paid_dong, 55000);
    assert_int_equal(c.status, S(IN_PROGRESS));
    assert_int_equal(c.step, 1); /* it goes on where it stood, with the step's whole time */
    assert_string_equal(in_june(c.step_due_at), "03 16:00");
}

static void what_is_free_online_is_not_asked_for(void **state)
{
    (void)state;
    Motcua__FeeLine line = fee_before, *fees[] = { &line };
    line.has_online_amount = true;
    procedure.n_fees = 1;
    procedure.fees = fees;
    struct case_file c = a_case(S(SUBMITTED));
    c.channel = MOTCUA__CHANNEL__ONLINE;
    assert_int_equal(after(c, DO(ACCEPT), "01 09:00", NULL).status, S(ACCEPTED));
    line.online_amount_dong = 5000;
    c = after(c, DO(ACCEPT), "01 09:00", NULL);
    assert_int_equal(c.status * 10000 + c.fee_dong, S(PAYMENT_ASKED) * 10000 + 5000);
}

/* ACCEPT on Monday 09:00 with a fee, paid at some time: the appointment then. */
static const char *due_when_paid(const char *when, struct decision **d)
{
    procedure.n_fees = 1;
    struct case_file c = after(accepted("01 09:00", NULL), DO(SETTLE_PAYMENT), when, d);
    assert_int_equal(c.status, S(ACCEPTED));
    assert_false(c.fee_open);
    assert_int_equal(c.paused_at, 0);
    assert_int_equal(c.answer_by, 0);
    assert_int_equal((*d)->moves[0].due_before, c.due_at == june("08 17:00") ? 0 : june("08 17:00"));
    assert_int_equal((*d)->explains, c.due_at != june("08 17:00"));
    return in_june(c.due_at);
}

static void the_clock_begins_when_it_is_paid(void **state)
{
    (void)state;
    struct decision *d;
    assert_string_equal(due_when_paid("01 09:20", &d), "08 17:00");
    assert_string_equal(due_when_paid("01 20:00", &d), "08 17:00");
    assert_string_equal(due_when_paid("02 09:00", &d), "09 17:00");
    assert_string_equal(due_when_paid("04 09:00", &d), "11 17:00");
    procedure.count_mode = MOTCUA__COUNT_MODE__HOUR_MODE;
    struct case_file c = after(accepted("01 09:00", NULL), DO(SETTLE_PAYMENT), "01 09:20", &d);
    assert_string_equal(in_june(c.due_at), "08 09:20");
}

static void a_date_without_a_limit_survives_the_payment(void **state)
{
    (void)state;
    static const struct {
        bool is_immediate;
        const char *accepted, *asked, *paid, *due;
    } cases[] = {
        { true, "01 09:00", "01 17:00", "01 10:00", "01 17:00" },  /* while one waits: still today */
        { true, "01 09:00", "01 17:00", "03 10:00", "03 17:00" },  /* the day it is paid */
        { false, "01 09:00", "11 17:00", "01 09:00", "11 17:00" }, /* a date the clerk named */
        { false, "01 09:00", "11 17:00", "02 09:00", "12 17:00" }, /* a working day was waited */
    };
    procedure.limit_unit = MOTCUA__LIMIT_UNIT__LIMIT_UNSPECIFIED;
    procedure.n_fees = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        procedure.is_immediate = cases[i].is_immediate;
        struct case_file c = accepted(cases[i].accepted, NULL);
        assert_string_equal(in_june(c.due_at), cases[i].asked);
        c = after(c, DO(SETTLE_PAYMENT), cases[i].paid, NULL);
        assert_string_equal(in_june(c.due_at), cases[i].due);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(what_is_to_pay_is_asked_for_at_once_and_by_nobody),
        TEST(the_fee_of_the_result_is_the_second_request),
        TEST(what_is_free_online_is_not_asked_for),
        TEST(the_clock_begins_when_it_is_paid),
        TEST(a_date_without_a_limit_survives_the_payment),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

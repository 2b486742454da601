/* links: services/verification/decide.c services/verification/case.c services/verification/fee.c */
/* links: services/verification/deadline.c */
/* Waiting for papers or a withdrawal: what the clock does meanwhile, and how a case ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/unit/cases.h"

#define DO(name)     MOTCUA__TRANSITION__##name
#define S(name)      MOTCUA__STATUS__##name
#define POLICY(name) MOTCUA__PAUSE_POLICY__##name
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

/* ---- papers -------------------------------------------------------------------------------------- */

/* Accepted Monday 09:00, five days; papers asked for Tuesday 10:00, supplied and accepted a week later. */
static struct case_file supplemented(Motcua__PausePolicy policy, Motcua__CountMode mode, struct decision **d)
{
    procedure.pause_policy = policy;
    procedure.count_mode = mode;
    struct case_file c = after(accepted("01 09:00", NULL), DO(FORWARD), "01 09:00", NULL);
    c = after(c, DO(ASK_SUPPLEMENT), "02 10:00", NULL);
    assert_string_equal(in_june(c.paused_at), "02 10:00");
    assert_string_equal(in_june(c.answer_by), "16 17:00"); /* ten working days to answer */
    c = after(c, DO(SUPPLY), "09 08:00", NULL);
    assert_int_equal(c.answer_by, 0);
    assert_string_equal(in_june(c.paused_at), "02 10:00"); /* not yet looked at */
    return after(c, DO(ACCEPT_SUPPLEMENT), "09 10:00", d);
}

static void the_policy_says_from_where_the_clock_goes_on(void **state)
{
    (void)state;
    static const struct {
        Motcua__PausePolicy policy;
        Motcua__CountMode mode;
        const char *due, *clock;
    } cases[] = {
        { POLICY(RESTART), MOTCUA__COUNT_MODE__DAY_MODE, "16 17:00", "09 10:00" },
        { POLICY(RESTART), MOTCUA__COUNT_MODE__HOUR_MODE, "16 10:00", "09 10:00" },
        { POLICY(RESUME), MOTCUA__COUNT_MODE__HOUR_MODE, "15 09:00", "01 09:00" }, /* nine hours were used */
        { POLICY(RESUME), MOTCUA__COUNT_MODE__DAY_MODE, "16 17:00", "01 09:00" },
        { POLICY(SHIFT), MOTCUA__COUNT_MODE__HOUR_MODE, "15 09:00", "01 09:00" },
        { POLICY(SHIFT), MOTCUA__COUNT_MODE__DAY_MODE, "15 17:00", "01 09:00" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decision *d;
        struct case_file c = supplemented(cases[i].policy, cases[i].mode, &d);
        assert_string_equal(in_june(c.due_at), cases[i].due);
        assert_string_equal(in_june(c.clock_started_at), cases[i].clock);
        assert_string_equal(in_june(c.accepted_at), "01 09:00");
        assert_string_equal(in_june(d->moves[0].due_before),
                            cases[i].mode == MOTCUA__COUNT_MODE__DAY_MODE ? "08 17:00" : "08 09:00");
        assert_true(d->explains);
        assert_int_equal(c.status, S(IN_PROGRESS));
        assert_int_equal(c.paused_at, 0);
        assert_int_equal(c.step, 1);
        assert_string_equal(in_june(c.step_due_at), "09 11:00");
    }
}

static void papers_asked_for_at_the_counter_come_before_acceptance(void **state)
{
    (void)state;
    struct decision *d;
    struct case_file c = after(a_case(S(SUBMITTED)), DO(ASK_SUPPLEMENT), "01 09:00", NULL);
    assert_int_equal(c.supplement_count, 1);
    assert_int_equal(c.asked_count, 1);
    assert_int_equal(c.due_at, 0);
    c = after(after(c, DO(SUPPLY), "02 08:00", NULL), DO(ACCEPT_SUPPLEMENT), "03 09:00", &d);
    assert_int_equal(c.status, S(ACCEPTED));
    assert_string_equal(in_june(c.accepted_at), "03 09:00");
    assert_string_equal(in_june(c.due_at), "10 17:00");
    assert_int_equal(c.paused_at, 0); /* it waits for nothing any more */
    assert_int_equal(d->moves[0].due_before, 0);
}

static void papers_accepted_with_a_fee_are_asked_to_be_paid(void **state)
{
    (void)state;
    struct decision *d;
    procedure.n_fees = 1;
    struct case_file c = after(a_case(S(SUBMITTED)), DO(ASK_SUPPLEMENT), "01 09:00", NULL);
    c = after(after(c, DO(SUPPLY), "02 08:00", NULL), DO(ACCEPT_SUPPLEMENT), "03 09:00", &d);
    assert_int_equal(c.status, S(PAYMENT_ASKED));
    assert_int_equal(d->moves_count, 2);
}

/* ---- withdrawals and ends ------------------------------------------------------------------------ */

static void a_declined_withdrawal_leaves_everything_as_it_was(void **state)
{
    (void)state;
    procedure.n_fees = 1;
    struct case_file paying = accepted("01 09:00", NULL), filed = a_case(S(SUBMITTED));
    struct case_file papers = after(filed, DO(ASK_SUPPLEMENT), "01 09:00", NULL);
    struct case_file working =
        after(after(paying, DO(SETTLE_PAYMENT), "01 10:00", NULL), DO(FORWARD), "01 10:00", NULL);
    const struct case_file *const cases[] = { &filed, &paying, &papers, &working };
    for (int i = 0; i < 4; i++) {
        struct case_file c = after(*cases[i], DO(ASK_WITHDRAWAL), "02 08:00", NULL), was = *cases[i];
        assert_int_equal(c.withdrawal_return, was.status);
        c = after(c, DO(DECLINE_WITHDRAWAL), "03 08:00", NULL);
        was.version += 2;
        was.withdrawal_return = c.withdrawal_return;
        assert_memory_equal(&c, &was, sizeof c);
    }
}

static void a_payment_that_came_meanwhile_lets_the_clock_go_on(void **state)
{
    (void)state;
    procedure.n_fees = 1;
    struct case_file c = after(accepted("01 09:00", NULL), DO(ASK_WITHDRAWAL), "01 10:00", NULL);
    c.withdrawal_return = c.payment_return; /* as handle_settled remembers it */
    c.fee_open = false;
    c = after(c, DO(DECLINE_WITHDRAWAL), "03 09:00", NULL);
    assert_int_equal(c.status, S(ACCEPTED));
    assert_int_equal(c.paused_at, 0);
    assert_int_equal(c.answer_by, 0);
    assert_string_equal(in_june(c.due_at), "10 17:00");
}

static void money_goes_back_if_it_is_owed_or_if_so_decided(void **state)
{
    (void)state;
    static const struct {
        Motcua__Transition act;
        int from;
    } ends[] = { { DO(STOP), S(IN_PROGRESS) },
                 { DO(REFUSE), S(SUBMITTED) },
                 { DO(CONFIRM_WITHDRAWAL), S(WITHDRAWAL_ASKED) } };
    for (int i = 0; i < 3; i++)
        for (int bits = 0; bits < 8; bits++) {
            struct case_file c = a_case(ends[i].from);
            struct act a = an_act(ends[i].act);
            struct office o = { &office_hours, &procedure };
            struct decision *d = talloc(ctx, struct decision);
            struct err err = { 0 };
            a.counter_roles = a.handling_roles = ROLE_CLERK | ROLE_OFFICER;
            c.fee_open = bits & 1;
            c.paid_dong = bits & 2 ? 15000 : 0;
            a.refund = bits & 4;
            assert_int_equal(decide(ctx, &c, &a, &o, d, &err), 0);
            assert_int_equal(d->ends_fee, (bits & 1) || (bits & 6) == 6);
            assert_string_equal(d->end_reason, "vì");
            assert_false(d->next.fee_open);
            assert_int_equal(d->next.finished_at, a.at_ms);
        }
}

static void an_end_that_nobody_gives_a_reason_for_has_its_name(void **state)
{
    (void)state;
    struct case_file c = a_case(S(PAYMENT_ASKED));
    struct act a = { .transition = DO(PAYMENT_EXPIRED), .at_ms = june("08 08:00") };
    struct office o = { &office_hours, &procedure };
    struct decision *d = talloc(ctx, struct decision);
    struct err err = { 0 };
    c.fee_open = true;
    assert_int_equal(decide(ctx, &c, &a, &o, d, &err), 0);
    assert_true(d->ends_fee);
    assert_string_equal(d->end_reason, "PAYMENT_EXPIRED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(the_policy_says_from_where_the_clock_goes_on),
        TEST(papers_asked_for_at_the_counter_come_before_acceptance),
        TEST(papers_accepted_with_a_fee_are_asked_to_be_paid),
        TEST(a_declined_withdrawal_leaves_everything_as_it_was),
        TEST(a_payment_that_came_meanwhile_lets_the_clock_go_on),
        TEST(money_goes_back_if_it_is_owed_or_if_so_decided),
        TEST(an_end_that_nobody_gives_a_reason_for_has_its_name),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

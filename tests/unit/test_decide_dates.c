/* links: services/verification/decide.c services/verification/case.c services/verification/fee.c */
/* links: services/verification/deadline.c */
/* How a case begins and which dates it is given: appointments, steps, results, the one new date. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/unit/cases.h"
#include "tests/unit/faults.h"

#define DO(name) MOTCUA__TRANSITION__##name
#define S(name)  MOTCUA__STATUS__##name
static void *ctx;
static Motcua__ProcedurePublished procedure; /* of the decisions below */

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    procedure = a_procedure();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

static struct act act_at(Motcua__Transition transition, const char *when)
{
    struct act a = an_act(transition);
    a.counter_roles = a.handling_roles = ROLE_CLERK | ROLE_OFFICER | ROLE_LEADER;
    a.at_ms = june(when);
    a.new_due_ms = 0;
    return a;
}

static struct decision *decided(const struct case_file *c, struct act a)
{
    struct err err = { 0 };
    struct decision *d = talloc(ctx, struct decision);
    struct office o = { &office_hours, &procedure };
    decide(ctx, c, &a, &o, d, &err);
    assert_string_equal(err.text, "");
    return d;
}

static struct case_file accepted_case(int status)
{
    struct case_file c = a_case(status);
    c.accepted_at = c.clock_started_at = june("01 09:00");
    c.due_at = june("08 17:00");
    return c;
}

/* ---- appointments -------------------------------------------------------------------------------- */

static void the_appointment_is_the_limit_from_the_moment_of_acceptance(void **state)
{
    (void)state;
    static const struct {
        Motcua__LimitUnit unit;
        Motcua__CountMode mode;
        uint32_t limit;
        const char *at, *due;
    } cases[] = {
        { MOTCUA__LIMIT_UNIT__WORKING_DAYS, MOTCUA__COUNT_MODE__DAY_MODE, 5, "01 09:00", "08 17:00" },
        { MOTCUA__LIMIT_UNIT__WORKING_DAYS, MOTCUA__COUNT_MODE__HOUR_MODE, 5, "01 09:00", "08 09:00" },
        { MOTCUA__LIMIT_UNIT__CALENDAR_DAYS, MOTCUA__COUNT_MODE__DAY_MODE, 5, "01 09:00",
          "08 17:00" }, /* Saturday */
        { MOTCUA__LIMIT_UNIT__CALENDAR_DAYS, MOTCUA__COUNT_MODE__DAY_MODE, 3, "01 09:00", "04 17:00" },
        { MOTCUA__LIMIT_UNIT__HOURS, MOTCUA__COUNT_MODE__DAY_MODE, 4, "01 09:00", "01 15:00" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct case_file c = a_case(S(SUBMITTED));
        procedure.limit = cases[i].limit;
        procedure.limit_unit = cases[i].unit;
        procedure.count_mode = cases[i].mode;
        struct decision *d = decided(&c, act_at(DO(ACCEPT), cases[i].at));
        assert_string_equal(in_june(d->next.due_at), cases[i].due);
        assert_string_equal(in_june(d->next.accepted_at), cases[i].at);
        assert_string_equal(in_june(d->next.clock_started_at), cases[i].at);
        assert_true(d->explains && d->why.count >= 2);
        assert_int_equal(d->why.lines[d->why.count - 1].reason, WHY_ENDS);
        assert_int_equal(d->why.lines[d->why.count - 1].at_ms, d->next.due_at);
    }
}

static void without_a_limit_in_numbers_the_clerk_names_the_date(void **state)
{
    (void)state;
    struct case_file c = a_case(S(SUBMITTED));
    struct office o = { &office_hours, &procedure };
    struct act a = act_at(DO(ACCEPT), "01 09:00");
    struct decision *d = talloc(ctx, struct decision);
    struct err err = { 0 };
    procedure.limit_unit = MOTCUA__LIMIT_UNIT__LIMIT_UNSPECIFIED;
    assert_int_equal(decide(ctx, &c, &a, &o, d, &err), E_INVALID);
    assert_string_equal(faults_text(ctx, &err), "due:due_needed");
    a.new_due_ms = june("11 17:00");
    assert_string_equal(in_june(decided(&c, a)->next.due_at), "11 17:00");
    procedure.limit_unit = MOTCUA__LIMIT_UNIT__WORKING_DAYS; /* the law beats the clerk */
    assert_string_equal(in_june(decided(&c, a)->next.due_at), "08 17:00");
}

static void a_result_while_one_waits_is_due_when_the_unit_closes(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "01 06:00", "01 17:00" }, { "01 09:00", "01 17:00" },
        { "01 16:59", "01 17:00" }, { "01 17:00", "02 17:00" },
        { "01 21:00", "02 17:00" }, { "05 17:30", "08 17:00" }, /* Friday evening */
        { "06 10:00", "08 17:00" },                             /* Saturday */
    };
    procedure.limit_unit = MOTCUA__LIMIT_UNIT__LIMIT_UNSPECIFIED;
    procedure.is_immediate = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct case_file c = a_case(S(SUBMITTED));
        struct decision *d = decided(&c, act_at(DO(ACCEPT), cases[i][0]));
        assert_string_equal(in_june(d->next.due_at), cases[i][1]);
        assert_int_equal(d->why.lines[0].reason, WHY_STARTS);
        assert_int_equal(d->why.lines[d->why.count - 1].at_ms, d->next.due_at);
    }
}

static void the_one_new_date_replaces_the_old_and_both_are_told(void **state)
{
    (void)state;
    struct case_file c = accepted_case(S(IN_PROGRESS));
    struct act a = act_at(DO(REAPPOINT), "05 10:00");
    c.due_why = "[]";
    a.new_due_ms = june("15 17:00");
    struct decision *d = decided(&c, a);
    assert_string_equal(in_june(d->next.due_at), "15 17:00");
    assert_string_equal(in_june(d->moves[0].due_before), "08 17:00");
    assert_true(d->next.reappointed);
    assert_null(d->next.due_why); /* somebody chose it: no count explains it */
    assert_false(d->explains);
}

/* ---- steps --------------------------------------------------------------------------------------- */

static void each_step_has_its_own_working_time(void **state)
{
    (void)state;
    static const char *const due[] = { "", "02 11:00", "03 14:00",
                                       "02 16:00" }; /* 1, 10, 4 hours from 10:00 */
    for (int step = 1; step <= 3; step++) {
        struct case_file c = accepted_case(step == 1 ? S(ACCEPTED) : S(IN_PROGRESS));
        struct act a = act_at(step == 1 ? DO(FORWARD) : DO(STEP), "02 10:00");
        a.assignee_id = "next";
        a.assignee_name = "Bùi Mẫu";
        c.step = step - 1;
        struct decision *d = decided(&c, a);
        assert_int_equal(d->next.step, step);
        assert_string_equal(in_june(d->next.step_started_at), "02 10:00");
        assert_string_equal(in_june(d->next.step_due_at), due[step]);
        assert_string_equal(d->next.assignee_id, "next");
        assert_string_equal(d->next.assignee_name, "Bùi Mẫu");
    }
}

static void a_process_without_steps_has_until_the_appointment(void **state)
{
    (void)state;
    struct case_file c = accepted_case(S(ACCEPTED));
    procedure.n_steps = 0;
    c.assignee_id = "the clerk";
    struct decision *d = decided(&c, act_at(DO(FORWARD), "02 10:00"));
    assert_int_equal(d->next.step, 0);
    assert_int_equal(d->next.step_due_at, c.due_at);
    assert_string_equal(d->next.handling_unit_code, "000.00.09.H07");
    assert_string_equal(d->next.assignee_id, ""); /* whoever takes it */
}

static void a_wrong_result_goes_back_to_the_last_step(void **state)
{
    (void)state;
    struct case_file c = accepted_case(S(FINISHED));
    c.result = &a_result;
    c.finished_at = june("05 10:00");
    struct decision *d = decided(&c, act_at(DO(REOPEN_RESULT), "08 08:00"));
    assert_int_equal(d->next.step, 3);
    assert_null(d->next.result);
    assert_int_equal(d->next.finished_at, 0);
    assert_int_equal(d->next.due_at, c.due_at); /* late at the authority's cost */
}

static void a_result_is_signed_then_handed_over(void **state)
{
    (void)state;
    struct case_file c = accepted_case(S(IN_PROGRESS));
    c.step = 3;
    struct decision *signing = decided(&c, act_at(DO(SIGN_RESULT), "05 10:00"));
    assert_ptr_equal(signing->next.result, &a_result);
    assert_string_equal(in_june(signing->next.finished_at), "05 10:00");
    assert_int_equal(signing->next.returned_at, 0);
    struct decision *over = decided(&signing->next, act_at(DO(HAND_OVER), "08 08:00"));
    assert_string_equal(in_june(over->next.finished_at), "05 10:00");
    assert_string_equal(in_june(over->next.returned_at), "08 08:00");
    assert_string_equal(over->next.received_by, "Trần Văn Mẫu");
}

/* ---- the first move ------------------------------------------------------------------------------ */

/* What becomes of a dossier that comes in by the transition: status, then the appointment. */
static const char *first(Motcua__Transition transition)
{
    struct err err = { 0 };
    struct case_file c = a_case(0);
    struct office o = { &office_hours, &procedure };
    struct act a = { .transition = transition, .at_ms = june("02 10:00") };
    struct decision *d = talloc(ctx, struct decision);
    c.version = 0;
    assert_int_equal(decide_new(ctx, &c, &a, &o, d, &err), 0);
    assert_int_equal(d->next.version, d->moves_count);
    assert_int_equal(d->moves[0].status_before, 0);
    assert_int_equal(d->moves[0].version, 1);
    return talloc_asprintf(ctx, "%d %s", d->next.status, in_june(d->next.due_at));
}

static void a_dossier_begins_filed_or_received(void **state)
{
    (void)state;
    assert_string_equal(first(DO(SUBMIT)), "1 ");
    assert_string_equal(first(DO(RECEIVE)), "2 09 17:00");
    procedure.n_fees = 2;
    procedure.fees = both_fees();
    assert_string_equal(first(DO(SUBMIT)), "1 ");
    assert_string_equal(first(DO(RECEIVE)), "6 09 17:00"); /* accepted, and asked to pay at once */
    procedure.limit_unit = MOTCUA__LIMIT_UNIT__LIMIT_UNSPECIFIED;
    assert_string_equal(first(DO(RECEIVE)), "1 "); /* a clerk accepts it and names the date */
    procedure.is_immediate = true;
    procedure.n_fees = 0;
    assert_string_equal(first(DO(RECEIVE)), "2 02 17:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(the_appointment_is_the_limit_from_the_moment_of_acceptance),
        TEST(without_a_limit_in_numbers_the_clerk_names_the_date),
        TEST(a_result_while_one_waits_is_due_when_the_unit_closes),
        TEST(the_one_new_date_replaces_the_old_and_both_are_told),
        TEST(each_step_has_its_own_working_time),
        TEST(a_process_without_steps_has_until_the_appointment),
        TEST(a_wrong_result_goes_back_to_the_last_step),
        TEST(a_result_is_signed_then_handed_over),
        TEST(a_dossier_begins_filed_or_received),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

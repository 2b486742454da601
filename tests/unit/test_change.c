/* links: services/verification/change.c */
/* links: services/verification/decide.c services/verification/case.c services/verification/fee.c */
/* links: services/verification/deadline.c */
/* test_change.c — load, decide, save: lost races, stale versions, repeated events, roles at units. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <talloc.h>

#include "tests/unit/script.h"

static const struct actor clerk = { .grants_count = 1, .grants = { { ROLE_CLERK, "000.00.05.H07" } } };
static struct decision decision;
static bool done;

static int change(Motcua__Transition transition, const struct actor *actor, int64_t if_version)
{
    struct change ch = { .code = "000.00.05.H07-200601-0001",
                         .act = { .transition = transition, .reason = "vì" },
                         .actor = actor,
                         .if_version = if_version };
    return change_case(task, &ch, &decision, &done);
}

static void a_change_is_decided_on_what_was_loaded(void **state)
{
    (void)state;
    loads(S(SUBMITTED), 7);
    saves(true);
    assert_int_equal(change(DO(REFUSE), &clerk, 7), 0);
    assert_true(done);
    assert_int_equal(script.next.status, S(REFUSED_AT_COUNTER));
    assert_int_equal(script.next.version, 8);
    assert_int_equal(script.next.finished_at, june("02 10:00"));
    assert_played();
}

static void a_lost_race_is_decided_again(void **state)
{
    (void)state;
    loads(S(SUBMITTED), 7);
    saves(false);
    loads(S(SUBMITTED), 8);
    saves(true);
    assert_int_equal(change(DO(REFUSE), &clerk, 0), 0);
    assert_int_equal(script.next.version, 9);
    assert_played();
}

static void a_lost_race_may_leave_nothing_to_do(void **state)
{
    (void)state;
    loads(S(SUBMITTED), 7);
    saves(false);
    loads(S(ACCEPTED), 8);
    assert_int_equal(change(DO(REFUSE), &clerk, 0), E_CONFLICT);
    assert_string_equal(script.err.phrase->code, "not_in_this_state");
    assert_played();
}

static void whoever_decided_on_a_version_is_told_that_it_is_old(void **state)
{
    (void)state;
    loads(S(SUBMITTED), 8);
    assert_int_equal(change(DO(REFUSE), &clerk, 7), E_STALE);
    err_clear(&script.err);
    loads(S(SUBMITTED), 7); /* fresh when loaded, old when saved */
    saves(false);
    loads(S(SUBMITTED), 8);
    assert_int_equal(change(DO(REFUSE), &clerk, 7), E_STALE);
    assert_played();
}

static void after_five_lost_races_it_is_given_up(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        loads(S(SUBMITTED), 7 + i);
        saves(false);
    }
    assert_int_equal(change(DO(REFUSE), &clerk, 0), E_CONFLICT);
    assert_played();
}

static void what_was_applied_before_changes_nothing(void **state)
{
    (void)state;
    script.seen = true;
    loads(S(RETURNED), 20);
    assert_int_equal(change(DO(REFUSE), &clerk, 7), 0); /* neither stale nor in the wrong state */
    assert_false(done);
    assert_played();
}

static void what_is_not_there_cannot_change(void **state)
{
    (void)state;
    loads(S(SUBMITTED), 0);
    assert_int_equal(change(DO(REFUSE), &clerk, 0), E_NOT_FOUND);
    err_clear(&script.err);
    script.store_rc = E_TIMEOUT;
    loads(S(SUBMITTED), 7);
    assert_int_equal(change(DO(REFUSE), &clerk, 0), E_TIMEOUT);
    assert_played();
}

static void roles_count_at_the_unit_they_are_held_at(void **state)
{
    (void)state;
    static const struct {
        enum role role;
        const char *unit;
        Motcua__Transition act;
        int status, want;
    } cases[] = {
        { ROLE_CLERK, "000.00.05.H07", DO(REFUSE), S(SUBMITTED), 0 },
        { ROLE_CLERK, "000.00.09.H07", DO(REFUSE), S(SUBMITTED), E_DENIED },
        { ROLE_CLERK, "*", DO(REFUSE), S(SUBMITTED), 0 },
        { ROLE_OFFICER, "000.00.09.H07", DO(STOP), S(IN_PROGRESS), 0 },
        { ROLE_OFFICER, "000.00.05.H07", DO(STOP), S(IN_PROGRESS), E_DENIED },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct actor actor = { .grants_count = 1, .grants = { { .role = cases[i].role } } };
        snprintf(actor.grants[0].unit, sizeof actor.grants[0].unit, "%s", cases[i].unit);
        loads(cases[i].status, 7);
        if (cases[i].want == 0)
            saves(true);
        err_clear(&script.err);
        assert_int_equal(change(cases[i].act, &actor, 0), cases[i].want);
    }
    assert_played();
}

static void a_case_is_forwarded_within_its_unit_unless_another_is_named(void **state)
{
    (void)state;
    loads(S(ACCEPTED), 7);
    saves(true);
    assert_int_equal(change(DO(FORWARD), &clerk, 0), 0);
    assert_string_equal(script.next.handling_unit_code, "000.00.05.H07");
    assert_string_equal(script.hours_of, "000.00.05.H07");
}

static const char *answer(struct task *t, const struct decision *d)
{
    return talloc_asprintf(t, "version %d", (int)d->next.version);
}

static void the_answer_and_the_papers_go_with_the_save(void **state)
{
    (void)state;
    struct id event = { { 1 } };
    Motcua__Paper paper = MOTCUA__PAPER__INIT, *papers[] = { &paper };
    struct change ch = { .code = "000.00.05.H07-200601-0001",
                         .act = { .transition = DO(SUPPLY) },
                         .cause = { .event = &event },
                         .answer = answer,
                         .papers = papers,
                         .papers_count = 1,
                         .batch = 3 };
    loads(S(SUPPLEMENT_ASKED), 7);
    saves(true);
    assert_int_equal(change_case(task, &ch, &decision, &done), 0);
    assert_string_equal(script.by, "supply");
    assert_int_equal(script.papers, 103);
    assert_string_equal(script.cause.answer, "version 8");
    assert_ptr_equal(script.cause.event, &event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_change_is_decided_on_what_was_loaded),
        TEST(a_lost_race_is_decided_again),
        TEST(a_lost_race_may_leave_nothing_to_do),
        TEST(whoever_decided_on_a_version_is_told_that_it_is_old),
        TEST(after_five_lost_races_it_is_given_up),
        TEST(what_was_applied_before_changes_nothing),
        TEST(what_is_not_there_cannot_change),
        TEST(roles_count_at_the_unit_they_are_held_at),
        TEST(a_case_is_forwarded_within_its_unit_unless_another_is_named),
        TEST(the_answer_and_the_papers_go_with_the_save),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

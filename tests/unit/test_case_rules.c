/* links: services/verification/case.c services/verification/fee.c */
/* The rules a table cannot say: once only, whose step it is, what is left to do — and the buttons they
 * leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/unit/cases.h"

#define DO(name) MOTCUA__TRANSITION__##name
enum { ALL = ROLE_CLERK | ROLE_OFFICER | ROLE_LEADER };

static struct err said; /* of the last verdict, for its words */

/* "" if the act may be done, else the code of what is against it. */
static const char *verdict(const struct case_file *c, struct act a, const Motcua__ProcedurePublished *p)
{
    int to;
    err_clear(&said);
    int rc = case_check(c, &a, p, &to, &said);
    if (rc == 0)
        return "";
    if (rc == E_DENIED)
        return "denied";
    assert_int_equal(rc, E_CONFLICT);
    return said.phrase->code;
}

static struct act by(Motcua__Transition transition, unsigned counter_roles, unsigned handling_roles)
{
    struct act a = an_act(transition);
    a.counter_roles = counter_roles;
    a.handling_roles = handling_roles;
    return a;
}

/* ---- supplements --------------------------------------------------------------------------------- */

static void the_counter_asks_for_papers_once(void **state)
{
    (void)state;
    Motcua__ProcedurePublished p = a_procedure();
    struct case_file c = a_case(MOTCUA__STATUS__SUBMITTED);
    assert_string_equal(verdict(&c, by(DO(ASK_SUPPLEMENT), ALL, ALL), &p), "");
    c.supplement_count = 1;
    assert_string_equal(verdict(&c, by(DO(ASK_SUPPLEMENT), ALL, ALL), &p), "supplement_once");
}

static void only_a_leader_asks_for_papers_again(void **state)
{
    (void)state;
    Motcua__ProcedurePublished p = a_procedure();
    for (int count = 0; count < 3; count++)
        for (unsigned roles = ROLE_OFFICER; roles <= (ROLE_OFFICER | ROLE_LEADER); roles += 2) {
            struct case_file c = a_case(MOTCUA__STATUS__IN_PROGRESS);
            bool refused = count > 0 && !(roles & ROLE_LEADER);
            c.supplement_count = count;
            assert_string_equal(verdict(&c, by(DO(ASK_SUPPLEMENT), 0, roles), &p),
                                refused ? "supplement_again_leader" : "");
        }
}

static void a_supplement_is_accepted_when_it_came_and_expires_when_it_did_not(void **state)
{
    (void)state;
    Motcua__ProcedurePublished p = a_procedure();
    struct case_file c = a_case(MOTCUA__STATUS__SUPPLEMENT_ASKED);
    assert_string_equal(verdict(&c, by(DO(ACCEPT_SUPPLEMENT), ALL, ALL), &p), "papers_not_supplied");
    assert_string_equal(verdict(&c, by(DO(SUPPLEMENT_EXPIRED), 0, 0), &p), "");
    c.papers_supplied = true;
    assert_string_equal(verdict(&c, by(DO(ACCEPT_SUPPLEMENT), ALL, ALL), &p), "");
    assert_string_equal(verdict(&c, by(DO(SUPPLEMENT_EXPIRED), 0, 0), &p), "papers_supplied");
    assert_string_equal(verdict(&c, by(DO(SUPPLY), 0, 0), &p), ""); /* more papers may come */
}

/* ---- steps and signing --------------------------------------------------------------------------- */

static void a_step_belongs_to_its_role_and_to_leaders(void **state)
{
    (void)state;
    Motcua__Step *const steps[] = { &clerks_step, &officers_step, &leaders_step };
    static const unsigned owners[] = { ROLE_CLERK, ROLE_OFFICER, ROLE_LEADER };
    for (int s = 0; s < 3; s++)
        for (unsigned roles = 1; roles <= ALL; roles++) {
            Motcua__Step *two[] = { steps[s], &leaders_step };
            Motcua__ProcedurePublished p = a_procedure();
            struct case_file c = a_case(MOTCUA__STATUS__IN_PROGRESS);
            p.n_steps = 2;
            p.steps = two;
            c.step = 1;
            bool mine = roles & (owners[s] | ROLE_LEADER);
            assert_string_equal(verdict(&c, by(DO(STEP), 0, roles), &p), mine ? "" : "step_not_yours");
        }
}

static void after_the_last_step_comes_the_signature(void **state)
{
    (void)state;
    Motcua__ProcedurePublished p = a_procedure();
    for (size_t steps = 0; steps <= 3; steps++)
        for (int step = 0; step <= 3; step++) {
            struct case_file c = a_case(MOTCUA__STATUS__IN_PROGRESS);
            p.n_steps = steps;
            c.step = step;
            bool last = (size_t)step >= steps;
            assert_string_equal(verdict(&c, by(DO(STEP), ALL, ALL), &p), last ? "step_is_last" : "");
            assert_string_equal(verdict(&c, by(DO(SIGN_RESULT), ALL, ALL), &p), last ? "" : "steps_left");
        }
}

static void what_is_due_before_the_result_is_asked_for_before_it_is_signed(void **state)
{
    (void)state;
    Motcua__ProcedurePublished p = a_procedure();
    struct case_file c = a_case(MOTCUA__STATUS__IN_PROGRESS);
    c.step = 3;
    p.n_fees = 2;
    p.fees = both_fees();
    c.fee_before_asked = true;
    assert_string_equal(verdict(&c, by(DO(SIGN_RESULT), 0, ROLE_LEADER), &p), "fee_not_asked");
    c.fee_after_asked = true;
    assert_string_equal(verdict(&c, by(DO(SIGN_RESULT), 0, ROLE_LEADER), &p), "");
    c.fee_after_asked = false;
    p.n_fees = 1; /* nothing is due then */
    assert_string_equal(verdict(&c, by(DO(SIGN_RESULT), 0, ROLE_LEADER), &p), "");
}

static void results_while_one_waits_are_for_such_procedures(void **state)
{
    (void)state;
    static const Motcua__Transition acts[] = { DO(SIGN_RESULT), DO(HAND_OVER) };
    for (int i = 0; i < 2; i++) {
        Motcua__ProcedurePublished p = a_procedure();
        struct case_file c = a_case(MOTCUA__STATUS__ACCEPTED);
        assert_string_equal(verdict(&c, by(acts[i], ALL, ALL), &p), "not_immediate");
        p.is_immediate = true;
        assert_string_equal(verdict(&c, by(acts[i], ALL, ALL), &p), "");
    }
}

static void without_a_result_nothing_is_handed_over(void **state)
{
    (void)state;
    Motcua__ProcedurePublished p = a_procedure();
    struct case_file c = a_case(MOTCUA__STATUS__FINISHED);
    assert_string_equal(verdict(&c, by(DO(HAND_OVER), ALL, ALL), &p), "result_missing");
    c.result = &a_result;
    assert_string_equal(verdict(&c, by(DO(HAND_OVER), ALL, ALL), &p), "");
}

static void a_case_is_given_to_nobody_once_it_is_done(void **state)
{
    (void)state;
    for (int status = MOTCUA__STATUS__SUBMITTED; status <= MOTCUA__STATUS__RETURNED; status++) {
        struct case_file c = a_case(status);
        struct err err = { 0 };
        bool done = status == MOTCUA__STATUS__REFUSED_AT_COUNTER || status == MOTCUA__STATUS__STOPPED ||
                    status == MOTCUA__STATUS__FINISHED || status == MOTCUA__STATUS__RETURNED;
        c.finished_at = done ? 2000 : 0;
        assert_int_equal(case_check_assignment(&c, &err), done ? E_CONFLICT : 0);
        assert_string_equal(err.phrase ? err.phrase->code : "", done ? "case_finished" : "");
    }
}

/* ---- dates and money ----------------------------------------------------------------------------- */

static void a_new_date_is_given_once_and_is_later(void **state)
{
    (void)state;
    Motcua__ProcedurePublished p = a_procedure();
    for (int status = MOTCUA__STATUS__ACCEPTED; status <= MOTCUA__STATUS__IN_PROGRESS; status += 2) {
        struct case_file c = a_case(status);
        struct act a = by(DO(REAPPOINT), 0, ROLE_LEADER);
        c.due_at = 3000;
        for (a.new_due_ms = 2998; a.new_due_ms <= 3002; a.new_due_ms++)
            assert_string_equal(verdict(&c, a, &p), a.new_due_ms > 3000 ? "" : "new_due_not_later");
        c.reappointed = true;
        assert_string_equal(verdict(&c, a, &p), "reappointed_once");
    }
}

/* What may be asked for: fees of before once, in both states; those of after once, while it is in
 * progress. */
static void payment_is_asked_for_only_if_something_is_due(void **state)
{
    (void)state;
    for (int bits = 0; bits < 64; bits++) {
        bool in_progress = bits & 1, has_before = bits & 2, has_after = bits & 4, before_asked = bits & 8,
             after_asked = bits & 16, online = bits & 32;
        Motcua__FeeLine *fees[2];
        Motcua__ProcedurePublished p = a_procedure();
        struct case_file c = a_case(in_progress ? MOTCUA__STATUS__IN_PROGRESS : MOTCUA__STATUS__ACCEPTED);
        p.fees = fees;
        if (has_before)
            fees[p.n_fees++] = &fee_before;
        if (has_after)
            fees[p.n_fees++] = &fee_after;
        c.fee_before_asked = before_asked;
        c.fee_after_asked = after_asked;
        c.channel = online ? MOTCUA__CHANNEL__ONLINE : MOTCUA__CHANNEL__COUNTER;
        bool due = (has_before && !before_asked) || (in_progress && has_after && !after_asked);
        assert_string_equal(verdict(&c, by(DO(ASK_PAYMENT), ALL, ALL), &p), due ? "" : "nothing_to_pay");
    }
}

static void what_is_free_online_is_not_due_online(void **state)
{
    (void)state;
    Motcua__FeeLine line = fee_before, *fees[] = { &line };
    Motcua__ProcedurePublished p = a_procedure();
    p.n_fees = 1;
    p.fees = fees;
    line.has_online_amount = true;
    for (int channel = MOTCUA__CHANNEL__COUNTER; channel <= MOTCUA__CHANNEL__POST; channel++) {
        struct case_file c = a_case(MOTCUA__STATUS__ACCEPTED);
        c.channel = channel;
        assert_string_equal(verdict(&c, by(DO(ASK_PAYMENT), ALL, ALL), &p),
                            channel == MOTCUA__CHANNEL__ONLINE ? "nothing_to_pay" : "");
    }
}

static void what_cannot_be_done_now_names_the_state(void **state)
{
    (void)state;
    Motcua__ProcedurePublished p = a_procedure();
    struct case_file c = a_case(MOTCUA__STATUS__RETURNED);
    assert_string_equal(verdict(&c, by(DO(ACCEPT), ALL, ALL), &p), "not_in_this_state");
    assert_string_equal(said.arg, "Đã trả kết quả");
}

/* ---- buttons ------------------------------------------------------------------------------------- */

/* Acts that people do, from a case with everything against which guards look. */
static bool is_peoples(Motcua__Transition t)
{
    return t != DO(SUBMIT) && t != DO(RECEIVE) && t != DO(SUPPLY) && t != DO(SUPPLEMENT_EXPIRED) &&
           t != DO(SETTLE_PAYMENT) && t != DO(PAYMENT_EXPIRED) && t != DO(ASK_WITHDRAWAL);
}

static void check_buttons(const struct case_file *c, unsigned counter_roles, unsigned handling_roles,
                          const Motcua__ProcedurePublished *p)
{
    Motcua__Transition allowed[TRANSITIONS];
    size_t n = case_allowed(c, counter_roles, handling_roles, p, allowed, TRANSITIONS), want = 0;
    for (int act = 1; act < TRANSITIONS; act++) {
        bool shown = false;
        for (size_t i = 0; i < n; i++)
            shown = shown || (int)allowed[i] == act;
        bool can = is_peoples((Motcua__Transition)act) &&
                   *verdict(c, by((Motcua__Transition)act, counter_roles, handling_roles), p) == '\0';
        assert_int_equal(shown, can);
        want += can;
    }
    assert_int_equal(n, want); /* none twice */
    for (size_t max = 0; max < n; max++)
        assert_int_equal(case_allowed(c, counter_roles, handling_roles, p, allowed, max), max);
}

static void the_buttons_are_what_could_be_done(void **state)
{
    (void)state;
    for (int status = 1; status < STATES; status++)
        for (unsigned roles = 0; roles < 64; roles++)
            for (int kind = 0; kind < 16; kind++) {
                Motcua__ProcedurePublished p = a_procedure();
                struct case_file c = a_case(status);
                p.is_immediate = kind & 1;
                p.n_fees = kind & 1 ? 2 : 0;
                p.fees = both_fees();
                c.step = kind & 2 ? 3 : 1;
                c.supplement_count = kind & 4 ? 1 : 0;
                c.papers_supplied = kind & 4;
                c.reappointed = kind & 8;
                c.result = kind & 8 ? &a_result : NULL;
                check_buttons(&c, roles & 7, roles >> 3, &p);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_counter_asks_for_papers_once),
        cmocka_unit_test(only_a_leader_asks_for_papers_again),
        cmocka_unit_test(a_supplement_is_accepted_when_it_came_and_expires_when_it_did_not),
        cmocka_unit_test(a_step_belongs_to_its_role_and_to_leaders),
        cmocka_unit_test(after_the_last_step_comes_the_signature),
        cmocka_unit_test(what_is_due_before_the_result_is_asked_for_before_it_is_signed),
        cmocka_unit_test(results_while_one_waits_are_for_such_procedures),
        cmocka_unit_test(without_a_result_nothing_is_handed_over),
        cmocka_unit_test(a_case_is_given_to_nobody_once_it_is_done),
        cmocka_unit_test(a_new_date_is_given_once_and_is_later),
        cmocka_unit_test(payment_is_asked_for_only_if_something_is_due),
        cmocka_unit_test(what_is_free_online_is_not_due_online),
        cmocka_unit_test(what_cannot_be_done_now_names_the_state),
        cmocka_unit_test(the_buttons_are_what_could_be_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

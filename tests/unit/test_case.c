/* links: services/verification/case.c services/verification/fee.c */
/* Every cell of the table of transitions — state, act, role, place — against the drawing of DOMAIN §2.2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "status.h"
#include "tests/unit/cases.h"
#include "tests/unit/faults.h"

#define DO(name) MOTCUA__TRANSITION__##name
enum { NEW, BACK = 100 }; /* NEW: no case yet; BACK: to where it was */
static const struct actor somebody;

/* The drawing. from: states, "-" none yet. who: c clerk at the counter; h clerk, o officer, l leader at the
 * unit that handles; * the applicant or the system. needs: r reason, p papers, u unit, s signed result, t who
 * takes it, d new date. */
static const struct arrow {
    const char *from;
    Motcua__Transition act;
    int to;
    const char *who, *needs;
} drawing[] = {
    { "-", DO(SUBMIT), 1, "*", "" },
    { "-", DO(RECEIVE), 2, "*", "" },
    { "1", DO(ACCEPT), 2, "c", "" },
    { "1", DO(REFUSE), 3, "c", "r" },
    { "1", DO(ASK_SUPPLEMENT), 5, "c", "rp" },
    { "4", DO(ASK_SUPPLEMENT), 5, "ol", "rp" },
    { "5", DO(SUPPLY), 5, "*", "" },
    { "5", DO(ACCEPT_SUPPLEMENT), 4, "c", "" }, /* of a case that was in progress; see below for 2 */
    { "5", DO(SUPPLEMENT_EXPIRED), 8, "*", "" },
    { "2", DO(FORWARD), 4, "c", "u" },
    { "4", DO(STEP), 4, "hol", "" },
    { "2", DO(ASK_PAYMENT), 6, "c", "" },
    { "4", DO(ASK_PAYMENT), 6, "ol", "" },
    { "6", DO(SETTLE_PAYMENT), BACK, "*", "" },
    { "6", DO(PAYMENT_EXPIRED), 8, "*", "" },
    { "1 2 4 5 6", DO(ASK_WITHDRAWAL), 7, "*", "" },
    { "7", DO(CONFIRM_WITHDRAWAL), 8, "c", "" },
    { "7", DO(DECLINE_WITHDRAWAL), BACK, "c", "r" },
    { "4", DO(STOP), 8, "ol", "r" },
    { "4", DO(SIGN_RESULT), 9, "l", "s" },
    { "2", DO(SIGN_RESULT), 9, "ol", "s" }, /* result while one waits */
    { "9", DO(HAND_OVER), 10, "c", "t" },
    { "2", DO(HAND_OVER), 10, "c", "st" },
    { "9", DO(REOPEN_RESULT), 4, "ol", "r" },
    { "2", DO(REAPPOINT), 2, "l", "rd" },
    { "4", DO(REAPPOINT), 4, "l", "rd" },
};

static const struct arrow *arrow_of(int state, Motcua__Transition act)
{
    for (size_t i = 0; i < sizeof drawing / sizeof *drawing; i++) {
        const struct arrow *a = &drawing[i];
        for (const char *p = a->from; *p && a->act == act; p += 1 + (p[1] == ' '))
            if ((*p == '-' ? NEW : *p - '0') == state)
                return a;
    }
    return NULL;
}

/* ---- a case in which nothing but state and role can be against the act --------------------------- */

static struct case_file case_for(int state, const struct act *a)
{
    struct case_file c = a_case(state);
    c.version = state == NEW ? 0 : 7;
    c.supplement_return = c.payment_return = c.withdrawal_return = MOTCUA__STATUS__IN_PROGRESS;
    c.papers_supplied = a->transition == DO(ACCEPT_SUPPLEMENT);
    c.step = a->transition == DO(SIGN_RESULT) ? 3 : 1;
    c.due_at = 500;
    c.result = state == MOTCUA__STATUS__FINISHED ? &a_result : NULL;
    c.fee_after_asked = true;
    return c;
}

/* step_role: of the first step. */
static Motcua__ProcedurePublished procedure_for(Motcua__Step *first)
{
    static Motcua__Step *steps[3];
    Motcua__ProcedurePublished p = a_procedure();
    memcpy(steps, three_steps, sizeof steps);
    steps[0] = first;
    p.steps = steps;
    p.is_immediate = true;
    p.n_fees = 2;
    p.fees = both_fees();
    return p;
}

/* Without any role it is the applicant or the system; with one it is a person. */
static bool may(const struct arrow *a, unsigned counter_roles, unsigned handling_roles)
{
    if (strchr(a->who, '*'))
        return !(counter_roles | handling_roles);
    return (strchr(a->who, 'c') && (counter_roles & ROLE_CLERK)) ||
           (strchr(a->who, 'h') && (handling_roles & ROLE_CLERK)) ||
           (strchr(a->who, 'o') && (handling_roles & ROLE_OFFICER)) ||
           (strchr(a->who, 'l') && (handling_roles & ROLE_LEADER));
}

static void check_cell(int state, Motcua__Transition transition, unsigned counter_roles,
                       unsigned handling_roles)
{
    const struct arrow *arrow = arrow_of(state, transition);
    struct act a = an_act(transition);
    struct case_file c = case_for(state, &a);
    Motcua__ProcedurePublished p =
        procedure_for(handling_roles & ROLE_OFFICER ? &officers_step : &clerks_step);
    struct err err = { 0 };
    int to = -1;
    a.counter_roles = counter_roles;
    a.handling_roles = handling_roles;
    a.actor = counter_roles | handling_roles ? &somebody : NULL;
    int want = !arrow ? E_CONFLICT : may(arrow, counter_roles, handling_roles) ? 0 : E_DENIED;
    int got = case_check(&c, &a, &p, &to, &err);
    if (got != want)
        fail_msg("%d %s by %#x/%#x: %d, not %d (%s)", state, transition_name((int)transition), counter_roles,
                 handling_roles, got, want, err.text);
    if (want == E_CONFLICT)
        assert_string_equal(err.phrase->code, "not_in_this_state");
    if (want == 0)
        assert_int_equal(to, arrow->to == BACK ? MOTCUA__STATUS__IN_PROGRESS : arrow->to);
}

static void every_cell_is_as_drawn(void **state)
{
    (void)state;
    for (int from = NEW; from < STATES; from++)
        for (int act = 1; act < TRANSITIONS; act++) {
            check_cell(from, (Motcua__Transition)act, 0, 0);
            for (unsigned role = ROLE_CLERK; role <= ROLE_SYSTEM; role *= 2) {
                check_cell(from, (Motcua__Transition)act, role, 0);
                check_cell(from, (Motcua__Transition)act, 0, role);
                check_cell(from, (Motcua__Transition)act, role, role);
            }
        }
}

static void nothing_comes_after_the_end(void **state)
{
    (void)state;
    for (int status = 1; status < STATES; status++)
        for (int act = 1; act < TRANSITIONS; act++)
            if (status_is_final(status))
                assert_null(arrow_of(status, (Motcua__Transition)act));
    for (int status = 1; status < STATES; status++) /* what the applicant is offered is what can be done */
        assert_int_equal(status_allows_withdrawal(status), arrow_of(status, DO(ASK_WITHDRAWAL)) != NULL);
}

static int destination(struct case_file c, Motcua__Transition transition)
{
    struct act a = an_act(transition);
    Motcua__ProcedurePublished p = a_procedure();
    struct err err = { 0 };
    int to = -1;
    a.counter_roles = ROLE_CLERK;
    c.papers_supplied = true;
    assert_int_equal(case_check(&c, &a, &p, &to, &err), 0);
    return to;
}

static void the_way_back_leads_where_the_case_was(void **state)
{
    (void)state;
    static const int before[] = { 1, 2, 4, 5, 6 };
    for (int i = 0; i < 5; i++) {
        struct case_file c = a_case(MOTCUA__STATUS__WITHDRAWAL_ASKED);
        c.withdrawal_return = before[i];
        c.payment_return = c.supplement_return = MOTCUA__STATUS__RETURNED; /* must not be looked at */
        assert_int_equal(destination(c, DO(DECLINE_WITHDRAWAL)), before[i]);
    }
    for (int status = 2; status <= 4; status += 2) {
        struct case_file c = a_case(MOTCUA__STATUS__PAYMENT_ASKED);
        c.payment_return = status;
        c.withdrawal_return = c.supplement_return = MOTCUA__STATUS__RETURNED;
        assert_int_equal(destination(c, DO(SETTLE_PAYMENT)), status);
    }
}

static void supplied_papers_start_a_case_or_let_it_go_on(void **state)
{
    (void)state;
    struct case_file c = a_case(MOTCUA__STATUS__SUPPLEMENT_ASKED);
    c.supplement_return = MOTCUA__STATUS__SUBMITTED; /* asked at the counter: now it is accepted */
    assert_int_equal(destination(c, DO(ACCEPT_SUPPLEMENT)), MOTCUA__STATUS__ACCEPTED);
    c.supplement_return = MOTCUA__STATUS__IN_PROGRESS;
    assert_int_equal(destination(c, DO(ACCEPT_SUPPLEMENT)), MOTCUA__STATUS__IN_PROGRESS);
}

/* ---- what must be brought ------------------------------------------------------------------------ */

static const struct {
    char letter;
    const char *field;
} needs[] = { { 'r', "reason" }, { 'p', "papers" },      { 'u', "unit" },
              { 's', "result" }, { 't', "received_by" }, { 'd', "due" } };
enum { NEEDS = 6 };

static void take_away(struct act *a, char letter)
{
    switch (letter) {
    case 'r': a->reason = NULL; break;
    case 'p': a->papers_count = 0; break;
    case 'u': a->target_unit = NULL; break;
    case 's': a->result = NULL; break;
    case 't': a->received_by = NULL; break;
    default: a->new_due_ms = 0;
    }
}

/* Without the things of the letters; says which faults there must be. */
static void check_without(const struct arrow *arrow, const char *letters)
{
    struct act a = an_act(arrow->act);
    struct case_file c = case_for(arrow->from[0] - '0', &a);
    Motcua__ProcedurePublished p = procedure_for(&clerks_step);
    struct err err = { 0 };
    unsigned want = 0;
    int to;
    a.counter_roles = a.handling_roles = ROLE_CLERK | ROLE_OFFICER | ROLE_LEADER;
    for (const char *l = letters; *l; l++)
        take_away(&a, *l);
    int rc = case_check(&c, &a, &p, &to, &err);
    for (int i = 0; i < NEEDS; i++)
        if (strchr(letters, needs[i].letter) && strchr(arrow->needs, needs[i].letter)) {
            assert_true(has_fault(&err, needs[i].field, "required"));
            want++;
        }
    assert_int_equal(rc, want ? E_INVALID : 0);
    assert_int_equal(err.faults_count, want);
}

static void each_thing_that_is_missing_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof drawing / sizeof *drawing; i++) {
        if (drawing[i].from[0] == '-')
            continue;
        check_without(&drawing[i], "rpustd");
        for (int k = 0; k < NEEDS; k++)
            check_without(&drawing[i], (char[]){ needs[k].letter, '\0' });
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_as_drawn),
        cmocka_unit_test(nothing_comes_after_the_end),
        cmocka_unit_test(the_way_back_leads_where_the_case_was),
        cmocka_unit_test(supplied_papers_start_a_case_or_let_it_go_on),
        cmocka_unit_test(each_thing_that_is_missing_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* links: services/verification/decide.c services/verification/case.c services/verification/fee.c */
/* links: services/verification/deadline.c services/verification/columns.c */
/* What each move does: the columns it changes and no others, and its line of history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "json.h"
#include "services/verification/columns.h"
#include "status.h"
#include "tests/unit/cases.h"
#include "tests/unit/faults.h"

#define DO(name) MOTCUA__TRANSITION__##name
#define S(name)  MOTCUA__STATUS__##name
static void *ctx;

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

/* A case in which every column has a value, so that whatever is written or cleared shows. */
static struct case_file full_case(int status)
{
    struct case_file c = a_case(status);
    c.version = status == 0 ? 0 : 7;
    c.filed_at = june("01 08:00");
    c.accepted_at = status <= S(SUBMITTED) ? 0 : june("01 09:00");
    c.clock_started_at = c.accepted_at;
    c.due_at = c.accepted_at ? june("08 17:00") : 0;
    c.due_why = "[]";
    c.supplement_return = c.payment_return = c.withdrawal_return = S(IN_PROGRESS);
    c.asked_count = 1;
    c.asked = asked_papers;
    c.paused_at = june("02 07:00");
    c.answer_by = june("04 17:00");
    c.step = 1;
    c.step_started_at = june("02 07:00");
    c.step_due_at = june("03 08:00");
    c.assignee_id = "somebody";
    c.assignee_name = "Võ Thị Mẫu";
    c.fee_no = 1;
    c.fee_dong = 1;
    c.fee_open = true;
    c.fee_before_asked = true;
    c.result = status >= S(FINISHED) ? &a_result : NULL;
    c.finished_at = c.result ? june("02 08:00") : 0;
    return c;
}

static struct act all_roles(Motcua__Transition transition)
{
    struct act a = an_act(transition);
    a.counter_roles = a.handling_roles = ROLE_CLERK | ROLE_OFFICER | ROLE_LEADER;
    a.at_ms = june("02 10:00");
    a.new_due_ms = june("12 17:00");
    return a;
}

static Motcua__ProcedurePublished procedure; /* of the decisions below */

static struct decision *decided(const struct case_file *c, struct act a)
{
    struct err err = { 0 };
    struct decision *d = talloc(ctx, struct decision);
    struct office o = { &office_hours, &procedure };
    int rc = decide(ctx, c, &a, &o, d, &err);
    if (rc)
        fail_msg("%s: %s", transition_name((int)a.transition), err.text);
    return d;
}

/* ---- every effect -------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The columns that differ, in the order of the alphabet. */
static const char *changed(const struct case_file *before, const struct case_file *after)
{
    const char *names[80], *name;
    size_t n = 0;
    json_t *value, *old = json_own(ctx, case_row(ctx, before)), *new = json_own(ctx, case_row(ctx, after));
    char *text = talloc_strdup(ctx, "");
    json_object_foreach (new, name, value)
        if (!json_equal(value, json_object_get(old, name)))
            names[n++] = name;
    json_object_foreach (old, name, value)
        if (!json_object_get(new, name))
            names[n++] = name;
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++)
        text = talloc_asprintf_append_buffer(text, "%s%s", i ? " " : "", names[i]);
    return text;
}

#define ENDS \
    "answer_by assignee_id assignee_name fee_open finished_at paused_at sort_at status step_due_at version"
#define STEPS "assignee_id assignee_name"
static const struct effect {
    Motcua__Transition act;
    int from;
    const char *changes;
} effects[] = {
    { DO(SUBMIT), 0, "status version" },
    { DO(RECEIVE), 0, "accepted_at answer_by clock_started_at due_at paused_at sort_at status version" },
    { DO(ACCEPT), S(SUBMITTED),
      "accepted_at answer_by clock_started_at due_at paused_at sort_at status version" },
    { DO(REFUSE), S(SUBMITTED), ENDS },
    { DO(ASK_SUPPLEMENT), S(SUBMITTED),
      "answer_by asked paused_at sort_at status supplement_count supplement_return version" },
    { DO(ASK_SUPPLEMENT), S(IN_PROGRESS),
      "answer_by asked paused_at sort_at status supplement_count version" },
    { DO(SUPPLY), S(SUPPLEMENT_ASKED), "answer_by papers_supplied sort_at version" },
    { DO(ACCEPT_SUPPLEMENT), S(SUPPLEMENT_ASKED),
      "answer_by " STEPS
      " clock_started_at due_at paused_at sort_at status step_due_at step_started_at version" },
    { DO(SUPPLEMENT_EXPIRED), S(SUPPLEMENT_ASKED), ENDS },
    { DO(FORWARD), S(ACCEPTED), STEPS " handling_unit_code status step_due_at step_started_at version" },
    { DO(STEP), S(IN_PROGRESS), STEPS " step step_due_at step_started_at version" },
    { DO(ASK_PAYMENT), S(IN_PROGRESS),
      "answer_by fee_after_asked fee_dong fee_no paused_at sort_at status version" },
    { DO(SETTLE_PAYMENT), S(PAYMENT_ASKED),
      "answer_by " STEPS
      " due_at fee_open paid_dong paused_at sort_at status step_due_at step_started_at version" },
    { DO(PAYMENT_EXPIRED), S(PAYMENT_ASKED), ENDS },
    { DO(ASK_WITHDRAWAL), S(ACCEPTED), "status version withdrawal_return" },
    { DO(CONFIRM_WITHDRAWAL), S(WITHDRAWAL_ASKED), ENDS },
    { DO(DECLINE_WITHDRAWAL), S(WITHDRAWAL_ASKED), "status version" }, /* back to waiting for the payment */
    { DO(STOP), S(IN_PROGRESS), ENDS },
    { DO(SIGN_RESULT), S(IN_PROGRESS), STEPS " finished_at result status step_due_at version" },
    { DO(SIGN_RESULT), S(ACCEPTED), STEPS " finished_at result status step_due_at version" },
    { DO(HAND_OVER), S(FINISHED), STEPS " received_by returned_at status step_due_at version" },
    { DO(HAND_OVER), S(ACCEPTED),
      STEPS " finished_at received_by result returned_at status step_due_at version" },
    { DO(REOPEN_RESULT), S(FINISHED),
      STEPS " finished_at result status step step_due_at step_started_at version" },
    { DO(REAPPOINT), S(ACCEPTED), "due_at due_why reappointed version" },
    { DO(REAPPOINT), S(IN_PROGRESS), "due_at due_why reappointed version" },
};
enum { EFFECTS = sizeof effects / sizeof *effects };

static struct case_file before(const struct effect *e)
{
    struct case_file c = full_case(e->from);
    procedure = a_procedure();
    procedure.fees = both_fees();
    procedure.n_fees = e->act == DO(ASK_PAYMENT) ? 2 : 0;
    procedure.is_immediate = e->from == S(ACCEPTED);
    c.papers_supplied = e->act == DO(ACCEPT_SUPPLEMENT);
    if (e->act == DO(ASK_PAYMENT) || e->act == DO(ASK_SUPPLEMENT))
        c.fee_open = e->act == DO(ASK_PAYMENT), c.asked_count = 0;
    if (e->act == DO(DECLINE_WITHDRAWAL))
        c.withdrawal_return = S(PAYMENT_ASKED);
    if (e->act == DO(SIGN_RESULT) && e->from == S(IN_PROGRESS))
        c.step = 3;
    return c;
}

static struct act act_of(const struct effect *e)
{
    struct act a = all_roles(e->act);
    a.target_unit = "000.00.03.H07";
    a.amount_dong = 40000;
    if (e->act == DO(HAND_OVER) && e->from == S(FINISHED))
        a.result = NULL; /* it is there already */
    return a;
}

static void each_act_changes_these_columns_and_no_others(void **state)
{
    (void)state;
    for (int i = 0; i < EFFECTS; i++) {
        struct case_file c = before(&effects[i]);
        struct decision *d = decided(&c, act_of(&effects[i]));
        if (strcmp(changed(&c, &d->next), effects[i].changes) != 0)
            fail_msg("%s from %d: %s", transition_name((int)effects[i].act), effects[i].from,
                     changed(&c, &d->next));
    }
}

static void each_act_is_one_line_of_history(void **state)
{
    (void)state;
    for (int i = 0; i < EFFECTS; i++) {
        struct case_file c = before(&effects[i]);
        struct decision *d = decided(&c, act_of(&effects[i]));
        assert_int_equal(d->moves_count, 1);
        assert_int_equal(d->moves[0].transition, effects[i].act);
        assert_int_equal(d->moves[0].status_before, effects[i].from);
        assert_int_equal(d->moves[0].status, d->next.status);
        assert_int_equal(d->moves[0].version, c.version + 1);
        assert_int_equal(d->next.version, c.version + 1);
        assert_int_equal(d->moves[0].at_ms, june("02 10:00"));
        assert_string_equal(d->moves[0].note, "vì");
        bool moved = c.due_at && c.due_at != d->next.due_at;
        assert_int_equal(d->moves[0].due_before, moved ? c.due_at : 0);
        assert_int_equal(d->explains, c.due_at != d->next.due_at && effects[i].act != DO(REAPPOINT));
    }
}

static void what_may_not_be_done_is_not_decided(void **state)
{
    (void)state;
    struct case_file c = full_case(S(RETURNED));
    struct act a = all_roles(DO(STOP)), denied = all_roles(DO(ACCEPT)), bare = all_roles(DO(REFUSE));
    struct case_file filed = full_case(S(SUBMITTED));
    struct office o = { &office_hours, &procedure };
    struct decision *d = talloc(ctx, struct decision);
    struct err err = { 0 };
    procedure = a_procedure();
    assert_int_equal(decide(ctx, &c, &a, &o, d, &err), E_CONFLICT);
    err_clear(&err);
    denied.counter_roles = 0;
    assert_int_equal(decide(ctx, &filed, &denied, &o, d, &err), E_DENIED);
    err_clear(&err);
    bare.reason = NULL;
    assert_int_equal(decide(ctx, &filed, &bare, &o, d, &err), E_INVALID);
    assert_string_equal(faults_text(ctx, &err), "reason:required");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_act_changes_these_columns_and_no_others),
        cmocka_unit_test(each_act_is_one_line_of_history),
        cmocka_unit_test(what_may_not_be_done_is_not_decided),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

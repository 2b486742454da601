/* links: services/verification/change.c services/verification/handle_settled.c */
/* links: services/verification/decide.c */
/* links: services/verification/case.c services/verification/fee.c services/verification/calendar.c */
/* links: services/verification/deadline.c */
/* Load, decide, save against a store that is a list of answers: lost races, repeated events, late
 * payments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "payment.pb-c.h"
#include "services/verification/handlers.h"
#include "tests/unit/cases.h"

#define DO(name) MOTCUA__TRANSITION__##name
#define S(name)  MOTCUA__STATUS__##name

/* ---- instead of store.c, office.c and task.c ----------------------------------------------------- */

static struct {
    struct err err;
    Motcua__ProcedurePublished procedure;
    size_t loads_count, loaded, saves_count, saved;
    struct case_file loads[8]; /* what is found, one after the other; version 0: nothing */
    bool saves[8], seen;
    int store_rc;
    struct case_file next; /* what was saved last */
    struct cause cause;
    const char *by, *hours_of; /* which statement; the unit in whose working time it was decided */
    int refund_no;
    size_t papers;
} script;

static struct task *task; /* only memory */

struct err *task_err(struct task *t)
{
    (void)t;
    return &script.err;
}

int64_t task_now_ms(const struct task *t)
{
    (void)t;
    return june("02 10:00");
}

int store_case(struct task *t, const char *code, const struct id *event, struct case_file *c, bool *found,
               bool *seen)
{
    (void)t, (void)event;
    assert_string_equal(code, "000.00.05.H07-200601-0001");
    assert_in_range(script.loaded, 0, script.loads_count - 1);
    *c = script.loads[script.loaded++];
    *found = c->version > 0;
    *seen = *found && script.seen;
    return script.store_rc;
}

static int save(const char *by, const struct case_file *before, const struct case_file *next,
                const struct cause *cause, bool *saved)
{
    assert_int_equal(before->version, script.loads[script.loaded - 1].version);
    assert_in_range(script.saved, 0, script.saves_count - 1);
    *saved = script.saves[script.saved++];
    script.by = by;
    script.next = *next;
    script.cause = *cause;
    return 0;
}

int store_case_save(struct task *t, const struct case_file *before, const struct decision *d,
                    const struct told *told, const struct cause *cause, bool *saved)
{
    (void)t, (void)told;
    return save("save", before, &d->next, cause, saved);
}

int store_case_supply(struct task *t, const struct case_file *before, const struct decision *d,
                      const struct told *told, Motcua__Paper *const *papers, size_t n, int64_t batch,
                      const struct cause *cause, bool *saved)
{
    (void)t, (void)told, (void)papers;
    script.papers = n * 100 + (size_t)batch;
    return save("supply", before, &d->next, cause, saved);
}

int store_case_paid(struct task *t, const struct case_file *before, const struct case_file *next,
                    int refund_no, const char *reason, const struct cause *cause, bool *saved)
{
    (void)t, (void)reason;
    script.refund_no = refund_no;
    return save("paid", before, next, cause, saved);
}

int office_of(struct task *t, const struct case_file *c, const char *unit, struct office *o)
{
    (void)t, (void)c;
    script.hours_of = unit;
    *o = (struct office){ &office_hours, &script.procedure };
    return 0;
}

int office_told(struct task *t, const struct case_file *c, const struct office *o, const struct actor *actor,
                struct told *told)
{
    (void)t, (void)c, (void)o;
    *told = (struct told){ .actor = actor };
    return 0;
}

/* ---- scenarios ----------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    (void)state;
    memset(&script, 0, sizeof script);
    script.procedure = a_procedure();
    task = talloc_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    talloc_free(task);
    return 0;
}

static struct case_file *loads(int status, int64_t version)
{
    struct case_file *c = &script.loads[script.loads_count++];
    *c = a_case(status);
    c->version = version;
    return c;
}

static void saves(bool saved)
{
    script.saves[script.saves_count++] = saved;
}

/* Everything that was prepared was used. */
static void assert_played(void)
{
    assert_int_equal(script.loaded, script.loads_count);
    assert_int_equal(script.saved, script.saves_count);
}

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

/* ---- changing a case
 * -------------------------------------------------------------------------- */

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

/* ---- a payment
 * -------------------------------------------------------------------------------- */

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
    loads(S(ACCEPTED), 0);
    assert_int_equal(settled(1), E_NOT_FOUND);
    assert_played();
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
        TEST(a_case_that_waits_for_the_payment_goes_on),
        TEST(money_that_comes_elsewhere_is_remembered),
        TEST(a_withdrawal_that_is_declined_after_the_payment_does_not_wait_again),
        TEST(a_payment_counts_once_and_is_not_lost),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

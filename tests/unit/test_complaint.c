/* links: services/feedback/complaint.c services/feedback/complaint_limit.c */
/* links: services/feedback/complaint_words.c services/feedback/complaint_route.c */
/* Every cell of the table — class, state, act, role — against the drawing; and the rules a table cannot say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/complaints.h"
#include "tests/unit/faults.h"

#define HOUR INT64_C(3600000)

/* from: received, detail asked, handling, answered, or - nothing yet. who, for petition, complaint,
 * denunciation in turn ("" never): c clerk, o officer, l leader, i inspector, * whoever sent it, s system.
 * needs: w words, u unit, o outcome. */
static const struct arrow {
    const char *from;
    int act, to; /* to: -1 the same */
    const char *who[COMPLAINT_CLASSES], *needs;
} drawing[] = {
    { "-", ACT_SUBMIT, COMPLAINT_RECEIVED, { "*", "*", "*" }, "w" },
    { "r", ACT_CLASSIFY, -1, { "col", "col", "li" }, "" },
    { "r", ACT_PASS, -1, { "col", "col", "li" }, "wu" },
    { "r", ACT_FORWARD, COMPLAINT_FORWARDED, { "ol", "ol", "li" }, "wu" },
    { "r", ACT_ASK_DETAIL, COMPLAINT_DETAIL_ASKED, { "col", "ol", "li" }, "w" },
    { "d", ACT_SUPPLY_DETAIL, COMPLAINT_RECEIVED, { "*", "*", "*" }, "w" },
    { "rd", ACT_REFUSE, COMPLAINT_REFUSED, { "ol", "l", "l" }, "w" },
    { "r", ACT_ACCEPT, COMPLAINT_IN_HANDLING, { "col", "ol", "li" }, "" },
    { "h", ACT_EXTEND, -1, { "", "l", "l" }, "w" },
    { "h", ACT_TELL, -1, { "", "", "li" }, "" },
    { "h", ACT_ANSWER, COMPLAINT_ANSWERED, { "ol", "l", "l" }, "wo" },
    { "a", ACT_TELL, -1, { "", "col", "li" }, "" },
    { "a", ACT_PUBLISH, -1, { "ol", "ol", "" }, "w" },
    { "a", ACT_REOPEN, COMPLAINT_IN_HANDLING, { "*", "", "*" }, "w" },
    { "a", ACT_APPEAL, COMPLAINT_RECEIVED, { "", "*", "" }, "w" },
    { "rdh", ACT_WITHDRAW, COMPLAINT_WITHDRAWN, { "*", "*", "*" }, "" },
    { "rha", ACT_ESCALATE, -1, { "s", "s", "s" }, "" },
};

static struct calendar calendar;
static int64_t now;

static int set_up(void **state)
{
    (void)state;
    calendar = office_week();
    now = at("2026-08-28 10:00");
    return 0;
}

static const struct arrow *arrow_of(int class, int from, int act)
{
    static const char letters[] = "-rdha???";
    for (size_t i = 0; i < sizeof drawing / sizeof *drawing; i++)
        if (drawing[i].act == act && strchr(drawing[i].from, letters[from]) && *drawing[i].who[class])
            return &drawing[i];
    return NULL;
}

static bool may(const char *who, unsigned role)
{
    static const struct {
        char letter;
        unsigned role;
    } letters[] = { { 'c', ROLE_CLERK },     { 'o', ROLE_OFFICER },   { 'l', ROLE_LEADER },
                    { 'i', ROLE_INSPECTOR }, { '*', ROLE_APPLICANT }, { 's', ROLE_SYSTEM } };
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].role == role && strchr(who, letters[i].letter))
            return true;
    return false;
}

/* In which nothing but state and role can be against the act. */
static struct complaint open_to(int class, int state, int act)
{
    struct complaint c = a_complaint(class, state);
    c.received_at = c.clock_at = now - 2 * HOUR;
    c.accepted_at = state >= COMPLAINT_IN_HANDLING ? now - HOUR : 0;
    c.answered_at = state == COMPLAINT_ANSWERED ? now - HOUR / 2 : 0;
    c.due_at = now + HOUR;
    c.step_due_at = act == ACT_ESCALATE ? now - 1 : now + HOUR;
    return c;
}

static void check_cell(int class, int from, int act, unsigned role)
{
    const struct arrow *arrow = arrow_of(class, from, act);
    const struct complaint c = open_to(class, from, act);
    const struct complaint_doing a = doing(act, role, now);
    struct complaint next;
    struct complaint_move move;
    struct err err = { 0 };
    int want = !arrow ? E_CONFLICT : may(arrow->who[class], role) ? 0 : E_DENIED;
    int got = complaint_decide(&c, &a, &calendar, &next, &move, &err);
    if (got != want)
        fail_msg("%s %s: %s by %#x: %d, not %d (%s)", complaint_class_names[class],
                 complaint_state_names[from], complaint_act_names[act], role, got, want, err.text);
    bool is_allowed = complaint_allowed(&c, role, now, &calendar) & (1u << act);
    assert_int_equal(is_allowed, want == 0);
    if (want == E_CONFLICT)
        assert_string_equal(err.phrase->code, "not_in_this_state");
    if (want)
        return;
    assert_int_equal(next.state, arrow->to < 0 ? from : arrow->to);
    assert_int_equal(next.version, c.version + 1);
    assert_int_equal(move.state_before, from);
}

static void every_cell_is_as_drawn(void **state)
{
    (void)state;
    for (int class = 0; class < COMPLAINT_CLASSES; class ++)
        for (int from = 0; from < COMPLAINT_STATES; from++)
            for (int act = 0; act < COMPLAINT_ACTS; act++)
                for (unsigned role = ROLE_CLERK; role <= ROLE_INSPECTOR; role *= 2)
                    check_cell(class, from, act, role);
}

static const char *faults_without(const struct arrow *arrow, int class, void *ctx)
{
    struct complaint c = open_to(class, strchr("-rdha", *arrow->from) - "-rdha", arrow->act), next;
    struct complaint_doing a = doing(arrow->act, ~0u, now);
    struct complaint_move move;
    struct err err = { 0 };
    a.words = a.unit = NULL;
    a.outcome = OUTCOME_NONE;
    complaint_decide(&c, &a, &calendar, &next, &move, &err);
    return faults_text(ctx, &err);
}

static void every_missing_field_is_named(void **state)
{
    (void)state;
    void *ctx = talloc_new(NULL);
    for (size_t i = 0; i < sizeof drawing / sizeof *drawing; i++)
        for (int class = 0; class < COMPLAINT_CLASSES; class ++) {
            const struct arrow *d = &drawing[i];
            const char *want = talloc_asprintf(ctx, "%s%s%s", strchr(d->needs, 'w') ? "words:required" : "",
                                               strchr(d->needs, 'u') ? " unit:required" : "",
                                               strchr(d->needs, 'o') ? " outcome:required" : "");
            if (*d->who[class])
                assert_string_equal(faults_without(d, class, ctx), want);
        }
    talloc_free(ctx);
}

/* ---- rules a table cannot say --------------------------------------------------------------------- */

static const char *refusal(const struct complaint *c, const struct complaint_doing *a)
{
    struct complaint next;
    struct complaint_move move;
    struct err err = { 0 };
    return complaint_decide(c, a, &calendar, &next, &move, &err) ? err.phrase->code : "";
}

static void it_is_reopened_within_72_hours_and_not_a_millisecond_later(void **state)
{
    (void)state;
    struct complaint c = open_to(CLASS_PETITION, COMPLAINT_ANSWERED, ACT_REOPEN);
    struct complaint_doing a = doing(ACT_REOPEN, ROLE_APPLICANT, c.answered_at + 72 * HOUR);
    assert_string_equal(refusal(&c, &a), "");
    assert_int_equal(complaint_reopen_until(&c, &calendar), a.at_ms);
    a.at_ms++;
    assert_string_equal(refusal(&c, &a), "reopening_over");
}

static void a_complaint_goes_up_once_within_30_days(void **state)
{
    (void)state;
    struct complaint c = open_to(CLASS_COMPLAINT, COMPLAINT_ANSWERED, ACT_APPEAL), next;
    struct complaint_doing a =
        doing(ACT_APPEAL, ROLE_APPLICANT, at("2026-09-28 17:30")); /* the 27th is a Sunday */
    struct complaint_move move;
    struct err err = { 0 };
    assert_int_equal(complaint_decide(&c, &a, &calendar, &next, &move, &err), 0);
    assert_string_equal(next.handling_unit_code, ABOVE);
    assert_true(next.instance == 2 && next.answered_at == 0 && next.outcome == OUTCOME_NONE);
    a.at_ms += 60000;
    assert_string_equal(refusal(&c, &a), "appeal_over");
    a.at_ms = now;
    a.unit_above = NULL;
    assert_string_equal(refusal(&c, &a), "no_unit_above");
    c.instance = 2;
    assert_string_equal(refusal(&c, &a), "appeal_last");
}

static void nothing_becomes_a_denunciation_or_stops_being_one(void **state)
{
    (void)state;
    for (int from = 0; from < COMPLAINT_CLASSES; from++)
        for (int to = 0; to < COMPLAINT_CLASSES; to++) {
            struct complaint c = open_to(from, COMPLAINT_RECEIVED, ACT_CLASSIFY);
            struct complaint_doing a = doing(ACT_CLASSIFY, ROLE_LEADER, now);
            a.class = to;
            bool is_refused = from != to && (from == CLASS_DENUNCIATION || to == CLASS_DENUNCIATION);
            assert_string_equal(refusal(&c, &a), is_refused ? "class_keeps_secret" : "");
        }
}

static void what_is_about_the_head_goes_above_and_not_back(void **state)
{
    (void)state;
    struct complaint c = open_to(CLASS_PETITION, COMPLAINT_RECEIVED, ACT_CLASSIFY), next;
    struct complaint_doing a = doing(ACT_CLASSIFY, ROLE_CLERK, now);
    struct complaint_move move;
    struct err err = { 0 };
    a.is_head = true;
    assert_int_equal(complaint_decide(&c, &a, &calendar, &next, &move, &err), 0);
    assert_string_equal(next.handling_unit_code, ABOVE);
    a = doing(ACT_PASS, ROLE_CLERK, now);
    a.unit = UNIT;
    assert_string_equal(refusal(&next, &a), "unit_is_complained_about");
    a.unit = OTHER;
    a.unit_above = UNIT; /* whoever leads UNIT leads it, too */
    assert_string_equal(refusal(&next, &a), "unit_is_complained_about");
    a.unit_above = ABOVE;
    assert_string_equal(refusal(&next, &a), "");
    a.unit = ABOVE;
    assert_string_equal(refusal(&next, &a), "unit_is_same");
}

static void time_is_extended_as_often_as_the_law_says(void **state)
{
    (void)state;
    static const struct {
        int class, times;
    } rows[] = { { CLASS_COMPLAINT, 1 }, { CLASS_DENUNCIATION, 2 } };
    for (size_t i = 0; i < 2; i++) {
        struct complaint c = open_to(rows[i].class, COMPLAINT_IN_HANDLING, ACT_EXTEND), next;
        struct complaint_doing a = doing(ACT_EXTEND, ROLE_LEADER, now);
        struct complaint_move move;
        struct err err = { 0 };
        for (int n = 0; n < rows[i].times; n++, c = next) {
            assert_int_equal(complaint_decide(&c, &a, &calendar, &next, &move, &err), 0);
            assert_true(n == 0 || next.due_at > c.due_at);
        }
        assert_string_equal(refusal(&c, &a), "extended_most");
    }
}

static void who_is_anonymous_is_not_told(void **state)
{
    (void)state;
    struct complaint c = open_to(CLASS_DENUNCIATION, COMPLAINT_IN_HANDLING, ACT_TELL);
    struct complaint_doing a = doing(ACT_TELL, ROLE_INSPECTOR, now);
    c.is_anonymous = true;
    assert_string_equal(refusal(&c, &a), "nobody_to_tell");
    c.is_anonymous = false;
    c.told_at = c.accepted_at;
    assert_string_equal(refusal(&c, &a), "told_already");
}

static void it_is_escalated_once_for_each_limit(void **state)
{
    (void)state;
    struct complaint c = open_to(CLASS_PETITION, COMPLAINT_RECEIVED, ACT_ESCALATE), next;
    struct complaint_doing a = doing(ACT_ESCALATE, ROLE_SYSTEM, c.step_due_at);
    struct complaint_move move;
    struct err err = { 0 };
    c.clock_at = c.received_at = at("2026-08-03 08:00"); /* so the limit lies behind */
    assert_string_equal(refusal(&c, &a), "not_overdue");
    a.at_ms = now;
    assert_int_equal(complaint_decide(&c, &a, &calendar, &next, &move, &err), 0);
    assert_true(next.is_late && next.escalated_at == now);
    assert_string_equal(next.escalated_unit, ABOVE);
    a.at_ms++;
    assert_string_equal(refusal(&next, &a), "not_overdue");
}

/* ---- whatever people do --------------------------------------------------------------------------- */

static void check_facts(const struct complaint *c)
{
    bool is_answered = c->state == COMPLAINT_ANSWERED, is_closed = c->state > COMPLAINT_ANSWERED;
    assert_int_equal(c->outcome != OUTCOME_NONE, is_answered);
    assert_int_equal(c->answered_at > 0, is_answered);
    assert_true(!c->published_at || (is_answered && c->class != CLASS_DENUNCIATION));
    assert_int_equal(c->closed_at > 0, is_closed);
    assert_true(!is_closed || c->step_due_at == 0);
    assert_true(c->state != COMPLAINT_RECEIVED ||
                (c->step_due_at > c->clock_at && c->due_at > c->step_due_at));
    assert_true(c->state != COMPLAINT_IN_HANDLING ||
                (c->accepted_at && c->step_due_at && c->step_due_at <= c->due_at));
    assert_true(c->instance == 1 || (c->instance == 2 && c->class == CLASS_COMPLAINT));
    assert_true(!c->about_head || strcmp(c->handling_unit_code, c->unit_code) != 0);
}

/* One random act after some hours. Acts that are not allowed change nothing. */
static void act_at_random(struct complaint *c, unsigned *seed, int64_t *when)
{
    struct complaint_move move;
    struct err err = { 0 };
    const struct complaint before = *c;
    *seed = *seed * 1103515245 + 12345;
    *when += (*seed >> 8) % 200 * HOUR + 1;
    struct complaint_doing a = doing((int)((*seed >> 16) % COMPLAINT_ACTS), ~0u, *when);
    a.unit = (const char *const[]){ UNIT, OTHER, ABOVE, OTHER }[*seed >> 6 & 3];
    a.is_head = *seed & 32;
    a.class = *seed & 16 ? -1 : (int)((*seed >> 20) % COMPLAINT_CLASSES);
    if (complaint_decide(&before, &a, &calendar, c, &move, &err) != 0)
        *c = before;
    else
        assert_true(c->version == before.version + 1 && c->is_late >= before.is_late &&
                    c->class <= CLASS_DENUNCIATION);
}

static void whatever_is_done_its_facts_agree(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 3000; n++) {
        unsigned seed = n * 2654435761u;
        int64_t when = now;
        struct complaint c = a_complaint((int)(n % COMPLAINT_CLASSES), COMPLAINT_NEW);
        for (int i = 0; i < 60; i++) {
            act_at_random(&c, &seed, &when);
            if (c.state != COMPLAINT_NEW)
                check_facts(&c);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_as_drawn),
        cmocka_unit_test(every_missing_field_is_named),
        cmocka_unit_test(it_is_reopened_within_72_hours_and_not_a_millisecond_later),
        cmocka_unit_test(a_complaint_goes_up_once_within_30_days),
        cmocka_unit_test(nothing_becomes_a_denunciation_or_stops_being_one),
        cmocka_unit_test(what_is_about_the_head_goes_above_and_not_back),
        cmocka_unit_test(time_is_extended_as_often_as_the_law_says),
        cmocka_unit_test(who_is_anonymous_is_not_told),
        cmocka_unit_test(it_is_escalated_once_for_each_limit),
        cmocka_unit_test(whatever_is_done_its_facts_agree),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}

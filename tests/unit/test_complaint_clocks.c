/* links: services/feedback/complaint.c services/feedback/complaint_limit.c */
/* links: services/feedback/complaint_words.c services/feedback/complaint_route.c */
/* The limits of DOMAIN §10.5 on a calendar with a holiday; who sees what, and where it goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <talloc.h>

#include "tests/unit/complaints.h"

static struct calendar calendar;
static void *ctx;

static int set_up(void **state)
{
    (void)state;
    calendar = office_week();
    ctx = talloc_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

static const char *day_of(int64_t ms)
{
    static char text[CIVIL_TEXT];
    return civil_format(ms, CIVIL_DATE, text);
}

static struct complaint done(struct complaint c, int act, const char *when)
{
    struct complaint_doing a = doing(act, ~0u, at(when));
    struct complaint next;
    struct complaint_move move;
    struct err err = { 0 };
    if (complaint_decide(&c, &a, &calendar, &next, &move, &err) != 0)
        fail_msg("%s on %s: %s", complaint_act_names[act], when, err.text);
    assert_int_equal(move.was_late, move.limit_at && a.at_ms > move.limit_at);
    return next;
}

/* 27/8/2026 is a Thursday, 2/9 a holiday. */
static struct complaint filed(int class)
{
    return done(a_complaint(class, COMPLAINT_NEW), ACT_SUBMIT, "2026-08-27 09:00");
}

/* ---- the table of DOMAIN §10.5 -------------------------------------------------------------------- */

static void each_limit_is_that_of_the_law(void **state)
{
    (void)state;
    static const struct {
        struct complaint_facts facts;
        int duty, days;
        bool working;
    } law[] = {
        { { CLASS_PETITION, 1, 0, false }, DUTY_REFUSE, 2, true },
        { { CLASS_PETITION, 1, 0, false }, DUTY_ASK_DETAIL, 5, true },
        { { CLASS_PETITION, 1, 0, false }, DUTY_PASS, 5, true },
        { { CLASS_PETITION, 1, 0, false }, DUTY_ANSWER, 15, true },
        { { CLASS_PETITION, 1, 0, false }, DUTY_PUBLISH, 2, true },
        { { CLASS_COMPLAINT, 1, 0, false }, DUTY_ACCEPT, 10, false },
        { { CLASS_COMPLAINT, 1, 0, false }, DUTY_ANSWER, 30, false },
        { { CLASS_COMPLAINT, 1, 1, false }, DUTY_ANSWER, 45, false },
        { { CLASS_COMPLAINT, 1, 0, true }, DUTY_ANSWER, 45, false },
        { { CLASS_COMPLAINT, 1, 1, true }, DUTY_ANSWER, 60, false },
        { { CLASS_COMPLAINT, 2, 0, false }, DUTY_ANSWER, 45, false },
        { { CLASS_COMPLAINT, 2, 1, false }, DUTY_ANSWER, 60, false },
        { { CLASS_COMPLAINT, 2, 0, true }, DUTY_ANSWER, 60, false },
        { { CLASS_COMPLAINT, 2, 1, true }, DUTY_ANSWER, 70, false },
        { { CLASS_COMPLAINT, 1, 0, false }, DUTY_TELL_DECIDED, 3, true },
        { { CLASS_COMPLAINT, 2, 0, false }, DUTY_TELL_DECIDED, 7, false },
        { { CLASS_COMPLAINT, 1, 0, false }, DUTY_PUBLISH, 15, false },
        { { CLASS_COMPLAINT, 1, 0, false }, DUTY_APPEAL, 30, false },
        { { CLASS_DENUNCIATION, 1, 0, false }, DUTY_ACCEPT, 7, true },
        { { CLASS_DENUNCIATION, 1, 0, false }, DUTY_FORWARD, 5, true },
        { { CLASS_DENUNCIATION, 1, 0, false }, DUTY_ANSWER, 30, false },
        { { CLASS_DENUNCIATION, 1, 1, false }, DUTY_ANSWER, 60, false },
        { { CLASS_DENUNCIATION, 1, 2, false }, DUTY_ANSWER, 90, false },
        { { CLASS_DENUNCIATION, 1, 0, false }, DUTY_TELL_ACCEPTED, 5, true },
        { { CLASS_DENUNCIATION, 1, 0, false }, DUTY_TELL_DECIDED, 5, true },
    };
    for (size_t i = 0; i < sizeof law / sizeof *law; i++) {
        const struct complaint_limit *l = complaint_limit(&law[i].facts, law[i].duty, at("2026-08-27 09:00"));
        assert_non_null(l);
        assert_int_equal(l->days, law[i].days);
        assert_int_equal(l->is_working_days, law[i].working);
        assert_true(*l->source);
    }
}

static void a_limit_holds_only_while_it_is_in_force(void **state)
{
    (void)state;
    const struct complaint_facts f = { CLASS_PETITION, 1, 0, false };
    assert_null(complaint_limit(&f, DUTY_ANSWER, at("2022-06-22 23:59")));
    assert_non_null(complaint_limit(&f, DUTY_ANSWER, at("2022-06-23 00:00")));
}

/* ---- clocks --------------------------------------------------------------------------------------- */

static void a_petition_has_five_working_days_to_be_taken_up_and_fifteen_to_be_answered(void **state)
{
    (void)state;
    struct complaint c = filed(CLASS_PETITION);
    assert_string_equal(day_of(c.step_due_at), "2026-09-04"); /* a weekend and the holiday in between */
    assert_string_equal(day_of(c.due_at), "2026-09-18");
    c = done(c, ACT_ACCEPT, "2026-08-28 10:00");
    assert_string_equal(day_of(c.step_due_at), "2026-09-18");
    assert_true(c.classified_at == c.accepted_at && !c.is_late);
}

static void a_refusal_after_two_working_days_is_late(void **state)
{
    (void)state;
    assert_false(done(filed(CLASS_PETITION), ACT_REFUSE, "2026-08-31 17:30").is_late);
    assert_true(done(filed(CLASS_PETITION), ACT_REFUSE, "2026-08-31 17:31").is_late);
}

static void the_clock_stands_while_detail_is_asked_for_and_starts_anew(void **state)
{
    (void)state;
    struct complaint c = done(filed(CLASS_PETITION), ACT_ASK_DETAIL, "2026-08-28 10:00");
    assert_true(c.step_due_at == 0);
    c = done(c, ACT_SUPPLY_DETAIL, "2026-09-07 10:00");
    assert_string_equal(day_of(c.step_due_at), "2026-09-14");
    assert_string_equal(day_of(c.due_at), "2026-09-28");
}

static void a_complaint_is_decided_in_thirty_days_from_being_taken_up(void **state)
{
    (void)state;
    struct complaint c = filed(CLASS_COMPLAINT);
    assert_string_equal(day_of(c.step_due_at), "2026-09-07"); /* the 10th day is a Sunday: the Monday */
    c = done(c, ACT_ACCEPT, "2026-08-31 10:00");
    assert_string_equal(day_of(c.due_at), "2026-09-30");
    c = done(c, ACT_EXTEND, "2026-09-15 10:00");
    assert_string_equal(day_of(c.due_at), "2026-10-15");
    c = done(c, ACT_ANSWER, "2026-10-15 17:00");
    assert_true(!c.is_late);
    assert_string_equal(day_of(c.step_due_at),
                        "2026-10-20"); /* sent: three working days; published: 15 days */
    c = done(c, ACT_TELL, "2026-10-19 10:00");
    assert_string_equal(day_of(c.step_due_at), "2026-10-30");
    assert_true(done(c, ACT_PUBLISH, "2026-10-30 10:00").step_due_at == 0);
}

static void what_is_late_is_not_made_timely_by_extending_it(void **state)
{
    (void)state;
    struct complaint c = done(filed(CLASS_COMPLAINT), ACT_ACCEPT, "2026-08-31 10:00"), next;
    struct complaint_doing a = doing(ACT_EXTEND, ROLE_LEADER, c.due_at);
    struct complaint_move move;
    struct err err = { 0 };
    assert_int_equal(complaint_decide(&c, &a, &calendar, &next, &move, &err), 0);
    a.at_ms++;
    assert_int_equal(complaint_decide(&c, &a, &calendar, &next, &move, &err), E_CONFLICT);
    assert_string_equal(err.phrase->code, "extended_late");
}

static void who_denounces_is_told_in_five_working_days_twice(void **state)
{
    (void)state;
    struct complaint c = done(filed(CLASS_DENUNCIATION), ACT_ACCEPT, "2026-09-03 10:00");
    assert_string_equal(day_of(c.step_due_at), "2026-09-10");
    c = done(c, ACT_TELL, "2026-09-04 10:00");
    assert_string_equal(day_of(c.step_due_at), "2026-10-05"); /* 30 days; the 3rd is a Saturday */
    c = done(c, ACT_ANSWER, "2026-09-21 10:00");
    assert_string_equal(day_of(c.step_due_at), "2026-09-28");
    assert_true(done(c, ACT_TELL, "2026-09-22 10:00").step_due_at == 0);
}

static void what_is_reopened_runs_anew(void **state)
{
    (void)state;
    struct complaint c = done(filed(CLASS_PETITION), ACT_ACCEPT, "2026-08-28 10:00");
    c = done(done(c, ACT_ANSWER, "2026-09-07 10:00"), ACT_PUBLISH, "2026-09-08 10:00");
    c = done(c, ACT_REOPEN, "2026-09-09 10:00");
    assert_string_equal(day_of(c.due_at), "2026-09-30");
    assert_true(c.answered_at == 0 && c.published_at == 0 && c.outcome == OUTCOME_NONE);
}

/* ---- where it goes, who sees it ------------------------------------------------------------------- */

static struct actor person(const char *id, const char *name, enum role role, const char *unit)
{
    struct actor a = { .kind = ACCOUNT_STAFF, .grants_count = 1, .grants = { { .role = role } } };
    snprintf(a.account_id, sizeof a.account_id, "%s", id);
    snprintf(a.name, sizeof a.name, "%s", name);
    snprintf(a.grants[0].unit, sizeof a.grants[0].unit, "%s", unit);
    return a;
}

static void it_goes_to_the_unit_or_above_its_head(void **state)
{
    (void)state;
    assert_string_equal(complaint_handler(UNIT, false, ABOVE), UNIT);
    assert_string_equal(complaint_handler(UNIT, true, ABOVE), ABOVE);
    assert_null(complaint_handler(UNIT, true, NULL)); /* never to him */
}

static void whom_it_is_about_has_no_role_in_it(void **state)
{
    (void)state;
    struct complaint c = a_complaint(CLASS_PETITION, COMPLAINT_RECEIVED);
    struct actor him = person("him", "Nguyễn Văn Hòa", ROLE_LEADER, "*");
    assert_int_equal(complaint_roles(ctx, &c, &him), ROLE_LEADER);
    c.about_official = "him";
    assert_int_equal(complaint_roles(ctx, &c, &him), 0);
    c.about_official = "";
    c.about_name = "NGUYEN VAN HOÀ"; /* as people type names */
    assert_int_equal(complaint_roles(ctx, &c, &him), 0);
    static const char *const his[] = { "ông Nguyễn Văn Hòa", "Phó Giám đốc nguyen van hoa, quầy 3",
                                       "Nguyễn Văn Hoà - trưởng phòng" };
    for (size_t i = 0; i < sizeof his / sizeof *his; i++) {
        c.about_name = his[i];
        assert_int_equal(complaint_roles(ctx, &c, &him), 0);
    }
    static const char *const others[] = { "Nguyễn Văn Hòa Bình", "Nguyễn Văn", "Nguyễn Văn Hoàng", "Hòa" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        c.about_name = others[i];
        assert_int_equal(complaint_roles(ctx, &c, &him), ROLE_LEADER);
    }
    c.about_official = "somebody else of that name";
    assert_int_equal(complaint_roles(ctx, &c, &him), ROLE_LEADER);
}

static void nobody_of_a_unit_whose_head_it_is_about_has_a_role_in_it(void **state)
{
    (void)state;
    struct complaint c = a_complaint(CLASS_COMPLAINT, COMPLAINT_RECEIVED);
    struct actor both = person("both", "Cán bộ", ROLE_OFFICER, UNIT);
    both.grants[both.grants_count++] = (struct grant){ ROLE_OFFICER, ABOVE };
    c.handling_unit_code = ABOVE;
    assert_int_equal(complaint_roles(ctx, &c, &both), ROLE_OFFICER);
    c.about_head = true;
    assert_int_equal(complaint_roles(ctx, &c, &both), 0);
    struct actor above = person("above", "Lãnh đạo", ROLE_LEADER, ABOVE);
    assert_int_equal(complaint_roles(ctx, &c, &above), ROLE_LEADER);
}

static void what_is_about_the_head_of_the_province_is_for_nobody_who_acts_in_its_name(void **state)
{
    (void)state;
    struct complaint c = a_complaint(CLASS_DENUNCIATION, COMPLAINT_RECEIVED);
    struct actor leader = person("l", "Lãnh đạo", ROLE_LEADER, "*"),
                 inspector = person("i", "Thanh tra", ROLE_INSPECTOR, "*");
    c.handling_unit_code = OTHER;
    c.about_head = true;
    assert_int_equal(complaint_roles(ctx, &c, &leader), ROLE_LEADER); /* above any other unit */
    c.about_top = true;
    assert_int_equal(complaint_roles(ctx, &c, &leader), 0);
    assert_int_equal(complaint_roles(ctx, &c, &inspector), ROLE_INSPECTOR);
}

static void the_unit_above_acts_once_it_was_escalated(void **state)
{
    (void)state;
    struct complaint c = a_complaint(CLASS_PETITION, COMPLAINT_RECEIVED);
    struct actor leader = person("l", "Lãnh đạo", ROLE_LEADER, ABOVE),
                 clerk = person("c", "Cửa", ROLE_CLERK, ABOVE);
    assert_int_equal(complaint_roles(ctx, &c, &leader), 0);
    c.escalated_unit = ABOVE;
    assert_int_equal(complaint_roles(ctx, &c, &leader), ROLE_LEADER);
    assert_int_equal(complaint_roles(ctx, &c, &clerk), 0);
}

static void a_denunciation_is_read_by_few_and_its_sender_by_fewer(void **state)
{
    (void)state;
    const struct complaint open = a_complaint(CLASS_PETITION, COMPLAINT_RECEIVED),
                           secret = a_complaint(CLASS_DENUNCIATION, COMPLAINT_RECEIVED);
    for (unsigned role = ROLE_CLERK; role <= ROLE_INSPECTOR; role *= 2) {
        bool works = role & (ROLES_READING | ROLE_INSPECTOR);
        assert_int_equal(complaint_is_visible(&open, role), works);
        assert_int_equal(complaint_person_is_visible(&open, role), works);
        assert_int_equal(complaint_is_visible(&secret, role), role == ROLE_LEADER || role == ROLE_INSPECTOR);
        assert_int_equal(complaint_person_is_visible(&secret, role), role == ROLE_INSPECTOR);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_limit_is_that_of_the_law),
        cmocka_unit_test(a_limit_holds_only_while_it_is_in_force),
        cmocka_unit_test(a_petition_has_five_working_days_to_be_taken_up_and_fifteen_to_be_answered),
        cmocka_unit_test(a_refusal_after_two_working_days_is_late),
        cmocka_unit_test(the_clock_stands_while_detail_is_asked_for_and_starts_anew),
        cmocka_unit_test(a_complaint_is_decided_in_thirty_days_from_being_taken_up),
        cmocka_unit_test(what_is_late_is_not_made_timely_by_extending_it),
        cmocka_unit_test(who_denounces_is_told_in_five_working_days_twice),
        cmocka_unit_test(what_is_reopened_runs_anew),
        cmocka_unit_test(it_goes_to_the_unit_or_above_its_head),
        cmocka_unit_test(whom_it_is_about_has_no_role_in_it),
        cmocka_unit_test(nobody_of_a_unit_whose_head_it_is_about_has_a_role_in_it),
        cmocka_unit_test(what_is_about_the_head_of_the_province_is_for_nobody_who_acts_in_its_name),
        cmocka_unit_test(the_unit_above_acts_once_it_was_escalated),
        cmocka_unit_test(a_denunciation_is_read_by_few_and_its_sender_by_fewer),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* links: services/verification/messages.c services/verification/decide.c services/verification/case.c */
/* links: services/verification/fee.c services/verification/deadline.c */
/* What others are told of a move, and how the count of a date reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "json.h"
#include "pb.h"
#include "services/verification/messages.h"
#include "tests/unit/cases.h"

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

static const struct actor clerk = {
    .account_id = "0190", .name = "Võ Thị Mẫu", .title = "Công chức", .department = "Một cửa"
};
static const struct told told = { .unit_name = "Sở Mẫu",
                                  .handling_unit_name = "Phòng Mẫu",
                                  .procedure_name = "Cấp phép",
                                  .step_name = "Thẩm định",
                                  .actor = &clerk };

/* The message of the i-th move, as a listener reads it: packed and unpacked. */
static const Motcua__DossierProgressed *progressed(const struct decision *d, size_t i,
                                                   const struct told *facts)
{
    size_t size;
    Motcua__Official by;
    Motcua__DossierProgressed m;
    progressed_message(d, i, facts, &by, &m);
    const uint8_t *packed = pb_pack(ctx, &m.base, &size);
    const Motcua__DossierProgressed *got =
        pb_unpack(ctx, &motcua__dossier_progressed__descriptor, packed, size);
    assert_non_null(got);
    return got;
}

/* A decision that led to the status by one move. */
static struct decision *decision_to(int status)
{
    struct decision *d = talloc_zero(ctx, struct decision);
    d->next = a_case(status);
    d->next.accepted_at = 11;
    d->next.due_at = 12;
    d->next.answer_by = 13;
    d->next.finished_at = 14;
    d->next.returned_at = 15;
    d->next.step = 2;
    d->next.step_started_at = 16;
    d->next.step_due_at = 17;
    d->next.fee_dong = 15000;
    d->next.fee_no = 2;
    d->next.asked_count = 1;
    d->next.asked = asked_papers;
    d->next.supplement_count = 3;
    d->next.national_code = "G09.20-20260609-0092637";
    d->next.received_by = "Trần Văn Mẫu";
    d->moves_count = 1;
    d->moves[0] = (struct move){ DO(STEP), S(ACCEPTED), status, 8, 20, 9, "vì" };
    return d;
}

/* ---- progress ------------------------------------------------------------------------------------ */

static void the_message_holds_the_whole_public_state(void **state)
{
    (void)state;
    const Motcua__DossierProgressed *m = progressed(decision_to(S(IN_PROGRESS)), 0, &told);
    assert_string_equal(m->code, "000.00.05.H07-200601-0001");
    assert_int_equal(m->status, S(IN_PROGRESS));
    assert_int_equal(m->status_before, S(ACCEPTED));
    assert_int_equal(m->transition, DO(STEP));
    assert_int_equal(m->at_ms, 20);
    assert_string_equal(m->note, "vì");
    assert_string_equal(m->unit_code, "000.00.05.H07");
    assert_string_equal(m->unit_name, "Sở Mẫu");
    assert_string_equal(m->handling_unit_code, "000.00.09.H07");
    assert_string_equal(m->handling_unit_name, "Phòng Mẫu");
    assert_string_equal(m->procedure_code, "1.004363");
    assert_string_equal(m->procedure_name, "Cấp phép");
    assert_string_equal(m->national_code, "G09.20-20260609-0092637");
    assert_string_equal(m->received_by, "Trần Văn Mẫu");
    assert_int_equal(m->supplement_count, 3);
    const int64_t dates[] = {
        m->due_before_ms,  m->accepted_at_ms, m->due_at_ms,          m->answer_by_ms,
        m->finished_at_ms, m->returned_at_ms, m->step_started_at_ms, m->step_due_at_ms
    };
    static const int64_t want[] = { 9, 11, 12, 13, 14, 15, 16, 17 };
    assert_memory_equal(dates, want, sizeof want);
    assert_string_equal(m->step_name, "Thẩm định");
}

static void what_belongs_to_one_status_is_told_in_it_only(void **state)
{
    (void)state;
    for (int status = 1; status < STATES; status++) {
        const Motcua__DossierProgressed *m = progressed(decision_to(status), 0, &told);
        assert_int_equal(m->n_asked_papers, status == S(SUPPLEMENT_ASKED));
        assert_int_equal(m->fee_dong, status == S(PAYMENT_ASKED) ? 15000 : 0);
        assert_int_equal(*m->step_name != '\0', status == S(IN_PROGRESS));
        assert_int_equal(m->step_due_at_ms != 0, status == S(IN_PROGRESS));
        assert_int_equal(m->step_started_at_ms != 0, status == S(IN_PROGRESS));
    }
}

static void a_case_without_steps_has_no_step(void **state)
{
    (void)state;
    struct decision *d = decision_to(S(IN_PROGRESS));
    struct told facts = told;
    d->next.step = 0;
    facts.step_name = NULL;
    const Motcua__DossierProgressed *m = progressed(d, 0, &facts);
    assert_string_equal(m->step_name, "");
    assert_int_equal(m->step_due_at_ms, 0);
}

static void what_is_not_there_is_empty(void **state)
{
    (void)state;
    struct decision *d = decision_to(S(SUBMITTED));
    static const struct told nothing = { 0 };
    d->next.national_code = d->next.received_by = NULL;
    d->moves[0].note = NULL;
    const Motcua__DossierProgressed *m = progressed(d, 0, &nothing);
    assert_string_equal(m->note, "");
    assert_string_equal(m->unit_name, "");
    assert_string_equal(m->received_by, "");
    assert_null(m->by);
    assert_null(m->result);
}

static void the_result_goes_with_the_case(void **state)
{
    (void)state;
    struct decision *d = decision_to(S(FINISHED));
    Motcua__Result result = MOTCUA__RESULT__INIT;
    result.number = (char *)"12/GP";
    d->next.result = &result;
    assert_string_equal(progressed(d, 0, &told)->result->number, "12/GP");
}

/* ---- two moves of one decision ------------------------------------------------------------------- */

static struct decision *accepted_with_a_fee(void)
{
    struct decision *d;
    Motcua__ProcedurePublished p = a_procedure();
    p.n_fees = 1;
    p.fees = both_fees();
    case_after(ctx, a_case(S(SUBMITTED)), DO(ACCEPT), "01 09:00", &p, &d);
    return d;
}

static void the_clerk_did_the_first_move_and_nobody_the_second(void **state)
{
    (void)state;
    struct decision *d = accepted_with_a_fee();
    const Motcua__DossierProgressed *first = progressed(d, 0, &told), *second = progressed(d, 1, &told);
    assert_string_equal(first->by->account_id, "0190");
    assert_string_equal(first->by->name, "Võ Thị Mẫu");
    assert_string_equal(first->by->title, "Công chức");
    assert_string_equal(first->by->department, "Một cửa");
    assert_null(second->by);
}

static void each_of_two_moves_tells_its_own_status(void **state)
{
    (void)state;
    struct decision *d = accepted_with_a_fee();
    const Motcua__DossierProgressed *first = progressed(d, 0, &told), *second = progressed(d, 1, &told);
    assert_int_equal(first->status, S(ACCEPTED));
    assert_int_equal(first->fee_dong, 0);
    assert_int_equal(first->answer_by_ms, 0);
    assert_string_equal(in_june(first->due_at_ms), "08 17:00");
    assert_int_equal(second->status_before, S(ACCEPTED));
    assert_int_equal(second->status, S(PAYMENT_ASKED));
    assert_int_equal(second->fee_dong, 15000);
    assert_string_equal(in_june(second->answer_by_ms), "04 17:00");
}

static void the_fee_says_who_pays_what_until_when(void **state)
{
    (void)state;
    struct decision *d = accepted_with_a_fee();
    Motcua__FeeDue m;
    fee_message(d, &told, &m);
    assert_string_equal(m.code, "000.00.05.H07-200601-0001");
    assert_int_equal(m.request_no, 1);
    assert_int_equal(m.n_lines, 1);
    assert_int_equal(m.lines[0]->amount_dong, 15000);
    assert_string_equal(m.payer_name, "Trần Văn Mẫu");
    assert_string_equal(m.account_id, "a");
    assert_string_equal(m.unit_code, "000.00.05.H07");
    assert_string_equal(m.unit_name, "Sở Mẫu");
    assert_string_equal(m.procedure_code, "1.004363");
    assert_string_equal(m.procedure_name, "Cấp phép");
    assert_string_equal(in_june(m.pay_by_ms), "04 17:00");
    assert_int_equal(m.channel, MOTCUA__CHANNEL__COUNTER);
}

/* ---- explanations -------------------------------------------------------------------------------- */

static const char *line_of(enum reason reason, const char *name, const char *language)
{
    struct explanation *why = talloc_zero(ctx, struct explanation);
    bool is_instant = reason == WHY_STARTS || reason == WHY_OPENS || reason == WHY_ENDS;
    why->count = 1;
    why->lines[0] = (struct because){ .reason = reason,
                                      .at_ms = is_instant ? june("01 09:30") : 0,
                                      .day = is_instant ? 0 : civil_day_of(june("06 00:00")),
                                      .name = name };
    json_t *list = json_own(ctx, explanation_json(why));
    assert_int_equal(json_array_size(list), 1);
    return json_string_value(json_object_get(json_array_get(list, 0), language));
}

static void every_reason_is_a_sentence(void **state)
{
    (void)state;
    static const struct {
        enum reason reason;
        const char *name, *vi, *en;
    } cases[] = {
        { WHY_STARTS, NULL, "Bắt đầu tính từ 09:30 01/06/2020 (thứ Hai).",
          "Counting starts at 09:30 01/06/2020 (Monday)." },
        { WHY_OPENS, NULL, "Ngoài giờ làm việc: tính từ lúc mở cửa 09:30 01/06/2020 (thứ Hai).",
          "Outside working hours: counted from opening at 09:30 01/06/2020 (Monday)." },
        { WHY_REST, NULL, "Không tính 06/06/2020 (thứ Bảy): ngày nghỉ hằng tuần.",
          "Not counted: 06/06/2020 (Saturday), weekly rest." },
        { WHY_SPECIAL, "Quốc khánh", "Không tính 06/06/2020 (thứ Bảy): Quốc khánh.",
          "Not counted: 06/06/2020 (Saturday), Quốc khánh." },
        { WHY_SWAPPED_IN, "Làm bù", "Có tính 06/06/2020 (thứ Bảy): Làm bù.",
          "Counted: 06/06/2020 (Saturday), Làm bù." },
        { WHY_ROLLED, NULL, "Ngày cuối 06/06/2020 (thứ Bảy) không làm việc nên tính ngày làm việc sau.",
          "The last day, 06/06/2020 (Saturday), is no working day: the next one counts." },
        { WHY_ENDS, NULL, "Hẹn trả kết quả lúc 09:30 01/06/2020 (thứ Hai).",
          "The result is due at 09:30 01/06/2020 (Monday)." },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(line_of(cases[i].reason, cases[i].name, "vi"), cases[i].vi);
        assert_string_equal(line_of(cases[i].reason, cases[i].name, "en"), cases[i].en);
    }
}

static void what_is_counted_is_a_sentence(void **state)
{
    (void)state;
    static const struct {
        enum reason reason;
        int64_t amount;
        const char *vi, *en;
    } cases[] = {
        { WHY_MINUTES, 240, "Cộng 4 giờ làm việc.", "Working time added: 4 h." },
        { WHY_MINUTES, 750, "Cộng 12 giờ 30 phút làm việc.", "Working time added: 12 h 30 min." },
        { WHY_WORKDAYS, 15, "Cộng 15 ngày làm việc.", "Working days added: 15." },
        { WHY_DAYS, 30, "Cộng 30 ngày.", "Days added: 30." },
        { WHY_MONTHS, 2, "Cộng 2 tháng.", "Months added: 2." },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct explanation *why = talloc_zero(ctx, struct explanation);
        why->count = 1;
        why->lines[0] = (struct because){ .reason = cases[i].reason, .amount = cases[i].amount };
        const json_t *line = json_array_get(json_own(ctx, explanation_json(why)), 0);
        assert_string_equal(json_string_value(json_object_get(line, "vi")), cases[i].vi);
        assert_string_equal(json_string_value(json_object_get(line, "en")), cases[i].en);
    }
}

static void a_long_name_of_a_day_is_kept_whole(void **state)
{
    (void)state;
    char *name = talloc_strdup(ctx, "");
    for (int n = 0; n < 200; n++) {
        assert_non_null(strstr(line_of(WHY_SPECIAL, name, "vi"), name));
        name = talloc_strdup_append_buffer(name, n % 3 ? "ệ" : "x");
    }
}

static void lines_that_were_not_kept_are_not_shown(void **state)
{
    (void)state;
    struct explanation *why = talloc_zero(ctx, struct explanation);
    why->count = BECAUSE_MAX + 50;
    assert_int_equal(json_array_size(json_own(ctx, explanation_json(why))), BECAUSE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_message_holds_the_whole_public_state),
        cmocka_unit_test(what_belongs_to_one_status_is_told_in_it_only),
        cmocka_unit_test(a_case_without_steps_has_no_step),
        cmocka_unit_test(what_is_not_there_is_empty),
        cmocka_unit_test(the_result_goes_with_the_case),
        cmocka_unit_test(the_clerk_did_the_first_move_and_nobody_the_second),
        cmocka_unit_test(each_of_two_moves_tells_its_own_status),
        cmocka_unit_test(the_fee_says_who_pays_what_until_when),
        cmocka_unit_test(every_reason_is_a_sentence),
        cmocka_unit_test(what_is_counted_is_a_sentence),
        cmocka_unit_test(a_long_name_of_a_day_is_kept_whole),
        cmocka_unit_test(lines_that_were_not_kept_are_not_shown),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

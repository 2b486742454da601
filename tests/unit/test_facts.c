/* links: services/notification/facts.c */
/* Events in the words of the applicant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "pb.h"
#include "services/notification/facts.h"

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

static int64_t at(const char *iso)
{
    int64_t ms;
    assert_true(civil_parse(iso, CIVIL_ISO, &ms));
    return ms;
}

static void moments_read_as_people_say_them(void **state)
{
    (void)state;
    static const struct {
        const char *iso, *vi, *en;
    } rows[] = {
        { "2026-11-27T16:00:00+07:00", "16:00 thứ Sáu 27/11/2026", "4:00 pm, Friday 27 November 2026" },
        { "2026-11-29T00:05:00+07:00", "00:05 Chủ nhật 29/11/2026", "12:05 am, Sunday 29 November 2026" },
        { "2026-11-28T12:30:00+07:00", "12:30 thứ Bảy 28/11/2026", "12:30 pm, Saturday 28 November 2026" },
        { "2024-02-29T07:00:59+07:00", "07:00 thứ Năm 29/02/2024", "7:00 am, Thursday 29 February 2024" },
        { "2026-06-01T23:59:00+07:00", "23:59 thứ Hai 01/06/2026", "11:59 pm, Monday 1 June 2026" },
        { "2026-06-02T11:00:00+07:00", "11:00 thứ Ba 02/06/2026", "11:00 am, Tuesday 2 June 2026" },
        { "2026-06-03T13:00:00+07:00", "13:00 thứ Tư 03/06/2026", "1:00 pm, Wednesday 3 June 2026" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(say_moment(ctx, at(rows[i].iso), false), rows[i].vi);
        assert_string_equal(say_moment(ctx, at(rows[i].iso), true), rows[i].en);
    }
    assert_null(say_moment(ctx, 0, false));
}

static void numbers_of_people_are_hidden(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "CCCD 083300000017 không khớp", "CCCD *********017 không khớp" },
        { "083300000017", "*********017" },
        { "CMND 320123456, số cũ", "CMND ******456, số cũ" },
        { "gọi 0912345678", "gọi 0912345678" }, /* 10: a telephone */
        { "thửa 12345678", "thửa 12345678" },   /* 8 */
        { "1234567890123", "1234567890123" },   /* 13 */
        { "nộp 123.456.789 đồng", "nộp 123.456.789 đồng" },
        { "000.00.01.H07-261127-0001", "000.00.01.H07-261127-0001" },
        { "a083300000017b320123456", "a*********017b******456" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(say_freely(ctx, rows[i].text), rows[i].want);
    assert_null(say_freely(ctx, ""));
}

static Motcua__DossierProgressed full_progress(void)
{
    static Motcua__AskedPaper drawing = MOTCUA__ASKED_PAPER__INIT, card = MOTCUA__ASKED_PAPER__INIT;
    static Motcua__AskedPaper *papers[] = { &drawing, &card };
    static Motcua__Result result = MOTCUA__RESULT__INIT;
    Motcua__DossierProgressed m = MOTCUA__DOSSIER_PROGRESSED__INIT;
    drawing.name = pb_text("Bản vẽ");
    drawing.reason = pb_text("mờ");
    card.component_code = pb_text("CC");
    result.name = pb_text("Giấy phép xây dựng");
    result.number = pb_text("12/GPXD");
    m.transition = MOTCUA__TRANSITION__SIGN_RESULT;
    m.at_ms = at("2026-11-26T09:00:00+07:00");
    m.due_at_ms = at("2026-11-27T16:00:00+07:00");
    m.due_before_ms = at("2026-11-20T16:00:00+07:00");
    m.answer_by_ms = at("2026-12-01T17:00:00+07:00");
    m.note = pb_text("Thiếu chữ ký");
    m.asked_papers = papers;
    m.n_asked_papers = 2;
    m.handling_unit_name = pb_text("Sở Xây dựng");
    m.step_name = pb_text("Thẩm định");
    m.fee_dong = 75000;
    m.result = &result;
    return m;
}

static void a_move_gives_its_facts(void **state)
{
    (void)state;
    struct facts f = { 0 };
    Motcua__DossierProgressed m = full_progress();
    facts_of_progress(ctx, &m, false, &f);
    assert_string_equal(f.value[FACT_AT], "09:00 thứ Năm 26/11/2026");
    assert_string_equal(f.value[FACT_DUE], "16:00 thứ Sáu 27/11/2026");
    assert_string_equal(f.value[FACT_DUE_BEFORE], "16:00 thứ Sáu 20/11/2026");
    assert_string_equal(f.value[FACT_ANSWER_BY], "17:00 thứ Ba 01/12/2026");
    assert_string_equal(f.value[FACT_EARLY], f.value[FACT_DUE]);
    assert_string_equal(f.value[FACT_REASON], "Thiếu chữ ký");
    assert_string_equal(f.value[FACT_PAPERS], "- Bản vẽ: mờ\n- CC");
    assert_string_equal(f.value[FACT_HANDLER], "Sở Xây dựng");
    assert_string_equal(f.value[FACT_STEP], "Thẩm định");
    assert_string_equal(f.value[FACT_AMOUNT], "75.000 đồng");
    assert_string_equal(f.value[FACT_RESULT], "Giấy phép xây dựng (số 12/GPXD)");
    assert_null(f.value[FACT_STEP_DUE]);
    facts_of_progress(ctx, &m, true, &f);
    assert_string_equal(f.value[FACT_RESULT], "Giấy phép xây dựng (No. 12/GPXD)");
}

static void what_an_event_does_not_say_is_no_fact(void **state)
{
    (void)state;
    struct facts f = { 0 };
    Motcua__DossierProgressed m = MOTCUA__DOSSIER_PROGRESSED__INIT;
    facts_of_progress(ctx, &m, false, &f);
    for (int i = 0; i < FACTS; i++)
        assert_null(f.value[i]);
}

static void only_a_result_of_an_earlier_day_is_early(void **state)
{
    (void)state;
    static const struct {
        Motcua__Transition move;
        const char *finished, *due;
        bool is_early;
    } rows[] = {
        { MOTCUA__TRANSITION__SIGN_RESULT, "2026-11-26T23:59:00+07:00", "2026-11-27T16:00:00+07:00", true },
        { MOTCUA__TRANSITION__SIGN_RESULT, "2026-11-27T00:00:00+07:00", "2026-11-27T16:00:00+07:00", false },
        { MOTCUA__TRANSITION__SIGN_RESULT, "2026-11-28T08:00:00+07:00", "2026-11-27T16:00:00+07:00", false },
        { MOTCUA__TRANSITION__HAND_OVER, "2026-11-20T08:00:00+07:00", "2026-11-27T16:00:00+07:00", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts f = { 0 };
        Motcua__DossierProgressed m = MOTCUA__DOSSIER_PROGRESSED__INIT;
        m.transition = rows[i].move;
        m.at_ms = m.finished_at_ms = at(rows[i].finished);
        m.due_at_ms = at(rows[i].due);
        facts_of_progress(ctx, &m, false, &f);
        assert_int_equal(f.value[FACT_EARLY] != NULL, rows[i].is_early);
    }
}

static void payments_give_their_facts(void **state)
{
    (void)state;
    struct facts paid = { 0 }, refunded = { 0 };
    Motcua__PaymentSettled s = MOTCUA__PAYMENT_SETTLED__INIT;
    Motcua__PaymentRefunded r = MOTCUA__PAYMENT_REFUNDED__INIT;
    s.amount_dong = r.amount_dong = 1500000;
    s.settled_at_ms = r.refunded_at_ms = at("2026-11-27T16:00:00+07:00");
    s.receipt_no = pb_text("BL-7");
    r.reason = pb_text("Nộp hai lần");
    facts_of_settled(ctx, &s, false, &paid);
    facts_of_refunded(ctx, &r, true, &refunded);
    assert_string_equal(paid.value[FACT_AMOUNT], "1.500.000 đồng");
    assert_string_equal(paid.value[FACT_RECEIPT], "BL-7");
    assert_string_equal(paid.value[FACT_AT], "16:00 thứ Sáu 27/11/2026");
    assert_string_equal(refunded.value[FACT_AT], "4:00 pm, Friday 27 November 2026");
    assert_string_equal(refunded.value[FACT_REASON], "Nộp hai lần");
}

static void a_dossier_gives_what_every_letter_says(void **state)
{
    (void)state;
    struct facts f = { 0 };
    struct about a = { "Nguyễn Thị Hồng", "X-1", "", "", "https://dvc.example.vn", "Một cửa", "", "tra-cuu" };
    facts_of_dossier(ctx, &a, false, &f);
    assert_string_equal(f.value[FACT_NAME], "Nguyễn Thị Hồng");
    assert_string_equal(f.value[FACT_LINK], "https://dvc.example.vn/tra-cuu#X-1");
    assert_null(f.value[FACT_PROCEDURE]);
    assert_null(f.value[FACT_PHONE]);
    a.name = "";
    facts_of_dossier(ctx, &a, false, &f);
    assert_string_equal(f.value[FACT_NAME], "Quý vị");
    facts_of_dossier(ctx, &a, true, &f);
    assert_string_equal(f.value[FACT_NAME], "applicant");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_read_as_people_say_them),
        cmocka_unit_test(numbers_of_people_are_hidden),
        cmocka_unit_test(a_move_gives_its_facts),
        cmocka_unit_test(what_an_event_does_not_say_is_no_fact),
        cmocka_unit_test(only_a_result_of_an_earlier_day_is_early),
        cmocka_unit_test(payments_give_their_facts),
        cmocka_unit_test(a_dossier_gives_what_every_letter_says),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

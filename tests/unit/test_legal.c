/* links: services/verification/legal.c services/verification/legal_books.c services/verification/issue.c */
/* Each legal form says what the law wants of it, and which moves issue one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/verification/legal.h"
#include "tests/unit/cases.h"
#include "tests/unit/sheets.h"

#define DO(name) MOTCUA__TRANSITION__##name
#define S(name)  MOTCUA__STATUS__##name

static void *ctx;
static struct case_file c;
static Motcua__Applicant person = MOTCUA__APPLICANT__INIT;
static Motcua__ProcedurePublished procedure;
static struct legal facts;
static char *words;

static int64_t at(const char *compact)
{
    int64_t ms = 0;
    assert_true(civil_parse(compact, CIVIL_COMPACT, &ms));
    return ms;
}

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    person.name = (char *)"Nguyễn Thị Hồng Nhung";
    person.id_number = (char *)"083185000001";
    person.address = (char *)"Phường An Hội";
    person.phone = (char *)"0912345678";
    c = a_case(S(ACCEPTED));
    c.summary = "Xin cấp phép";
    c.accepted_at = at("20260205093000");
    c.due_at = at("20260212170000");
    procedure = a_procedure();
    facts = (struct legal){ .c = &c,
                            .applicant = &person,
                            .procedure = &procedure,
                            .calendar = &office_hours,
                            .head = { "UBND tỉnh Bến Tre", "Bến Tre", "https://dvc.example.vn" },
                            .kind = FORM_RECEIPT,
                            .year = 2026,
                            .no = 12,
                            .at_ms = c.accepted_at,
                            .due_at = c.due_at,
                            .unit_name = "Sở Nội vụ",
                            .unit_phone = "",
                            .counter_name = "Trung tâm",
                            .counter_address = "",
                            .handling_name = "Sở Nội vụ",
                            .by_name = "Trần Văn Cửa",
                            .by_title = "Giám đốc",
                            .reason = "Thiếu bản vẽ" };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

static void written(enum form_kind kind)
{
    facts.kind = kind;
    words = sheet_words(ctx, legal_sheet(ctx, &facts));
}

static void says(const char *line)
{
    if (!strstr(words, line))
        print_error("missing: %s\nin:\n%s\n", line, words);
    assert_non_null(strstr(words, line));
}

/* ---- 01 to 04 ------------------------------------------------------------------------------------------ */

static void the_receipt_says_who_what_until_when_and_where(void **state)
{
    (void)state;
    static const struct sheet_paper papers[] = { { "Đơn đề nghị", 1, 2, true }, { "Bản vẽ", 0, 0, false } };
    facts.papers = papers;
    facts.papers_count = 2;
    written(FORM_RECEIPT);
    says("UBND TỈNH BẾN TRE\nSỞ NỘI VỤ\nSố: 12/2026/TNHS\nBến Tre, ngày 05 tháng 02 năm 2026\n");
    says("GIẤY TIẾP NHẬN HỒ SƠ\nVÀ HẸN TRẢ KẾT QUẢ\nMã hồ sơ: 000.00.05.H07-200601-0001\n");
    says("Tiếp nhận hồ sơ của: Nguyễn Thị Hồng Nhung\n");
    says("Số định danh/MST: 083185000001\nHình thức nộp: Trực tiếp\nĐịa chỉ: Phường An Hội\n");
    says("Nội dung yêu cầu giải quyết: Xin cấp phép\n");
    says("1|Đơn đề nghị|1|2|x\n2|Bản vẽ|||\n");
    says("Số lượng hồ sơ: 01 bộ\nThời hạn giải quyết: 05 ngày làm việc\n");
    says(
        "Thời gian nhận hồ sơ: 09:30 05/02/2026\nThời gian trả kết quả giải quyết hồ sơ: 17:00 12/02/2026\n");
    says("Nơi trả kết quả: Trung tâm\nVào Sổ theo dõi hồ sơ: Quyển số 2026, số thứ tự 12\n");
    says("NGƯỜI NỘP HỒ SƠ|NGƯỜI TIẾP NHẬN HỒ SƠ\n|Trần Văn Cửa\n");
}

static void what_is_unknown_stays_empty(void **state)
{
    (void)state;
    person.phone = person.address = (char *)"";
    written(FORM_RECEIPT);
    says("Địa chỉ: \nSố điện thoại: \nEmail: \n");
}

static void a_result_comes_by_post_or_is_given_where_the_counter_is(void **state)
{
    (void)state;
    c.result_by_post = true;
    written(FORM_RECEIPT);
    says("Nơi trả kết quả: Gửi qua dịch vụ bưu chính công ích\n");
    c.result_by_post = false;
    facts.counter_address = "Số 1 Cách Mạng Tháng Tám";
    written(FORM_RECEIPT);
    says("Nơi trả kết quả: Trung tâm, Số 1 Cách Mạng Tháng Tám\n");
}

static void a_request_names_each_paper_and_how_many_of_it(void **state)
{
    (void)state;
    Motcua__Component drawing = MOTCUA__COMPONENT__INIT, *components[] = { &drawing };
    Motcua__AskedPaper known = MOTCUA__ASKED_PAPER__INIT, other = MOTCUA__ASKED_PAPER__INIT;
    Motcua__AskedPaper *asked[] = { &known, &other };
    drawing.code = known.component_code = (char *)"TP1";
    drawing.originals = 1;
    drawing.copies = 2;
    known.name = (char *)"Bản vẽ";
    known.reason = (char *)"Mờ";
    other.name = (char *)"Giấy ủy quyền";
    procedure.components = components;
    procedure.n_components = 1;
    facts.asked = asked;
    facts.asked_count = 2;
    written(FORM_SUPPLEMENT);
    says("Số: 12/2026/BSHS\n");
    says("Hồ sơ của: Nguyễn Thị Hồng Nhung\n");
    says("1|Bản vẽ|1|2|Mờ\n2|Giấy ủy quyền|||\nLý do: Thiếu bản vẽ\n");
    says("liên hệ với Trần Văn Cửa tại Sở Nội vụ hoặc truy cập https://dvc.example.vn để được hướng dẫn.");
    facts.unit_phone = "1022";
    written(FORM_SUPPLEMENT);
    says("tại Sở Nội vụ, số điện thoại 1022, hoặc truy cập https://dvc.example.vn để được hướng dẫn.");
    says("|NGƯỜI HƯỚNG DẪN\n|Trần Văn Cửa\n");
}

static void a_refusal_says_why_and_by_whom(void **state)
{
    (void)state;
    written(FORM_REFUSAL);
    says("Số: 12/2026/TCHS\n");
    says(
        "Qua xem xét, Sở Nội vụ thông báo không tiếp nhận hồ sơ này với lý do cụ thể như sau:\nThiếu bản vẽ\n");
    facts.is_stop = true;
    written(FORM_REFUSAL);
    says("thông báo không giải quyết hồ sơ này");
    says("|GIÁM ĐỐC\n|Trần Văn Cửa\n");
}

static void an_apology_names_both_dates(void **state)
{
    (void)state;
    facts.due_before = at("20260210170000");
    written(FORM_APOLOGY);
    says("Số: 12/2026/XLHT\n");
    says("Kính gửi: Nguyễn Thị Hồng Nhung\n");
    says("Ngày tiếp nhận: 09:30 05/02/2026\nNgày hẹn trả: 17:00 10/02/2026\n");
    says("vào ngày 10/02/2026 như đã ghi");
    says("Lý do: Thiếu bản vẽ\nSở Nội vụ xin lỗi Ông/Bà");
    says("Thời gian hẹn trả mới: 17:00 12/02/2026\n");
}

/* ---- 05, 06 -------------------------------------------------------------------------------------------- */

static void the_slip_has_a_line_for_each_hand_over_and_says_who_was_late(void **state)
{
    (void)state;
    const struct legal_move moves[] = {
        { DO(RECEIVE), 0, S(ACCEPTED), at("20260202090000"), "Trần Văn Cửa", "" },
        { DO(FORWARD), S(ACCEPTED), S(IN_PROGRESS), at("20260202100000"), "Trần Văn Cửa", "" },
        { DO(STEP), S(IN_PROGRESS), S(IN_PROGRESS), at("20260202103000"), "Lê A", "" },   /* of 60 minutes */
        { DO(STEP), S(IN_PROGRESS), S(IN_PROGRESS), at("20260206090000"), "Phạm B", "" }, /* of 600 */
        { DO(SIGN_RESULT), S(IN_PROGRESS), S(FINISHED), at("20260206100000"), "Võ C", "" }, /* of 240 */
        { DO(HAND_OVER), S(FINISHED), S(RETURNED), at("20260209080000"), "Trần Văn Cửa", "" },
    };
    facts.moves = moves;
    facts.moves_count = 6;
    c.received_by = "Nguyễn Thị Hồng Nhung";
    c.finished_at = at("20260206100000");
    written(FORM_CONTROL);
    says("Nguyễn Thị Hồng Nhung|Trung tâm\nTrần Văn Cửa|09:00 02/02/2026||Tiếp nhận hồ sơ\n");
    says("Trung tâm\nTrần Văn Cửa|Sở Nội vụ (Số hóa)|10:00 02/02/2026||Chuyển giải quyết\n");
    says("Sở Nội vụ (Số hóa)\nLê A|Sở Nội vụ (Thẩm định)|10:30 02/02/2026|Đúng hạn|\n");
    says("Sở Nội vụ (Thẩm định)\nPhạm B|Sở Nội vụ (Ký)|09:00 06/02/2026|Quá hạn|\n");
    says("Sở Nội vụ (Ký)\nVõ C|Trung tâm|10:00 06/02/2026|Đúng hạn|Đã ký kết quả\n");
    says("Trung tâm\nTrần Văn Cửa|Nguyễn Thị Hồng Nhung|08:00 09/02/2026||Trả kết quả\n");
    says("Kết quả giải quyết hồ sơ: Trước hạn\n");
}

static void the_register_has_a_line_for_each_dossier(void **state)
{
    (void)state;
    const struct register_row rows[] = {
        { .no = 7,
          .code = "000.00.01.H07-260205-0001",
          .procedure_name = "Cấp phép",
          .applicant_name = "Trần Văn Mẫu",
          .address = "Phường 1",
          .phone = "0912",
          .received_by = "",
          .handling_name = "Sở Nội vụ",
          .accepted_at = at("20260205093000"),
          .due_at = at("20260212170000"),
          .channel = 2,
          .status = S(IN_PROGRESS) },
    };
    struct register_page page = { .head = facts.head,
                                  .unit_name = "Trung tâm",
                                  .year = 2026,
                                  .now_ms = at("20260301080000"),
                                  .rows_count = 1,
                                  .rows = rows };
    words = sheet_words(ctx, legal_register(ctx, &page));
    says("TRUNG TÂM\n\nBến Tre, ngày 01 tháng 3 năm 2026\nSỔ THEO DÕI HỒ SƠ\nQuyển số: 2026\n");
    says("7|000.00.01.H07-260205-0001|Cấp phép|1|Trần Văn Mẫu\nPhường 1\nĐT: 0912|Sở Nội vụ|09:30 05/02/2026|"
         "17:00 12/02/2026||Trực tuyến / Tại nơi nhận||Đang xử lý\n");
}

/* ---- which moves issue one -------------------------------------------------------------------------------
 */

static void a_form_is_issued_by_these_moves_and_no_others(void **state)
{
    (void)state;
    static const enum form_kind expected[DO(REAPPOINT) + 1] = {
        [DO(RECEIVE)] = FORM_RECEIPT, [DO(ACCEPT)] = FORM_RECEIPT, [DO(ASK_SUPPLEMENT)] = FORM_SUPPLEMENT,
        [DO(REFUSE)] = FORM_REFUSAL,  [DO(STOP)] = FORM_REFUSAL,   [DO(REAPPOINT)] = FORM_APOLOGY,
    };
    for (int transition = 0; transition <= DO(REAPPOINT); transition++) {
        struct move m = { .transition = (Motcua__Transition)transition, .at_ms = at("20261231235959") };
        struct issue i = issue_of(&c, &m);
        assert_int_equal(i.kind, expected[transition]);
        assert_int_equal(i.year, 2026);
    }
}

static void papers_that_complete_a_dossier_bring_its_receipt(void **state)
{
    (void)state;
    struct move m = { .transition = DO(ACCEPT_SUPPLEMENT), .status_before = 5, .at_ms = c.accepted_at };
    assert_int_equal(issue_of(&c, &m).kind, FORM_RECEIPT);
    m.at_ms++; /* it was accepted before */
    assert_int_equal(issue_of(&c, &m).kind, FORM_NONE);
}

static void who_handles_a_dossier_issues_what_he_decides(void **state)
{
    (void)state;
    struct move m = { .transition = DO(STOP), .status_before = S(IN_PROGRESS) };
    assert_string_equal(issue_of(&c, &m).unit, "000.00.09.H07");
    m.status_before = S(SUBMITTED);
    assert_string_equal(issue_of(&c, &m).unit, "000.00.05.H07");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_receipt_says_who_what_until_when_and_where),
        TEST(what_is_unknown_stays_empty),
        TEST(a_result_comes_by_post_or_is_given_where_the_counter_is),
        TEST(a_request_names_each_paper_and_how_many_of_it),
        TEST(a_refusal_says_why_and_by_whom),
        TEST(an_apology_names_both_dates),
        TEST(the_slip_has_a_line_for_each_hand_over_and_says_who_was_late),
        TEST(the_register_has_a_line_for_each_dossier),
        TEST(a_form_is_issued_by_these_moves_and_no_others),
        TEST(papers_that_complete_a_dossier_bring_its_receipt),
        TEST(who_handles_a_dossier_issues_what_he_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* links: services/intake/filing_paper.c */
/* What a filing's receipt says on paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/intake/filing_paper.h"
#include "tests/unit/sheets.h"

static void the_receipt_says_who_filed_what_where_and_when(void **state)
{
    (void)state;
    static const struct sheet_paper papers[] = { { "Đơn đề nghị", 1, 0, true }, { "Bản vẽ", 0, 2, false } };
    struct filing_facts f = { .code = "000.00.01.H07-260205-0001",
                              .procedure_name = "Cấp phép",
                              .unit_name = "Sở Xây dựng",
                              .summary = "Xin cấp phép",
                              .name = "Nguyễn Thị Hồng Nhung",
                              .id_number = "083185000001",
                              .phone = "",
                              .address = "Phường An Hội",
                              .qr_text = "https://dvc.example.vn/kiem-tra#MC1.x.y.z",
                              .filed_at_ms = INT64_C(1770258600000),
                              .papers_count = 2,
                              .papers = papers };
    struct sheet *s = filing_paper(NULL, &f);
    const char *words = sheet_words(s, s);
    assert_non_null(strstr(words, "SỞ XÂY DỰNG\n\nngày 05 tháng 02 năm 2026\nGIẤY BIÊN NHẬN\nNỘP HỒ SƠ\n"));
    assert_non_null(
        strstr(words, "Mã hồ sơ: 000.00.01.H07-260205-0001\nNgười nộp hồ sơ: Nguyễn Thị Hồng Nhung\n"));
    assert_non_null(
        strstr(words, "Số định danh/MST: 083185000001\nSố điện thoại: \nĐịa chỉ: Phường An Hội\n"));
    assert_non_null(strstr(words, "Nơi nhận hồ sơ: Sở Xây dựng\nThời gian nộp: 09:30 05/02/2026\n"));
    assert_non_null(strstr(words, "1|Đơn đề nghị|1||x\n2|Bản vẽ||2|\n"));
    assert_string_equal(s->qr, f.qr_text);
    talloc_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_receipt_says_who_filed_what_where_and_when),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

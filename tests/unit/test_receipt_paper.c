/* links: services/payment/receipt_paper.c services/payment/invoice.c */
/* The receipt of a fee says the amount in figures and in words, and phí and lệ phí apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/payment/receipt_paper.h"
#include "tests/unit/sheets.h"

static Motcua__FeeLine phi = MOTCUA__FEE_LINE__INIT, le_phi = MOTCUA__FEE_LINE__INIT;
static Motcua__FeeLine *lines[] = { &phi, &le_phi };
static struct invoice invoice;
static struct receipt_facts facts;

static const char *written(void *ctx)
{
    phi.kind = MOTCUA__FEE_KIND__PHI;
    phi.name = (char *)"Phí thẩm định";
    phi.amount_dong = 1000000;
    le_phi.kind = MOTCUA__FEE_KIND__LE_PHI;
    le_phi.name = (char *)"Lệ phí cấp phép";
    le_phi.amount_dong = 5000;
    facts.invoice = &invoice;
    return sheet_words(ctx, receipt_paper(ctx, &facts));
}

static int set_up(void **state)
{
    *state = talloc_new(NULL);
    invoice = (struct invoice){ .code = "000.00.01.H07-260205-0001",
                                .status = INVOICE_PAID,
                                .payer_name = "Nguyễn Thị Hồng Nhung",
                                .unit_name = "Trung tâm",
                                .procedure_name = "Cấp phép",
                                .total_dong = 1005000,
                                .lines_count = 2,
                                .lines = lines };
    facts = (struct receipt_facts){ .agency = "",
                                    .place = "Bến Tre",
                                    .portal = "",
                                    .year = 2026,
                                    .no = 7,
                                    .issued_at_ms = INT64_C(1770258600000),
                                    .method = "cash",
                                    .ref = "" };
    return 0;
}

static int tear_down(void **state)
{
    return talloc_free(*state);
}

static void the_amount_stands_in_figures_and_in_words(void **state)
{
    const char *words = written(*state);
    assert_non_null(strstr(words, "Tổng số tiền: 1.005.000 đồng\n"));
    assert_non_null(
        strstr(words, "Viết bằng chữ: Một triệu không trăm linh năm nghìn đồng\n")); /* DOMAIN §7 */
}

static void phi_and_le_phi_stand_apart(void **state)
{
    const char *words = written(*state);
    assert_non_null(strstr(words, "1|Phí thẩm định|Phí|1.000.000\n2|Lệ phí cấp phép|Lệ phí|5.000\n"));
    assert_non_null(strstr(words, "\nPhí: 1.000.000 đồng\nLệ phí: 5.000 đồng\n"));
}

static void it_says_who_paid_for_what_how_and_when(void **state)
{
    const char *words = written(*state);
    assert_non_null(strstr(words, "Quyển số: 2026 - Số: 000007\nBến Tre, ngày 05 tháng 02 năm 2026\n"));
    assert_non_null(strstr(words, "Người nộp: Nguyễn Thị Hồng Nhung\nMã hồ sơ: 000.00.01.H07-260205-0001\n"));
    assert_non_null(strstr(words, "Hình thức: Tiền mặt\nThời gian: 09:30 05/02/2026\n"));
    assert_null(strstr(words, "Mã giao dịch"));
    facts.method = "transfer";
    facts.ref = "FT26036";
    words = written(*state);
    assert_non_null(
        strstr(words, "Hình thức: Chuyển khoản\nThời gian: 09:30 05/02/2026\nMã giao dịch: FT26036\n"));
}

static void money_that_went_back_is_marked(void **state)
{
    assert_null(strstr(written(*state), "Đã hoàn trả"));
    invoice.status = INVOICE_REFUNDED;
    assert_non_null(strstr(written(*state), "Đã hoàn trả\n"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_amount_stands_in_figures_and_in_words),
        TEST(phi_and_le_phi_stand_apart),
        TEST(it_says_who_paid_for_what_how_and_when),
        TEST(money_that_went_back_is_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

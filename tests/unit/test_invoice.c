/* links: services/payment/invoice.c services/payment/return_url.c */
/* Invoices: what verification may ask for, lines, what giving back does, numbers of receipts; where payers
 * may return. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "json.h"
#include "money.h"
#include "pb.h"
#include "services/payment/invoice.h"
#include "services/payment/return_url.h"

static Motcua__FeeLine fee, charge;
static Motcua__FeeLine *both[] = { &fee, &charge };

static Motcua__FeeDue fee_due(void)
{
    Motcua__FeeDue m = MOTCUA__FEE_DUE__INIT;
    motcua__fee_line__init(&fee);
    motcua__fee_line__init(&charge);
    fee.kind = MOTCUA__FEE_KIND__PHI;
    fee.code = pb_text("P1");
    fee.name = pb_text("Phí thẩm định");
    fee.amount_dong = 150000;
    fee.when = MOTCUA__FEE_WHEN__BEFORE;
    charge.kind = MOTCUA__FEE_KIND__LE_PHI;
    charge.code = pb_text("L1");
    charge.name = pb_text("Lệ phí “cấp” giấy");
    charge.amount_dong = 8000;
    m.code = pb_text("000.00.01.H07-200421-0001");
    m.request_no = 1;
    m.unit_code = pb_text("000.00.01.H07");
    m.n_lines = 2;
    m.lines = both;
    return m;
}

static void lines_keep_their_kinds_and_come_back(void **state)
{
    (void)state;
    void *ctx = talloc_new(NULL);
    struct err err = { 0 };
    struct invoice v, back = { 0 };
    Motcua__FeeDue m = fee_due();
    assert_int_equal(invoice_from_fee_due(&m, &v, &err), 0);
    assert_int_equal(v.status, INVOICE_OPEN);
    assert_int_equal(v.total_dong, 158000);
    assert_int_equal(invoice_sum(&v, MOTCUA__FEE_KIND__PHI), 150000);
    assert_int_equal(invoice_sum(&v, MOTCUA__FEE_KIND__LE_PHI), 8000);
    const char *text = json_print(ctx, json_own(ctx, invoice_lines_json(&v)));
    assert_int_equal(invoice_lines_read(ctx, text, &back, &err), 0);
    assert_int_equal(back.lines_count, 2);
    assert_string_equal(back.lines[1]->name, charge.name);
    assert_int_equal(back.lines[1]->kind, MOTCUA__FEE_KIND__LE_PHI);
    assert_int_equal(back.lines[0]->when, MOTCUA__FEE_WHEN__BEFORE);
    assert_int_equal(back.lines[1]->when, MOTCUA__FEE_WHEN__FEE_WHEN_UNSPECIFIED);
    assert_string_equal(json_print(ctx, json_own(ctx, invoice_lines_json(&back))), text);
    assert_int_equal(invoice_lines_read(ctx, "[{\"kind\":\"phi\"}]", &back, &err), E_BUG);
    talloc_free(ctx);
}

static void money_is_for_it_from_the_day_before_on(void **state)
{
    (void)state;
    static const struct {
        const char *made, *paid;
        bool fits;
    } rows[] = {
        { "2026-11-23T00:00:01+07:00", "2026-11-22T00:00:00+07:00", true },
        { "2026-11-23T00:00:01+07:00", "2026-11-21T23:59:59+07:00", false },
        { "2026-11-23T23:59:59+07:00", "2026-11-22T00:00:00+07:00", true },
        { "2026-11-23T23:59:59+07:00", "2027-11-23T00:00:00+07:00", true }, /* late is not early */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t paid;
        struct invoice v = { 0 };
        assert_true(civil_parse(rows[i].made, CIVIL_ISO, &v.created_at_ms));
        assert_true(civil_parse(rows[i].paid, CIVIL_ISO, &paid));
        assert_int_equal(invoice_may_be_paid_at(&v, paid), rows[i].fits);
    }
}

static void nothing_to_pay_is_paid_at_once(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct invoice v;
    Motcua__FeeDue m = fee_due();
    fee.amount_dong = charge.amount_dong = 0;
    assert_int_equal(invoice_from_fee_due(&m, &v, &err), 0);
    assert_int_equal(v.status, INVOICE_PAID);
    assert_int_equal(invoice_given_back(&v), INVOICE_VOID);
    m.n_lines = 0;
    assert_int_equal(invoice_from_fee_due(&m, &v, &err), 0);
    assert_int_equal(v.total_dong, 0);
}

static void breaks_code(Motcua__FeeDue *m)
{
    m->code = pb_text("no code");
}
static void breaks_request(Motcua__FeeDue *m)
{
    m->request_no = 0;
}
static void breaks_unit(Motcua__FeeDue *m)
{
    m->unit_code = pb_text("");
}
static void breaks_kind(Motcua__FeeDue *m)
{
    m->lines[1]->kind = MOTCUA__FEE_KIND__FEE_KIND_UNSPECIFIED;
}
static void breaks_amount(Motcua__FeeDue *m)
{
    m->lines[0]->amount_dong = -1;
}
static void breaks_total(Motcua__FeeDue *m)
{
    m->lines[0]->amount_dong = MONEY_MAX;
}
static void breaks_count(Motcua__FeeDue *m)
{
    m->n_lines = LINES_MAX + 1;
}

static void what_cannot_be_owed_is_refused(void **state)
{
    (void)state;
    void (*const breaks[])(Motcua__FeeDue *) = { breaks_code,   breaks_request, breaks_unit, breaks_kind,
                                                 breaks_amount, breaks_total,   breaks_count };
    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
        struct err err = { 0 };
        struct invoice v;
        Motcua__FeeDue m = fee_due();
        breaks[i](&m);
        assert_int_equal(invoice_from_fee_due(&m, &v, &err), E_INVALID);
    }
}

static void status_says_what_may_happen(void **state)
{
    (void)state;
    static const struct {
        enum invoice_status status, given_back;
        const char *words; /* of a refusal to pay */
    } rows[] = {
        { INVOICE_OPEN, INVOICE_VOID, NULL },
        { INVOICE_PAID, INVOICE_REFUNDING, "already_paid" },
        { INVOICE_VOID, INVOICE_STATUSES, "not_due" },
        { INVOICE_REFUNDING, INVOICE_STATUSES, "being_refunded" },
        { INVOICE_REFUNDED, INVOICE_STATUSES, "was_refunded" },
    };
    assert_int_equal(sizeof rows / sizeof *rows, INVOICE_STATUSES);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = { 0 };
        enum invoice_status back;
        struct invoice v = { .status = rows[i].status, .total_dong = 1 };
        assert_int_equal(invoice_given_back(&v), rows[i].given_back);
        assert_int_equal(invoice_check_open(&v, &err), rows[i].words ? E_CONFLICT : 0);
        if (rows[i].words)
            assert_string_equal(err.phrase->code, rows[i].words);
        assert_true(invoice_status_parse(invoice_status_name(rows[i].status), &back));
        assert_int_equal(back, rows[i].status);
    }
}

static void the_first_open_invoice_is_the_one_to_pay(void **state)
{
    (void)state;
    struct invoices list = { .count = 3,
                             .list = { { .request_no = 1, .status = INVOICE_PAID },
                                       { .request_no = 2, .status = INVOICE_OPEN },
                                       { .request_no = 3, .status = INVOICE_OPEN } } };
    assert_int_equal(invoices_to_pay(&list)->request_no, 2);
    list.list[1].status = list.list[2].status = INVOICE_VOID;
    assert_int_equal(invoices_to_pay(&list)->request_no, 3);
    assert_ptr_equal(invoices_find(&list, 2), &list.list[1]);
    assert_null(invoices_find(&list, 4));
}

static void receipts_are_numbered_by_unit_and_year(void **state)
{
    (void)state;
    char number[RECEIPT_TEXT];
    assert_string_equal(receipt_no_format("000.00.01.H07", 2026, 1, number), "000.00.01.H07/2026/000001");
    assert_string_equal(receipt_no_format("H07.15.3", 2026, 1234567, number), "H07.15.3/2026/1234567");
}

static void payers_return_to_our_pages_only(void **state)
{
    (void)state;
    static const char origins[] = "https://dvc.example.vn http://localhost:8080";
    static const struct {
        const char *wanted, *url; /* NULL: refused */
    } rows[] = {
        { NULL, "https://dvc.example.vn/api/payment/vnpay/return" },
        { "/nop-phi/xong?a=1", "https://dvc.example.vn/nop-phi/xong?a=1" },
        { "http://localhost:8080/x", "http://localhost:8080/x" },
        { "https://dvc.example.vn", "https://dvc.example.vn" },
        { "https://dvc.example.vn?x=1", "https://dvc.example.vn?x=1" },
        { "https://dvc.example.vn.evil.example/", NULL },
        { "https://dvc.example.vn@evil.example/", NULL },
        { "https://dvc.example.vn:444/", NULL },
        { "http://localhost:80801/x", NULL },
        { "//evil.example/x", NULL },
        { "javascript:alert(1)", NULL },
        { "/x y", NULL },
        { "", NULL },
    };
    void *ctx = talloc_new(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = { 0 };
        const char *url;
        int rc = return_url_resolve(ctx, origins, rows[i].wanted, &url, &err);
        assert_int_equal(rc, rows[i].url ? 0 : E_INVALID);
        if (rows[i].url)
            assert_string_equal(url, rows[i].url);
    }
    struct err err = { 0 };
    const char *url;
    char *longest = talloc_asprintf(ctx, "/%0*d", 254 - (int)strlen("https://dvc.example.vn"), 0);
    assert_int_equal(return_url_resolve(ctx, origins, longest, &url, &err), 0);
    assert_int_equal(return_url_resolve(ctx, origins, talloc_asprintf(ctx, "%s0", longest), &url, &err),
                     E_INVALID);
    talloc_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_keep_their_kinds_and_come_back),
        cmocka_unit_test(money_is_for_it_from_the_day_before_on),
        cmocka_unit_test(nothing_to_pay_is_paid_at_once),
        cmocka_unit_test(what_cannot_be_owed_is_refused),
        cmocka_unit_test(status_says_what_may_happen),
        cmocka_unit_test(the_first_open_invoice_is_the_one_to_pay),
        cmocka_unit_test(receipts_are_numbered_by_unit_and_year),
        cmocka_unit_test(payers_return_to_our_pages_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* links: services/payment/purpose.c services/payment/statement.c services/payment/invoice.c */
/* Transfers: finding a dossier again in what banks make of its code, and what a statement's rows pay. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "services/payment/purpose.h"
#include "services/payment/statement.h"
#include "tests/unit/payment.h"

static void a_purpose_is_short_and_plain(void **state)
{
    (void)state;
    char compact[COMPACT_TEXT];
    assert_string_equal(code_compact("000.00.01.H07-200421-0001", compact), "0000001H072004210001");
    assert_string_equal(code_compact("g09.20-20260609-0092637", compact), "G0920202606090092637");
    assert_string_equal(purpose_text(ctx, "H07.15.3-200421-0001"), "NOP PHI H071532004210001");
    assert_true(strlen(purpose_text(ctx, "H07.123.123.123-20200421-1234567")) <= PURPOSE_MAX);
    assert_string_equal(plain_capitals(ctx, "Trung tâm Phục vụ hành chính công (tỉnh Bến Tre)"),
                        "TRUNG TAM PHUC VU HANH CHINH CONG TINH BEN TRE");
}

/* Place of the code among the candidates; -1: it is not found. */
static int rank_of(const char *text, const char *code)
{
    char codes[PURPOSE_CODES_MAX][COMPACT_TEXT], compact[COMPACT_TEXT];
    size_t n = purpose_codes(text, codes);
    code_compact(code, compact);
    for (size_t i = 0; i < n; i++)
        if (strcmp(codes[i], compact) == 0)
            return (int)i;
    return -1;
}

static void a_code_is_found_in_what_banks_make_of_it(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
        int most; /* place among the candidates */
    } rows[] = {
        { "000.00.01.H07-200421-0001", "000.00.01.H07-200421-0001", 0 },
        { "0000001H072004210001", "000.00.01.H07-200421-0001", 0 },
        { "000 00 01 h07 200421 0001", "000.00.01.H07-200421-0001", 0 },
        { "LP H07200421 0001", "H07-200421-0001", 0 },
        { "NOP PHI 0000001H072004210001", "000.00.01.H07-200421-0001", 0 },
        { "NOP PHI 0000001H072004210001 NGUYEN VAN A chuyen tien", "000.00.01.H07-200421-0001", 0 },
        { "MBVCB.3012345678.0000001H072004210001.CT tu 0071001234567", "000.00.01.H07-200421-0001", 8 },
        { "MBVCB.3012345678.H07.15.3-200421-0001.CT tu 0071001234567", "H07.15.3-200421-0001", 8 },
        { "IBFT0000001H072004210001", "000.00.01.H07-200421-0001", 0 },
        { "Nộp phí hồ sơ H07.15-200421-1234567", "H07.15-200421-1234567", 0 },
        { "H07152004210001 20042020", "H07.15-200421-0001", 0 },
        { "G09.20-20260609-0092637", "G09.20-20260609-0092637", 1 }, /* "G09.20-20260609" might be one, too */
        { "FT2412345 nop phi 0000001H072004210001", "000.00.01.H07-200421-0001", 0 },
        { "0000001H07200421000120042020", "000.00.01.H07-200421-0001", 19 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int rank = rank_of(rows[i].text, rows[i].code);
        if (rank < 0 || rank > rows[i].most)
            fail_msg("\"%s\": %s is at place %d", rows[i].text, rows[i].code, rank);
    }
}

static void other_codes_are_not_found(void **state)
{
    (void)state;
    assert_int_equal(rank_of("chuyen tien hoc phi", "H07-200421-0001"), -1);
    assert_int_equal(rank_of("0000001H072004210001", "H07-200421-0001"),
                     -1); /* the tail of another unit's code */
    assert_int_equal(rank_of("000.00.01.H07-200421-0001", "H07-200421-0001"), -1);
    assert_int_equal(rank_of("000 00 01 H07 200421 0001", "H07-200421-0001"), -1);
    assert_int_equal(rank_of("0000002H072004210001", "000.00.01.H07-200421-0001"), -1);
    assert_int_equal(rank_of("0000001H07200421000", "000.00.01.H07-200421-0001"), -1);
    char codes[PURPOSE_CODES_MAX][COMPACT_TEXT];
    char *longest = talloc_strdup(ctx, "");
    for (int i = 0; i < 100; i++)
        longest = talloc_strdup_append(longest, "H12345678901234567890123456 ");
    assert_int_equal(purpose_codes(longest, codes), PURPOSE_CODES_MAX);
}

/* ---- statements ---- */

static void a_row_is_read_or_says_which_column_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int64_t amount; /* 0: refused */
        const char *column;
    } rows[] = {
        { "2026-11-23,8000,NOP PHI,FT1", 8000, NULL },
        { "23/11/2026,\"1,500,000\",NOP PHI,FT1", 1500000, NULL },
        { "23/11/2026,1.500.000,NOP PHI,FT1", 1500000, NULL },
        { "2026-11-23,\"8,000.00\",NOP PHI,FT1", 8000, NULL },
        { "2026-11-23T09:30:15+07:00,999999999999,X,FT1", 999999999999, NULL },
        { "23.11.2026,8000,NOP PHI,FT1", 0, "date" },
        { "2026-11-23,-8000,NOP PHI,FT1", 0, "amount" },
        { "2026-11-23,80.00.0,NOP PHI,FT1", 0, "amount" },
        { "2026-11-23,8.5,NOP PHI,FT1", 0, "amount" },
        { "2026-11-23,8000.000,NOP PHI,FT1", 0, "amount" },
        { "2026-11-23,1.50.000,NOP PHI,FT1", 0, "amount" },
        { "2026-11-23,0,NOP PHI,FT1", 0, "amount" },
        { "2026-11-23,9999999999999,X,FT1", 0, "amount" },
        { "2026-11-23,.000,NOP PHI,FT1", 0, "amount" },
        { "2026-11-23,8000,,FT1", 0, "purpose" },
        { "2026-11-23,8000,NOP PHI,", 0, "bank_ref" },
        { "2026-11-23", 0, "amount" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = { 0 };
        struct csv_file *csv;
        struct statement_row row = { 0 };
        char *text = talloc_asprintf(ctx, "date,amount,purpose,bank_ref\n%s\n", rows[i].line);
        assert_int_equal(csv_read(ctx, text, strlen(text), NULL, &csv, &err), 0);
        assert_int_equal(statement_read(csv, &csv->rows[0], &row, &err), rows[i].column ? E_INVALID : 0);
        if (rows[i].column)
            assert_string_equal(err.faults[0].field, rows[i].column);
        else
            assert_int_equal(row.amount_dong, rows[i].amount);
    }
}

static struct invoice owed(const char *code, uint32_t request_no, enum invoice_status status, int64_t total)
{
    struct invoice v = { .request_no = request_no, .status = status, .total_dong = total };
    snprintf(v.code, sizeof v.code, "%s", code);
    return v;
}

static void a_row_pays_the_invoice_it_is_most_like(void **state)
{
    (void)state;
    const char codes[2][COMPACT_TEXT] = { "H071532004210001", "H0715320042100012" };
    struct invoices list = { .count = 3,
                             .list = { owed("H07.15.3-200421-0001", 1, INVOICE_PAID, 8000),
                                       owed("H07.15.3-200421-0001", 2, INVOICE_OPEN, 20000),
                                       owed("H07.15.3-200421-00012", 1, INVOICE_OPEN, 8000) } };
    assert_ptr_equal(statement_match(&list, codes, 2, 20000), &list.list[1]);
    assert_ptr_equal(statement_match(&list, codes, 2, 8000), &list.list[0]); /* paid twice: it goes back */
    assert_ptr_equal(statement_match(&list, codes, 2, 5), &list.list[1]);
    assert_ptr_equal(statement_match(&list, codes + 1, 1, 8000), &list.list[2]);
    assert_null(statement_match(&list, codes, 0, 8000));
    list.list[2] = owed("H07.1.53-200421-0001", 1, INVOICE_OPEN, 20000); /* the same letters and digits */
    assert_null(statement_match(&list, codes, 1, 20000));
    assert_ptr_equal(statement_match(&list, codes, 1, 8000), &list.list[0]);
    list.list[2].total_dong = 30000;
    assert_ptr_equal(statement_match(&list, codes, 1, 30000), &list.list[2]);
    assert_null(statement_match(&list, codes, 1, 5));
    list.list[0] =
        owed("H07.15.3-200421-0001", 1, INVOICE_OPEN, 20000); /* like the second one: the first is paid */
    assert_ptr_equal(statement_match(&list, codes, 1, 20000), &list.list[0]);
    list.list[1] =
        owed("H07.1.53-200421-0001", 2, INVOICE_OPEN, 20000); /* two are alike, the third is better */
    assert_ptr_equal(statement_match(&list, codes, 1, 30000), &list.list[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_purpose_is_short_and_plain),
        cmocka_unit_test(a_code_is_found_in_what_banks_make_of_it),
        cmocka_unit_test(other_codes_are_not_found),
        cmocka_unit_test(a_row_is_read_or_says_which_column_is_wrong),
        cmocka_unit_test(a_row_pays_the_invoice_it_is_most_like),
    };
    return cmocka_run_group_tests(tests, group_open, group_close);
}

/* links: services/intake/catalogue_csv.c services/intake/catalogue.c */
/* Lines of published tables: what each column brings, what is left out and named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/intake/catalogue_csv.h"

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

static struct csv_file *table(const char *text, size_t size)
{
    struct err err = { 0 };
    struct csv_file *csv;
    assert_int_equal(csv_read(ctx, text, size, NULL, &csv, &err), 0);
    return csv;
}

/* The columns beside code and name, and their values: the members they bring, as JSON without braces; then
 * "!column" for each warning. */
static const char *brought(const char *columns, const char *values)
{
    struct err err = { 0 };
    struct warnings warnings = { 0 };
    json_t *patch;
    const char *text = talloc_asprintf(ctx, "code,name,%s\n1.004363,Ten,%s\n", columns, values);
    struct csv_file *csv = table(text, strlen(text));
    assert_int_equal(catalogue_row(ctx, csv, &csv->rows[0], &patch, &warnings, &err), 0);
    assert_string_equal(json_string_value(json_object_get(patch, "code")), "1.004363");
    assert_string_equal(json_string_value(json_object_get(patch, "name")), "Ten");
    json_object_del(patch, "code");
    json_object_del(patch, "name");
    char *out = json_print(ctx, patch);
    out = talloc_strndup(ctx, out + 1, strlen(out) - 2);
    for (size_t i = 0; i < warnings.count; i++) {
        assert_int_equal(warnings.list[i].line, 2);
        assert_true(*warnings.list[i].remedy);
        out = talloc_asprintf_append_buffer(out, "!%s", warnings.list[i].column);
    }
    return out;
}

struct row {
    const char *columns, *values, *want;
};

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_string_equal(brought(rows[i].columns, rows[i].values), rows[i].want);
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void words_are_copied_to_their_members(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "field", "Báo chí", "\"field\":\"Báo chí\"" },
        { "field_code", "G14-TT21", "\"field_code\":\"G14-TT21\"" },
        { "decision_no", "2628/QĐ-BTC", "\"decision_no\":\"2628/QĐ-BTC\"" },
        { "result_name", "Giấy phép", "\"result_name\":\"Giấy phép\"" },
        { "implementing_agency,competent_agency", "Sở A,Sở B", "\"agency\":\"Sở A\"" },
        { "implementing_agency,competent_agency", ",Sở B", "\"agency\":\"Sở B\"" },
        { "legal_basis_codes", "54/2014/QH13;;92/2015/TT-BTC;",
          "\"legal_basis\":[\"54/2014/QH13\",\"92/2015/TT-BTC\"]" },
        { "field,decision_no,legal_basis_codes", ",,", "" },
        { "row_id,source_ref", "7,https://example.vn", "" },
    };
    CHECK_ROWS(rows);
}

static void levels_come_from_flags_or_from_words(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "lvl_province,lvl_district,lvl_commune", "1,0,1", "\"levels\":[\"province\",\"commune\"]" },
        { "lvl_province,lvl_district,lvl_commune", "0,0,0", "\"levels\":[]" },
        { "levels,lvl_province,lvl_district,lvl_commune", "Cấp xã,1,0,0", "\"levels\":[\"province\"]" },
        { "levels", "Cấp Xã", "\"levels\":[\"commune\"]" },
        { "levels", "Cấp Tỉnh; Cấp Huyện", "\"levels\":[\"province\",\"district\"]" },
        { "levels", "Cấp bộ", "\"levels\":[]" },
        { "field", "x", "\"field\":\"x\"" },
    };
    CHECK_ROWS(rows);
}

static void subjects_come_from_words_outside_brackets(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "target_subjects", "Công dân Việt Nam", "\"subjects\":[\"citizen\"]" },
        { "target_subjects", "\"Cá nhân, Doanh nghiệp\"", "\"subjects\":[\"citizen\",\"business\"]" },
        { "target_subjects", "\"Tổ chức (không bao gồm doanh nghiệp, HTX)\"",
          "\"subjects\":[\"other_organisation\"]" },
        { "target_subjects", "Người nước ngoài", "\"subjects\":[\"citizen\"]" },
        { "target_subjects", "Hợp tác xã; Cán bộ", "\"subjects\":[\"business\",\"state_agency\"]" },
        { "target_subjects", "Khác (", "\"subjects\":[]" },
    };
    CHECK_ROWS(rows);
}

static void the_online_level_is_full_or_partial(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "online_level", "toàn trình", "\"online_level\":\"full\"" },
        { "online_level", "Một phần", "\"online_level\":\"partial\"" },
        { "online_level", "4", "!online_level" },
        { "online_level", "", "" },
    };
    CHECK_ROWS(rows);
}

#define LIMIT(value, unit, text) "\"limit\":{\"value\":" value ",\"unit\":\"" unit "\",\"text\":\"" text "\"}"
static void the_limit_is_a_number_with_a_unit_or_words(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "deadline_direct_value,deadline_direct_unit", "5,working_day", LIMIT("5", "working_day", "") },
        { "deadline_direct_value,deadline_direct_unit", "3,day", LIMIT("3", "day", "") },
        { "deadline_direct_value,deadline_direct_unit", "8,hour", LIMIT("8", "hour", "") },
        { "deadline_direct_value,deadline_direct_unit", "2,month", LIMIT("2", "month", "") },
        { "deadline_direct_value,deadline_direct_unit,deadline_text", "5,working_day,05 ngày",
          LIMIT("5", "working_day", "05 ngày") },
        { "deadline_online_value,deadline_online_unit", "7,day", LIMIT("7", "day", "") },
        { "deadline_direct_value,deadline_direct_unit,deadline_online_value,deadline_online_unit",
          "5,day,7,day", LIMIT("5", "day", "") },
        { "deadline_text", "Trong ngày", LIMIT("0", "none", "Trong ngày") },
        { "deadline_direct_value,deadline_direct_unit", "5,week",
          LIMIT("0", "none", "") "!deadline_direct_value" },
        { "deadline_direct_value,deadline_direct_unit", "-5,day",
          LIMIT("0", "none", "") "!deadline_direct_value" },
        { "deadline_direct_value,deadline_direct_unit", "3651,day",
          LIMIT("0", "none", "") "!deadline_direct_value" },
        { "deadline_direct_value,deadline_direct_unit", "5.5,day",
          LIMIT("0", "none", "") "!deadline_direct_value" },
        { "deadline_direct_value,deadline_direct_unit", ",day", "" },
    };
    CHECK_ROWS(rows);
}

#define FEE_COLUMNS "fee_status,fee_min,fee_max,fee_currency,fee_text"
#define TEXT(text)  "\"fee_text\":\"" text "\""
#define LINE(kind, name, n) \
    ",\"fees\":[{\"kind\":\"" kind "\",\"code\":\"\",\"name\":\"" name "\",\"amount\":" n \
    ",\"when\":\"before\"}]"
static void only_one_sure_amount_becomes_a_fee(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { FEE_COLUMNS, "fee,15000,15000,VND,Phí 15.000", TEXT("Phí 15.000") LINE("phi", "Phí", "15000") },
        { FEE_COLUMNS, "fee,8000,8000,VND,Lệ phí: 8.000",
          TEXT("Lệ phí: 8.000") LINE("le_phi", "Lệ phí", "8000") },
        { FEE_COLUMNS, "fee,1000,1000,VND,x", TEXT("x") LINE("phi", "Phí", "1000") },
        { FEE_COLUMNS, "fee,999,999,VND,x", TEXT("x") "!fee_text" },
        { FEE_COLUMNS, "fee,1000,2000,VND,x", TEXT("x") "!fee_text" },
        { FEE_COLUMNS, "fee,1000,1000,USD,x", TEXT("x") "!fee_text" },
        { FEE_COLUMNS, "fee,1000,,VND,x", TEXT("x") "!fee_text" },
        { FEE_COLUMNS, "fee,999999999999,999999999999,VND,x", TEXT("x") LINE("phi", "Phí", "999999999999") },
        { FEE_COLUMNS, "fee,1000000000000,1000000000000,VND,x", TEXT("x") "!fee_text" },
        { FEE_COLUMNS, "free,5000,5000,VND,Miễn phí", TEXT("Miễn phí") },
        { FEE_COLUMNS, "unknown,,,,", "" },
    };
    CHECK_ROWS(rows);
}

static void what_is_too_long_is_cut_and_named(void **state)
{
    (void)state;
    static const struct {
        const char *column;
        size_t max;
    } rows[] = { { "field_code", 40 },
                 { "field", 200 },
                 { "decision_no", 100 },
                 { "result_name", 1000 },
                 { "fee_text", 4000 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *longest = talloc_strdup(ctx, "");
        for (size_t k = 0; k < rows[i].max; k++)
            longest = talloc_strdup_append_buffer(longest, "ệ");
        char *member = talloc_asprintf(ctx, "\"%s\":\"%s\"", rows[i].column, longest);
        assert_string_equal(brought(rows[i].column, longest), member);
        assert_string_equal(brought(rows[i].column, talloc_asprintf(ctx, "%s!", longest)),
                            talloc_asprintf(ctx, "%s!%s", member, rows[i].column));
    }
}

static void more_warnings_than_are_kept_are_counted(void **state)
{
    (void)state;
    static struct warnings warnings;
    struct err err = { 0 };
    json_t *patch;
    static const char text[] = "code,name,online_level\n1.004363,Ten,4\n";
    struct csv_file *csv = table(text, strlen(text));
    for (int i = 0; i < WARNINGS_MAX + 50; i++)
        assert_int_equal(catalogue_row(ctx, csv, &csv->rows[0], &patch, &warnings, &err), 0);
    assert_int_equal(warnings.count, WARNINGS_MAX + 50);
    assert_string_equal(warnings.list[WARNINGS_MAX - 1].value, "4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_copied_to_their_members),
        cmocka_unit_test(levels_come_from_flags_or_from_words),
        cmocka_unit_test(subjects_come_from_words_outside_brackets),
        cmocka_unit_test(the_online_level_is_full_or_partial),
        cmocka_unit_test(the_limit_is_a_number_with_a_unit_or_words),
        cmocka_unit_test(only_one_sure_amount_becomes_a_fee),
        cmocka_unit_test(what_is_too_long_is_cut_and_named),
        cmocka_unit_test(more_warnings_than_are_kept_are_counted),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

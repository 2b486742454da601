/* links: services/identity/unit.c */
/* A row of the table of units: what is taken, and the column that is named when it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "services/identity/unit.h"
#include "tests/unit/faults.h"

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

static const struct csv_file *table(const char *text, size_t size)
{
    struct err err = { 0 };
    struct csv_file *csv;
    assert_int_equal(csv_read(ctx, text, size, NULL, &csv, &err), 0);
    return csv;
}

/* A row that is right, but for one column. */
static const char *const columns[] = { "code",       "name",     "level",   "parent_code", "gso_code",
                                       "valid_from", "valid_to", "address", "phone" };
static const char *const values[] = { "000.00.05.H07", "Sở Mẫu",     "department",   "000.00.00.H07", "83",
                                      "2020-01-01",    "2025-07-01", "Đường Đại Lộ", "0900000001" };
enum { COLUMNS = 9 };

static const struct csv_file *table_but(const char *column, const char *value)
{
    char *head = talloc_strdup(ctx, ""), *row = talloc_strdup(ctx, "");
    for (int i = 0; i < COLUMNS; i++) {
        bool other = column && strcmp(columns[i], column) == 0;
        head = talloc_asprintf_append_buffer(head, "%s%s", i ? "," : "", columns[i]);
        row = talloc_asprintf_append_buffer(row, "%s%s", i ? "," : "", other ? value : values[i]);
    }
    const char *text = talloc_asprintf(ctx, "%s\n%s\n", head, row);
    return table(text, strlen(text));
}

static const char *verdict(const char *column, const char *value, struct unit *u)
{
    struct err err = { 0 };
    const struct csv_file *csv = table_but(column, value);
    int rc = unit_from_row(csv, &csv->rows[0], u, &err);
    assert_int_equal(rc, err.faults_count ? E_INVALID : 0);
    return faults_text(ctx, &err);
}

static void every_column_reaches_its_member(void **state)
{
    (void)state;
    struct unit u;
    char date[CIVIL_TEXT];
    assert_string_equal(verdict(NULL, NULL, &u), "");
    const char *const got[] = { u.code, u.name, u.level, u.parent_code, u.gso_code };
    for (size_t i = 0; i < sizeof got / sizeof *got; i++)
        assert_string_equal(got[i], values[i]);
    assert_string_equal(civil_format(u.valid_from_ms, CIVIL_DATE, date), "2020-01-01");
    assert_string_equal(civil_format(u.valid_to_ms, CIVIL_DATE, date), "2025-07-01");
    assert_int_equal(civil_minute_of(u.valid_from_ms), 0);
    assert_string_equal(u.address, "Đường Đại Lộ");
    assert_string_equal(u.phone, "0900000001");
}

static void a_wrong_value_names_its_column(void **state)
{
    (void)state;
    static const struct {
        const char *column, *value, *want;
    } cases[] = {
        { "code", "", "code:unit_code_invalid" },
        { "code", "so mau", "code:unit_code_invalid" },
        { "code", "H07.5", "" },
        { "name", "", "name:required" },
        { "level", "", "level:level_invalid" },
        { "level", "ward", "level:level_invalid" },
        { "level", "province", "" },
        { "level", "district", "" },
        { "level", "commune", "" },
        { "parent_code", "", "" },
        { "parent_code", "H7", "parent_code:unit_code_invalid" },
        { "gso_code", "", "" },
        { "address", "", "" },
        { "phone", "", "" },
        { "valid_from", "", "valid_from:date_invalid" },
        { "valid_from", "01/01/2020", "valid_from:date_invalid" },
        { "valid_from", "2020-02-30", "valid_from:date_invalid" },
        { "valid_to", "", "" },
        { "valid_to", "2025-13-01", "valid_to:date_invalid" },
        { "valid_to", "2020-01-01", "valid_to:dates_reversed" },
        { "valid_to", "2019-12-31", "valid_to:dates_reversed" },
        { "valid_to", "2020-01-02", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct unit u;
        assert_string_equal(verdict(cases[i].column, cases[i].value, &u), cases[i].want);
    }
}

static void everything_that_is_wrong_is_told_at_once(void **state)
{
    (void)state;
    struct unit u;
    struct err err = { 0 };
    static const char text[] = "code,level\nx,y\n";
    const struct csv_file *csv = table(text, strlen(text));
    assert_int_equal(unit_from_row(csv, &csv->rows[0], &u, &err), E_INVALID);
    assert_string_equal(faults_text(ctx, &err), "code:unit_code_invalid name:required level:level_invalid "
                                                "valid_from:date_invalid");
}

static void a_unit_without_an_end_says_so(void **state)
{
    (void)state;
    struct unit u;
    assert_string_equal(verdict("valid_to", "", &u), "");
    assert_int_equal(u.valid_to_ms, 0);
}

/* ---- the sample ---------------------------------------------------------------------------------- */

static const struct csv_file *sample(const char *path)
{
    size_t size = 0;
    char *text = file_text(ctx, path, &size);
    assert_non_null(text);
    return table(text, size);
}

static bool is_known(const struct csv_file *csv, const char *code)
{
    for (size_t i = 0; i < csv->rows_count; i++)
        if (strcmp(csv_value(csv, &csv->rows[i], "code"), code) == 0)
            return true;
    return false;
}

static void every_unit_of_the_sample_is_taken_and_has_its_parent(void **state)
{
    (void)state;
    static const char *const files[] = { "deploy/sample/units.csv", "deploy/sample/units_2025.csv" };
    for (int f = 0; f < 2; f++) {
        const struct csv_file *csv = sample(files[f]);
        assert_true(csv->rows_count > 100);
        for (size_t i = 0; i < csv->rows_count; i++) {
            struct unit u;
            struct err err = { 0 };
            unit_from_row(csv, &csv->rows[i], &u, &err);
            assert_string_equal(faults_text(ctx, &err), "");
            assert_true(strcmp(u.level, "province") == 0 || is_known(csv, u.parent_code));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column_reaches_its_member),
        cmocka_unit_test(a_wrong_value_names_its_column),
        cmocka_unit_test(everything_that_is_wrong_is_told_at_once),
        cmocka_unit_test(a_unit_without_an_end_says_so),
        cmocka_unit_test(every_unit_of_the_sample_is_taken_and_has_its_parent),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

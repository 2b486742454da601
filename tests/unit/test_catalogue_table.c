/* links: services/intake/catalogue_csv.c services/intake/catalogue_read.c services/intake/catalogue.c */
/* Published tables whole: every row is taken and makes a procedure, or names the column that is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/intake/catalogue_csv.h"
#include "tests/unit/sample.h"
#include "tests/unit/vectors.h"
#include "text.h"

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

/* ---- rows that are refused ----------------------------------------------------------------------- */

static const char *verdict(const char *row)
{
    struct err err = { 0 };
    struct warnings warnings = { 0 };
    json_t *patch;
    const char *text = talloc_asprintf(ctx, "code,name,field\n%s\n", row);
    struct csv_file *csv = table(text, strlen(text));
    int rc = catalogue_row(ctx, csv, &csv->rows[0], &patch, &warnings, &err);
    assert_int_equal(rc, err.faults_count ? E_INVALID : 0);
    for (unsigned i = 0; i < err.faults_count; i++)
        assert_true(text_is_utf8(err.faults[i].arg, strlen(err.faults[i].arg))); /* it goes out as JSON */
    return faults_text(ctx, &err);
}

static void a_row_without_code_or_name_is_refused_by_its_column(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "1.004363,Ten,", "" },
        { ",Ten,", "code:code_missing" },
        { "1.004363,,", "name:name_missing" },
        { ",,x", "code:code_missing name:name_missing" },
        { "4363,Ten,", "code:procedure_code_invalid" },
        { "thủ tục không có mã quốc gia nên người ta viết cả một câu dài bằng tiếng Việt vào đây,Ten,",
          "code:procedure_code_invalid" },
        { "1.004363,Ten,\xff", "field:not_utf8" },
        { "\xff,Ten,", "code:not_utf8" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(verdict(cases[i][0]), cases[i][1]);
}

/* ---- a real table -------------------------------------------------------------------------------- */

static bool is_good(const struct csv_file *csv, const struct csv_row *row)
{
    return procedure_code_is_valid(csv_value(csv, row, "code")) && *csv_value(csv, row, "name");
}

/* 1 if the row is taken, and then it makes a procedure without a fault. */
static size_t check_row(const void *scratch, const struct csv_file *csv, const struct csv_row *row)
{
    static struct warnings warnings;
    struct err err = { 0 };
    struct procedure p;
    json_t *patch;
    if (catalogue_row(scratch, csv, row, &patch, &warnings, &err) != 0) {
        assert_false(is_good(csv, row));
        assert_true(err.faults_count > 0);
        for (unsigned i = 0; i < err.faults_count; i++)
            assert_true(csv_has(csv, err.faults[i].field));
        return 0;
    }
    assert_true(is_good(csv, row));
    read_definition(scratch, patch, &p, &err);
    assert_string_equal(faults_text(scratch, &err), "");
    assert_string_equal(p.code, csv_value(csv, row, "code"));
    return 1;
}

static void every_row_of_published_tables_is_taken_or_names_its_column(void **state)
{
    (void)state;
    static const char *const files[] = { "procedures.csv", "catalogue_2020_synthetic.csv" };
    for (int f = 0; f < 2; f++) {
        char path[512];
        size_t size, taken = 0;
        char *text = file_text(ctx, data_path(files[f], path, sizeof path), &size);
        if (!text) {
            printf("skipped: %s is not there (MOTCUA_DATA)\n", path);
            continue;
        }
        struct csv_file *csv = table(text, size);
        for (size_t i = 0; i < csv->rows_count; i++) {
            void *scratch = talloc_new(ctx);
            taken += check_row(scratch, csv, &csv->rows[i]);
            talloc_free(scratch);
        }
        assert_true(taken > csv->rows_count * 9 / 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_without_code_or_name_is_refused_by_its_column),
        cmocka_unit_test(every_row_of_published_tables_is_taken_or_names_its_column),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

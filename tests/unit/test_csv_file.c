/* test_csv_file.c — CSV as people's spreadsheets write it; every row knows its line, every value its
 * column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "csv_file.h"
#include "tests/unit/faults.h"

static void *ctx;
static struct err err;

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    err = (struct err){ 0 };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

/* The file, or NULL: err says why. Nothing beyond the size may be read. */
static struct csv_file *read_bytes(const char *text, size_t size)
{
    struct csv_file *csv = NULL;
    err = (struct err){ 0 };
    char *exact = talloc_memdup(ctx, text, size ? size : 1);
    int rc = csv_read(ctx, exact, size, NULL, &csv, &err);
    assert_int_equal(rc == 0, csv != NULL);
    return csv;
}

static struct csv_file *reading(const char *text)
{
    struct csv_file *csv = read_bytes(text, strlen(text));
    assert_non_null(csv);
    return csv;
}

/* All of it as "column|column/line:value|value/…". */
static const char *shown(const struct csv_file *csv)
{
    char *s = talloc_strdup(ctx, "");
    for (size_t i = 0; i < csv->columns_count; i++)
        s = talloc_asprintf_append_buffer(s, "%s%s", i ? "|" : "", csv->columns[i]);
    for (size_t r = 0; r < csv->rows_count; r++) {
        s = talloc_asprintf_append_buffer(s, "/%zu:", csv->rows[r].line);
        for (size_t i = 0; i < csv->rows[r].count; i++)
            s = talloc_asprintf_append_buffer(s, "%s%s", i ? "|" : "", csv->rows[r].values[i]);
    }
    return s;
}

static void files_are_read_as_they_are_written(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {
        { "a", "a" },
        { "a\n", "a" },
        { "a,b\n1,2\n", "a|b/2:1|2" },
        { "a,b\n1,2", "a|b/2:1|2" },
        { "a,b\r\n1,2\r\n3,4\r\n", "a|b/2:1|2/3:3|4" },
        { "\xef\xbb\xbf"
          "a,b\n1,2\n",
          "a|b/2:1|2" },
        { "a;b;c\n1,5;2;3\n", "a|b|c/2:1,5|2|3" },
        { "a,b;c,d\n1,2;3,4\n", "a|b;c|d/2:1|2;3|4" },
        { "a,b\n\"1,\"\"x\"\"\",2\n", "a|b/2:1,\"x\"|2" },
        { "a,b\n,\n", "a|b/2:|" },
        { "a,b\n1\n1,2,3\n", "a|b/2:1/3:1|2|3" },
        { "a,b\n  hoa\xcc\x80 , x\xe2\x80\x8b \n", "a|b/2:hoà|x" },
        { "a,b\n\"1\nx\",2\n3,4\n", "a|b/2:1\nx|2/4:3|4" },
        { "a,b\n1,2\n\n3,4\n", "a|b/2:1|2/4:3|4" },
        { "a,b\r\n1,2\r\n\r\n\r\n3,4\r\n", "a|b/2:1|2/5:3|4" },
        { "\n\na,b\n\n1,2\n", "a|b/5:1|2" },
        { "a,b\n1,2\n  \n\"x\n\ny\",4\n5,6\n", "a|b/2:1|2/4:x\n\ny|4/7:5|6" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(shown(reading(cases[i].text)), cases[i].shown);
}

static void many_rows_and_columns_are_kept(void **state)
{
    (void)state;
    char *text = talloc_strdup(ctx, "c0");
    for (int i = 1; i < 100; i++)
        text = talloc_asprintf_append_buffer(text, ",c%d", i);
    for (int row = 0; row < 1000; row++) {
        text = talloc_asprintf_append_buffer(text, "\n%d", row * 100);
        for (int i = 1; i < 100; i++)
            text = talloc_asprintf_append_buffer(text, ",%d", row * 100 + i);
    }
    struct csv_file *csv = reading(text);
    assert_int_equal(csv->columns_count, 100);
    assert_int_equal(csv->rows_count, 1000);
    for (size_t row = 0; row < 1000; row++) {
        assert_int_equal(csv->rows[row].line, row + 2);
        for (size_t i = 0; i < 100; i += 33) {
            const char *value = csv_value(csv, &csv->rows[row], talloc_asprintf(ctx, "c%zu", i));
            assert_int_equal(strtol(value, NULL, 10), (long)(row * 100 + i));
        }
    }
}

static void a_file_without_a_header_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "\n", "\r\n\r\n", "\xef\xbb\xbf" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_null(read_bytes(texts[i], strlen(texts[i])));
        assert_int_equal(err.code, E_INVALID);
        assert_string_equal(err.phrase->code, "csv_no_header");
    }
}

static void a_file_that_lacks_a_column_is_refused_with_its_name(void **state)
{
    (void)state;
    static const char *const needed[] = { "code", "name", "level", NULL };
    static const struct {
        const char *text, *missing;
    } cases[] = {
        { "name,level,code,more\n", "" },    { "name,level\n1,2\n", "code" },
        { "Mã,Tên\n", "code, name, level" }, { "xin chào", "code, name, level" },
        { "code,name\n\"1,", "level" }, /* what is wrong first is told first */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct csv_file *csv;
        err = (struct err){ 0 };
        int rc = csv_read(ctx, cases[i].text, strlen(cases[i].text), needed, &csv, &err);
        assert_int_equal(rc, *cases[i].missing ? E_INVALID : 0);
        assert_string_equal(err.arg, cases[i].missing);
        assert_string_equal(err.phrase ? err.phrase->code : "", rc ? "csv_columns_missing" : "");
    }
}

static void a_header_in_another_encoding_is_refused(void **state)
{
    (void)state;
    static const char little[] = "\xff\xfe"
                                 "c\0o\0d\0e\0\n\0"
                                 "1\0\n",
                      big[] = "\xfe\xff"
                              "\0c\0,\0d\0\n",
                      bare[] = "c\0o\0d\0e\0,\0\"\0n\0\n", latin[] = "code,t\xeann\n1,2\n";
    static const struct {
        const char *text;
        size_t size;
    } cases[] = { { little, sizeof little - 1 },
                  { big, sizeof big - 1 },
                  { bare, sizeof bare - 1 },
                  { latin, sizeof latin - 1 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(read_bytes(cases[i].text, cases[i].size));
        assert_int_equal(err.code, E_INVALID);
        assert_string_equal(err.phrase->code, "not_utf8");
    }
}

static void a_quote_that_never_ends_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line;
    } cases[] = { { "\"a,b\n1,2\n", "1" },
                  { "a,b\n1,\"2\n3,4\n", "2" },
                  { "a,b\n1,2\n\n\n\"3,4\n5,6\n7,8", "5" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(read_bytes(cases[i].text, strlen(cases[i].text)));
        assert_int_equal(err.code, E_INVALID);
        assert_string_equal(err.phrase->code, "csv_broken");
        assert_string_equal(err.arg, cases[i].line);
    }
}

static void values_are_found_by_their_column(void **state)
{
    (void)state;
    struct csv_file *csv = reading("mã,tên\nH07,Bến Tre\nH61\n");
    assert_true(csv_has(csv, "mã") && csv_has(csv, "tên"));
    assert_false(csv_has(csv, "ma") || csv_has(csv, "Tên") || csv_has(csv, ""));
    assert_string_equal(csv_value(csv, &csv->rows[0], "tên"), "Bến Tre");
    assert_string_equal(csv_value(csv, &csv->rows[1], "mã"), "H61");
    assert_string_equal(csv_value(csv, &csv->rows[1], "tên"), ""); /* the row is too short */
    assert_string_equal(csv_value(csv, &csv->rows[0], "dân số"), "");
}

static void what_is_not_utf8_is_told_by_its_column(void **state)
{
    (void)state;
    static const char text[] = "a,b,c\n1,B\xf8i,\0\n4,5,6,\xff\n7,8,9\n";
    struct csv_file *csv = read_bytes(text, sizeof text - 1);
    assert_non_null(csv);
    assert_int_equal(csv->rows_count, 3);
    assert_null(csv->rows[0].values[1]);
    assert_null(csv->rows[0].values[2]);
    assert_string_equal(csv_value(csv, &csv->rows[0], "b"), "");
    assert_int_equal(csv_check_row(csv, &csv->rows[0], &err), E_INVALID);
    assert_string_equal(faults_text(ctx, &err), "b:not_utf8 c:not_utf8");
    err = (struct err){ 0 };
    assert_int_equal(csv_check_row(csv, &csv->rows[1], &err), 0); /* beyond the columns nobody reads */
    assert_int_equal(csv_check_row(csv, &csv->rows[2], &err), 0);
}

static void no_cut_of_a_file_is_misread(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbf"
                               "a;b\r\n\"1;\"\"x\"\"\r\ny\";2\r\n\r\n3;ệ\r\n";
    for (size_t n = 0; n < sizeof text; n++) {
        struct csv_file *csv = read_bytes(text, n);
        assert_true(csv || err.code == E_INVALID);
        for (size_t i = 0; csv && i < csv->rows_count; i++)
            assert_true(csv->rows[i].count > 0 && csv->rows[i].line > 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_are_read_as_they_are_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_rows_and_columns_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_without_a_header_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_lacks_a_column_is_refused_with_its_name, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_header_in_another_encoding_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_quote_that_never_ends_is_refused_with_its_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_are_found_by_their_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_utf8_is_told_by_its_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_cut_of_a_file_is_misread, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

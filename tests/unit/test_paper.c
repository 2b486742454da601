/* test_paper.c — papers become the records the SQL of paper.h reads: one per paper, numbered, complete. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <talloc.h>

#include "paper.h"
#include "tests/unit/vectors.h"

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

static json_t *printed(Motcua__Paper *const *papers, size_t n)
{
    json_t *list = json_loads(papers_print(ctx, papers, n), 0, NULL);
    assert_true(json_is_array(list));
    assert_int_equal(json_array_size(list), n);
    return list;
}

static int64_t number_in(const json_t *o, const char *name)
{
    assert_true(json_is_integer(json_object_get(o, name)));
    return json_integer_value(json_object_get(o, name));
}

static void every_field_of_a_paper_is_in_its_record(void **state)
{
    (void)state;
    uint8_t hash[32] = { 0x01, 0xab };
    Motcua__Paper p = MOTCUA__PAPER__INIT;
    p.component_code = (char *)"TP-G17.000062";
    p.name = (char *)"Tờ khai \"mới\"";
    p.file_name = (char *)"to khai\\1.pdf";
    p.sha256 = (ProtobufCBinaryData){ sizeof hash, hash };
    p.size_bytes = UINT64_C(5000000000);
    p.media_type = (char *)"application/pdf";
    p.originals = 2;
    p.copies = 3;
    json_t *list = printed((Motcua__Paper *[]){ &p }, 1), *o = json_array_get(list, 0);
    assert_int_equal(json_object_size(o), 9);
    assert_int_equal(number_in(o, "seq"), 1);
    assert_string_equal(text_of(o, "component"), p.component_code);
    assert_string_equal(text_of(o, "name"), p.name);
    assert_string_equal(text_of(o, "file_name"), p.file_name);
    assert_string_equal(text_of(o, "sha256"),
                        "01ab000000000000000000000000000000000000000000000000000000000000");
    assert_int_equal(number_in(o, "size"), INT64_C(5000000000));
    assert_string_equal(text_of(o, "type"), p.media_type);
    assert_int_equal(number_in(o, "originals"), 2);
    assert_int_equal(number_in(o, "copies"), 3);
    json_decref(list);
}

static void records_are_what_the_statement_names(void **state)
{
    (void)state;
    static const char columns[] = PAPER_RECORDS("$1"), values[] = PAPER_VALUES;
    Motcua__Paper p = MOTCUA__PAPER__INIT;
    json_t *list = printed((Motcua__Paper *[]){ &p }, 1), *v;
    const char *name;
    json_object_foreach (json_array_get(list, 0), name, v) {
        assert_non_null(strstr(columns, talloc_asprintf(ctx, "%s ", name)));
        assert_non_null(strstr(values, talloc_asprintf(ctx, "p.%s", name)));
    }
    json_decref(list);
}

static void papers_are_numbered_from_one(void **state)
{
    (void)state;
    Motcua__Paper p = MOTCUA__PAPER__INIT, *many[50];
    for (size_t i = 0; i < 50; i++)
        many[i] = &p;
    for (size_t n = 0; n <= 50; n += 10) {
        json_t *list = printed(many, n);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(number_in(json_array_get(list, i), "seq"), i + 1);
            assert_string_equal(text_of(json_array_get(list, i), "sha256"), ""); /* no file */
        }
        json_decref(list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_of_a_paper_is_in_its_record),
        cmocka_unit_test(records_are_what_the_statement_names),
        cmocka_unit_test(papers_are_numbered_from_one),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

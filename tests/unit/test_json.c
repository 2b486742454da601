/* test_json.c — what is JSON here, and that a reader tells every wrong field at once, by its path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "json.h"
#include "tests/unit/faults.h"
#include "tests/unit/tasks.h"
#include "text.h"

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

/* A reader of this text, which is JSON. */
static struct reader reading(const char *text)
{
    const struct json_node *root;
    err = (struct err){ 0 };
    assert_int_equal(json_read(ctx, text, strlen(text), &root, &err), 0);
    return reader_of(ctx, root, "", &err);
}

#define assert_faults(text) assert_string_equal(faults_text(ctx, &err), (text))

/* ---- parse and print ------------------------------------------------------------------------------ */

static void what_is_printed_is_read_back(void **state)
{
    (void)state;
    static const char *const texts[] = { "{}", "[]",
                                         "{\"a\":[1,-2.5,true,false,null,\"\\n\\\"ệ\"],\"b\":{\"c\":{}}}",
                                         "[9223372036854775807,-9223372036854775808]" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *root;
        assert_int_equal(json_parse(ctx, texts[i], strlen(texts[i]), &root, &err), 0);
        assert_string_equal(json_print(ctx, root), texts[i]);
    }
    assert_string_equal(json_print(ctx, json_own(ctx, json_string("x"))), "\"x\"");
}

static void what_was_stored_may_be_any_value(void **state)
{
    (void)state;
    static const char *const texts[] = { "{\"a\":[1]}", "[]", "\"ệ\"", "\"\"", "12", "true", "null" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(json_print(ctx, json_stored(ctx, texts[i])), texts[i]);
    assert_null(json_stored(ctx, NULL));
}

static void what_is_no_json_is_refused_with_its_place(void **state)
{
    (void)state;
    static const char *const texts[] = { "",
                                         "{",
                                         "{}x",
                                         "{\"a\":1,\"a\":2}",
                                         "\"text\"",
                                         "1",
                                         "{'a':1}",
                                         "[1,]",
                                         "{\"a\":\"\\u0000\"}",
                                         "[\"\xff\"]",
                                         "[\"\\ud800\"]",
                                         "{\"a\" 1}",
                                         "[99999999999999999999]",
                                         "nul" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *root;
        struct err e = { 0 };
        int line, column;
        assert_int_equal(json_parse(ctx, texts[i], strlen(texts[i]), &root, &e), E_INVALID);
        assert_string_equal(e.phrase->code, "not_json");
        assert_int_equal(sscanf(e.arg, "%d:%d", &line, &column), 2);
    }
    json_t *root;
    struct err e = { 0 };
    assert_int_equal(json_parse(ctx, "{\n\"a\":1,\n  b}", 13, &root, &e), E_INVALID);
    assert_string_equal(e.arg, "3:3");
    assert_int_equal(json_parse(ctx, "[]\0", 3, &root, &(struct err){ 0 }), E_INVALID);
}

/* As an empty field of a message says it. */
static void nothing_at_all_is_refused(void **state)
{
    (void)state;
    json_t *root;
    const struct json_node *nodes;
    assert_int_equal(json_read(ctx, NULL, 0, &nodes, &err), E_INVALID);
    assert_int_equal(json_parse(ctx, NULL, 0, &root, &err), E_INVALID);
}

static void every_cut_of_a_text_is_refused(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[1,\"ệ\",{\"b\":null}],\"c\":true}";
    for (size_t n = 0; n < sizeof text; n++) {
        json_t *root;
        char *exact = talloc_memdup(ctx, text, n + 1); /* no byte beyond n may be read */
        assert_int_equal(json_parse(ctx, exact, n, &root, &(struct err){ 0 }),
                         n < sizeof text - 1 ? E_INVALID : 0);
    }
}

/* ---- depth: bodies are parsed on a task's small stack --------------------------------------------- */

struct nested {
    const char *open, *close;
    int levels, rc;
    const char *why;
};

static void parse_nested(struct task *t, void *arg)
{
    struct nested *n = arg;
    json_t *root;
    char *text = talloc_strdup(t, "");
    for (int i = 0; i < n->levels; i++)
        text = talloc_strdup_append_buffer(text, n->open);
    for (int i = 0; i < n->levels; i++)
        text = talloc_strdup_append_buffer(text, n->close);
    n->rc = json_parse(t, text, strlen(text), &root, task_err(t));
    n->why = n->rc ? task_err(t)->phrase->code : json_print(ctx, root);
}

static void no_depth_overruns_a_tasks_stack(void **state)
{
    (void)state;
    static struct tasks s;
    static const int levels[] = { 1, JSON_DEPTH_MAX / 2, JSON_DEPTH_MAX, JSON_DEPTH_MAX + 1, 1500, 20000 };
    static const char *const brackets[][2] = { { "[", "]" },
                                               { "{\"\\\"[\":", "}" },
                                               { "[[],{\"a\":", "}]" } };
    tasks_open(&s, 1);
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        for (int kind = 0; kind < 3; kind++) {
            struct nested n = { brackets[kind][0], brackets[kind][1], levels[i], -1, NULL };
            int depth = levels[i] * (kind == 2 ? 2 : 1);
            tasks_do(&s, 60000, parse_nested, &n);
            if (kind == 0 && depth <= JSON_DEPTH_MAX)
                assert_int_equal(n.rc, 0);
            if (depth > JSON_DEPTH_MAX) {
                assert_int_equal(n.rc, E_INVALID);
                assert_string_equal(n.why, "too_deep");
            }
        }
}

static void brackets_in_text_are_no_depth(void **state)
{
    (void)state;
    char *text = talloc_strdup(ctx, "[\"\\\\\",\"\\\"");
    for (int i = 0; i < 4 * JSON_DEPTH_MAX; i++)
        text = talloc_strdup_append_buffer(text, "[{\\\"");
    text = talloc_strdup_append_buffer(text, "\"");
    for (int i = 0; i < 4 * JSON_DEPTH_MAX; i++)
        text = talloc_strdup_append_buffer(text, ",[],{}");
    json_t *root;
    text = talloc_strdup_append_buffer(text, "]");
    assert_int_equal(json_parse(ctx, text, strlen(text), &root, &err), 0);
}

/* ---- fields --------------------------------------------------------------------------------------- */

static void texts_are_cleaned_and_measured(void **state)
{
    (void)state;
    struct reader r = reading("{\"a\":\"  ho\xc3\xa0  \",\"b\":\"ệệệ\",\"c\":\"   \",\"d\":null,\"e\":\"\"}");
    assert_string_equal(read_text(&r, "a", 3, REQUIRED), "hoà");
    assert_string_equal(read_text(&r, "b", 3, REQUIRED), "ệệệ");
    assert_null(read_text(&r, "c", 3, OPTIONAL));
    assert_null(read_text(&r, "d", 3, OPTIONAL));
    assert_null(read_text(&r, "e", 3, OPTIONAL));
    assert_null(read_text(&r, "absent", 3, OPTIONAL));
    assert_int_equal(reader_close(&r), 0);
    assert_null(read_text(&r, "b", 2, OPTIONAL));
    assert_null(read_text(&r, "c", 3, REQUIRED));
    assert_null(read_text(&r, "d", 3, REQUIRED));
    assert_null(read_text(&r, "absent", 3, REQUIRED));
    assert_faults("b:too_long c:required d:required absent:required");
    assert_string_equal(err.faults[0].arg, "2");
}

/* What reading `value` as each kind finds: text, int, bool, choice, object, list. */
static const struct {
    const char *value;
    const char *faults[6];
} kinds[] = {
    { "\"b\"", { "", "f:not_integer", "f:not_boolean", "", "f:not_object", "f:not_list" } },
    { "\"x\"", { "", "f:not_integer", "f:not_boolean", "f:not_a_choice", "f:not_object", "f:not_list" } },
    { "5", { "f:not_text", "", "f:not_boolean", "f:not_a_choice", "f:not_object", "f:not_list" } },
    { "5.0",
      { "f:not_text", "f:not_integer", "f:not_boolean", "f:not_a_choice", "f:not_object", "f:not_list" } },
    { "-1",
      { "f:not_text", "f:out_of_range", "f:not_boolean", "f:not_a_choice", "f:not_object", "f:not_list" } },
    { "true", { "f:not_text", "f:not_integer", "", "f:not_a_choice", "f:not_object", "f:not_list" } },
    { "{}", { "f:not_text", "f:not_integer", "f:not_boolean", "f:not_a_choice", "", "f:not_list" } },
    { "[]", { "f:not_text", "f:not_integer", "f:not_boolean", "f:not_a_choice", "f:not_object", "" } },
    { "null", { "f:required", "f:required", "", "f:required", "f:required", "f:required" } },
};

static void read_as(struct reader *r, int kind)
{
    static const char *const choices[] = { "a", "b", NULL };
    struct reader child;
    switch (kind) {
    case 0: read_text(r, "f", 9, REQUIRED); break;
    case 1: read_int(r, "f", 0, 9, REQUIRED); break;
    case 2: read_bool(r, "f", false); break;
    case 3: read_choice(r, "f", choices, REQUIRED); break;
    case 4: read_object(r, "f", REQUIRED, &child); break;
    default: read_list(r, "f", 9, REQUIRED);
    }
}

static void every_value_fits_its_kind_and_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (int kind = 0; kind < 6; kind++) {
            struct reader r = reading(talloc_asprintf(ctx, "{\"f\":%s}", kinds[i].value));
            read_as(&r, kind);
            assert_faults(kinds[i].faults[kind]);
            assert_int_equal(reader_close(&r), *kinds[i].faults[kind] ? E_INVALID : 0);
        }
}

static void numbers_keep_to_their_range(void **state)
{
    (void)state;
    struct reader r = reading("{\"low\":-7,\"high\":9,\"under\":-8,\"over\":10}");
    assert_int_equal(read_int(&r, "low", -7, 9, REQUIRED), -7);
    assert_int_equal(read_int(&r, "high", -7, 9, REQUIRED), 9);
    assert_int_equal(read_int(&r, "absent", 1, 9, OPTIONAL), 0);
    assert_faults("");
    read_int(&r, "under", -7, 9, REQUIRED);
    read_int(&r, "over", -7, 9, REQUIRED);
    assert_faults("under:out_of_range over:out_of_range");
    assert_string_equal(err.faults[0].arg, "-7 – 9");
}

static void choices_and_booleans_have_their_defaults(void **state)
{
    (void)state;
    static const char *const choices[] = { "", "một", "hai", "ba", NULL };
    struct reader r =
        reading("{\"a\":\"hai\",\"b\":\"Hai\",\"c\":\"\",\"yes\":true,\"no\":false,\"none\":null}");
    assert_int_equal(read_choice(&r, "a", choices, REQUIRED), 2);
    assert_int_equal(read_choice(&r, "absent", choices, OPTIONAL), -1);
    assert_true(read_bool(&r, "yes", false) && read_bool(&r, "absent", true) && read_bool(&r, "none", true));
    assert_false(read_bool(&r, "no", true) || read_bool(&r, "absent", false));
    assert_faults("");
    assert_int_equal(read_choice(&r, "b", choices, OPTIONAL), -1);
    assert_int_equal(read_choice(&r, "c", choices, OPTIONAL), -1);
    assert_faults("b:not_a_choice c:not_a_choice");
    assert_string_equal(err.faults[0].arg, "một, hai, ba");
}

/* ---- objects, lists, closing ---------------------------------------------------------------------- */

static void faults_name_the_whole_path(void **state)
{
    (void)state;
    struct reader r =
        reading("{\"who\":{\"name\":5,\"born\":{\"year\":\"x\"}},\"papers\":[{\"n\":1},{},7,{\"n\":\"x\"}]}");
    struct reader who, born, item;
    assert_true(read_object(&r, "who", REQUIRED, &who));
    read_text(&who, "name", 9, REQUIRED);
    assert_true(read_object(&who, "born", REQUIRED, &born));
    read_int(&born, "year", 0, 9, REQUIRED);
    assert_string_equal(reader_path(&born, "year"), "who.born.year");
    assert_int_equal(read_list(&r, "papers", 4, REQUIRED), 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(read_item(&r, "papers", i, &item), i != 2);
        read_int(&item, "n", 0, 9, REQUIRED);
    }
    assert_faults("who.name:not_text who.born.year:not_integer papers[1].n:required papers[2]:not_object"
                  " papers[3].n:not_integer");
}

static void lists_of_texts_are_read_one_by_one(void **state)
{
    (void)state;
    struct reader r = reading("{\"l\":[\" a \",\"dài quá\",3]}");
    assert_int_equal(read_list(&r, "l", 3, REQUIRED), 3);
    assert_string_equal(read_item_text(&r, "l", 0, 3), "a");
    assert_null(read_item_text(&r, "l", 1, 3));
    assert_null(read_item_text(&r, "l", 2, 3));
    assert_null(read_item_text(&r, "l", 3, 3));
    assert_faults("l[1]:too_long l[2]:not_text l[3]:not_text");
}

static void a_list_beyond_its_most_is_refused(void **state)
{
    (void)state;
    struct reader r = reading("{\"l\":[1,2,3]}");
    assert_int_equal(read_list(&r, "absent", 2, OPTIONAL), 0);
    assert_int_equal(read_list(&r, "l", 2, REQUIRED), 0);
    assert_faults("l:too_many");
    assert_string_equal(err.faults[0].arg, "2");
}

static void what_is_not_there_has_no_faults_inside(void **state)
{
    (void)state;
    struct reader r = reading("{\"wrong\":[]}"), child;
    assert_false(read_object(&r, "absent", OPTIONAL, &child));
    assert_null(read_text(&child, "name", 9, REQUIRED));
    assert_int_equal(reader_close(&child), 0);
    assert_false(read_object(&r, "wrong", OPTIONAL, &child));
    assert_null(read_any(&child, "name", REQUIRED));
    assert_faults("wrong:not_object");
}

static void fields_nobody_asked_for_are_refused(void **state)
{
    (void)state;
    struct reader r = reading("{\"a\":1,\"extra\":2,\"Å\":3}");
    assert_non_null(read_any(&r, "a", REQUIRED));
    assert_int_equal(reader_close(&r), E_INVALID);
    assert_int_equal(err.faults_count, 2);
    assert_true(has_fault(&err, "extra", "unknown_field") && has_fault(&err, "Å", "unknown_field"));
}

static void a_reader_needs_an_object(void **state)
{
    (void)state;
    struct reader r = reading("[1]");
    assert_null(read_text(&r, "name", 9, REQUIRED));
    assert_int_equal(reader_close(&r), E_INVALID);
    assert_faults("body:not_object");
    reader_of(ctx, NULL, "a.b", &err);
    assert_true(has_fault(&err, "a.b", "not_object"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_printed_is_read_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_stored_may_be_any_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_json_is_refused_with_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_at_all_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_cut_of_a_text_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_depth_overruns_a_tasks_stack, set_up, tear_down),
        cmocka_unit_test_setup_teardown(brackets_in_text_are_no_depth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_cleaned_and_measured, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_value_fits_its_kind_and_no_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_keep_to_their_range, set_up, tear_down),
        cmocka_unit_test_setup_teardown(choices_and_booleans_have_their_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_name_the_whole_path, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_of_texts_are_read_one_by_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_list_beyond_its_most_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_there_has_no_faults_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fields_nobody_asked_for_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_needs_an_object, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

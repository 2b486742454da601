/* test_json_text.c — the checker in place agrees with jansson on what is JSON and what it says, and what the
 * writer writes is read back the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "json.h"
#include "json_write.h"

enum { ROUNDS = 20000 };

static const char *const seeds[] = {
    "{\"a\":[1,-2.5e3,true,false,null,\"\\n\\\"ệ\\u1ec7\\ud83d\\ude00\"],\"b\":{\"c\":{},\"d\":[]}}",
    " [ 0 , \"\\u0041\\/\\\\\" , {\"x\" : -0 , \"y\" : [ [ ] , [ { } ] ] } , 1.5 ] ",
    "{\"name\":\"Nguyễn Thị Thanh Hương\",\"n\":9223372036854775807,\"m\":-9223372036854775808}",
};

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

static uint32_t random_below(uint32_t n)
{
    static uint32_t x = 2463534242;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return x % n;
}

static json_t *tree_of(const struct json_node *node);

static json_t *composed(const struct json_node *node)
{
    const struct json_node *child;
    json_t *tree = node->type == JSON_OBJECT ? json_object() : json_array();
    for (JSON_EACH(child, node)) {
        if (node->type == JSON_OBJECT)
            json_object_set_new(tree, child->name, tree_of(child));
        else
            json_array_append_new(tree, tree_of(child));
    }
    return tree;
}

static json_t *tree_of(const struct json_node *node)
{
    switch (node->type) {
    case JSON_STRING: return json_string(node->text);
    case JSON_INTEGER: return json_integer(node->integer);
    case JSON_REAL: return json_real(node->real);
    case JSON_TRUE: return json_true();
    case JSON_FALSE: return json_false();
    case JSON_NULL: return json_null();
    default: return composed(node);
    }
}

/* A seed with up to three bytes changed, moved or left out. */
static char *mutant(void *scratch, size_t *n)
{
    static const char bytes[] = "{}[]\",:\\u0aeE.-+19 tn\n\x01\xe1\xbb\x87\xff";
    char *text = talloc_strdup(scratch, seeds[random_below(sizeof seeds / sizeof *seeds)]);
    *n = strlen(text);
    for (uint32_t i = random_below(4); i > 0; i--) {
        size_t at = random_below((uint32_t)*n);
        if (random_below(3) == 0)
            memmove(text + at, text + at + 1, (*n)-- - at);
        else
            text[at] = bytes[random_below(sizeof bytes - 1)];
    }
    return text;
}

static void the_checker_agrees_with_jansson(void **state)
{
    (void)state;
    size_t sound = 0;
    for (int i = 0; i < ROUNDS; i++) {
        size_t n;
        struct err err = { 0 };
        void *scratch = talloc_new(ctx);
        char *text = mutant(scratch, &n);
        const struct json_node *root;
        json_t *theirs = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
        int rc = json_read(scratch, text, n, &root, &err);
        if ((rc == 0) != (theirs != NULL))
            fail_msg("%s: %s", rc == 0 ? "we take" : "jansson takes", text);
        if (rc == 0) {
            assert_true(json_equal(json_own(scratch, tree_of(root)), json_own(scratch, theirs)));
            sound++;
        }
        talloc_free(scratch);
    }
    assert_true(sound > ROUNDS / 10 && sound < ROUNDS);
}

static void strings_end_where_they_lie(void **state)
{
    (void)state;
    struct err err = { 0 };
    const struct json_node *root;
    char text[] = "{\"a\":\"x\\ny\",\"b\":\"z\"}";
    assert_int_equal(json_check(ctx, text, strlen(text), &root, &err), 0);
    const char *b = json_member(root, "b")->text;
    assert_string_equal(json_member(root, "a")->text, "x\ny");
    assert_string_equal(b, "z");
    assert_true(b > text && b < text + sizeof text);
    assert_null(json_member(root, "c"));
    assert_null(json_item(root, 0));
}

static void an_object_has_no_more_members_than_it_may(void **state)
{
    (void)state;
    struct err err = { 0 };
    const struct json_node *root;
    char *text = talloc_strdup(ctx, "{");
    for (int i = 0; i < JSON_MEMBERS_MAX; i++)
        text = talloc_asprintf_append_buffer(text, "%s\"m%d\":%d", i ? "," : "", i, i);
    assert_int_equal(json_read(ctx, talloc_asprintf(ctx, "%s}", text), strlen(text) + 1, &root, &err), 0);
    assert_int_equal(json_member(root, "m999")->integer, 999);
    char *more = talloc_asprintf(ctx, "%s,\"more\":1}", text);
    assert_int_equal(json_read(ctx, more, strlen(more), &root, &err), E_INVALID);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    char every[256];
    for (int i = 0; i < 127; i++)
        every[i] = (char)(i + 1);
    every[127] = '\0';
    struct json_writer w = json_writer_of(ctx);
    write_object(&w, NULL);
    write_text(&w, "every", every);
    write_list(&w, "list");
    write_int(&w, NULL, INT64_MIN);
    write_object(&w, NULL);
    write_end(&w);
    write_bool(&w, NULL, true);
    write_bool(&w, NULL, false);
    write_text(&w, NULL, "Bến Tre \"dừa\" \\ ệ");
    write_end(&w);
    write_text(&w, "long", talloc_asprintf(ctx, "%02000d", 7));
    write_end(&w);
    json_t *expected =
        json_pack("{s:s, s:[I, {}, b, b, s], s:s}", "every", every, "list", (json_int_t)INT64_MIN, 1, 0,
                  "Bến Tre \"dừa\" \\ ệ", "long", talloc_asprintf(ctx, "%02000d", 7));
    assert_true(json_equal(json_stored(ctx, write_done(&w)), json_own(ctx, expected)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_checker_agrees_with_jansson, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strings_end_where_they_lie, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_object_has_no_more_members_than_it_may, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_written_is_read_back, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

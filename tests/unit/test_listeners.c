/* test_listeners.c — listeners.def against the generated messages, the services of the Makefile and the
 * handlers each service really has. Run from the root of the repository, after the code was generated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "listeners.h"
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

static const char *text_at(const char *path)
{
    size_t size;
    const char *text = file_text(ctx, path, &size);
    if (!text)
        fail_msg("%s is not there", path);
    return text;
}

/* The blank-separated words of SERVICES := …, with a blank before and behind each. */
static const char *services(void)
{
    const char *makefile = text_at("Makefile"), *at = strstr(makefile, "\nSERVICES := ");
    assert_non_null(at);
    at += strlen("\nSERVICES :=");
    return talloc_asprintf(ctx, "%.*s ", (int)strcspn(at, "\n"), at);
}

static bool is_service(const char *name)
{
    return strstr(services(), talloc_asprintf(ctx, " %s ", name)) != NULL;
}

/* "status-sync" says what stands in status_sync.proto. */
static const char *generated_by(const char *service)
{
    char *stem = talloc_strdup(ctx, service);
    for (char *p = stem; *p; p++)
        *p = *p == '-' ? '_' : *p;
    return text_at(talloc_asprintf(ctx, "build/gen/%s.pb-c.c", stem));
}

/* The C name of the descriptor of a message: "motcua__fee_due__descriptor", or NULL. */
static const char *descriptor_of(const char *source, const char *type)
{
    static const char begins[] = "const ProtobufCMessageDescriptor ";
    const char *code = generated_by(source);
    const char *name =
        strstr(code, talloc_asprintf(ctx, "PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,\n  \"%s\",", type));
    const char *begin = NULL;
    for (const char *p = code; name && (p = strstr(p, begins)) && p < name; p++)
        begin = p + strlen(begins);
    return begin ? talloc_strndup(ctx, begin, strcspn(begin, " ")) : NULL;
}

/* The rows of a service's handler table, each "{ &<descriptor>, handle_". */
static const char *rows_of(const char *service)
{
    const char *code = text_at(talloc_asprintf(ctx, "services/%s/main.c", service));
    const char *table = strstr(code, "static const struct listener ");
    const char *end = table ? strstr(table, "};") : NULL;
    return table ? talloc_strndup(ctx, table, (size_t)(end - table)) : "";
}

/* ---- the list ------------------------------------------------------------------------------------- */

static void both_ends_of_every_line_are_services(void **state)
{
    (void)state;
    for (const struct hears *h = listeners; h->listener; h++) {
        assert_true(is_service(h->listener) && is_service(h->source));
        assert_string_not_equal(h->listener, h->source);
        assert_string_not_equal(h->listener, "broker");
    }
}

static void every_message_is_one_its_source_can_say(void **state)
{
    (void)state;
    for (const struct hears *h = listeners; h->listener; h++)
        if (!descriptor_of(h->source, h->type))
            fail_msg("%s says %s, which is not in its .proto", h->source, h->type);
}

static void no_line_stands_twice(void **state)
{
    (void)state;
    for (const struct hears *h = listeners; h->listener; h++)
        for (const struct hears *o = listeners; o < h; o++)
            assert_false(strcmp(h->listener, o->listener) == 0 && strcmp(h->source, o->source) == 0 &&
                         strcmp(h->type, o->type) == 0);
}

static void every_listener_has_a_handler_for_what_it_hears(void **state)
{
    (void)state;
    for (const struct hears *h = listeners; h->listener; h++) {
        const char *descriptor = descriptor_of(h->source, h->type);
        if (!strstr(rows_of(h->listener), talloc_asprintf(ctx, "{ &%s, ", descriptor)))
            fail_msg("%s hears %s and has no handler for it", h->listener, h->type);
    }
}

/* Is this descriptor that of a message the list tells the service? */
static bool is_heard(const char *service, const char *descriptor)
{
    for (const struct hears *h = listeners; h->listener; h++)
        if (strcmp(h->listener, service) == 0 && strcmp(descriptor_of(h->source, h->type), descriptor) == 0)
            return true;
    return false;
}

static void every_handler_is_told_by_somebody(void **state)
{
    (void)state;
    size_t handlers = 0;
    char *names = talloc_strdup(ctx, services()), *name;
    while ((name = strsep(&names, " ")))
        for (const char *p = *name ? rows_of(name) : ""; (p = strstr(p, "{ &")); p++, handlers++) {
            const char *descriptor = talloc_strndup(ctx, p + 3, strcspn(p + 3, ","));
            if (!is_heard(name, descriptor))
                fail_msg("%s handles %s, which nobody tells it", name, descriptor);
        }
    assert_true(handlers > 0);
}

/* ---- what the table answers ----------------------------------------------------------------------- */

static bool is_listed(const char *listener, const char *source, const char *type)
{
    for (const struct hears *h = listeners; h->listener; h++)
        if (strcmp(h->listener, listener) == 0 && strcmp(h->source, source) == 0 &&
            strcmp(h->type, type) == 0)
            return true;
    return false;
}

static void only_what_is_listed_is_allowed(void **state)
{
    (void)state;
    for (const struct hears *l = listeners; l->listener; l++)
        for (const struct hears *s = listeners; s->listener; s++)
            for (const struct hears *t = listeners; t->listener; t++)
                assert_int_equal(listeners_allow(l->listener, s->source, t->type),
                                 is_listed(l->listener, s->source, t->type));
    assert_true(listeners_allow("payment", "verification", "motcua.FeeDue"));
    assert_false(listeners_allow("payment", "intake", "motcua.FeeDue"));
    assert_false(listeners_allow("payment", "verification", "motcua.Fee"));
    assert_false(listeners_allow("payment", "verification", "FeeDue"));
    assert_false(listeners_allow("", "", ""));
}

static void each_listener_of_a_source_is_named_once(void **state)
{
    (void)state;
    char *names = talloc_strdup(ctx, services()), *source;
    while ((source = strsep(&names, " "))) {
        const char *out[16] = { NULL };
        size_t n = listeners_of(source, out, 16), seen = 0;
        for (const struct hears *h = listeners; h->listener; h++) {
            bool found = false;
            for (size_t i = 0; i < n; i++)
                found = found || strcmp(out[i], h->listener) == 0;
            seen += strcmp(h->source, source) == 0;
            assert_true(found || strcmp(h->source, source) != 0);
        }
        assert_int_equal(n > 0, seen > 0);
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < i; k++)
                assert_string_not_equal(out[i], out[k]);
        for (size_t max = 0; max <= n; max++)
            assert_int_equal(listeners_of(source, out, max), max);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_of_every_line_are_services),
        cmocka_unit_test(every_message_is_one_its_source_can_say),
        cmocka_unit_test(no_line_stands_twice),
        cmocka_unit_test(every_listener_has_a_handler_for_what_it_hears),
        cmocka_unit_test(every_handler_is_told_by_somebody),
        cmocka_unit_test(only_what_is_listed_is_allowed),
        cmocka_unit_test(each_listener_of_a_source_is_named_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

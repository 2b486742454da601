/* test_log.c — every event is one line of JSON, however odd or long its fields are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "clock.h"
#include "log.h"

enum { HEARD_BYTES = 1 << 16, LINE_MOST = 4096 };

static char heard[HEARD_BYTES];
static int ear = -1, voice = -1;

/* Standard error goes to memory until silence. */
static void listen(void)
{
    ear = memfd_create("stderr", 0);
    voice = dup(STDERR_FILENO);
    assert_true(ear >= 0 && voice >= 0 && dup2(ear, STDERR_FILENO) >= 0);
}

static size_t silence(void)
{
    dup2(voice, STDERR_FILENO);
    ssize_t n = pread(ear, heard, sizeof heard - 1, 0);
    close(ear);
    close(voice);
    assert_true(n >= 0);
    heard[n] = '\0';
    return (size_t)n;
}

/* What was said, as the one line of JSON it must be. */
static json_t *line_heard(void)
{
    size_t n = silence();
    assert_true(n > 0 && n <= LINE_MOST);
    assert_ptr_equal(strchr(heard, '\n'), heard + n - 1);
    json_t *line = json_loads(heard, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(line);
    return line;
}

static const char *said(const json_t *line, const char *key)
{
    return json_string_value(json_object_get(line, key));
}

static int set_up(void **state)
{
    (void)state;
    clock_fake(INT64_C(1587436215007));
    log_open("unit", LOG_INFO);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    clock_fake(0);
    log_set_trace(NULL);
    log_open("motcua", LOG_INFO);
    return 0;
}

static void a_line_says_when_who_what_and_all_fields(void **state)
{
    (void)state;
    listen();
    log_info("dossier_filed", LOG_S("code", "H07-200421-0001"), LOG_I("took_us", -5), LOG_I("n", INT64_MAX));
    json_t *line = line_heard();
    assert_string_equal(said(line, "time"), "2020-04-21T02:30:15.007Z");
    assert_string_equal(said(line, "level"), "info");
    assert_string_equal(said(line, "service"), "unit");
    assert_string_equal(said(line, "event"), "dossier_filed");
    assert_string_equal(said(line, "code"), "H07-200421-0001");
    assert_int_equal(json_integer_value(json_object_get(line, "took_us")), -5);
    assert_int_equal(json_integer_value(json_object_get(line, "n")), INT64_MAX);
    assert_int_equal(json_object_size(line), 7);
    json_decref(line);
}

static void only_events_of_the_level_and_above_are_told(void **state)
{
    (void)state;
    static const char *const names[] = { "debug", "info", "warn", "error" };
    for (enum log_level least = LOG_DEBUG; least <= LOG_ERROR; least++)
        for (enum log_level level = LOG_DEBUG; level <= LOG_ERROR; level++) {
            log_open("unit", least);
            listen();
            LOG_AT(level, "x");
            if (level < least) {
                assert_int_equal(silence(), 0);
                continue;
            }
            json_t *line = line_heard();
            assert_string_equal(said(line, "level"), names[level]);
            json_decref(line);
        }
}

static void a_running_task_names_its_trace(void **state)
{
    (void)state;
    log_set_trace("0af7651916cd43dd8448eb211c80319c");
    listen();
    log_warn("x");
    json_t *line = line_heard();
    assert_string_equal(said(line, "trace"), "0af7651916cd43dd8448eb211c80319c");
    json_decref(line);
    log_set_trace(NULL);
    listen();
    log_warn("x");
    line = line_heard();
    assert_null(json_object_get(line, "trace"));
    json_decref(line);
}

static void every_character_comes_through(void **state)
{
    (void)state;
    char text[140];
    for (int c = 1; c < 128; c++)
        text[c - 1] = (char)c;
    snprintf(text + 127, sizeof text - 127, "ệ😀");
    listen();
    log_error("x", LOG_S("text", text));
    json_t *line = line_heard();
    assert_string_equal(said(line, "text"), text);
    json_decref(line);
}

static void assert_line_holds(size_t ascii, const char *piece)
{
    static char text[3 * LINE_MOST];
    size_t n = strlen(piece);
    memset(text, 'x', ascii);
    text[ascii] = '\0';
    for (size_t i = ascii; i + n < sizeof text; i += n)
        memcpy(text + i, piece, n + 1);
    listen();
    log_error("first", LOG_S("before", "b"), LOG_S("long", text), LOG_I("after", 1), LOG_S("last", "z"));
    json_t *line = line_heard();
    const char *kept = said(line, "long");
    assert_string_equal(said(line, "before"), "b");
    assert_true(strlen(kept) > LINE_MOST / 8);
    assert_memory_equal(kept, text, strlen(kept));
    json_decref(line);
}

static void a_text_that_is_too_long_is_cut_and_the_line_stays_json(void **state)
{
    (void)state;
    for (size_t ascii = 0; ascii < 16; ascii++) {
        assert_line_holds(ascii, "x");
        assert_line_holds(ascii, "\"");
        assert_line_holds(ascii, "\x01");
        assert_line_holds(ascii, "ệ");
        assert_line_holds(ascii, "😀");
    }
}

static void fields_that_do_not_fit_are_left_out(void **state)
{
    (void)state;
    struct log_field fields[400] = { { 0 } };
    char keys[399][16];
    for (size_t length = 0; length < 60; length++) {
        for (int i = 0; i < 399; i++) {
            snprintf(keys[i], sizeof keys[i], "key_%d", i);
            fields[i] =
                i % 2 ? LOG_I(keys[i], i) : LOG_S(keys[i], "some words that take their place" + length % 32);
        }
        listen();
        log_event(LOG_INFO, "x", fields);
        json_t *line = line_heard();
        assert_true(json_object_size(line) > 50);
        assert_int_equal(json_integer_value(json_object_get(line, "key_1")), 1);
        json_decref(line);
    }
}

static void an_event_that_fills_the_line_stands_alone(void **state)
{
    (void)state;
    static char text[2 * LINE_MOST];
    for (size_t n = LINE_MOST - 300; n < LINE_MOST + 10; n++) {
        memset(text, 'e', n);
        log_set_trace("0af7651916cd43dd8448eb211c80319c");
        listen();
        log_error(text, LOG_S("a", text), LOG_I("b", 1));
        json_t *line = line_heard();
        assert_memory_equal(said(line, "event"), text, n < LINE_MOST - 200 ? n : LINE_MOST - 200);
        json_decref(line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_says_when_who_what_and_all_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_events_of_the_level_and_above_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_running_task_names_its_trace, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_character_comes_through, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_text_that_is_too_long_is_cut_and_the_line_stays_json, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(fields_that_do_not_fit_are_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_event_that_fills_the_line_stands_alone, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_conf.c — parameters: the last source wins, and what does not fit is named with where it came from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "conf.h"
#include "tests/unit/files.h"

struct here {
    const char *name, *key_file;
    int64_t port;
    bool is_loud;
};
struct there {
    const char *must;
};

static const struct conf_param here_params[] = {
    CONF_PARAM_TEXT(struct here, name, "fallback", "what it is called"),
    CONF_PARAM_SECRET(struct here, key_file, "", "file of the key"),
    CONF_PARAM_INT(struct here, port, "80", -5, 9000, "ports", "where it listens"),
    CONF_PARAM_BOOL(struct here, is_loud, "no", "says all"),
    { 0 },
};
static const struct conf_param there_params[] = {
    CONF_PARAM_TEXT(struct there, must, NULL, "no default"),
    { 0 },
};

static void *ctx;
static struct here here;
static struct there there;
static struct err err;

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    here = (struct here){ 0 };
    there = (struct there){ 0 };
    err = (struct err){ 0 };
    setenv("MOTCUA_STATUS_SYNC_MUST", "set", 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = { "NAME", "KEY_FILE", "PORT", "IS_LOUD", "MUST" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(talloc_asprintf(ctx, "MOTCUA_STATUS_SYNC_%s", names[i]));
    return talloc_free(ctx);
}

static int load(const char *file_text)
{
    const struct conf_table tables[] = { { here_params, &here }, { there_params, &there }, { 0 } };
    const char *file = file_text ? file_write_text("unit.conf", file_text) : NULL;
    err = (struct err){ 0 };
    return conf_load(ctx, "status-sync", file, tables, &err);
}

static void defaults_hold_where_nothing_is_said(void **state)
{
    (void)state;
    assert_int_equal(load(NULL), 0);
    assert_string_equal(here.name, "fallback");
    assert_string_equal(here.key_file, "");
    assert_int_equal(here.port, 80);
    assert_false(here.is_loud);
    assert_string_equal(there.must, "set");
}

static void the_file_wins_over_defaults_and_the_environment_over_both(void **state)
{
    (void)state;
    unsetenv("MOTCUA_STATUS_SYNC_MUST");
    assert_int_equal(load("# a comment\nname = from file\nport=-5\nis_loud = yes\nmust = x y\n"), 0);
    assert_string_equal(here.name, "from file");
    assert_int_equal(here.port, -5);
    assert_true(here.is_loud);
    assert_string_equal(there.must, "x y");
    setenv("MOTCUA_STATUS_SYNC_NAME", "từ môi trường", 1);
    setenv("MOTCUA_STATUS_SYNC_PORT", "9000", 1);
    setenv("MOTCUA_STATUS_SYNC_IS_LOUD", "no", 1);
    assert_int_equal(load("name = from file\nport = 1\nis_loud = yes\nmust = x\n"), 0);
    assert_string_equal(here.name, "từ môi trường");
    assert_int_equal(here.port, 9000);
    assert_false(here.is_loud);
}

static void a_line_may_be_as_long_as_it_must(void **state)
{
    (void)state;
    char text[900], hosts[400];
    memset(hosts, 'h', sizeof hosts);
    hosts[0] = ' ';
    hosts[sizeof hosts - 1] = '\0';
    snprintf(text, sizeof text, "#%s = no value\nname = host=a%s \nport = 1\nmust = x\n", hosts, hosts);
    assert_int_equal(load(text), 0);
    assert_int_equal(strlen(here.name), strlen("host=a") + strlen(hosts));
    assert_memory_equal(here.name, "host=a hhh", 10);
    assert_int_equal(here.port, 1);
}

static void a_wrong_file_is_named_with_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *must_say;
    } cases[] = {
        { "colour = red\n", "\"colour\"" },
        { "name = a\nnonsense\n", "line 2" },
        { "[part]\nname = a\n", "[part]" },
        { "port = 80x\n", "port: \"80x\" is not a whole number" },
        { "port =\n", "port" },
        { "port = 9001\n", "port: 9001 is outside -5 … 9000 ports" },
        { "port = -6\n", "-6" },
        { "port = 99999999999999999999\n", "port" },
        { "port = 1.5\n", "port" },
        { "is_loud = true\n", "is_loud: say yes or no, not \"true\"" },
        { "is_loud = YES\n", "is_loud" },
        { "port = 0x50\n", "port" },
        { "Name = a\n", "\"Name\"" },
        { "port = 80\nport = 9001\n", "9001" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(load(cases[i].text), E_INVALID);
        assert_non_null(strstr(err.text, cases[i].must_say));
        assert_non_null(strstr(err.text, "unit.conf"));
    }
}

static void a_wrong_variable_is_named_with_what_is_wrong(void **state)
{
    (void)state;
    setenv("MOTCUA_STATUS_SYNC_PORT", "many", 1);
    assert_int_equal(load("port = 80\n"), E_INVALID);
    assert_string_equal(err.text, "MOTCUA_STATUS_SYNC_PORT: port: \"many\" is not a whole number");
    setenv("MOTCUA_STATUS_SYNC_PORT", "80", 1);
    setenv("MOTCUA_STATUS_SYNC_IS_LOUD", "", 1);
    assert_int_equal(load(NULL), E_INVALID);
    assert_non_null(strstr(err.text, "MOTCUA_STATUS_SYNC_IS_LOUD: is_loud"));
}

static void what_must_be_set_and_is_not_is_named(void **state)
{
    (void)state;
    unsetenv("MOTCUA_STATUS_SYNC_MUST");
    assert_int_equal(load("name = a\n"), E_INVALID);
    assert_string_equal(err.text, "must must be set: in the file, or as MOTCUA_STATUS_SYNC_MUST");
}

static void a_file_that_is_not_there_is_named(void **state)
{
    (void)state;
    const struct conf_table tables[] = { { there_params, &there }, { 0 } };
    assert_int_equal(conf_load(ctx, "status-sync", file_path("absent.conf"), tables, &err), E_INVALID);
    assert_non_null(strstr(err.text, "absent.conf"));
}

static char *printed(void (*print)(FILE *, const char *, const struct conf_param *),
                     const struct conf_param *params)
{
    char *text = talloc_zero_array(ctx, char, 4096);
    FILE *f = fmemopen(text, 4095, "w");
    print(f, "status-sync", params);
    fclose(f);
    return text;
}

static void help_and_manual_say_all_of_every_parameter(void **state)
{
    (void)state;
    const char *help = printed(conf_print_help, here_params);
    const char *manual = printed(conf_print_markdown, here_params);
    for (const struct conf_param *p = here_params; p->type != CONF_END; p++) {
        const char *pages[] = { help, manual };
        for (int i = 0; i < 2; i++) {
            assert_non_null(strstr(pages[i], p->name));
            assert_non_null(strstr(pages[i], p->help));
            assert_non_null(strstr(pages[i], *p->fallback ? p->fallback : "empty"));
        }
    }
    assert_non_null(
        strstr(manual, "| `key_file` | file of the key | empty | `MOTCUA_STATUS_SYNC_KEY_FILE` |\n"));
    assert_non_null(strstr(manual, "where it listens, in ports"));
    assert_non_null(strstr(printed(conf_print_help, there_params), "[must be set]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults_hold_where_nothing_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_file_wins_over_defaults_and_the_environment_over_both, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_line_may_be_as_long_as_it_must, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_file_is_named_with_what_is_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_variable_is_named_with_what_is_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_must_be_set_and_is_not_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_is_not_there_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(help_and_manual_say_all_of_every_parameter, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, files_open, files_close);
}

/* links: services/intake/catalogue.c services/intake/catalogue_read.c */
/* Definitions that are wrong: each member says what is wrong with it, and all of them at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/unit/sample.h"

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

/* What is wrong with a procedure that has, besides its code, these members (JSON). */
static const char *verdict(const char *members)
{
    struct procedure p;
    struct err err = { 0 };
    char *text = talloc_asprintf(ctx, "{\"code\": \"1.004363\"%s%s}", *members ? ", " : "", members);
    json_t *definition = json_loads(text, 0, NULL);
    if (!definition)
        fail_msg("not JSON: %s", text);
    read_definition(ctx, json_own(ctx, definition), &p, &err);
    return faults_text(ctx, &err);
}

struct row {
    const char *members, *want;
};

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_string_equal(verdict(rows[i].members), rows[i].want);
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void simple_members_say_what_is_wrong(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "", "" },
        { "\"name\": 5", "name:not_text" },
        { "\"name\": null", "" },
        { "\"more\": 1", "more:unknown_field" },
        { "\"levels\": \"commune\"", "levels:not_list" },
        { "\"levels\": [\"ward\"]", "levels:not_a_choice" },
        { "\"levels\": [7]", "levels[0]:not_text levels:not_a_choice" },
        { "\"levels\": [\"commune\", \"commune\", \"commune\", \"commune\", \"commune\"]",
          "levels:too_many" },
        { "\"subjects\": [\"person\"]", "subjects:not_a_choice" },
        { "\"online_level\": \"4\"", "online_level:not_a_choice" },
        { "\"count_mode\": \"week\"", "count_mode:not_a_choice" },
        { "\"pause_policy\": \"stop\"", "pause_policy:not_a_choice" },
        { "\"immediate\": \"yes\"", "immediate:not_boolean" },
        { "\"supplement_days\": 366", "supplement_days:out_of_range" },
        { "\"supplement_days\": -1", "supplement_days:out_of_range" },
        { "\"payment_days\": 1.5", "payment_days:not_integer" },
        { "\"valid_from\": \"21/04/2020\"", "valid_from:date_invalid" },
        { "\"valid_from\": \"2020-02-30\"", "valid_from:date_invalid" },
        { "\"legal_basis\": [null]", "legal_basis[0]:not_text" },
    };
    CHECK_ROWS(rows);
}

static void limits_say_what_is_wrong(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "\"limit\": 20", "limit:not_object" },
        { "\"limit\": {\"value\": 20}", "limit.unit:required" },
        { "\"limit\": {\"value\": 20, \"unit\": \"week\"}", "limit.unit:not_a_choice" },
        { "\"limit\": {\"value\": 3651, \"unit\": \"day\"}", "limit.value:out_of_range" },
        { "\"limit\": {\"value\": 5, \"unit\": \"day\", \"from\": 1}", "limit.from:unknown_field" },
        { "\"limit\": {\"unit\": \"none\", \"text\": \"Trong ngày\"}", "" },
    };
    CHECK_ROWS(rows);
}

#define FEE(members) "\"fees\": [{\"name\": \"Phí\", " members "}]"
static void fees_say_what_is_wrong(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { FEE("\"kind\": \"phi\", \"when\": \"before\", \"amount\": 0"), "" },
        { FEE("\"kind\": \"tax\", \"when\": \"before\", \"amount\": 0"), "fees[0].kind:not_a_choice" },
        { FEE("\"kind\": \"\", \"when\": \"before\", \"amount\": 0"), "fees[0].kind:not_a_choice" },
        { FEE("\"kind\": 1, \"when\": \"before\", \"amount\": 0"), "fees[0].kind:not_a_choice" },
        { FEE("\"kind\": \"phi\", \"when\": \"\", \"amount\": 0"), "fees[0].when:not_a_choice" },
        { FEE("\"kind\": \"phi\", \"amount\": 0"), "fees[0].when:required" },
        { FEE("\"kind\": \"phi\", \"when\": \"after\""), "fees[0].amount:required" },
        { FEE("\"kind\": \"phi\", \"when\": \"after\", \"amount\": -1"), "fees[0].amount:out_of_range" },
        { FEE("\"kind\": \"phi\", \"when\": \"after\", \"amount\": 999999999999"), "" },
        { FEE("\"kind\": \"phi\", \"when\": \"after\", \"amount\": 1000000000000"),
          "fees[0].amount:out_of_range" },
        { FEE("\"kind\": \"phi\", \"when\": \"after\", \"amount\": 1, \"online_amount\": -1"),
          "fees[0].online_amount:out_of_range" },
        { "\"fees\": [5]", "fees[0]:not_object" },
        { "\"fees\": {}", "fees:not_list" },
    };
    CHECK_ROWS(rows);
}

static void components_say_what_is_wrong(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "\"components\": [{\"code\": \"TP01\", \"name\": \"Tờ khai\"}]", "" },
        { "\"components\": [{}]", "components[0].code:required components[0].name:required" },
        { "\"components\": [{\"code\": \"TP01\", \"name\": \"x\", \"originals\": 101, \"copies\": -1}]",
          "components[0].originals:out_of_range components[0].copies:out_of_range" },
        { "\"components\": [{\"code\": \"TP01\", \"name\": \"x\", \"required\": 1}]",
          "components[0].required:not_boolean" },
        { "\"components\": [{\"code\": \"TP01\", \"name\": \"x\"}, 7]", "components[1]:not_object" },
    };
    CHECK_ROWS(rows);
}

#define STEP(hours) "\"steps\": [{\"name\": \"Làm\", \"role\": \"officer\", \"hours\": " hours "}]"
static void steps_say_what_is_wrong(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { STEP("4"), "" },
        { STEP("0"), "" },
        { STEP("\"4\""), "steps[0].hours:hours_invalid" },
        { STEP("-1"), "steps[0].hours:hours_invalid" },
        { STEP("1e300"), "steps[0].hours:hours_invalid" },
        { STEP("true"), "steps[0].hours:hours_invalid" },
        { STEP("null"), "steps[0].hours:required" },
        { "\"steps\": [{\"name\": \"Làm\", \"role\": \"auditor\", \"hours\": 1}]",
          "steps[0].role:not_a_choice" },
        { "\"steps\": [{}]", "steps[0].name:required steps[0].role:required steps[0].hours:required" },
    };
    CHECK_ROWS(rows);
}

static void the_steps_fit_into_the_limit(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "\"limit\": {\"value\": 2, \"unit\": \"working_day\"}, " STEP("16"), "" },
        { "\"limit\": {\"value\": 2, \"unit\": \"working_day\"}, " STEP("16.02"),
          "steps:steps_exceed_limit" },
        { "\"limit\": {\"value\": 2, \"unit\": \"hour\"}, " STEP("2"), "" },
        { "\"limit\": {\"value\": 2, \"unit\": \"hour\"}, " STEP("2.5"), "steps:steps_exceed_limit" },
        { "\"limit\": {\"value\": 2, \"unit\": \"day\"}, " STEP("99"),
          "" }, /* nights are not counted in steps */
        { "\"limit\": {\"value\": 2, \"unit\": \"month\"}, " STEP("99"), "" },
        { "\"limit\": {\"value\": 2, \"unit\": \"none\"}, " STEP("99"), "" },
    };
    CHECK_ROWS(rows);
}

#define FIELD(more) "{\"name\": \"f\", \"label\": \"F\", \"type\": \"text\"" more "}"
static void form_fields_say_what_is_wrong(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "\"form\": [" FIELD("") "]", "" },
        { "\"form\": [{}]", "form[0].name:required form[0].type:required form[0].label:required" },
        { "\"form\": [{\"name\": \"f\", \"label\": \"F\", \"type\": \"number\"}]",
          "form[0].type:not_a_choice" },
        { "\"form\": [" FIELD(", \"max\": -1") "]", "form[0].max:out_of_range" },
        { "\"form\": [" FIELD(", \"min\": 9007199254740993") "]", "form[0].min:out_of_range" },
        { "\"form\": [{\"name\": \"f\", \"label\": \"F\", \"type\": \"choice\"}]",
          "form[0].choices:choices_missing" },
        { "\"form\": [" FIELD(", \"choices\": [{\"value\": \"a\"}]") "]",
          "form[0].choices[0].label:required" },
        { "\"form\": [" FIELD(", \"when\": {\"field\": \"g\", \"equals\": \"x\"}") "]", "form:when_unknown" },
        { "\"form\": [" FIELD(", \"when\": {\"field\": \"f\", \"equals\": \"x\"}") "]", "form:when_unknown" },
        { "\"form\": [" FIELD(
              "") ", {\"name\": \"g\", \"label\": \"G\", \"type\": \"text\", \"when\": {\"field\": "
                  "\"f\", \"equals\": \"x\"}}]",
          "" },
        { "\"form\": [" FIELD(", \"when\": {\"equals\": true}") "]", "form[0].when.field:required" },
    };
    CHECK_ROWS(rows);
}

/* `n` times the item as the list `name`. */
static char *list_of(const char *name, const char *item, int n)
{
    char *text = talloc_asprintf(ctx, "\"%s\": [", name);
    for (int i = 0; i < n; i++)
        text = talloc_asprintf_append_buffer(text, "%s%s", i ? ", " : "", item);
    return talloc_strdup_append_buffer(text, "]");
}

static void lists_are_as_long_as_the_header_says(void **state)
{
    (void)state;
    static const struct {
        const char *name, *item;
        int max;
    } rows[] = {
        { "fees", "{\"kind\": \"phi\", \"name\": \"x\", \"when\": \"before\", \"amount\": 1}", FEES_MAX },
        { "components", "{\"code\": \"TP\", \"name\": \"x\"}", COMPONENTS_MAX },
        { "steps", "{\"name\": \"x\", \"role\": \"clerk\", \"hours\": 0.1}", STEPS_MAX },
        { "form", FIELD(""), FORM_FIELDS_MAX },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(verdict(list_of(rows[i].name, rows[i].item, rows[i].max)), "");
        assert_string_equal(verdict(list_of(rows[i].name, rows[i].item, rows[i].max + 1)),
                            talloc_asprintf(ctx, "%s:too_many", rows[i].name));
    }
}

static void a_procedure_needs_its_code(void **state)
{
    (void)state;
    static const char *const definitions[] = { "{}", "{\"code\": \"\"}", "{\"code\": \"4363\"}" };
    for (int i = 0; i < 3; i++) {
        struct procedure p;
        struct err err = { 0 };
        read_definition(ctx, json_own(ctx, json_loads(definitions[i], 0, NULL)), &p, &err);
        assert_string_equal(faults_text(ctx, &err), "code:procedure_code_invalid");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simple_members_say_what_is_wrong),
        cmocka_unit_test(limits_say_what_is_wrong),
        cmocka_unit_test(fees_say_what_is_wrong),
        cmocka_unit_test(components_say_what_is_wrong),
        cmocka_unit_test(steps_say_what_is_wrong),
        cmocka_unit_test(the_steps_fit_into_the_limit),
        cmocka_unit_test(form_fields_say_what_is_wrong),
        cmocka_unit_test(lists_are_as_long_as_the_header_says),
        cmocka_unit_test(a_procedure_needs_its_code),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

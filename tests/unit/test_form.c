/* links: services/intake/form.c services/intake/catalogue_read.c services/intake/catalogue.c */
/* Answers against field lists: every type at its limits, conditions, and every form of the sample
 * catalogue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/intake/form.h"
#include "tests/unit/faults.h"
#include "text.h"

enum { YEAR = 2026 };
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

static json_t *json_of(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(value);
    return json_own(ctx, value);
}

static const char *check(const struct procedure *p, const json_t *answers, json_t **clean)
{
    struct err err = { 0 };
    const char *text;
    int rc = form_check(ctx, p, answers ? json_nodes(ctx, answers) : NULL, YEAR, &text, &err);
    *clean = json_stored(ctx, text);
    assert_int_equal(rc, err.faults_count ? E_INVALID : 0);
    return faults_text(ctx, &err);
}

/* ---- one field ----------------------------------------------------------------------------------- */

/* What becomes of the value (JSON) in a required field: the clean value as JSON, or "!code". */
static const char *taken(const struct form_field *f, const char *value)
{
    json_t *clean, *answers = json_own(ctx, json_pack("{s:O}", f->name, json_of(value)));
    struct procedure p = { .form_count = 1, .form = (struct form_field *)f };
    const char *faults = check(&p, answers, &clean);
    if (*faults == '\0')
        return json_print(ctx, json_object_get(clean, f->name));
    const char *field = talloc_asprintf(ctx, "answers.%s:", f->name);
    assert_memory_equal(faults, field, strlen(field));
    return talloc_asprintf(ctx, "!%s", faults + strlen(field));
}

static struct choice sizes[] = { { "small", "Nhỏ", "Small" }, { "large", "Lớn", "Large" } };

static void every_type_takes_its_values_and_names_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        enum field_type type;
        const char *value, *want;
    } cases[] = {
        { FIELD_TEXT, "\"  Bến Tre \"", "\"Bến Tre\"" },
        { FIELD_TEXT, "\"Be\xcc\x82\xcc\x81n\"", "\"Bến\"" },
        { FIELD_TEXT, "\"\"", "!required" },
        { FIELD_TEXT, "null", "!required" },
        { FIELD_TEXT, "5", "!not_text" },
        { FIELD_LONG_TEXT, "\"a\\nb\"", "\"a\\nb\"" },
        { FIELD_INTEGER, "0", "0" },
        { FIELD_INTEGER, "9007199254740992", "9007199254740992" },
        { FIELD_INTEGER, "9007199254740993", "!out_of_range" },
        { FIELD_INTEGER, "-1", "!out_of_range" },
        { FIELD_INTEGER, "1.0", "!not_integer" },
        { FIELD_INTEGER, "\"5\"", "!not_integer" },
        { FIELD_INTEGER, "null", "!required" },
        { FIELD_MONEY, "1500000", "1500000" },
        { FIELD_MONEY, "-1500000", "!out_of_range" },
        { FIELD_DATE, "\"2024-02-29\"", "\"2024-02-29\"" },
        { FIELD_DATE, "\"2023-02-29\"", "!date_invalid" },
        { FIELD_DATE, "\"29/02/2024\"", "!date_invalid" },
        { FIELD_CHOICE, "\"small\"", "\"small\"" },
        { FIELD_CHOICE, "\"Small\"", "!not_a_choice" },
        { FIELD_CHOICE, "\"\"", "!not_a_choice" },
        { FIELD_CHOICE, "1", "!not_a_choice" },
        { FIELD_BOOLEAN, "true", "true" },
        { FIELD_BOOLEAN, "false", "false" },
        { FIELD_BOOLEAN, "\"true\"", "!not_boolean" },
        { FIELD_BOOLEAN, "null", "!required" },
        { FIELD_PHONE, "\"+84 900 000 901\"", "\"0900000901\"" },
        { FIELD_PHONE, "\"0900\"", "!phone_invalid" },
        { FIELD_EMAIL, "\"mau@example.vn\"", "\"mau@example.vn\"" },
        { FIELD_EMAIL, "\"mau@example\"", "!email_invalid" },
        { FIELD_CITIZEN_ID, "\"083085009901\"", "\"083085009901\"" },
        { FIELD_CITIZEN_ID, "\"320123456\"", "!id_number_invalid" },
        { FIELD_CITIZEN_ID, "\"083499001234\"", "!id_number_invalid" },
        { FIELD_TAX_CODE, "\"0100109106-001\"", "\"0100109106-001\"" },
        { FIELD_TAX_CODE, "\"0100109107\"", "!tax_code_invalid" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct form_field f = { .name = "f", .type = cases[i].type, .is_required = true };
        f.choices = sizes;
        f.choices_count = 2;
        assert_string_equal(taken(&f, cases[i].value), cases[i].want);
    }
}

static char *text_of_length(size_t n)
{
    char *text = talloc_strdup(ctx, "\"");
    for (size_t i = 0; i < n; i++)
        text = talloc_strdup_append_buffer(text, "ệ");
    return talloc_strdup_append_buffer(text, "\"");
}

static void texts_have_their_own_limits_or_the_types(void **state)
{
    (void)state;
    static const struct {
        enum field_type type;
        int64_t min, max;
        size_t least, most;
    } cases[] = { { FIELD_TEXT, 0, 0, 1, 500 },
                  { FIELD_LONG_TEXT, 0, 0, 1, 5000 },
                  { FIELD_TEXT, 3, 9, 3, 9 },
                  { FIELD_TEXT, 3, 0, 3, 500 },
                  { FIELD_LONG_TEXT, 10, 20, 10, 20 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct form_field f = { .name = "f", .type = cases[i].type, .is_required = true };
        f.min = cases[i].min;
        f.max = cases[i].max;
        for (size_t n = 1; n <= cases[i].most + 1; n += n + 2 < cases[i].most && n > 30 ? 97 : 1) {
            char *text = text_of_length(n);
            const char *want = n < cases[i].least ? "!too_short" : n > cases[i].most ? "!too_long" : text;
            assert_string_equal(taken(&f, text), want);
        }
        assert_string_equal(taken(&f, text_of_length(cases[i].most)), text_of_length(cases[i].most));
        assert_string_equal(taken(&f, text_of_length(cases[i].most + 1)), "!too_long");
    }
}

static void numbers_have_their_limits_on_both_sides(void **state)
{
    (void)state;
    for (int min = -3; min <= 3; min++)
        for (int max = 1; max <= 5; max++)
            for (int n = -5; n <= 7; n++) {
                struct form_field f = { .name = "f", .type = FIELD_INTEGER, .min = min, .max = max };
                const char *text = talloc_asprintf(ctx, "%d", n);
                assert_string_equal(taken(&f, text), n < min || n > max ? "!out_of_range" : text);
            }
}

static void what_is_not_required_may_be_left_out(void **state)
{
    (void)state;
    for (int type = FIELD_TEXT; type <= FIELD_TAX_CODE; type++) {
        json_t *clean;
        struct form_field f = { .name = "f", .type = (enum field_type)type };
        struct procedure p = { .form_count = 1, .form = &f };
        f.choices = sizes;
        f.choices_count = 2;
        assert_string_equal(check(&p, NULL, &clean), "");
        assert_string_equal(check(&p, json_of("{\"f\": null}"), &clean), "");
        assert_int_equal(json_object_size(clean), 0);
        f.is_required = true;
        assert_string_equal(check(&p, NULL, &clean), "answers.f:required");
    }
}

static void answers_are_an_object_of_known_fields(void **state)
{
    (void)state;
    json_t *clean;
    struct procedure none = { 0 };
    assert_string_equal(check(&none, NULL, &clean), "");
    assert_string_equal(check(&none, json_of("{\"more\": 1}"), &clean), "answers.more:unknown_field");
    assert_string_equal(check(&none, json_of("[]"), &clean), "answers.:not_object");
}

static void a_form_may_have_as_many_fields_as_the_catalogue_allows(void **state)
{
    (void)state;
    json_t *clean, *answers = json_own(ctx, json_object());
    struct form_field fields[FORM_FIELDS_MAX] = { 0 };
    struct procedure p = { .form_count = FORM_FIELDS_MAX, .form = fields };
    for (int i = 0; i < FORM_FIELDS_MAX; i++) {
        fields[i].name = talloc_asprintf(ctx, "field_%d", i);
        json_object_set_new(answers, fields[i].name, json_string("x"));
    }
    assert_string_equal(check(&p, answers, &clean), "");
    assert_true(json_equal(clean, answers));
}

/* ---- conditions ---------------------------------------------------------------------------------- */

static void a_field_is_asked_only_while_its_condition_holds(void **state)
{
    (void)state;
    struct form_field fields[] = {
        { .name = "has_land", .type = FIELD_BOOLEAN },
        { .name = "size",
          .type = FIELD_CHOICE,
          .choices = sizes,
          .choices_count = 2,
          .when_field = "has_land",
          .when_equals = "true" },
        { .name = "why",
          .type = FIELD_TEXT,
          .is_required = true,
          .when_field = "size",
          .when_equals = "large" },
    };
    struct procedure p = { .form_count = 3, .form = fields };
    static const char *const cases[][2] = {
        { "{}", "" },
        { "{\"has_land\": false}", "" },
        { "{\"has_land\": true}", "" },
        { "{\"has_land\": false, \"size\": \"small\"}", "answers.size:not_asked" },
        { "{\"has_land\": true, \"size\": \"small\"}", "" },
        { "{\"has_land\": true, \"size\": \"large\"}", "answers.why:required" },
        { "{\"has_land\": true, \"size\": \"large\", \"why\": \"x\"}", "" },
        { "{\"has_land\": true, \"size\": \"small\", \"why\": \"x\"}", "answers.why:not_asked" },
        { "{\"why\": \"x\"}", "answers.why:not_asked" },
        { "{\"why\": null}", "" },
        /* a condition on what is itself not asked does not hold */
        { "{\"has_land\": false, \"size\": \"large\", \"why\": \"x\"}",
          "answers.size:not_asked answers.why:not_asked" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *clean;
        assert_string_equal(check(&p, json_of(cases[i][0]), &clean), cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_takes_its_values_and_names_what_is_wrong),
        cmocka_unit_test(texts_have_their_own_limits_or_the_types),
        cmocka_unit_test(numbers_have_their_limits_on_both_sides),
        cmocka_unit_test(what_is_not_required_may_be_left_out),
        cmocka_unit_test(answers_are_an_object_of_known_fields),
        cmocka_unit_test(a_form_may_have_as_many_fields_as_the_catalogue_allows),
        cmocka_unit_test(a_field_is_asked_only_while_its_condition_holds),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

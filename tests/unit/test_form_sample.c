/* links: services/intake/form.c services/intake/catalogue_read.c services/intake/catalogue.c */
/* Every form of the sample catalogue: takes answers made from its own fields, misses each that is left
 * out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/intake/form.h"
#include "tests/unit/faults.h"
#include "tests/unit/sample.h"

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

/* A good answer; variant chooses among several. */
static json_t *good_answer(const struct form_field *f, size_t variant)
{
    static const char *const fixed[] = { [FIELD_DATE] = "2020-04-21",
                                         [FIELD_PHONE] = "0900000901",
                                         [FIELD_EMAIL] = "mau@example.vn",
                                         [FIELD_CITIZEN_ID] = "083085009901",
                                         [FIELD_TAX_CODE] = "0100109106" };
    char word[24];
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
        snprintf(word, sizeof word, "%.*s", f->max > 0 && f->max < 20 ? (int)f->max : 20,
                 "Bon muoi lam chu cai");
        return json_string(word);
    case FIELD_INTEGER:
    case FIELD_MONEY: return json_integer(variant % 2 && f->max ? f->max : f->min);
    case FIELD_CHOICE: return json_string(f->choices[variant % f->choices_count].value);
    case FIELD_BOOLEAN: return json_boolean(variant % 2);
    default: return json_string(fixed[f->type]);
    }
}

static bool is_asked(const struct form_field *f, const json_t *answers)
{
    const json_t *v = f->when_field ? json_object_get(answers, f->when_field) : NULL;
    const char *text = json_is_string(v) ? json_string_value(v) : json_is_true(v) ? "true" : "false";
    return !f->when_field || (v && strcmp(text, f->when_equals) == 0);
}

static json_t *good_answers(const struct procedure *p, size_t variant)
{
    json_t *answers = json_own(ctx, json_object());
    for (size_t i = 0; i < p->form_count; i++)
        if (is_asked(&p->form[i], answers))
            json_object_set_new(answers, p->form[i].name, good_answer(&p->form[i], variant));
    return answers;
}

/* Accepted as they are; refused without any single one that is required, or with one that is not asked. */
static void check_form(const struct procedure *p, size_t variant)
{
    const char *clean;
    json_t *answers = good_answers(p, variant);
    struct err fine = { 0 };
    form_check(ctx, p, json_nodes(ctx, answers), YEAR, &clean, &fine);
    assert_string_equal(faults_text(ctx, &fine), "");
    assert_true(json_equal(json_stored(ctx, clean), answers));
    for (size_t i = 0; i < p->form_count; i++) {
        struct err err = { 0 };
        const struct form_field *f = &p->form[i];
        json_t *changed = json_own(ctx, json_copy(answers));
        bool asked = is_asked(f, answers);
        if (asked && !f->is_required)
            continue;
        if (asked)
            json_object_del(changed, f->name);
        else
            json_object_set_new(changed, f->name, good_answer(f, variant));
        assert_int_equal(form_check(ctx, p, json_nodes(ctx, changed), YEAR, &clean, &err), E_INVALID);
        assert_true(
            has_fault(&err, talloc_asprintf(ctx, "answers.%s", f->name), asked ? "required" : "not_asked"));
    }
}

static void every_form_of_the_sample_takes_its_own_answers_and_misses_each(void **state)
{
    (void)state;
    struct procedure *procedures;
    size_t n = sample_procedures(ctx, &procedures), conditions = 0;
    for (size_t i = 0; i < n; i++) {
        size_t variants = 2;
        for (size_t k = 0; k < procedures[i].form_count; k++) {
            conditions += procedures[i].form[k].when_field != NULL;
            if (procedures[i].form[k].choices_count > variants)
                variants = procedures[i].form[k].choices_count;
        }
        for (size_t variant = 0; variant < variants; variant++)
            check_form(&procedures[i], variant);
    }
    assert_true(conditions > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_the_sample_takes_its_own_answers_and_misses_each),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

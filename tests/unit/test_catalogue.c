/* links: services/intake/catalogue.c services/intake/catalogue_read.c */
/* Definitions of procedures: read, written and read again; what is wrong is named by its member. */
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

static const char *printed(const struct procedure *p)
{
    return json_print(ctx, json_own(ctx, procedure_definition(p)));
}

/* ---- there and back ------------------------------------------------------------------------------ */

static void every_procedure_of_the_sample_comes_back_as_the_same_bytes(void **state)
{
    (void)state;
    struct procedure *p;
    size_t n = sample_procedures(ctx, &p);
    for (size_t i = 0; i < n; i++) {
        struct procedure again;
        struct err err = { 0 };
        read_definition(ctx, json_own(ctx, procedure_definition(&p[i])), &again, &err);
        assert_string_equal(faults_text(ctx, &err), "");
        assert_string_equal(printed(&again), printed(&p[i]));
    }
}

/* Without what says nothing: null, a least of 0, hours with an empty fraction. */
static json_t *plain(const json_t *value)
{
    static const char *const empty[] = { ",\"online_amount\":null", ",\"min\":0", ".0" };
    char *text = json_print(ctx, value), *at;
    for (int i = 0; i < 3; i++)
        for (at = text; (at = strstr(at, empty[i])); at++)
            if (strchr("},", at[strlen(empty[i])]))
                memmove(at, at + strlen(empty[i]), strlen(at + strlen(empty[i])) + 1);
    return json_own(ctx, json_loads(text, JSON_DECODE_ANY, NULL));
}

static void nothing_the_file_says_is_lost(void **state)
{
    (void)state;
    const json_t *list = sample_definitions(ctx);
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct procedure p;
        struct err err = { 0 };
        const char *name;
        json_t *value, *said = plain(json_array_get(list, i));
        read_definition(ctx, said, &p, &err);
        json_t *kept = plain(json_own(ctx, procedure_definition(&p)));
        json_object_foreach (said, name, value)
            if (!json_equal(value, json_object_get(kept, name)))
                fail_msg("%s %s: %s", p.code, name, json_print(ctx, json_object_get(kept, name)));
    }
}

/* Every kind of value a definition can hold, unlike any default. */
static const char rich[] =
    "{\"code\": \"2.000205.000.00.00.H17\", \"name\": \"Tên\", \"field_code\": \"G15-TP03\", \"field\": \"Chứng thực\","
    " \"agency\": \"UBND\", \"levels\": [\"commune\", \"district\"], \"online_level\": \"partial\","
    " \"online_level_reason\": \"Kiểm tra\", \"subjects\": [\"citizen\"], \"decision_no\": \"1/QĐ\","
    " \"legal_basis\": [\"23/2015/NĐ-CP\"], \"limit\": {\"value\": 7, \"unit\": \"hour\", \"text\": \"7 giờ\"},"
    " \"count_mode\": \"hour\", \"pause_policy\": \"shift\", \"immediate\": true, \"supplement_days\": 3,"
    " \"payment_days\": 4, \"fees\": [{\"kind\": \"le_phi\", \"code\": \"LP\", \"name\": \"Lệ phí\", \"amount\": 8000,"
    " \"when\": \"after\", \"online_amount\": 0}], \"fee_text\": \"8.000 đồng\", \"components\": [{\"code\": \"TP01\","
    " \"name\": \"Tờ khai\", \"required\": true, \"originals\": 1, \"copies\": 2}],"
    " \"steps\": [{\"name\": \"Làm\", \"role\": \"officer\", \"hours\": 0.75}],"
    " \"form\": [{\"name\": \"b\", \"label\": \"B\", \"label_en\": \"Be\", \"type\": \"boolean\", \"required\": true},"
    " {\"name\": \"n\", \"label\": \"N\", \"label_en\": \"\", \"type\": \"integer\", \"required\": false, \"min\": -5,"
    " \"max\": 9, \"when\": {\"field\": \"b\", \"equals\": \"true\"}}, {\"name\": \"c\", \"label\": \"C\","
    " \"label_en\": \"\", \"type\": \"choice\", \"required\": false, \"choices\": [{\"value\": \"1\","
    " \"label\": \"Một\", \"label_en\": \"One\"}]}], \"result_name\": \"Bản sao\", \"valid_from\": \"2020-04-21\"}";

static json_t *rich_definition(void)
{
    json_t *value = json_loads(rich, 0, NULL);
    assert_non_null(value);
    return json_own(ctx, value);
}

static void every_member_is_kept_exactly(void **state)
{
    (void)state;
    struct procedure p;
    struct err err = { 0 };
    read_definition(ctx, rich_definition(), &p, &err);
    assert_string_equal(faults_text(ctx, &err), "");
    json_t *kept = json_own(ctx, procedure_definition(&p));
    assert_true(json_equal(kept, rich_definition()));
    assert_int_equal(p.steps[0]->minutes, 45);
}

static json_t *definition_of(json_t *members)
{
    struct procedure p;
    struct err err = { 0 };
    read_definition(ctx, json_own(ctx, members), &p, &err);
    assert_string_equal(faults_text(ctx, &err), "");
    return json_own(ctx, procedure_definition(&p));
}

static void a_member_changes_itself_and_nothing_else(void **state)
{
    (void)state;
    const char *name, *other;
    json_t *value, *v, *all = rich_definition();
    json_t *before = definition_of(json_pack("{s:s}", "code", "1.004363"));
    json_object_foreach (all, name, value) {
        json_t *members = json_pack("{s:s}", "code", "1.004363");
        json_object_set(members, name, value);
        json_t *after = definition_of(members);
        assert_true(json_equal(json_object_get(after, name), value));
        json_object_foreach (after, other, v)
            assert_int_equal(json_equal(v, json_object_get(before, other)), strcmp(other, name) != 0);
    }
}

static void a_new_procedure_starts_from_the_defaults(void **state)
{
    (void)state;
    struct procedure p;
    procedure_init(&p);
    assert_int_equal(p.supplement_days, 30);
    assert_int_equal(p.payment_days, 10);
    assert_string_equal(p.online_level, "none");
    assert_int_equal(p.limit_unit, MOTCUA__LIMIT_UNIT__LIMIT_UNSPECIFIED);
    assert_int_equal(p.pause_policy, MOTCUA__PAUSE_POLICY__RESTART);
    assert_int_equal(p.count_mode, MOTCUA__COUNT_MODE__DAY_MODE);
}

/* ---- what others are told ------------------------------------------------------------------------ */

static void the_message_says_what_the_procedure_is(void **state)
{
    (void)state;
    struct procedure p;
    struct err err = { 0 };
    Motcua__ProcedurePublished m;
    read_definition(ctx, rich_definition(), &p, &err);
    p.version = 7;
    procedure_message(&p, &m);
    json_t *got =
        json_own(ctx,
                 json_pack("{s:s, s:i, s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:i, s:i, s:b, s:i, s:i, s:s, s:s}",
                           "code", m.code, "version", (int)m.version, "name", m.name, "field_code",
                           m.field_code, "field", m.field_name, "components", (int)m.n_components, "fees",
                           (int)m.n_fees, "limit", (int)m.limit, "text", m.limit_text, "steps",
                           (int)m.n_steps, "unit", (int)m.limit_unit, "immediate", (int)m.is_immediate,
                           "supplement", (int)m.supplement_days, "payment", (int)m.payment_days, "result",
                           m.result_name, "online", m.online_level));
    assert_string_equal(
        json_print(ctx, got),
        "{\"code\":\"2.000205.000.00.00.H17\",\"version\":7,\"name\":\"Tên\",\"field_code\":"
        "\"G15-TP03\",\"field\":\"Chứng thực\",\"components\":1,\"fees\":1,\"limit\":7,\"text\":"
        "\"7 giờ\",\"steps\":1,\"unit\":3,\"immediate\":true,\"supplement\":3,\"payment\":4,"
        "\"result\":\"Bản sao\",\"online\":\"partial\"}");
    assert_int_equal(m.count_mode, MOTCUA__COUNT_MODE__HOUR_MODE);
    assert_int_equal(m.pause_policy, MOTCUA__PAUSE_POLICY__SHIFT);
    assert_int_equal(m.valid_from_ms, p.valid_from_ms);
    assert_ptr_equal(m.fees, p.fees);
    assert_ptr_equal(m.components, p.components);
    assert_ptr_equal(m.steps, p.steps);
}

static void a_procedure_is_at_the_levels_it_names(void **state)
{
    (void)state;
    struct procedure p;
    struct err err = { 0 };
    read_definition(ctx, rich_definition(), &p, &err);
    assert_true(procedure_is_at_level(&p, "commune"));
    assert_true(procedure_is_at_level(&p, "district"));
    assert_false(procedure_is_at_level(&p, "province"));
    assert_false(procedure_is_at_level(&p, ""));
}

static void codes_are_those_of_the_national_catalogue(void **state)
{
    (void)state;
    static const char *const good[] = { "1.004363", "2.000815", "6.001234", "2.000205.000.00.00.H17",
                                        "1.004363.01" };
    static const char *const bad[] = { "",          "1",
                                       "1.00436",   "1.0043634",
                                       "0.004363",  "x.004363",
                                       "1,004363",  "1.00a363",
                                       "1.004363x", " 1.004363",
                                       "1.004363 ", "1.004363-01",
                                       "11.004363", "1.004363.000.00.00.H17.000.00.00.H17.00.00.H" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(procedure_code_is_valid(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(procedure_code_is_valid(bad[i]));
    for (size_t n = 0; n < 8; n++)
        assert_false(procedure_code_is_valid(talloc_strndup(ctx, "1.004363", n)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_procedure_of_the_sample_comes_back_as_the_same_bytes),
        cmocka_unit_test(nothing_the_file_says_is_lost),
        cmocka_unit_test(every_member_is_kept_exactly),
        cmocka_unit_test(a_member_changes_itself_and_nothing_else),
        cmocka_unit_test(a_new_procedure_starts_from_the_defaults),
        cmocka_unit_test(the_message_says_what_the_procedure_is),
        cmocka_unit_test(a_procedure_is_at_the_levels_it_names),
        cmocka_unit_test(codes_are_those_of_the_national_catalogue),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

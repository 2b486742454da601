/* links: services/intake/import.c services/intake/catalogue_csv.c */
/* links: services/intake/catalogue_read.c services/intake/catalogue.c */
/* Catalogue files against what is known: added, changed, the same, refused; a file twice is a file once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/intake/import.h"
#include "tests/unit/sample.h"
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

static struct import *import_of(const char *text, bool is_csv)
{
    struct err err = { 0 };
    struct import *in;
    assert_int_equal(import_read(ctx, text, strlen(text), is_csv, &in, &err), 0);
    return in;
}

static struct known_version known_of(const struct new_version *v)
{
    struct known_version known = { .version = v->procedure.version, .definition = v->definition };
    memcpy(known.digest, v->digest, sizeof known.digest);
    return known;
}

/* What the one candidate of the text makes of known; v becomes what is known then. */
static enum outcome applied(const char *text, bool is_csv, struct known_version *known, struct new_version *v)
{
    struct import *in = import_of(text, is_csv);
    assert_int_equal(in->count, 1);
    enum outcome outcome = import_apply(ctx, in, &in->candidates[0], known, v);
    if (outcome == IMPORT_ADDED || outcome == IMPORT_CHANGED)
        *known = known_of(v);
    return outcome;
}

/* "line column code; line column code" */
static const char *refused_text(const struct import *in)
{
    char *text = talloc_strdup(ctx, "");
    size_t i;
    json_t *row;
    json_array_foreach (in->refused, i, row) {
        text = talloc_asprintf_append_buffer(text, "%s%d %s %s", i ? "; " : "",
                                             (int)json_integer_value(json_object_get(row, "line")),
                                             json_string_value(json_object_get(row, "column")),
                                             json_string_value(json_object_get(row, "code")));
        assert_true(*json_string_value(json_object_get(row, "remedy_vi")));
        assert_true(*json_string_value(json_object_get(row, "remedy_en")));
    }
    return text;
}

/* ---- reading ------------------------------------------------------------------------------------- */

static void a_file_that_is_none_is_refused_whole(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_csv;
    } cases[] = { { "", true },
                  { "\"code", true },
                  { "", false },
                  { "[]", false },
                  { "{}", false },
                  { "{\"procedures\": {}}", false },
                  { "{\"procedures\": [}", false } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = { 0 };
        struct import *in;
        assert_int_equal(import_read(ctx, cases[i].text, strlen(cases[i].text), cases[i].is_csv, &in, &err),
                         E_INVALID);
        assert_non_null(err.phrase);
    }
}

static void a_bad_row_names_its_line_and_the_others_go_on(void **state)
{
    (void)state;
    struct import *in =
        import_of("code,name\n1.000001,Một\n,Hai\n1.000003,\"Ba\nbốn\"\n9,\n1.000005,Năm\n", true);
    assert_string_equal(refused_text(in),
                        "3 code code_missing; 6 code procedure_code_invalid; 6 name name_missing");
    assert_int_equal(in->count, 3);
    assert_int_equal(in->refused_rows, 2); /* rows, not faults */
    static const char *const codes[] = { "1.000001", "1.000003", "1.000005" };
    static const size_t lines[] = { 2, 4, 7 };
    for (int i = 0; i < 3; i++) {
        assert_string_equal(in->candidates[i].code, codes[i]);
        assert_int_equal(in->candidates[i].line, lines[i]);
        assert_true(in->candidates[i].is_rough);
    }
}

static void a_bad_object_names_its_number_and_the_others_go_on(void **state)
{
    (void)state;
    struct import *in = import_of("{\"procedures\": [{\"code\": \"1.000001\"}, 5, {\"code\": \"1.000003\","
                                  " \"levels\": [\"ward\"], \"more\": 1}, {\"name\": \"x\"}]}",
                                  false);
    static const enum outcome want[] = { IMPORT_ADDED, IMPORT_REFUSED, IMPORT_REFUSED, IMPORT_REFUSED };
    struct known_version none = { 0 };
    assert_int_equal(in->count, 4);
    for (int i = 0; i < 4; i++) {
        struct new_version v;
        assert_int_equal(import_apply(ctx, in, &in->candidates[i], &none, &v), want[i]);
        assert_false(in->candidates[i].is_rough);
    }
    assert_string_equal(refused_text(in),
                        "2 body not_object; 2 code procedure_code_invalid; 3 levels not_a_choice;"
                        " 3 more unknown_field; 4 code procedure_code_invalid");
}

static void a_code_that_comes_again_is_refused(void **state)
{
    (void)state;
    const struct import *csv =
        import_of("code,name\n1.000001,A\n1.000002,B\n 1.000001,C\n1.000001,D\n", true);
    assert_int_equal(csv->count, 2);
    assert_string_equal(refused_text(csv), "4 code code_repeated; 5 code code_repeated");
    assert_non_null(
        strstr(json_string_value(json_object_get(json_array_get(csv->refused, 1), "remedy_en")), "Line 2 "));
    const struct import *json = import_of("{\"procedures\": [{\"code\": \"1.000001\"}, {}, {}, 7,"
                                          " {\"code\": \"1.000001\"}]}",
                                          false);
    assert_string_equal(refused_text(json), "5 code code_repeated"); /* none is not the same as none */
    assert_int_equal(json->count, 4);
}

static void a_candidate_is_looked_up_by_the_code_it_will_have(void **state)
{
    (void)state;
    struct new_version v;
    struct known_version none = { 0 };
    struct import *in = import_of("{\"procedures\": [{\"code\": \" 1.000001\"}]}", false);
    assert_int_equal(import_apply(ctx, in, &in->candidates[0], &none, &v), IMPORT_ADDED);
    assert_string_equal(in->candidates[0].code, v.procedure.code);
}

/* ---- one procedure ------------------------------------------------------------------------------- */

#define JSON(members) "{\"procedures\": [{\"code\": \"1.004363\"" members "}]}"

static void a_procedure_grows_version_by_version(void **state)
{
    (void)state;
    struct known_version known = { 0 };
    struct new_version v;
    assert_int_equal(applied(JSON(", \"name\": \"A\""), false, &known, &v), IMPORT_ADDED);
    assert_int_equal(known.version, 1);
    assert_int_equal(applied(JSON(", \"name\": \"A\""), false, &known, &v), IMPORT_SAME);
    assert_int_equal(applied(JSON(""), false, &known, &v), IMPORT_SAME); /* what is not said stays */
    assert_int_equal(applied(JSON(", \"name\": \"B\", \"payment_days\": 7"), false, &known, &v),
                     IMPORT_CHANGED);
    assert_int_equal(known.version, 2);
    assert_string_equal(json_print(ctx, v.members), "[\"name\",\"payment_days\"]");
    assert_int_equal(applied(JSON(", \"payment_days\": 10"), false, &known, &v), IMPORT_CHANGED);
    assert_string_equal(json_print(ctx, v.members), "[\"payment_days\"]");
    assert_string_equal(v.procedure.name, "B");
    assert_int_equal(known.version, 3);
}

static void the_same_said_differently_is_the_same(void **state)
{
    (void)state;
    struct known_version known = { 0 };
    struct new_version v;
    applied(JSON(", \"name\": \"Cấp phép\", \"payment_days\": 7"), false, &known, &v);
    assert_int_equal(
        applied(JSON(", \"payment_days\": 7, \"name\": \" Ca\u0302\u0301p phe\u0301p \", \"fees\": []"),
                false, &known, &v),
        IMPORT_SAME);
}

#define LIMIT ", \"limit\": {\"value\": 3, \"unit\": \"day\"}"
static void a_table_gives_way_to_what_is_known_better(void **state)
{
    (void)state;
    static const char table[] = "code,name,fee_status,fee_min,fee_max,fee_currency,deadline_direct_value,"
                                "deadline_direct_unit\n1.004363,A,fee,5000,5000,VND,7,day\n";
    static const struct {
        const char *known;
        int64_t fee;
        uint32_t limit;
    } cases[] = {
        { "", 5000, 7 },
        { ", \"fees\": [{\"kind\": \"phi\", \"name\": \"x\", \"amount\": 1, \"when\": \"after\"}]", 1, 7 },
        { LIMIT, 5000, 7 }, /* a sure limit replaces one without steps */
        { LIMIT ", \"steps\": [{\"name\": \"x\", \"role\": \"clerk\", \"hours\": 1}]", 5000, 3 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct known_version known = { 0 };
        struct new_version v;
        applied(talloc_asprintf(ctx, JSON("%s"), cases[i].known), false, &known, &v);
        assert_int_equal(applied(table, true, &known, &v), IMPORT_CHANGED);
        assert_int_equal(v.procedure.fees[0]->amount_dong, cases[i].fee);
        assert_int_equal(v.procedure.limit, cases[i].limit);
        assert_int_equal(applied(table, true, &known, &v), IMPORT_SAME);
    }
}

static void words_of_a_table_do_not_replace_a_sure_limit(void **state)
{
    (void)state;
    static const char table[] = "code,name,deadline_text\n1.004363,A,Trong ngày\n";
    struct known_version known = { 0 };
    struct new_version v;
    assert_int_equal(applied(table, true, &known, &v), IMPORT_ADDED);
    assert_string_equal(v.procedure.limit_text, "Trong ngày");
    applied(JSON(", \"limit\": {\"value\": 3, \"unit\": \"day\"}"), false, &known, &v);
    assert_int_equal(applied(table, true, &known, &v), IMPORT_SAME);
    assert_int_equal(applied(JSON(", \"limit\": {\"unit\": \"none\"}"), false, &known, &v), IMPORT_CHANGED);
    assert_int_equal(v.procedure.limit, 0); /* a definition says what it means */
}

/* ---- whole files --------------------------------------------------------------------------------- */

/* Apply every candidate to its version in known[]; how many had each outcome. */
static void apply_all(struct import *in, struct known_version *known, size_t outcomes[4])
{
    memset(outcomes, 0, 4 * sizeof *outcomes);
    for (size_t i = 0; i < in->count; i++) {
        struct new_version v = { 0 };
        enum outcome outcome = import_apply(ctx, in, &in->candidates[i], &known[i], &v);
        outcomes[outcome]++;
        if (outcome == IMPORT_ADDED || outcome == IMPORT_CHANGED)
            known[i] = known_of(&v);
    }
}

static void check_twice(const char *path, bool is_csv)
{
    size_t size, outcomes[4];
    char *text = file_text(ctx, path, &size);
    if (!text) {
        printf("skipped: %s is not there (MOTCUA_DATA)\n", path);
        return;
    }
    struct import *in = import_of(text, is_csv);
    struct known_version *known = talloc_zero_array(ctx, struct known_version, in->count);
    assert_true(in->count > 50);
    apply_all(in, known, outcomes);
    assert_int_equal(outcomes[IMPORT_ADDED], in->count);
    apply_all(in, known, outcomes);
    assert_int_equal(outcomes[IMPORT_SAME], in->count);
}

static void a_file_imported_twice_changes_nothing_the_second_time(void **state)
{
    (void)state;
    char path[512];
    check_twice("deploy/sample/catalogue.json", false);
    check_twice(data_path("procedures.csv", path, sizeof path), true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_none_is_refused_whole),
        cmocka_unit_test(a_bad_row_names_its_line_and_the_others_go_on),
        cmocka_unit_test(a_bad_object_names_its_number_and_the_others_go_on),
        cmocka_unit_test(a_code_that_comes_again_is_refused),
        cmocka_unit_test(a_candidate_is_looked_up_by_the_code_it_will_have),
        cmocka_unit_test(a_procedure_grows_version_by_version),
        cmocka_unit_test(the_same_said_differently_is_the_same),
        cmocka_unit_test(a_table_gives_way_to_what_is_known_better),
        cmocka_unit_test(words_of_a_table_do_not_replace_a_sure_limit),
        cmocka_unit_test(a_file_imported_twice_changes_nothing_the_second_time),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

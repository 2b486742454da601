/* links: services/intake/applicant.c */
/* Whose dossier it is: read strictly, written and read back the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/intake/applicant.h"
#include "tests/unit/faults.h"
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

static const char *const kinds[] = { "citizen", "business", "state_agency", "other_organisation" };
enum { KINDS = 4 };

/* Everything somebody can say of himself. */
static json_t *somebody(const char *kind)
{
    return json_own(ctx, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "kind", kind, "name",
                                   "Trần Văn Mẫu", "id_number", "083085009901", "tax_code", "0100109106",
                                   "birth_date", "1985-04-21", "phone", "0900000901", "email",
                                   "mau@example.vn", "address", "12 Đại lộ Đồng Khởi"));
}

static const char *verdict(const json_t *body, Motcua__Applicant *out)
{
    struct err err = { 0 };
    struct reader r = reader_of(ctx, json_nodes(ctx, body), "applicant.", &err);
    int rc = applicant_read(&r, 2026, out);
    assert_int_equal(rc, err.faults_count ? E_INVALID : 0);
    return faults_text(ctx, &err);
}

/* The verdict on somebody whose one member is other; NULL: left out. */
static const char *verdict_with(const char *kind, const char *member, json_t *value)
{
    Motcua__Applicant out;
    json_t *body = somebody(kind);
    if (value)
        json_object_set_new(body, member, value);
    else
        json_object_del(body, member);
    return verdict(body, &out);
}

static void what_is_written_is_read_back_the_same(void **state)
{
    (void)state;
    for (int i = 0; i < KINDS; i++) {
        Motcua__Applicant read;
        json_t *body = somebody(kinds[i]);
        assert_string_equal(verdict(body, &read), "");
        assert_int_equal(read.kind, i + 1);
        assert_true(json_equal(json_stored(ctx, applicant_print(ctx, &read)), body));
    }
}

static void what_is_left_out_is_written_empty(void **state)
{
    (void)state;
    static const char *const optional[] = { "tax_code", "birth_date", "email" };
    Motcua__Applicant read;
    json_t *body = somebody("citizen");
    for (int i = 0; i < 3; i++)
        json_object_del(body, optional[i]);
    assert_string_equal(verdict(body, &read), "");
    assert_string_equal(read.tax_code, "");
    for (int i = 0; i < 3; i++)
        json_object_set_new(body, optional[i], json_string(""));
    assert_true(json_equal(json_stored(ctx, applicant_print(ctx, &read)), body));
}

static void each_kind_must_say_what_it_is_known_by(void **state)
{
    (void)state;
    static const struct {
        const char *member, *want[KINDS];
    } rows[] = {
#define ALWAYS(name) \
    { "applicant." name ":required", "applicant." name ":required", "applicant." name ":required", \
      "applicant." name ":required" }
        { "name", ALWAYS("name") },
        { "phone", ALWAYS("phone") },
        { "address", ALWAYS("address") },
#undef ALWAYS
        { "id_number", { "applicant.id_number:required", "", "", "" } },
        { "tax_code", { "", "applicant.tax_code:required", "", "" } },
        { "birth_date", { "", "", "", "" } },
        { "email", { "", "", "", "" } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int kind = 0; kind < KINDS; kind++) {
            assert_string_equal(verdict_with(kinds[kind], rows[i].member, NULL), rows[i].want[kind]);
            assert_string_equal(verdict_with(kinds[kind], rows[i].member, json_string(" ")),
                                rows[i].want[kind]);
        }
}

static void a_kind_that_is_none_is_refused(void **state)
{
    (void)state;
    json_t *const values[] = { json_string(""), json_string("person"), json_string("Citizen"),
                               json_integer(1), json_true(),           json_array() };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        assert_string_equal(verdict_with("citizen", "kind", values[i]), "applicant.kind:not_a_choice");
    assert_string_equal(verdict_with("citizen", "kind", NULL), "applicant.kind:required");
}

static void the_kinds_there_are_are_told(void **state)
{
    (void)state;
    Motcua__Applicant out;
    struct err err = { 0 };
    json_t *body = somebody("person");
    struct reader r = reader_of(ctx, json_nodes(ctx, body), "applicant.", &err);
    applicant_read(&r, 2026, &out);
    assert_string_equal(err.faults[0].arg, "citizen, business, state_agency, other_organisation");
}

static void each_wrong_value_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *member, *value, *want;
    } cases[] = {
        { "id_number", "320123456", "" }, /* the CMND of old papers */
        { "id_number", "083499001234", "applicant.id_number:id_number_invalid" },
        { "id_number", "08308500990X", "applicant.id_number:id_number_invalid" },
        { "tax_code", "0100109106-001", "" },
        { "tax_code", "0100109107", "applicant.tax_code:tax_code_invalid" },
        { "phone", "+84 900 000 901", "" },
        { "phone", "113", "applicant.phone:phone_invalid" },
        { "email", "mau.example.vn", "applicant.email:email_invalid" },
        { "birth_date", "21/04/1985", "applicant.birth_date:date_invalid" },
        { "birth_date", "1985-02-29", "applicant.birth_date:date_invalid" },
        { "birth_date", "1984-02-29", "" },
        { "nickname", "Mẫu", "applicant.nickname:unknown_field" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(verdict_with("business", cases[i].member, json_string(cases[i].value)),
                            cases[i].want);
}

static void the_numbers_of_the_vectors_are_judged_as_they_say(void **state)
{
    (void)state;
    json_t *root = vectors_load("identity.json"), *v;
    size_t i;
    json_array_foreach (json_object_get(root, "vectors"), i, v)
        if (strlen(text_of(v, "input")) <= 12) /* longer ones do not fit the field */
            assert_string_equal(verdict_with("citizen", "id_number", json_string(text_of(v, "input"))),
                                json_is_true(json_object_get(v, "valid"))
                                    ? ""
                                    : "applicant.id_number:id_number_invalid");
    json_array_foreach (json_object_get(root, "mst_vectors"), i, v)
        assert_string_equal(verdict_with("business", "tax_code", json_string(text_of(v, "input"))),
                            json_is_true(json_object_get(v, "valid"))
                                ? ""
                                : "applicant.tax_code:tax_code_invalid");
    assert_true(!root || i > 0);
    json_decref(root);
}

static void text_comes_out_clean_and_the_phone_in_one_form(void **state)
{
    (void)state;
    Motcua__Applicant read;
    json_t *body = somebody("citizen");
    json_object_set_new(body, "name", json_string("  Tra\xcc\x82\xcc\x80n Va\xcc\x86n Ma\xcc\x82\xcc\x83u "));
    json_object_set_new(body, "phone", json_string("+84 900.000.901"));
    assert_string_equal(verdict(body, &read), "");
    assert_string_equal(read.name, "Trần Văn Mẫu");
    assert_string_equal(read.phone, "0900000901");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back_the_same),
        cmocka_unit_test(what_is_left_out_is_written_empty),
        cmocka_unit_test(each_kind_must_say_what_it_is_known_by),
        cmocka_unit_test(a_kind_that_is_none_is_refused),
        cmocka_unit_test(the_kinds_there_are_are_told),
        cmocka_unit_test(each_wrong_value_is_named),
        cmocka_unit_test(the_numbers_of_the_vectors_are_judged_as_they_say),
        cmocka_unit_test(text_comes_out_clean_and_the_phone_in_one_form),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

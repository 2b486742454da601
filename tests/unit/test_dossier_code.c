/* test_dossier_code.c — dossier codes in each form ever used: what is one, and that none changes on the
 * way. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "civil.h"
#include "dossier_code.h"
#include "tests/unit/vectors.h"

static const char *const units[] = { "000.00.01.H07", "000.12.07.H07", "999.99.99.G99", "H07",
                                     "H07.15",        "H07.15.3",      "G09.20.1.999",  "A00.1" };
static const char *const no_units[] = { "",
                                        "H7",
                                        "07H",
                                        "HH07",
                                        "H07.",
                                        "H07..1",
                                        "H07.1234",
                                        "H07.1.2.3.4",
                                        "H07-1",
                                        "H07 ",
                                        " H07",
                                        "H07.a",
                                        "h07",
                                        "00.00.01.H07",
                                        "000.0.01.H07",
                                        "000.00.01.07",
                                        "000.00.01.H7",
                                        "000.00.01.H07.1",
                                        "000.00.01",
                                        "000-00-01-H07",
                                        "H071",
                                        "Đ07",
                                        "000.00.01.h07" };

static void units_of_both_forms_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        assert_true(unit_code_is_valid(units[i]));
    for (size_t i = 0; i < sizeof no_units / sizeof *no_units; i++)
        assert_false(unit_code_is_valid(no_units[i]));
}

static void lower(char *s)
{
    for (; *s; s++)
        *s = (char)tolower((unsigned char)*s);
}

static void check_round_trip(const char *unit, int32_t day, int64_t number)
{
    char text[DOSSIER_CODE_TEXT];
    struct dossier_code c;
    assert_ptr_equal(dossier_code_format(unit, day, number, text), text);
    for (int pass = 0; pass < 2; pass++) {
        assert_true(dossier_code_parse(text, &c));
        assert_string_equal(c.unit, unit);
        assert_int_equal(c.day, day);
        assert_int_equal(c.number, number);
        lower(text);
    }
}

static void a_written_code_is_read_back_in_either_case(void **state)
{
    (void)state;
    static const int64_t numbers[] = { 1, 9, 137, 9999, 10000, 99999, 1234567 };
    for (size_t u = 0; u < sizeof units / sizeof *units; u++)
        for (int32_t day = civil_day(2018, 1, 1); day < civil_day(2040, 1, 1); day += 17)
            check_round_trip(units[u], day, numbers[(size_t)day % 7]);
    check_round_trip("H07", civil_day(2024, 2, 29), 1);
}

static void the_number_has_four_digits_or_more(void **state)
{
    (void)state;
    char text[DOSSIER_CODE_TEXT];
    int32_t day = civil_day(2020, 4, 21);
    assert_string_equal(dossier_code_format("000.00.01.H07", day, 1, text), "000.00.01.H07-200421-0001");
    assert_string_equal(dossier_code_format("H07.15.3", day, 9999, text), "H07.15.3-200421-9999");
    assert_string_equal(dossier_code_format("H07", day, 10000, text), "H07-200421-10000");
}

static void a_long_year_is_read_where_national_codes_have_it(void **state)
{
    (void)state;
    struct dossier_code c;
    assert_true(dossier_code_parse("G09.20-20260609-0092637", &c));
    assert_string_equal(c.unit, "G09.20");
    assert_int_equal(c.day, civil_day(2026, 6, 9));
    assert_int_equal(c.number, 92637);
    assert_false(dossier_code_parse("000.00.01.H07-20200421-0001", &c)); /* not in the form of 2018 */
}

static void what_is_cut_or_altered_is_no_code(void **state)
{
    (void)state;
    static const char *const codes[] = { "000.00.01.H07-200421-0137", "H07.15.3-200421-0137" };
    struct dossier_code c;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < strlen(codes[k]); i++) {
            char text[DOSSIER_CODE_TEXT];
            snprintf(text, sizeof text, "%.*s", (int)i, codes[k]);
            assert_false(dossier_code_parse(text, &c));
            for (const char *wrong = "_ /:@\xc4"; *wrong; wrong++) {
                snprintf(text, sizeof text, "%s", codes[k]);
                text[i] = *wrong;
                assert_false(dossier_code_parse(text, &c));
            }
        }
}

static void other_texts_are_no_codes(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "-",
        "H07",
        "H07-200421",
        "H07-200421-",
        "H07-200421-137",
        "H07-200421-01371234",
        "H07-200431-0001",
        "H07-210229-0001",
        "H07-201301-0001",
        "H07-200400-0001",
        "H07-2004210-0001",
        "H07-20042-0001",
        "H07-20200431-0001",
        "H07--200421-0001",
        "H07-200421--0001",
        "H07-200421-0001-",
        "H07-200421-0001 ",
        " H07-200421-0001",
        "H07.1.2.3.4-200421-0001",
        "000.00.01.H07.1-200421-0001",
        "H07-200421-+001",
        "0000000000000000000000000000000000000000000000000000000000000000",
    };
    struct dossier_code c;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(dossier_code_parse(others[i], &c));
}

/* ---- vectors -------------------------------------------------------------------------------------- */

static void check_vector(const json_t *v)
{
    struct dossier_code c;
    char day[CIVIL_TEXT];
    bool valid = json_is_true(json_object_get(v, "valid"));
    assert_int_equal(dossier_code_parse(text_of(v, "input"), &c), valid);
    if (!valid)
        return;
    assert_string_equal(c.unit, text_of(v, "unit_code"));
    assert_true(unit_code_is_valid(c.unit));
    assert_string_equal(civil_format(civil_day_ms(c.day, 0), CIVIL_DATE, day), text_of(v, "date"));
    assert_int_equal(c.number, json_integer_value(json_object_get(v, "sequence")));
}

static void all_vectors_hold(void **state)
{
    (void)state;
    json_t *root = vectors_load("dossier_code.json"), *v;
    size_t i;
    json_array_foreach (json_object_get(root, "vectors"), i, v)
        check_vector(v);
    assert_true(!root || i > 0);
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_of_both_forms_are_known),
        cmocka_unit_test(a_written_code_is_read_back_in_either_case),
        cmocka_unit_test(the_number_has_four_digits_or_more),
        cmocka_unit_test(a_long_year_is_read_where_national_codes_have_it),
        cmocka_unit_test(what_is_cut_or_altered_is_no_code),
        cmocka_unit_test(other_texts_are_no_codes),
        cmocka_unit_test(all_vectors_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

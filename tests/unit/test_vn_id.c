/* test_vn_id.c — numbers of people and enterprises: form and check digits, number by number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/vectors.h"
#include "vn_id.h"

enum { THIS_YEAR = 2026 };

/* ---- citizens ------------------------------------------------------------------------------------- */

/* Of the 63 provinces before the mergers; DOMAIN §12.1 names some, data/units the rest. */
static bool province_was_allotted(int code)
{
    static const int codes[] = { 1,  2,  4,  6,  8,  10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25,
                                 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48,
                                 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75,
                                 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96 };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] == code)
            return true;
    return code > 100; /* countries of those born abroad */
}

static void every_province_century_and_year_is_told_apart(void **state)
{
    (void)state;
    for (int province = 0; province < 1000; province++)
        for (int sex = 0; sex < 10; sex++)
            for (int year = 0; year < 100; year += province == 83 ? 1 : 33) {
                char text[16];
                struct citizen_number info = { 0 };
                int born = 1900 + sex / 2 * 100 + year;
                snprintf(text, sizeof text, "%03u%u%02u004321", province % 1000u, sex % 10u, year % 100u);
                bool valid = province_was_allotted(province) && born <= THIS_YEAR;
                assert_int_equal(id_number_kind(text, THIS_YEAR, &info), valid ? ID_CITIZEN : ID_NONE);
                if (!valid)
                    continue;
                assert_memory_equal(info.province, text, 3);
                assert_int_equal(info.province[3], 0);
                assert_int_equal(info.is_female, sex % 2);
                assert_int_equal(info.birth_year, born);
            }
}

static void a_birth_year_lies_not_in_the_future(void **state)
{
    (void)state;
    assert_int_equal(id_number_kind("083220004321", 2020, NULL), ID_CITIZEN);
    assert_int_equal(id_number_kind("083220004321", 2019, NULL), ID_NONE);
}

static void only_nine_or_twelve_digits_are_a_number(void **state)
{
    (void)state;
    static const char digits[] = "0832050043210000";
    for (size_t n = 0; n < sizeof digits; n++) {
        char text[sizeof digits];
        snprintf(text, sizeof text, "%.*s", (int)n, digits);
        enum id_kind kind = n == 12 ? ID_CITIZEN : n == 9 ? ID_CMND : ID_NONE;
        assert_int_equal(id_number_kind(text, THIS_YEAR, NULL), kind);
        for (size_t i = 0; i < n; i++)
            for (const char *wrong = "x -.\xd9/:"; *wrong; wrong++) {
                text[i] = *wrong;
                assert_int_equal(id_number_kind(text, THIS_YEAR, NULL), ID_NONE);
                text[i] = digits[i];
            }
    }
}

/* ---- enterprises ---------------------------------------------------------------------------------- */

static void one_check_digit_at_most_is_right(void **state)
{
    (void)state;
    for (unsigned base = 0; base < 1000000000u; base += 999983u) {
        char text[16];
        int right = 0, weights[] = { 31, 29, 23, 19, 17, 13, 7, 5, 3 }, sum = 0;
        snprintf(text, sizeof text, "%09u", base);
        for (int i = 0; i < 9; i++)
            sum += weights[i] * (text[i] - '0');
        for (unsigned check = 0; check < 10; check++) {
            snprintf(text, sizeof text, "%09u%u", base, check);
            bool valid = tax_code_is_valid(text);
            assert_int_equal(valid, 10 - sum % 11 == (int)check);
            right += valid;
        }
        assert_int_equal(right, sum % 11 == 0 ? 0 : 1); /* "10" is never issued */
    }
}

static void a_branch_has_a_number_from_001_to_999(void **state)
{
    (void)state;
    char text[32];
    for (unsigned branch = 0; branch < 1000; branch++) {
        snprintf(text, sizeof text, "0100109106-%03u", branch);
        assert_int_equal(tax_code_is_valid(text), branch > 0);
        snprintf(text, sizeof text, "0100109106%03u", branch);
        assert_int_equal(tax_code_is_valid(text), branch > 0);
    }
    static const char *const wrong[] = { "0100109106-",
                                         "0100109106-1",
                                         "0100109106-01",
                                         "0100109106-0011",
                                         "0100109106--001",
                                         "0100109106 001",
                                         "0100109106-0a1",
                                         "01001091061",
                                         "010010910600",
                                         "0100109107-001",
                                         "",
                                         "0",
                                         "010010910x",
                                         "-0100109106",
                                         "0100109106 ",
                                         "01001091060011" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(tax_code_is_valid(wrong[i]));
}

/* ---- telephone and mail --------------------------------------------------------------------------- */

static void every_way_to_write_a_phone_number_gives_ten_digits(void **state)
{
    (void)state;
    static const char *const same[] = { "0912345678",      "+84912345678",    "84912345678",
                                        "091 234 5678",    "091.234.5678",    "0912-345-678",
                                        "+84 912 345 678", "+84.912.345.678", "84 91-234.5678",
                                        " 0912345678 ",    "09 12 34 56 78" };
    static const char *const others[] = { "",
                                          "091234567",
                                          "09123456789",
                                          "912345678",
                                          "+0912345678",
                                          "+840912345678",
                                          "0912345678x",
                                          "0912+345678",
                                          "++84912345678",
                                          "8491234567",
                                          "849123456789",
                                          "(091)2345678",
                                          "0912/345678",
                                          "1234567890",
                                          "٠٩١٢٣٤٥٦٧٨" };
    char out[11];
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_true(phone_normalise(same[i], out));
        assert_string_equal(out, "0912345678");
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(phone_normalise(others[i], out));
}

static void addresses_have_one_at_and_a_domain_with_a_dot(void **state)
{
    (void)state;
    static const char *const sound[] = { "a@b.vn", "ten.dai+nhan@mot.hai.gov.vn", "x_y-z@1.vn",
                                         "ba@miền.vn" };
    static const char *const broken[] = {
        "",         "@",          "a@",       "@b.vn",    "a@b",
        "a@b.",     "a@.vn",      "a@@b.vn",  "a@b@c.vn", "a b@c.vn",
        "a@b c.vn", "a@b.vn\n",   "a\t@b.vn", "<a@b.vn>", "a@b.vn,c@d.vn",
        "a;b@c.vn", "\"a\"@b.vn", "a@b.v",    "a.b.vn",   "a\r\nBcc: x@y.vn"
    };
    char text[300];
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++)
        assert_true(email_is_valid(sound[i]));
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_false(email_is_valid(broken[i]));
    for (size_t n = 240; n < 260; n++) {
        memset(text, 'x', n);
        snprintf(text + n, sizeof text - n, "@b.vn");
        assert_int_equal(email_is_valid(text), n + 5 <= 254);
    }
}

/* ---- vectors -------------------------------------------------------------------------------------- */

static void check_person(const json_t *v)
{
    struct citizen_number info;
    const char *kind = text_of(v, "kind");
    bool valid = json_is_true(json_object_get(v, "valid"));
    enum id_kind got = id_number_kind(text_of(v, "input"), THIS_YEAR, &info);
    assert_int_equal(got, !valid ? ID_NONE : kind && strcmp(kind, "CMND9") == 0 ? ID_CMND : ID_CITIZEN);
    if (got != ID_CITIZEN)
        return;
    assert_string_equal(info.province, text_of(v, "province"));
    assert_string_equal(info.is_female ? "Nữ" : "Nam", text_of(v, "sex"));
    assert_int_equal(info.birth_year, json_integer_value(json_object_get(v, "birth_year")));
}

static void all_vectors_hold(void **state)
{
    (void)state;
    json_t *root = vectors_load("identity.json"), *v;
    size_t people, codes;
    json_array_foreach (json_object_get(root, "vectors"), people, v)
        check_person(v);
    json_array_foreach (json_object_get(root, "mst_vectors"), codes, v)
        assert_int_equal(tax_code_is_valid(text_of(v, "input")), json_is_true(json_object_get(v, "valid")));
    assert_true(!root || (people > 0 && codes > 0));
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_province_century_and_year_is_told_apart),
        cmocka_unit_test(a_birth_year_lies_not_in_the_future),
        cmocka_unit_test(only_nine_or_twelve_digits_are_a_number),
        cmocka_unit_test(one_check_digit_at_most_is_right),
        cmocka_unit_test(a_branch_has_a_number_from_001_to_999),
        cmocka_unit_test(every_way_to_write_a_phone_number_gives_ten_digits),
        cmocka_unit_test(addresses_have_one_at_and_a_domain_with_a_dot),
        cmocka_unit_test(all_vectors_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

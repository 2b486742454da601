/* test_curve.c — the key files of the bus: read as they are written, refused by name when they are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "curve.h"
#include "tests/unit/files.h"

static const char public_key[] = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"; /* the examples of RFC 32/Z85 */
static const char secret_key[] = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";

static int set_up(void **state)
{
    return files_open(state) || mkdir(file_path("public"), 0700);
}

static void both_keys_of_a_service_are_read(void **state)
{
    (void)state;
    static const char *const ends[] = { "", "\n", "\r\n" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char line[128];
        struct curve_keys keys;
        struct err err = { 0 };
        snprintf(line, sizeof line, "%s %s%s", public_key, secret_key, ends[i]);
        file_write_text("intake.secret", line);
        assert_int_equal(curve_read(files_dir, "intake", &keys, &err), 0);
        assert_string_equal(keys.public_key, public_key);
        assert_string_equal(keys.secret_key, secret_key);
    }
}

static void the_public_key_of_another_is_read(void **state)
{
    (void)state;
    char key[CURVE_KEY_TEXT], line[64];
    struct err err = { 0 };
    snprintf(line, sizeof line, "%s\n", public_key);
    file_write_text("public/broker.key", line);
    assert_int_equal(curve_read_public(files_dir, "broker", key, &err), 0);
    assert_string_equal(key, public_key);
}

static void a_file_that_holds_no_keys_is_refused_by_name(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "\n", " \n", public_key };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct curve_keys keys;
        char key[CURVE_KEY_TEXT];
        struct err err = { 0 }, public_err = { 0 };
        file_write_text("bad.secret", texts[i]);
        assert_int_equal(curve_read(files_dir, "bad", &keys, &err), E_INVALID);
        assert_non_null(strstr(err.text, "bad.secret"));
        file_write_text("public/bad.key", texts[i]);
        int rc = curve_read_public(files_dir, "bad", key, &public_err);
        assert_int_equal(rc, texts[i] == public_key ? 0 : E_INVALID);
        assert_int_equal(strstr(public_err.text, "public/bad.key") != NULL, rc != 0);
    }
}

static void a_file_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct curve_keys keys;
    char key[CURVE_KEY_TEXT];
    struct err err = { 0 }, public_err = { 0 };
    assert_int_equal(curve_read(files_dir, "nobody", &keys, &err), E_INVALID);
    assert_non_null(strstr(err.text, "nobody.secret"));
    assert_int_equal(curve_read_public(files_dir, "nobody", key, &public_err), E_INVALID);
    assert_non_null(strstr(public_err.text, "public/nobody.key"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_keys_of_a_service_are_read),
        cmocka_unit_test(the_public_key_of_another_is_read),
        cmocka_unit_test(a_file_that_holds_no_keys_is_refused_by_name),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, set_up, files_close);
}

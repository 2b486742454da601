/* test_paseto.c — v4.public tokens: the specification's example, there and back, and no forged or cut one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "paseto.h"

/* paseto-standard/test-vectors, v4.json, 4-S-2. */
static const char example_secret[] = "b4cbfb43df4ce210727d953e4a713307fa19bb7d9f85041438d9e11b942a3774"
                                     "1eb9dbbbbc047c03fd70604e0071f0987e16b28b757225c11f00415d0e20b1a2";
static const char example_payload[] =
    "{\"data\":\"this is a signed message\",\"exp\":\"2022-01-01T00:00:00+00:00\"}";
static const char example_footer[] = "{\"kid\":\"zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN\"}";
static const char example_token[] =
    "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMVQwMDowMDowMCswMDowMCJ9"
    "v3Jt8mx_TdM2ceTGoqwrh4yDFn0XsHvvV_D0DtwQxVrJEBMl0F2caAdgnpKlt4p7xBnx1HcO-SPo8FPp214HDw"
    ".eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2NOeTlEZmdMMVc2MGhhTiJ9";

static void *ctx;
static uint8_t secret_key[SIGN_SECRET_BYTES], public_key[SIGN_PUBLIC_BYTES];

static int set_up(void **state)
{
    (void)state;
    crypt_open();
    ctx = talloc_new(NULL);
    assert_true(crypt_unhex(example_secret, secret_key, sizeof secret_key));
    memcpy(public_key, secret_key + sizeof secret_key - sizeof public_key, sizeof public_key);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

static void the_example_of_the_specification_holds(void **state)
{
    (void)state;
    assert_string_equal(paseto_sign(ctx, secret_key, example_payload, example_footer), example_token);
    assert_string_equal(paseto_footer(ctx, example_token), example_footer);
    assert_string_equal(paseto_verify(ctx, public_key, example_token), example_payload);
}

static void what_is_signed_is_read_back(void **state)
{
    (void)state;
    static const char letters[] = "{\"sub\":\"Nguyễn Thị Hồng Nhung\"} and more of any length";
    for (size_t n = 0; n < sizeof letters; n++)
        for (size_t m = 0; m < 8; m++) {
            char *payload = talloc_strndup(ctx, letters, n), *footer = talloc_strndup(ctx, letters, m);
            char *token = paseto_sign(ctx, secret_key, payload, footer);
            assert_string_equal(paseto_verify(ctx, public_key, token), payload);
            assert_string_equal(paseto_footer(ctx, token), footer);
        }
}

static void another_key_verifies_nothing(void **state)
{
    (void)state;
    uint8_t other[SIGN_PUBLIC_BYTES], unused[SIGN_SECRET_BYTES];
    crypt_sign_keys(other, unused);
    assert_null(paseto_verify(ctx, other, example_token));
}

static void a_cut_token_is_refused(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof example_token - 1; n++)
        assert_null(paseto_verify(ctx, public_key, talloc_strndup(ctx, example_token, n)));
}

static void a_token_with_another_character_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof example_token - 1; i++)
        for (const char *wrong = "A_9.=+ \x7f"; *wrong; wrong++) {
            char *token = talloc_strdup(ctx, example_token);
            if (token[i] == *wrong)
                continue;
            token[i] = *wrong;
            assert_null(paseto_verify(ctx, public_key, token));
        }
}

static void the_footer_is_signed_too(void **state)
{
    (void)state;
    char *mine = paseto_sign(ctx, secret_key, "{}", "key-1"),
         *theirs = paseto_sign(ctx, secret_key, "{}", "key-2");
    char *mixed =
        talloc_asprintf(ctx, "%.*s%s", (int)(strrchr(mine, '.') - mine), mine, strrchr(theirs, '.'));
    assert_string_equal(paseto_footer(ctx, mixed), "key-2"); /* read, not verified */
    assert_null(paseto_verify(ctx, public_key, mixed));
}

static void other_texts_are_no_tokens(void **state)
{
    (void)state;
    static const char *const others[] = { "",
                                          "v4.public.",
                                          "v4.public..",
                                          "v4.public.AAAA.AAAA",
                                          "v4.public.AAAA",
                                          "v4.local.AAAA.AAAA",
                                          "v3.public.AAAA.AAAA",
                                          "V4.public.AAAA.AAAA",
                                          "..." };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_null(paseto_footer(ctx, others[i]));
        assert_null(paseto_verify(ctx, public_key, others[i]));
    }
    assert_null(paseto_verify(ctx, public_key, talloc_asprintf(ctx, "%s.AAAA", example_token)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_specification_holds),
        cmocka_unit_test(what_is_signed_is_read_back),
        cmocka_unit_test(another_key_verifies_nothing),
        cmocka_unit_test(a_cut_token_is_refused),
        cmocka_unit_test(a_token_with_another_character_is_refused),
        cmocka_unit_test(the_footer_is_signed_too),
        cmocka_unit_test(other_texts_are_no_tokens),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

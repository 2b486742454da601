/* test_crypt.c — hashes against published answers, encodings there and back, signatures that break by one
 * bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>
#include <talloc.h>

#include "crypt.h"
#include "ids.h"
#include "tests/unit/files.h"

static void *ctx;

static int set_up(void **state)
{
    crypt_open();
    ctx = talloc_new(NULL);
    return files_open(state);
}

static int tear_down(void **state)
{
    talloc_free(ctx);
    return files_close(state);
}

static void hashes_are_the_published_ones(void **state)
{
    (void)state;
    static const char *const sha256[][2] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" }, /* FIPS 180-2 */
    };
    for (size_t i = 0; i < sizeof sha256 / sizeof *sha256; i++) {
        uint8_t hash[SHA256_BYTES];
        crypt_sha256(sha256[i][0], strlen(sha256[i][0]), hash);
        assert_string_equal(crypt_hex(ctx, hash, sizeof hash), sha256[i][1]);
    }
}

static void message_codes_are_the_published_ones(void **state)
{
    (void)state;
    uint8_t code[SHA512_BYTES];
    static const char data[] = "what do ya want for nothing?"; /* RFC 4231, test case 2 */
    crypt_hmac_sha512("Jefe", data, sizeof data - 1, code);
    assert_string_equal(crypt_hex(ctx, code, sizeof code),
                        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

static void bytes_are_equal_only_when_all_are(void **state)
{
    (void)state;
    uint8_t a[48], b[48];
    for (size_t i = 0; i < sizeof a; i++)
        a[i] = b[i] = (uint8_t)(i * 5);
    assert_true(crypt_equal(a, b, sizeof a) && crypt_equal(a, b, 0));
    for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(crypt_equal(a, b, sizeof a));
        assert_true(crypt_equal(a, b, bit / 8));
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void hex_is_equal_whatever_its_case(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = { { "", "", true },       { "0aF9", "0Af9", true }, { "abcdef", "ABCDEF", true },
                  { "ab", "abc", false }, { "abc", "ab", false },   { "ab", "ac", false },
                  { "0a", "1a", false },  { "ab", "", false },      { "@", "`", false },
                  { "[", "{", false } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(crypt_hex_equal(cases[i].a, cases[i].b), cases[i].equal);
        assert_int_equal(crypt_hex_equal(cases[i].b, cases[i].a), cases[i].equal);
    }
}

/* ---- encodings ------------------------------------------------------------------------------------ */

static void bytes_come_back_from_base64_and_hex(void **state)
{
    (void)state;
    uint8_t data[100], back[100];
    random_bytes(data, sizeof data);
    memset(data + 60, 0xff, 20); /* "_" and "-" occur */
    for (size_t n = 0; n <= sizeof data; n++) {
        size_t size;
        char *text = crypt_base64(ctx, data, n), *hex = crypt_hex(ctx, data, n);
        assert_int_equal(strcspn(text, "+/= \n"), (n * 4 + 2) / 3);
        uint8_t *got = crypt_unbase64(ctx, text, true, &size);
        assert_non_null(got);
        assert_int_equal(size, n);
        assert_memory_equal(got, data, n);
        assert_int_equal(strspn(hex, "0123456789abcdef"), 2 * n);
        assert_true(crypt_unhex(hex, back, n));
        assert_memory_equal(back, data, n);
        assert_false(crypt_unhex(hex, back, n + 1) || (n > 0 && crypt_unhex(hex, back, n - 1)));
    }
}

static void each_alphabet_of_base64_is_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool url_safe, usual;
    } cases[] = {
        { "", true, true },        { "TWFu", true, true },    { "TWE", true, false },
        { "TWE=", false, true },   { "TQ", true, false },     { "TQ==", false, true },
        { "TQ=", false, false },   { "T", false, false },     { "-_-_", true, false },
        { "+/+/", false, true },   { "TWF\n", false, false }, { " TWFu", false, false },
        { "TWFu=", false, false }, { "TR", false, false },    { "TR==", false, false },
        { "TWF", false, false },   { "TW Fu", false, false }, { "TWFuệ", false, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n;
        assert_int_equal(crypt_unbase64(ctx, cases[i].text, true, &n) != NULL, cases[i].url_safe);
        assert_int_equal(crypt_unbase64(ctx, cases[i].text, false, &n) != NULL, cases[i].usual);
    }
}

static void hex_is_read_strictly(void **state)
{
    (void)state;
    static const char *const broken[] = { "", "0", "000", "0g", "g0", " 0", "0 ", "0x", "0:" };
    uint8_t byte;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_false(crypt_unhex(broken[i], &byte, 1));
    assert_true(crypt_unhex("fF", &byte, 1));
    assert_int_equal(byte, 0xff);
}

/* ---- signatures and passwords --------------------------------------------------------------------- */

static void a_signature_fits_its_key_and_message_only(void **state)
{
    (void)state;
    uint8_t public_key[SIGN_PUBLIC_BYTES], secret_key[SIGN_SECRET_BYTES], other[SIGN_PUBLIC_BYTES],
        unused[SIGN_SECRET_BYTES], signature[SIGNATURE_BYTES];
    char message[] = "một thông điệp";
    crypt_sign_keys(public_key, secret_key);
    crypt_sign_keys(other, unused);
    crypt_sign(secret_key, message, sizeof message, signature);
    assert_true(crypt_verify(public_key, message, sizeof message, signature));
    assert_false(crypt_verify(other, message, sizeof message, signature));
    assert_false(crypt_verify(public_key, message, sizeof message - 1, signature));
    for (size_t bit = 0; bit < 8 * SIGNATURE_BYTES; bit++) {
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(crypt_verify(public_key, message, sizeof message, signature));
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * sizeof message; bit++) {
        message[bit / 8] ^= (char)(1 << bit % 8);
        assert_false(crypt_verify(public_key, message, sizeof message, signature));
        message[bit / 8] ^= (char)(1 << bit % 8);
    }
}

static void a_password_fits_its_own_hash_only(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_BYTES];
    assert_int_equal(crypt_password_hash("mật khẩu", hash), 0);
    assert_memory_equal(hash, "$argon2id$", 10);
    assert_non_null(strstr(hash, "$m=19456,t=2,p=1$")); /* 19 MiB */
    assert_true(crypt_password_fits("mật khẩu", hash));
    assert_false(crypt_password_fits("mật khẩu ", hash));
    assert_false(crypt_password_fits("mật khẩu", "nonsense"));
}

static void a_hash_of_other_parameters_fits_and_is_dated(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_BYTES], dated[PASSWORD_HASH_BYTES];
    assert_int_equal(crypt_password_hash("mật khẩu", hash), 0);
    assert_int_equal(crypto_pwhash_str(dated, "mật khẩu", strlen("mật khẩu"), 3, 8 << 20), 0);
    assert_true(crypt_password_fits("mật khẩu", dated));
    assert_true(crypt_password_is_dated(dated));
    assert_false(crypt_password_is_dated(hash));
}

/* ---- files of secrets ----------------------------------------------------------------------------- */

static void a_secret_is_the_line_of_its_file(void **state)
{
    (void)state;
    static const char *const texts[] = { "bí mật", "bí mật\n", "bí mật\r\n", "bí mật\nsecond line\n" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err err = { 0 };
        char *secret;
        assert_int_equal(crypt_read_secret(ctx, file_write_text("secret", texts[i]), &secret, &err), 0);
        assert_string_equal(secret, "bí mật");
        assert_ptr_equal(talloc_parent(secret), ctx);
    }
}

static void a_file_without_a_secret_is_refused_by_name(void **state)
{
    (void)state;
    char long_line[2000];
    memset(long_line, 'x', sizeof long_line);
    const char *files[] = { file_write_text("empty", ""), file_write_text("blank", "\n"),
                            file_write("long", long_line, sizeof long_line), file_path("absent") };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct err err = { 0 };
        char *secret;
        assert_int_equal(crypt_read_secret(ctx, files[i], &secret, &err), E_INVALID);
        assert_non_null(strstr(err.text, files[i]));
    }
}

/* ---- sealing -------------------------------------------------------------------------------------- */

static void what_is_sealed_opens_with_its_key_and_as_what_it_is_only(void **state)
{
    (void)state;
    uint8_t key[SEAL_KEY_BYTES], other[SEAL_KEY_BYTES];
    size_t size, n;
    random_bytes(key, sizeof key);
    random_bytes(other, sizeof other);
    uint8_t *sealed = crypt_seal(ctx, key, "rating 7", "mật", 5, &size);
    uint8_t *again = crypt_seal(ctx, key, "rating 7", "mật", 5, &n);
    assert_true(n == size && memcmp(sealed, again, size) != 0);
    const uint8_t *opened = crypt_unseal(ctx, key, "rating 7", sealed, size, &n);
    assert_int_equal(n, 5);
    assert_memory_equal(opened, "mật", 5);
    assert_null(crypt_unseal(ctx, other, "rating 7", sealed, size, &n));
    assert_null(crypt_unseal(ctx, key, "rating 8", sealed, size, &n));
    for (size_t i = 0; i < size; i++) {
        sealed[i] ^= 1;
        assert_null(crypt_unseal(ctx, key, "rating 7", sealed, size, &n));
        assert_null(crypt_unseal(ctx, key, "rating 7", sealed, i, &n));
        sealed[i] ^= 1;
    }
}

static void a_seal_key_is_read_and_what_is_none_is_refused_by_name(void **state)
{
    (void)state;
    uint8_t key[SEAL_KEY_BYTES], read[SEAL_KEY_BYTES];
    struct err err = { 0 };
    random_bytes(key, sizeof key);
    const char *good = file_write_text("good.seal", crypt_base64(ctx, key, sizeof key));
    const char *half = file_write_text("half.seal", crypt_base64(ctx, key, sizeof key / 2));
    assert_int_equal(crypt_read_seal_key(good, read, &err), 0);
    assert_memory_equal(read, key, sizeof key);
    assert_int_equal(crypt_read_seal_key(half, read, &err), E_INVALID);
    assert_non_null(strstr(err.text, "half.seal"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_the_published_ones),
        cmocka_unit_test(message_codes_are_the_published_ones),
        cmocka_unit_test(bytes_are_equal_only_when_all_are),
        cmocka_unit_test(hex_is_equal_whatever_its_case),
        cmocka_unit_test(bytes_come_back_from_base64_and_hex),
        cmocka_unit_test(each_alphabet_of_base64_is_read_strictly),
        cmocka_unit_test(hex_is_read_strictly),
        cmocka_unit_test(a_signature_fits_its_key_and_message_only),
        cmocka_unit_test(a_password_fits_its_own_hash_only),
        cmocka_unit_test(a_hash_of_other_parameters_fits_and_is_dated),
        cmocka_unit_test(a_secret_is_the_line_of_its_file),
        cmocka_unit_test(a_file_without_a_secret_is_refused_by_name),
        cmocka_unit_test(what_is_sealed_opens_with_its_key_and_as_what_it_is_only),
        cmocka_unit_test(a_seal_key_is_read_and_what_is_none_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

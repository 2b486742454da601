/* links: services/intake/receipt.c services/intake/receipt_tree.c */
/* Receipts: what was signed is read back; one character less, more or other is no receipt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "services/intake/receipt.h"

static void *ctx;
static struct sign_key key = { .id = "0123456789ab" };
static uint8_t public_key[SIGN_PUBLIC_BYTES];

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    crypt_open();
    crypt_sign_keys(public_key, key.secret_key);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

static Motcua__Receipt receipt(void)
{
    static uint8_t hash[CONTENT_HASH_BYTES] = { 1, 2, 3, 255 }, lookup[LOOKUP_KEY_BYTES] = { 9, 0, 8 };
    Motcua__Receipt r = MOTCUA__RECEIPT__INIT;
    r.code = (char *)"000.00.05.H07-200421-0001";
    r.procedure_code = (char *)"1.004363";
    r.unit_code = (char *)"000.00.05.H07";
    r.filed_at_ms = INT64_C(1587436215000);
    r.content_hash = (ProtobufCBinaryData){ sizeof hash, hash };
    r.lookup_key = (ProtobufCBinaryData){ sizeof lookup, lookup };
    return r;
}

static char *signed_text(void)
{
    Motcua__Receipt r = receipt();
    return receipt_sign(ctx, &key, &r);
}

/* ---- signing and reading ------------------------------------------------------------------------- */

static void what_was_signed_is_read_back(void **state)
{
    (void)state;
    Motcua__Receipt want = receipt(), *got = receipt_verify(ctx, public_key, signed_text());
    assert_non_null(got);
    assert_string_equal(got->code, want.code);
    assert_string_equal(got->procedure_code, want.procedure_code);
    assert_string_equal(got->unit_code, want.unit_code);
    assert_int_equal(got->filed_at_ms, want.filed_at_ms);
    assert_int_equal(got->content_hash.len, want.content_hash.len);
    assert_memory_equal(got->content_hash.data, want.content_hash.data, want.content_hash.len);
    assert_int_equal(got->lookup_key.len, want.lookup_key.len);
    assert_memory_equal(got->lookup_key.data, want.lookup_key.data, want.lookup_key.len);
}

static void an_empty_receipt_is_one_too(void **state)
{
    (void)state;
    Motcua__Receipt empty = MOTCUA__RECEIPT__INIT;
    /* nothing between the dots: whoever reads it sees that nothing is said, not a crash */
    Motcua__Receipt *got = receipt_verify(ctx, public_key, receipt_sign(ctx, &key, &empty));
    assert_true(!got || *got->code == '\0');
}

static void the_text_is_as_the_header_says(void **state)
{
    (void)state;
    const char *text = signed_text();
    assert_memory_equal(text, "MC1.0123456789ab.", 17);
    size_t dots = 0;
    for (const char *p = text; *p; p++) {
        assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.", *p));
        dots += *p == '.';
    }
    assert_int_equal(dots, 3);
    assert_string_equal(text, signed_text()); /* the same receipt, the same text */
}

static void no_other_character_anywhere_is_a_receipt(void **state)
{
    (void)state;
    static const char others[] = "AbZ09-_.=+/ \n\x80";
    char *text = signed_text();
    for (size_t i = 0; text[i]; i++)
        for (const char *p = others; *p; p++) {
            char was = text[i];
            if (*p == was)
                continue;
            text[i] = *p;
            if (receipt_verify(ctx, public_key, text))
                fail_msg("a receipt with %#x instead of %c at %zu", (unsigned char)*p, was, i);
            text[i] = was;
        }
    assert_non_null(receipt_verify(ctx, public_key, text));
}

static void no_part_of_a_receipt_is_a_receipt(void **state)
{
    (void)state;
    const char *text = signed_text();
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        assert_null(receipt_verify(ctx, public_key, talloc_strndup(ctx, text, i)));
    for (size_t i = 1; i <= n; i++)
        assert_null(receipt_verify(ctx, public_key, text + i));
    for (size_t i = 0; i <= n; i++) /* and none with a character more */
        assert_null(receipt_verify(ctx, public_key, talloc_asprintf(ctx, "%.*sA%s", (int)i, text, text + i)));
}

static void only_the_key_that_signed_reads(void **state)
{
    (void)state;
    uint8_t other[SIGN_PUBLIC_BYTES], unused[SIGN_SECRET_BYTES];
    crypt_sign_keys(other, unused);
    assert_null(receipt_verify(ctx, other, signed_text()));
}

static void parts_of_two_receipts_are_no_receipt(void **state)
{
    (void)state;
    Motcua__Receipt second = receipt();
    second.code = (char *)"000.00.05.H07-200421-0002";
    const char *a = signed_text(), *b = receipt_sign(ctx, &key, &second);
    char *mixed = talloc_asprintf(ctx, "%.*s%s", (int)(strrchr(a, '.') - a), a, strrchr(b, '.'));
    assert_null(receipt_verify(ctx, public_key, mixed));
}

/* ---- the key's file ------------------------------------------------------------------------------ */

/* What reading a file with this text gives; NULL: there is no file. */
static int read_key(const char *text, struct sign_key *out)
{
    char dir[] = "/tmp/motcua-test-XXXXXX";
    struct err err = { 0 };
    assert_non_null(mkdtemp(dir));
    char *path = talloc_asprintf(ctx, "%s/receipts.secret", dir);
    FILE *f = text ? fopen(path, "w") : NULL;
    if (f) {
        fputs(text, f);
        fclose(f);
        chmod(path, 0600);
    }
    int rc = crypt_read_sign_key("receipt_secret", path, out, &err);
    assert_int_equal(rc, err.code);
    unlink(path);
    rmdir(dir);
    return rc;
}

static void a_key_is_read_as_motcua_keys_writes_it(void **state)
{
    (void)state;
    struct sign_key got;
    const char *secret = crypt_base64(ctx, key.secret_key, sizeof key.secret_key);
    assert_int_equal(read_key(talloc_asprintf(ctx, "%s %s\n", key.id, secret), &got), 0);
    assert_string_equal(got.id, key.id);
    assert_memory_equal(got.secret_key, key.secret_key, sizeof key.secret_key);
}

static void what_is_no_key_is_refused(void **state)
{
    (void)state;
    struct sign_key got;
    const char *secret = crypt_base64(ctx, key.secret_key, sizeof key.secret_key);
    const char *const texts[] = { NULL,
                                  "",
                                  "\n",
                                  talloc_asprintf(ctx, "%s\n", secret),
                                  talloc_asprintf(ctx, "id %s\n", secret + 4),
                                  talloc_asprintf(ctx, "id %sAAAA\n", secret),
                                  talloc_asprintf(ctx, "id !%s\n", secret + 1) };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(read_key(texts[i], &got), E_INVALID);
}

/* ---- together ------------------------------------------------------------------------------------ */

static char **signed_together(size_t n)
{
    struct receipt_wanted *all = talloc_zero_array(ctx, struct receipt_wanted, n);
    struct receipt_wanted **wanted = talloc_array(ctx, struct receipt_wanted *, n);
    char **texts = talloc_array(ctx, char *, n);
    Motcua__Receipt *receipts = talloc_array(ctx, Motcua__Receipt, n);
    for (size_t i = 0; i < n; i++) {
        receipts[i] = receipt();
        receipts[i].code = talloc_asprintf(ctx, "000.00.05.H07-200421-%04zu", i);
        all[i] = (struct receipt_wanted){ .ctx = ctx, .receipt = &receipts[i] };
        wanted[i] = &all[i];
    }
    receipt_sign_all(&key, wanted, n);
    for (size_t i = 0; i < n; i++)
        texts[i] = all[i].text;
    return texts;
}

static void each_of_many_signed_together_stands_for_itself(void **state)
{
    (void)state;
    static const size_t counts[] = { 1, 2, 3, 4, 5, 7, 8, 9, 31, 100, 255, TREE_LEAVES_MAX };
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        char **texts = signed_together(counts[k]);
        for (size_t i = 0; i < counts[k]; i++) {
            Motcua__Receipt *got = receipt_verify(ctx, public_key, texts[i]);
            assert_non_null(got);
            assert_string_equal(got->code, talloc_asprintf(ctx, "000.00.05.H07-200421-%04zu", i));
            assert_memory_equal(texts[i], counts[k] > 1 ? "MC2." : "MC1.", 4);
        }
    }
}

static void another_s_path_proves_nothing(void **state)
{
    (void)state;
    char **texts = signed_together(6);
    for (size_t i = 0; i < 6; i++)
        for (size_t k = 0; k < 6; k++) {
            /* the body of one, path and signature of another */
            size_t body = (size_t)(strchr(strchr(strchr(texts[i], '.') + 1, '.') + 1, '.') - texts[i]);
            const char *rest = strchr(strchr(strchr(texts[k], '.') + 1, '.') + 1, '.');
            const char *mixed = talloc_asprintf(ctx, "%.*s%s", (int)body, texts[i], rest);
            assert_int_equal(receipt_verify(ctx, public_key, mixed) != NULL, i == k);
        }
}

static void no_other_character_of_one_signed_together_is_a_receipt(void **state)
{
    (void)state;
    static const char others[] = "Ab9-.=";
    char *text = signed_together(5)[3];
    for (size_t i = 0; text[i]; i++)
        for (const char *p = others; *p; p++) {
            char was = text[i];
            if (*p == was)
                continue;
            text[i] = *p;
            assert_null(receipt_verify(ctx, public_key, text));
            text[i] = was;
        }
    assert_non_null(receipt_verify(ctx, public_key, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_signed_is_read_back),
        cmocka_unit_test(an_empty_receipt_is_one_too),
        cmocka_unit_test(the_text_is_as_the_header_says),
        cmocka_unit_test(no_other_character_anywhere_is_a_receipt),
        cmocka_unit_test(no_part_of_a_receipt_is_a_receipt),
        cmocka_unit_test(only_the_key_that_signed_reads),
        cmocka_unit_test(parts_of_two_receipts_are_no_receipt),
        cmocka_unit_test(a_key_is_read_as_motcua_keys_writes_it),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(each_of_many_signed_together_stands_for_itself),
        cmocka_unit_test(another_s_path_proves_nothing),
        cmocka_unit_test(no_other_character_of_one_signed_together_is_a_receipt),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* links: services/feedback/blind.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "ids.h"
#include "services/feedback/blind.h"

/* The applicant's half of RFC 9474 §4.2 and §4.4, as a browser does it: with plain big numbers. */
struct applicant {
    BN_CTX *ctx;
    BIGNUM *n, *e, *r;
    uint8_t nonce[BLIND_NONCE_BYTES];
};

static struct blind_keys keys, others;

static void pad(const uint8_t *public_key, size_t size, const uint8_t *nonce, uint8_t out[BLIND_BYTES])
{
    uint8_t digest[48];
    EVP_PKEY *key = d2i_PUBKEY(NULL, &public_key, (long)size);
    RSA *rsa = EVP_PKEY_get1_RSA(key);
    EVP_Digest(nonce, BLIND_NONCE_BYTES, digest, NULL, EVP_sha384(), NULL);
    assert_int_equal(RSA_padding_add_PKCS1_PSS_mgf1(rsa, out, digest, EVP_sha384(), EVP_sha384(), 48), 1);
    RSA_free(rsa);
    EVP_PKEY_free(key);
}

static void blind(struct applicant *a, const struct blind_keys *k, uint8_t blinded[BLIND_BYTES])
{
    uint8_t modulus[BLIND_BYTES], padded[BLIND_BYTES];
    a->ctx = BN_CTX_new();
    a->e = BN_new();
    a->r = BN_new();
    random_bytes(a->nonce, sizeof a->nonce);
    assert_true(blind_modulus(k->public, k->public_size, modulus));
    a->n = BN_bin2bn(modulus, sizeof modulus, NULL);
    BN_set_word(a->e, 65537);
    BN_rand_range(a->r, a->n);
    pad(k->public, k->public_size, a->nonce, padded);
    BIGNUM *m = BN_bin2bn(padded, sizeof padded, NULL), *x = BN_new();
    BN_mod_exp(x, a->r, a->e, a->n, a->ctx);
    BN_mod_mul(m, m, x, a->n, a->ctx);
    BN_bn2binpad(m, blinded, BLIND_BYTES);
    BN_free(m);
    BN_free(x);
}

static void unblind(struct applicant *a, const uint8_t blind_signature[BLIND_BYTES], uint8_t out[BLIND_BYTES])
{
    BIGNUM *s = BN_bin2bn(blind_signature, BLIND_BYTES, NULL);
    BN_mod_inverse(a->r, a->r, a->n, a->ctx);
    BN_mod_mul(s, s, a->r, a->n, a->ctx);
    BN_bn2binpad(s, out, BLIND_BYTES);
    BN_free(s);
    BN_free(a->n);
    BN_free(a->e);
    BN_free(a->r);
    BN_CTX_free(a->ctx);
}

static int set_up(void **state)
{
    (void)state;
    return blind_make(&keys) && blind_make(&others) ? 0 : -1;
}

static void get_token(struct applicant *a, uint8_t signature[BLIND_BYTES])
{
    uint8_t blinded[BLIND_BYTES], blind_signature[BLIND_BYTES];
    blind(a, &keys, blinded);
    assert_true(blind_sign(keys.secret, keys.secret_size, blinded, blind_signature));
    unblind(a, blind_signature, signature);
}

/* ---- what holds ----------------------------------------------------------------------------------- */

static void an_unblinded_signature_fits_its_nonce_and_key_only(void **state)
{
    (void)state;
    struct applicant a;
    uint8_t signature[BLIND_BYTES];
    get_token(&a, signature);
    assert_true(blind_fits(keys.public, keys.public_size, a.nonce, signature));
    assert_false(blind_fits(others.public, others.public_size, a.nonce, signature));
    a.nonce[31] ^= 1;
    assert_false(blind_fits(keys.public, keys.public_size, a.nonce, signature));
    a.nonce[31] ^= 1;
    for (size_t i = 0; i < sizeof signature; i += 15) {
        signature[i] ^= 1;
        assert_false(blind_fits(keys.public, keys.public_size, a.nonce, signature));
        signature[i] ^= 1;
    }
}

static void the_signer_sees_neither_nonce_nor_signature(void **state)
{
    (void)state;
    struct applicant a;
    uint8_t blinded[BLIND_BYTES], blind_signature[BLIND_BYTES], signature[BLIND_BYTES], padded[BLIND_BYTES];
    blind(&a, &keys, blinded);
    assert_true(blind_sign(keys.secret, keys.secret_size, blinded, blind_signature));
    pad(keys.public, keys.public_size, a.nonce, padded);
    assert_memory_not_equal(blinded, padded, sizeof blinded);
    assert_false(blind_fits(keys.public, keys.public_size, a.nonce, blind_signature));
    unblind(&a, blind_signature, signature);
    assert_memory_not_equal(signature, blind_signature, sizeof signature);
}

static void the_same_blinded_message_gets_the_same_answer(void **state)
{
    (void)state;
    struct applicant a;
    uint8_t blinded[BLIND_BYTES], first[BLIND_BYTES], second[BLIND_BYTES], signature[BLIND_BYTES];
    blind(&a, &keys, blinded);
    assert_true(blind_sign(keys.secret, keys.secret_size, blinded, first));
    assert_true(blind_sign(keys.secret, keys.secret_size, blinded, second));
    assert_memory_equal(first, second, sizeof first);
    unblind(&a, first, signature);
}

static void what_is_no_message_of_the_key_is_not_signed(void **state)
{
    (void)state;
    uint8_t blinded[BLIND_BYTES], out[BLIND_BYTES];
    memset(blinded, 0xff, sizeof blinded); /* not below the modulus */
    assert_false(blind_sign(keys.secret, keys.secret_size, blinded, out));
    assert_false(blind_sign(keys.secret, keys.secret_size / 2, blinded, out));
    assert_false(blind_sign((const uint8_t *)"", 0, blinded, out));
}

static void bytes_that_are_no_key_fit_nothing(void **state)
{
    (void)state;
    uint8_t nonce[BLIND_NONCE_BYTES] = { 0 }, out[BLIND_BYTES] = { 0 };
    assert_false(blind_fits(keys.public, keys.public_size - 1, nonce, out));
    assert_false(blind_modulus((const uint8_t *)"x", 1, out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unblinded_signature_fits_its_nonce_and_key_only),
        cmocka_unit_test(the_signer_sees_neither_nonce_nor_signature),
        cmocka_unit_test(the_same_blinded_message_gets_the_same_answer),
        cmocka_unit_test(what_is_no_message_of_the_key_is_not_signed),
        cmocka_unit_test(bytes_that_are_no_key_fit_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}

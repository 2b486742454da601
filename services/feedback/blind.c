/* blind.c — see blind.h. Signing is RSA without padding: the browser has padded (PSS) before it blinded, so
 * the unblinded signature is an ordinary RSASSA-PSS one and is checked as such. */
#include "blind.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

enum { SALT_BYTES = 48 };

/* ---- keys ----------------------------------------------------------------------------------------- */

static bool write_der(EVP_PKEY *key, struct blind_keys *keys)
{
    uint8_t *secret = keys->secret, *public = keys->public;
    int secret_size = i2d_PrivateKey(key, NULL), public_size = i2d_PUBKEY(key, NULL);
    if (secret_size <= 0 || secret_size > BLIND_SECRET_MAX || public_size <= 0 ||
        public_size > BLIND_PUBLIC_MAX)
        return false;
    keys->secret_size = (size_t)i2d_PrivateKey(key, &secret);
    keys->public_size = (size_t)i2d_PUBKEY(key, &public);
    return true;
}

bool blind_make(struct blind_keys *keys)
{
    EVP_PKEY *key = EVP_RSA_gen(BLIND_BYTES * 8);
    bool made = key && write_der(key, keys);
    EVP_PKEY_free(key);
    return made;
}

bool blind_modulus(const uint8_t *public_key, size_t public_size, uint8_t out[BLIND_BYTES])
{
    BIGNUM *n = NULL;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &public_key, (long)public_size);
    bool is_one = key && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
                  BN_bn2binpad(n, out, BLIND_BYTES) == BLIND_BYTES;
    BN_free(n);
    EVP_PKEY_free(key);
    return is_one;
}

/* ---- signing -------------------------------------------------------------------------------------- */

static bool sign_with(EVP_PKEY *key, const uint8_t blinded[BLIND_BYTES], uint8_t out[BLIND_BYTES])
{
    size_t n = BLIND_BYTES;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    bool is_signed = ctx && EVP_PKEY_sign_init(ctx) == 1 &&
                     EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1 &&
                     EVP_PKEY_sign(ctx, out, &n, blinded, BLIND_BYTES) == 1 && n == BLIND_BYTES;
    EVP_PKEY_CTX_free(ctx);
    return is_signed;
}

bool blind_sign(const uint8_t *secret, size_t secret_size, const uint8_t blinded[BLIND_BYTES],
                uint8_t out[BLIND_BYTES])
{
    EVP_PKEY *key = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &secret, (long)secret_size);
    bool is_signed = key && EVP_PKEY_get_size(key) == BLIND_BYTES && sign_with(key, blinded, out);
    EVP_PKEY_free(key);
    return is_signed;
}

/* ---- checking ------------------------------------------------------------------------------------- */

static bool is_pss(EVP_PKEY_CTX *ctx)
{
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, SALT_BYTES) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha384()) == 1;
}

bool blind_fits(const uint8_t *public_key, size_t public_size, const uint8_t nonce[BLIND_NONCE_BYTES],
                const uint8_t signature[BLIND_BYTES])
{
    EVP_PKEY_CTX *ctx = NULL; /* belongs to md */
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    EVP_PKEY *key = d2i_PUBKEY(NULL, &public_key, (long)public_size);
    bool fits = md && key && EVP_DigestVerifyInit(md, &ctx, EVP_sha384(), NULL, key) == 1 && is_pss(ctx) &&
                EVP_DigestVerify(md, signature, BLIND_BYTES, nonce, BLIND_NONCE_BYTES) == 1;
    EVP_PKEY_free(key);
    EVP_MD_CTX_free(md);
    return fits;
}

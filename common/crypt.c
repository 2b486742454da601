/* crypt.c — see crypt.h. */
#include "crypt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>
#include <talloc.h>

void crypt_open(void)
{
    ASSERT(sodium_init() >= 0);
}

void crypt_sha256(const void *data, size_t n, uint8_t out[SHA256_BYTES])
{
    crypto_hash_sha256(out, data, n);
}

void crypt_hmac_sha512(const char *secret, const void *data, size_t n, uint8_t out[SHA512_BYTES])
{
    crypto_auth_hmacsha512_state state;
    crypto_auth_hmacsha512_init(&state, (const uint8_t *)secret, strlen(secret));
    crypto_auth_hmacsha512_update(&state, data, n);
    crypto_auth_hmacsha512_final(&state, out);
}

bool crypt_equal(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}

static uint8_t lower(char c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool crypt_hex_equal(const char *a, const char *b)
{
    size_t n = strlen(a);
    uint8_t differ = 0;
    if (n != strlen(b))
        return false;
    for (size_t i = 0; i < n; i++)
        differ |= (uint8_t)(lower(a[i]) ^ lower(b[i]));
    return differ == 0;
}

char *crypt_base64(const void *ctx, const void *data, size_t n)
{
    size_t size = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = talloc_array(ctx, char, size);
    return sodium_bin2base64(out, size, data, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

char *crypt_hex(const void *ctx, const void *data, size_t n)
{
    char *out = talloc_array(ctx, char, n * 2 + 1);
    return sodium_bin2hex(out, n * 2 + 1, data, n);
}

/* libsodium takes some bytes beyond ASCII for letters of the alphabet. */
static bool is_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return *text == '\0';
}

uint8_t *crypt_unbase64(const void *ctx, const char *text, bool url_safe, size_t *n)
{
    int variant = url_safe ? sodium_base64_VARIANT_URLSAFE_NO_PADDING : sodium_base64_VARIANT_ORIGINAL;
    size_t length = strlen(text);
    uint8_t *out = talloc_array(ctx, uint8_t, length / 4 * 3 + 4);
    const char *end;
    if (is_ascii(text) &&
        sodium_base642bin(out, length / 4 * 3 + 4, text, length, NULL, n, &end, variant) == 0 && *end == '\0')
        return out;
    talloc_free(out);
    return NULL;
}

bool crypt_unhex(const char *text, void *out, size_t n)
{
    size_t got;
    return strlen(text) == n * 2 && sodium_hex2bin(out, n, text, n * 2, NULL, &got, NULL) == 0 && got == n;
}

void crypt_sign_keys(uint8_t public_key[SIGN_PUBLIC_BYTES], uint8_t secret_key[SIGN_SECRET_BYTES])
{
    crypto_sign_keypair(public_key, secret_key);
}

void crypt_sign(const uint8_t secret_key[SIGN_SECRET_BYTES], const void *data, size_t n,
                uint8_t out[SIGNATURE_BYTES])
{
    crypto_sign_detached(out, NULL, data, n, secret_key);
}

bool crypt_verify(const uint8_t public_key[SIGN_PUBLIC_BYTES], const void *data, size_t n,
                  const uint8_t signature[SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(signature, data, n, public_key) == 0;
}

enum {
    SEAL_NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SEAL_TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES
};

uint8_t *crypt_seal(const void *ctx, const uint8_t key[SEAL_KEY_BYTES], const char *about, const void *data,
                    size_t n, size_t *size)
{
    *size = SEAL_NONCE_BYTES + n + SEAL_TAG_BYTES;
    uint8_t *out = talloc_array(ctx, uint8_t, *size);
    randombytes_buf(out, SEAL_NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + SEAL_NONCE_BYTES, NULL, data, n, (const uint8_t *)about,
                                               strlen(about), NULL, out, key);
    return out;
}

uint8_t *crypt_unseal(const void *ctx, const uint8_t key[SEAL_KEY_BYTES], const char *about,
                      const void *sealed, size_t n, size_t *size)
{
    const uint8_t *nonce = sealed;
    if (n < SEAL_NONCE_BYTES + SEAL_TAG_BYTES)
        return NULL;
    *size = n - SEAL_NONCE_BYTES - SEAL_TAG_BYTES;
    uint8_t *out = talloc_array(ctx, uint8_t, *size + 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, nonce + SEAL_NONCE_BYTES,
                                                   n - SEAL_NONCE_BYTES, (const uint8_t *)about,
                                                   strlen(about), nonce, key) == 0)
        return out;
    talloc_free(out);
    return NULL;
}

int crypt_read_seal_key(const char *file, uint8_t key[SEAL_KEY_BYTES], struct err *err)
{
    char *text;
    size_t n = 0;
    void *ctx = talloc_new(NULL);
    int rc = crypt_read_secret(ctx, file, &text, err);
    uint8_t *bytes = rc == 0 ? crypt_unbase64(ctx, text, true, &n) : NULL;
    if (rc == 0 && (!bytes || n != SEAL_KEY_BYTES))
        rc =
            err_set(err, E_INVALID, "%s: is no key of %d bytes: motcua-keys makes one", file, SEAL_KEY_BYTES);
    if (rc == 0)
        memcpy(key, bytes, SEAL_KEY_BYTES);
    talloc_free(ctx);
    return rc;
}

int crypt_read_sign_key(const char *parameter, const char *file, struct sign_key *key, struct err *err)
{
    char *line, text[128];
    size_t n = 0;
    void *ctx = talloc_new(NULL);
    int rc = crypt_read_secret(ctx, file, &line, err);
    const uint8_t *bytes = rc == 0 && sscanf(line, "%31s %127s", key->id, text) == 2
                               ? crypt_unbase64(ctx, text, true, &n)
                               : NULL;
    if (bytes && n == SIGN_SECRET_BYTES)
        memcpy(key->secret_key, bytes, n);
    else if (rc == 0)
        rc = err_set(err, E_INVALID, "%s: %s holds no \"<key id> <secret key>\"", parameter, file);
    talloc_free(ctx);
    return rc;
}

enum { ARGON2_PASSES = 2, ARGON2_BYTES = 19 << 20 };

int crypt_password_hash(const char *password, char out[PASSWORD_HASH_BYTES])
{
    return crypto_pwhash_str(out, password, strlen(password), ARGON2_PASSES, ARGON2_BYTES) == 0 ? E_OK
                                                                                                : E_BUSY;
}

bool crypt_password_is_dated(const char *hash)
{
    return crypto_pwhash_str_needs_rehash(hash, ARGON2_PASSES, ARGON2_BYTES) != 0;
}

bool crypt_password_fits(const char *password, const char *hash)
{
    return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

int crypt_read_secret(const void *ctx, const char *file, char **out, struct err *err)
{
    char line[512];
    FILE *f = fopen(file, "re");
    if (!f)
        return err_set(err, E_INVALID, "%s: cannot be read: %s", file, strerror(errno));
    size_t n = fread(line, 1, sizeof line - 1, f), end;
    fclose(f);
    line[n] = '\0';
    end = strcspn(line, "\r\n");
    if (end == 0 || end == sizeof line - 1)
        return err_set(err, E_INVALID, "%s: its first line is %s", file, end ? "too long" : "empty");
    line[end] = '\0';
    *out = talloc_strdup(ctx, line);
    sodium_memzero(line, sizeof line);
    return 0;
}

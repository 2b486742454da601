/* crypt.h — the few things of cryptography the suite needs, in our words; libsodium does the work.
 *
 * Buffers are the caller's; sizes in bytes. Only what has an owner is allocated.
 */
#ifndef CRYPT_H
#define CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum {
    SHA256_BYTES = 32,
    SHA512_BYTES = 64,
    SIGN_PUBLIC_BYTES = 32,
    SIGN_SECRET_BYTES = 64,
    SIGNATURE_BYTES = 64,
    TOKEN_BYTES = 32,
    PASSWORD_HASH_BYTES = 128,
    SEAL_KEY_BYTES = 32
};

void crypt_open(void); /* once per process, before anything else here */

void crypt_sha256(const void *data, size_t n, uint8_t out[SHA256_BYTES]);
void crypt_hmac_sha512(const char *secret, const void *data, size_t n, uint8_t out[SHA512_BYTES]);

/* Equal or not, in a time that does not tell where they differ. Hex is compared without case. */
bool crypt_equal(const void *a, const void *b, size_t n);
bool crypt_hex_equal(const char *a, const char *b);

char *crypt_base64(const void *ctx, const void *data, size_t n); /* URL-safe, without padding */
char *crypt_hex(const void *ctx, const void *data, size_t n);    /* lower case */
/* Decode base64 (URL-safe without padding, or the usual alphabet with it). Owner: ctx; NULL if it is not. */
uint8_t *crypt_unbase64(const void *ctx, const char *text, bool url_safe, size_t *n);
bool crypt_unhex(const char *text, void *out, size_t n); /* exactly n bytes */

void crypt_sign_keys(uint8_t public_key[SIGN_PUBLIC_BYTES], uint8_t secret_key[SIGN_SECRET_BYTES]);
void crypt_sign(const uint8_t secret_key[SIGN_SECRET_BYTES], const void *data, size_t n,
                uint8_t out[SIGNATURE_BYTES]);
bool crypt_verify(const uint8_t public_key[SIGN_PUBLIC_BYTES], const void *data, size_t n,
                  const uint8_t signature[SIGNATURE_BYTES]);

/* Seal n bytes (XChaCha20-Poly1305): without the key nobody reads them or changes them unnoticed, and they
 * open only as what they were sealed as: about, for example a table and its key. Owner: ctx. NULL if they do
 * not open. */
uint8_t *crypt_seal(const void *ctx, const uint8_t key[SEAL_KEY_BYTES], const char *about, const void *data,
                    size_t n, size_t *size);
uint8_t *crypt_unseal(const void *ctx, const uint8_t key[SEAL_KEY_BYTES], const char *about,
                      const void *sealed, size_t n, size_t *size);
/* A key of that file (motcua-keys). E_INVALID with the reason. */
int crypt_read_seal_key(const char *file, uint8_t key[SEAL_KEY_BYTES], struct err *err);

/* argon2id with 19 MiB, twice over it, one lane (OWASP Password Storage Cheat Sheet), some 30 ms: so that a
 * storm of logins stays small in memory and is worked off. Run it in task_offload. 0, or E_BUSY when the
 * memory is not there. */
int crypt_password_hash(const char *password, char out[PASSWORD_HASH_BYTES]);
bool crypt_password_fits(const char *password, const char *hash); /* of whatever parameters */
bool crypt_password_is_dated(const char *hash);                   /* by other parameters than those above */

/* Read a file of keys or secrets (one line) into ctx; the end-of-line is dropped. E_INVALID with the
 * reason. */
int crypt_read_secret(const void *ctx, const char *file, char **out, struct err *err);

struct sign_key {
    char id[32];
    uint8_t secret_key[SIGN_SECRET_BYTES];
};
/* Read "<key id> <secret key>" as motcua-keys writes it. parameter: which says the file. E_INVALID with the
 * reason. */
int crypt_read_sign_key(const char *parameter, const char *file, struct sign_key *key, struct err *err);

#endif

/* blind.h — RSA blind signatures (RFC 9474, RSABSSA-SHA384-PSS-Deterministic over a random nonce): who signs
 * does not see what, who shows the signature cannot be told from the others who got one. OpenSSL does the
 * arithmetic.
 *
 * The applicant's browser blinds and unblinds; here is the other half. A key is for one thing only, so a
 * signature says that one thing: "holds one token of this cell". Keys are DER. Pure; make and sign take
 * milliseconds: run them in task_offload.
 */
#ifndef BLIND_H
#define BLIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BLIND_BYTES = 256, BLIND_NONCE_BYTES = 32, BLIND_SECRET_MAX = 1400, BLIND_PUBLIC_MAX = 400 };

struct blind_keys {
    uint8_t secret[BLIND_SECRET_MAX], public[BLIND_PUBLIC_MAX];
    size_t secret_size, public_size;
};

/* False: OpenSSL could not. */
bool blind_make(struct blind_keys *keys);

/* The signature of a blinded message; false if it is none for this key (RFC 9474 §4.3). */
bool blind_sign(const uint8_t *secret, size_t secret_size, const uint8_t blinded[BLIND_BYTES],
                uint8_t out[BLIND_BYTES]);

/* Is it the signature of the nonce? */
bool blind_fits(const uint8_t *public_key, size_t public_size, const uint8_t nonce[BLIND_NONCE_BYTES],
                const uint8_t signature[BLIND_BYTES]);

/* What the browser calculates with; the exponent is 65537. False if the key is none. */
bool blind_modulus(const uint8_t *public_key, size_t public_size, uint8_t out[BLIND_BYTES]);

#endif

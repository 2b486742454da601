/* paseto.h — PASETO v4.public: a signed, readable token. https://github.com/paseto-standard/paseto-spec */
#ifndef PASETO_H
#define PASETO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypt.h"

/* "v4.public.…" over payload and footer. Owner: ctx. */
char *paseto_sign(const void *ctx, const uint8_t secret_key[SIGN_SECRET_BYTES], const char *payload,
                  const char *footer);

/* The footer of a token, not verified: says which key to verify with. Owner: ctx; NULL if it is not a
 * token. */
char *paseto_footer(const void *ctx, const char *token);

/* The payload of a token that this key signed, else NULL. Owner: ctx. */
char *paseto_verify(const void *ctx, const uint8_t public_key[SIGN_PUBLIC_BYTES], const char *token);

#endif

/* receipt.h — the signed receipt of a dossier: "MC1.<key id>.<receipt>.<signature>", both parts URL-safe
 * base64. Pure.
 *
 * The signature is Ed25519 over the text before its dot, so what is printed is what is signed.
 */
#ifndef RECEIPT_H
#define RECEIPT_H

#include "crypt.h"
#include "receipt.pb-c.h"

struct receipt_key {
    char id[32];
    uint8_t secret_key[SIGN_SECRET_BYTES];
};

enum { LOOKUP_KEY_BYTES = 9, CONTENT_HASH_BYTES = 16 };

/* Read "<key id> <secret key>" as motcua-keys writes it. */
int receipt_key_read(const char *file, struct receipt_key *key, struct err *err);

/* Owner: ctx. */
char *receipt_sign(const void *ctx, const struct receipt_key *key, const Motcua__Receipt *receipt);

/* The receipt of a text that the key signed, else NULL. Owner: ctx. */
Motcua__Receipt *receipt_verify(const void *ctx, const uint8_t public_key[SIGN_PUBLIC_BYTES],
                                const char *text);

#endif

/* receipt.h — the signed receipt of a dossier, as text for a QR. Pure.
 *
 *   MC1.<key id>.<receipt>.<signature>          signed alone
 *   MC2.<key id>.<receipt>.<path>.<signature>   signed with others of the same moment: when many file at
 * once, a signature for each would cost more than all else
 *
 * The last three are URL-safe base64. An MC1's Ed25519 signature is over the text before its dot, so what is
 * printed is what is signed. An MC2's is over "MC2.<key id>.<root>": the root of the tree (receipt_tree.h) of
 * which "MC2.<key id>.<receipt>" is a leaf; its path is the leaf's number and the count of leaves, two bytes
 * each with the higher one first, then the hashes that lead from leaf to root. Roughtime signs in this way.
 */
#ifndef RECEIPT_H
#define RECEIPT_H

#include "receipt.pb-c.h"
#include "receipt_tree.h"

enum { LOOKUP_KEY_BYTES = 9, CONTENT_HASH_BYTES = 16 };

/* Alone. The same receipt gives the same text. Owner: ctx. */
char *receipt_sign(const void *ctx, const struct sign_key *key, const Motcua__Receipt *receipt);

struct receipt_wanted {
    const void *ctx; /* owner of text */
    const Motcua__Receipt *receipt;
    char *text; /* out */
};
/* Together: at most TREE_LEAVES_MAX; one is signed alone. */
void receipt_sign_all(const struct sign_key *key, struct receipt_wanted *const *wanted, size_t n);

/* The receipt of a text that the key signed, else NULL. Owner: ctx. */
Motcua__Receipt *receipt_verify(const void *ctx, const uint8_t public_key[SIGN_PUBLIC_BYTES],
                                const char *text);

#endif

/* receipt.c — see receipt.h. */
#include "receipt.h"

#include <string.h>
#include <talloc.h>

#include "pb.h"

static const char alone[] = "MC1", together[] = "MC2";

/* "<kind>.<key id>.<receipt>" */
static char *body_text(const void *ctx, const char *kind, const struct sign_key *key,
                       const Motcua__Receipt *receipt)
{
    size_t size;
    void *scratch = talloc_new(ctx);
    const uint8_t *packed = pb_pack(scratch, &receipt->base, &size);
    char *text = talloc_asprintf(ctx, "%s.%s.%s", kind, key->id, crypt_base64(scratch, packed, size));
    talloc_free(scratch);
    return text;
}

static char *signature_text(const void *ctx, const struct sign_key *key, const char *text)
{
    uint8_t signature[SIGNATURE_BYTES];
    crypt_sign(key->secret_key, text, strlen(text), signature);
    return crypt_base64(ctx, signature, sizeof signature);
}

static char *root_text(const void *ctx, const char *key_id, const uint8_t *root)
{
    return talloc_asprintf(ctx, "%s.%s.%s", together, key_id, crypt_base64(ctx, root, SHA256_BYTES));
}

char *receipt_sign(const void *ctx, const struct sign_key *key, const Motcua__Receipt *receipt)
{
    char *text = body_text(ctx, alone, key, receipt);
    return talloc_asprintf_append_buffer(text, ".%s", signature_text(text, key, text));
}

/* ---- together ------------------------------------------------------------------------------------- */

enum { PLACE_BYTES = 4 };

/* Where the leaf stands, and what leads from it to the root. */
static char *path_text(const void *ctx, const struct receipt_tree *tree, size_t leaf)
{
    uint8_t out[PLACE_BYTES + TREE_PATH_MAX * SHA256_BYTES], path[TREE_PATH_MAX][SHA256_BYTES];
    size_t n = tree_path(tree, leaf, path);
    const uint8_t place[PLACE_BYTES] = { (uint8_t)(leaf >> 8), (uint8_t)leaf, (uint8_t)(tree->leaves >> 8),
                                         (uint8_t)tree->leaves };
    memcpy(out, place, PLACE_BYTES);
    memcpy(out + PLACE_BYTES, path, n * SHA256_BYTES);
    return crypt_base64(ctx, out, PLACE_BYTES + n * SHA256_BYTES);
}

void receipt_sign_all(const struct sign_key *key, struct receipt_wanted *const *wanted, size_t n)
{
    ASSERT(n >= 1 && n <= TREE_LEAVES_MAX);
    if (n == 1) {
        wanted[0]->text = receipt_sign(wanted[0]->ctx, key, wanted[0]->receipt);
        return;
    }
    void *scratch = talloc_new(NULL);
    struct receipt_tree *tree = talloc(scratch, struct receipt_tree);
    for (size_t i = 0; i < n; i++) {
        wanted[i]->text = body_text(wanted[i]->ctx, together, key, wanted[i]->receipt);
        tree_leaf(wanted[i]->text, strlen(wanted[i]->text), tree->nodes[i]);
    }
    tree_grow(tree, n);
    const char *signature = signature_text(scratch, key, root_text(scratch, key->id, tree_root(tree)));
    for (size_t i = 0; i < n; i++)
        wanted[i]->text =
            talloc_asprintf_append_buffer(wanted[i]->text, ".%s.%s", path_text(scratch, tree, i), signature);
    talloc_free(scratch);
}

/* ---- reading -------------------------------------------------------------------------------------- */

enum { PARTS_MAX = 5 };

/* The parts between the dots, each with a NUL at its end; how many, 0 if there are more than any receipt has.
 */
static size_t divide(char *text, char *parts[PARTS_MAX])
{
    size_t n = 0;
    for (char *at = text; at && n <= PARTS_MAX; n++) {
        if (n < PARTS_MAX)
            parts[n] = at;
        at = strchr(at, '.');
        if (at)
            *at++ = '\0';
    }
    return n <= PARTS_MAX ? n : 0;
}

static bool is_signed(const void *ctx, const uint8_t public_key[SIGN_PUBLIC_BYTES], const char *text,
                      const char *signature)
{
    size_t n;
    const uint8_t *bytes = crypt_unbase64(ctx, signature, true, &n);
    return bytes && n == SIGNATURE_BYTES && crypt_verify(public_key, text, strlen(text), bytes);
}

/* What the signature of an MC2 is over; NULL if its path leads nowhere. */
static char *climbed_text(const void *ctx, const char *body, const char *key_id, const char *path)
{
    size_t n;
    uint8_t leaf[SHA256_BYTES], root[SHA256_BYTES];
    const uint8_t *bytes = crypt_unbase64(ctx, path, true, &n);
    if (!bytes || n < PLACE_BYTES)
        return NULL;
    tree_leaf(body, strlen(body), leaf);
    bool ok = tree_climb(leaf, (size_t)(bytes[0] << 8 | bytes[1]), (size_t)(bytes[2] << 8 | bytes[3]),
                         bytes + PLACE_BYTES, n - PLACE_BYTES, root);
    return ok ? root_text(ctx, key_id, root) : NULL;
}

static Motcua__Receipt *verify(const void *ctx, void *scratch, const uint8_t public_key[SIGN_PUBLIC_BYTES],
                               const char *text)
{
    size_t size;
    char *part[PARTS_MAX];
    size_t n = divide(talloc_strdup(scratch, text), part);
    bool is_alone = n == 4 && strcmp(part[0], alone) == 0;
    if (!is_alone && (n != 5 || strcmp(part[0], together) != 0))
        return NULL;
    const char *body = talloc_asprintf(scratch, "%s.%s.%s", part[0], part[1], part[2]);
    const char *said = is_alone ? body : climbed_text(scratch, body, part[1], part[3]);
    if (!said || !is_signed(scratch, public_key, said, part[n - 1]))
        return NULL;
    const uint8_t *packed = crypt_unbase64(scratch, part[2], true, &size);
    return packed ? pb_unpack(ctx, &motcua__receipt__descriptor, packed, size) : NULL;
}

Motcua__Receipt *receipt_verify(const void *ctx, const uint8_t public_key[SIGN_PUBLIC_BYTES],
                                const char *text)
{
    void *scratch = talloc_new(ctx);
    Motcua__Receipt *receipt = verify(ctx, scratch, public_key, text);
    talloc_free(scratch);
    return receipt;
}

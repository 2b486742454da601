/* receipt_tree.c — see receipt_tree.h. */
#include "receipt_tree.h"

#include <sodium.h>
#include <string.h>

void tree_leaf(const char *text, size_t n, uint8_t leaf[SHA256_BYTES])
{
    static const uint8_t mark = 0;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, &mark, 1);
    crypto_hash_sha256_update(&state, (const uint8_t *)text, n);
    crypto_hash_sha256_final(&state, leaf);
}

static void join(const uint8_t left[SHA256_BYTES], const uint8_t right[SHA256_BYTES],
                 uint8_t out[SHA256_BYTES])
{
    uint8_t both[1 + 2 * SHA256_BYTES] = { 1 };
    memcpy(both + 1, left, SHA256_BYTES);
    memcpy(both + 1 + SHA256_BYTES, right, SHA256_BYTES);
    crypt_sha256(both, sizeof both, out);
}

void tree_grow(struct receipt_tree *tree, size_t leaves)
{
    size_t at = 0, size = leaves;
    tree->leaves = leaves;
    tree->levels = 1;
    tree->begins[0] = 0;
    for (; size > 1; size = (size + 1) / 2) {
        size_t next = at + size;
        for (size_t i = 0; i < size; i += 2) {
            if (i + 1 < size)
                join(tree->nodes[at + i], tree->nodes[at + i + 1], tree->nodes[next + i / 2]);
            else
                memcpy(tree->nodes[next + i / 2], tree->nodes[at + i], SHA256_BYTES);
        }
        tree->begins[tree->levels++] = at = next;
    }
}

const uint8_t *tree_root(const struct receipt_tree *tree)
{
    return tree->nodes[tree->begins[tree->levels - 1]];
}

size_t tree_path(const struct receipt_tree *tree, size_t leaf, uint8_t path[TREE_PATH_MAX][SHA256_BYTES])
{
    size_t n = 0, size = tree->leaves;
    for (size_t level = 0; size > 1; level++, size = (size + 1) / 2, leaf /= 2)
        if ((leaf ^ 1) < size)
            memcpy(path[n++], tree->nodes[tree->begins[level] + (leaf ^ 1)], SHA256_BYTES);
    return n;
}

bool tree_climb(const uint8_t leaf[SHA256_BYTES], size_t number, size_t leaves, const uint8_t *path,
                size_t path_bytes, uint8_t root[SHA256_BYTES])
{
    if (number >= leaves || leaves > TREE_LEAVES_MAX)
        return false;
    memcpy(root, leaf, SHA256_BYTES);
    for (size_t size = leaves; size > 1; size = (size + 1) / 2, number /= 2) {
        if ((number ^ 1) >= size)
            continue;
        if (path_bytes < SHA256_BYTES)
            return false;
        join(number & 1 ? path : root, number & 1 ? root : path, root);
        path += SHA256_BYTES;
        path_bytes -= SHA256_BYTES;
    }
    return path_bytes == 0;
}

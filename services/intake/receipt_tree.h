/* receipt_tree.h — a tree of hashes over receipts that are signed together (as RFC 9162 has it): its root is
 * signed once, and each receipt brings the hashes that lead from itself to the root. Pure.
 *
 * A leaf is SHA-256 of 0x00 and the text, a node SHA-256 of 0x01 and its two children; the last of an odd
 * level moves up as it is.
 */
#ifndef RECEIPT_TREE_H
#define RECEIPT_TREE_H

#include <stdbool.h>

#include "crypt.h"

enum { TREE_LEAVES_MAX = 256, TREE_PATH_MAX = 8 };

struct receipt_tree {
    size_t leaves, levels;
    size_t begins[TREE_PATH_MAX + 2]; /* of each level in nodes; level 0: the leaves */
    uint8_t nodes[2 * TREE_LEAVES_MAX + TREE_PATH_MAX][SHA256_BYTES];
};

void tree_leaf(const char *text, size_t n, uint8_t leaf[SHA256_BYTES]);
/* nodes[0 … leaves) are there; makes the rest. */
void tree_grow(struct receipt_tree *tree, size_t leaves);
const uint8_t *tree_root(const struct receipt_tree *tree);
/* How many hashes lead from the leaf to the root. */
size_t tree_path(const struct receipt_tree *tree, size_t leaf, uint8_t path[TREE_PATH_MAX][SHA256_BYTES]);
/* The root that this path leads to; false if it is no path of a leaf with this number among so many. */
bool tree_climb(const uint8_t leaf[SHA256_BYTES], size_t number, size_t leaves, const uint8_t *path,
                size_t path_bytes, uint8_t root[SHA256_BYTES]);

#endif

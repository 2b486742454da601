/* json_text.h — a JSON text checked and read where it lies: no tree, no copy of any string.
 *
 * The checker goes over the text once and leaves a flat list of nodes, each before its members; strings are
 * unescaped in place and end with NUL where their quote was. The text is used up by it, and must live as long
 * as the nodes. json.h's reader is how handlers look at nodes.
 */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum { JSON_DEPTH_MAX = 64, JSON_MEMBERS_MAX = 1000 };

struct json_node {
    json_type type;
    uint32_t skip;    /* the next sibling is this many nodes further */
    uint32_t count;   /* of an object's members, a list's items */
    const char *name; /* of a member, or NULL */
    union {
        const char *text; /* JSON_STRING */
        int64_t integer;  /* JSON_INTEGER */
        double real;      /* JSON_REAL */
    };
};

/* n bytes at text, with room for a NUL after them: one object or list, at most JSON_DEPTH_MAX levels deep and
 * JSON_MEMBERS_MAX members an object, UTF-8 without NUL, no member twice. *root belongs to ctx. E_INVALID
 * with line and column. */
int json_check(const void *ctx, char *text, size_t n, const struct json_node **root, struct err *err);

/* NULL if there is none, or node is NULL or something else. */
const struct json_node *json_member(const struct json_node *object, const char *name);
const struct json_node *json_item(const struct json_node *list, size_t i);

/* Members or items one after the other; node is not empty. */
#define JSON_EACH(child, node) \
    (child) = (node) + 1; \
    (child) < (node) + (node)->skip; \
    (child) += (child)->skip

#endif

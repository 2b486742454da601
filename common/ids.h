/* ids.h — UUIDv7 (RFC 9562): unique, ordered by the time they were made, the key by which a message counts
 * once. */
#ifndef IDS_H
#define IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ID_BYTES = 16, ID_TEXT = 37 }; /* 36 characters and the NUL */

struct id {
    uint8_t bytes[ID_BYTES];
};

/* A new id. Ids made by one process grow, also within a millisecond. */
struct id id_new(void);

/* The least of all ids that are made at this time (Unix ms) or later. */
struct id id_least_at(int64_t at_ms);

/* The id that stands for `n` bytes of `data`: the same bytes, the same id (version 8). */
struct id id_of(const void *data, size_t n);

/* n bytes as 2n small hex digits at `at`, without a NUL; returns the place behind. */
char *put_hex(char *at, const uint8_t *bytes, size_t n);

void id_format(const struct id *id, char out[ID_TEXT]);
bool id_parse(const char *text, struct id *out);
bool id_equal(const struct id *a, const struct id *b);

/* n random bytes of the kernel, for keys and nonces. */
void random_bytes(void *to, size_t n);

#endif

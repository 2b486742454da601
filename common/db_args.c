/* db_args.c — see db.h: arrays as PostgreSQL's binary form has them: dimensions, has-nulls flag, element
 * type, length, lower bound; then size and bytes of each element. All numbers big-endian. */
#include "db_args.h"

#include <string.h>
#include <talloc.h>

char *put_u32(char *at, uint32_t v)
{
    for (int i = 3; i >= 0; i--)
        *at++ = (char)(v >> (8 * i));
    return at;
}

char *put_u64(char *at, uint64_t v)
{
    return put_u32(put_u32(at, (uint32_t)(v >> 32)), (uint32_t)v);
}

char *put_array_head(char *at, uint32_t oid, size_t n)
{
    at = put_u32(at, n > 0);
    at = put_u32(at, 1); /* there may be nulls */
    at = put_u32(at, oid);
    if (n == 0)
        return at;
    at = put_u32(at, (uint32_t)n);
    return put_u32(at, 1);
}

static struct db_arg binary_array(const void *ctx, uint32_t oid, const struct db_blob *items, size_t n)
{
    static char nothing[4][ARRAY_HEAD]; /* arrays of nothing, by type */
    size_t bytes = ARRAY_HEAD;
    if (n == 0) {
        char *at = nothing[oid == OID_BYTEA ? 0 : oid == OID_TEXT ? 1 : oid == OID_INT8 ? 2 : 3];
        return (
            struct db_arg){ .type = DB_ARRAY, .data = at, .length = (int)(put_array_head(at, oid, 0) - at) };
    }
    for (size_t i = 0; i < n; i++)
        bytes += 4 + items[i].size;
    char *data = talloc_size(ctx, bytes), *at = put_array_head(data, oid, n);
    for (size_t i = 0; i < n; i++) {
        at = put_u32(at, (uint32_t)items[i].size);
        memcpy(at, items[i].data, items[i].size);
        at += items[i].size;
    }
    return (
        struct db_arg){ .type = DB_ARRAY, .data = data, .length = (int)(at - data), .number = (int64_t)n };
}

struct db_arg db_bytes_array(const void *ctx, const struct db_blob *blobs, size_t n)
{
    return binary_array(ctx, OID_BYTEA, blobs, n);
}

struct db_arg db_text_array(const void *ctx, const char *const *texts, size_t n)
{
    struct db_blob *items = n > 0 ? talloc_array(ctx, struct db_blob, n) : NULL;
    for (size_t i = 0; i < n; i++)
        items[i] = (struct db_blob){ texts[i], strlen(texts[i]) };
    return binary_array(ctx, OID_TEXT, items, n);
}

struct db_arg db_int_array(const void *ctx, const int64_t *numbers, size_t n)
{
    struct db_blob *items = n > 0 ? talloc_array(ctx, struct db_blob, n) : NULL;
    char *wire = n > 0 ? talloc_size(ctx, n * 8) : NULL;
    for (size_t i = 0; i < n; i++) {
        put_u64(wire + i * 8, (uint64_t)numbers[i]);
        items[i] = (struct db_blob){ wire + i * 8, 8 };
    }
    return binary_array(ctx, OID_INT8, items, n);
}

struct db_arg db_id_array(const void *ctx, const struct id *ids, size_t n)
{
    struct db_blob *items = n > 0 ? talloc_array(ctx, struct db_blob, n) : NULL;
    for (size_t i = 0; i < n; i++)
        items[i] = (struct db_blob){ ids[i].bytes, ID_BYTES };
    return binary_array(ctx, OID_UUID, items, n);
}

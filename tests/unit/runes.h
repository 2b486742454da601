/* runes.h — text made of single code points, for tests of text.h; all of it belongs to runes_ctx. */
#ifndef RUNES_H
#define RUNES_H

#include <stdlib.h>
#include <talloc.h>
#include <utf8proc.h>

static void *runes_ctx;

/* Set-up and tear-down of a test group. */
static inline int runes_open(void **state)
{
    (void)state;
    runes_ctx = talloc_new(NULL);
    return 0;
}

static inline int runes_close(void **state)
{
    (void)state;
    return talloc_free(runes_ctx);
}

/* One code point. */
static inline char *rune(utf8proc_int32_t c)
{
    char *s = talloc_zero_array(runes_ctx, char, 5);
    utf8proc_encode_char(c, (utf8proc_uint8_t *)s);
    return s;
}

/* Every letter apart from its marks. */
static inline char *nfd(const char *s)
{
    utf8proc_uint8_t *out = utf8proc_NFD((const utf8proc_uint8_t *)s);
    char *copy = talloc_strdup(runes_ctx, (const char *)out);
    free(out);
    return copy;
}

#endif

/* ids.c — see ids.h. 48 bits of milliseconds, 12 bits that count within one, 62 random bits. */
#include "ids.h"

#include <string.h>

#include <sodium.h>

#include "clock.h"

void random_bytes(void *to, size_t n)
{
    randombytes_buf(to, n);
}

static void set_version(struct id *id, uint8_t version)
{
    id->bytes[6] = (uint8_t)((id->bytes[6] & 0x0f) | (version << 4));
    id->bytes[8] = (uint8_t)((id->bytes[8] & 0x3f) | 0x80);
}

/* Milliseconds and the counter within them, as one number that only grows. */
static uint64_t next_tick(void)
{
    static uint64_t last; /* one thread makes ids */
    uint64_t now = (uint64_t)clock_now_ms() << 12;
    last = now > last ? now : last + 1;
    return last;
}

struct id id_new(void)
{
    static uint8_t pool[4096];
    static size_t left;
    if (left < 8) { /* from one seed: the kernel gives 256 bytes a call, and each call costs */
        uint8_t seed[randombytes_SEEDBYTES];
        random_bytes(seed, sizeof seed);
        randombytes_buf_deterministic(pool, sizeof pool, seed);
        left = sizeof pool;
    }
    uint64_t tick = next_tick();
    struct id id;
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(tick >> (52 - 8 * i));
    id.bytes[6] = (uint8_t)((tick >> 8) & 0x0f);
    id.bytes[7] = (uint8_t)tick;
    left -= 8;
    memcpy(id.bytes + 8, pool + left, 8);
    set_version(&id, 7);
    return id;
}

struct id id_least_at(int64_t at_ms)
{
    struct id id = { { 0 } };
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)((uint64_t)at_ms >> (40 - 8 * i));
    set_version(&id, 7);
    return id;
}

struct id id_of(const void *data, size_t n)
{
    struct id id;
    crypto_generichash(id.bytes, sizeof id.bytes, data, n, NULL, 0);
    set_version(&id, 8);
    return id;
}

char *put_hex(char *at, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15];
    }
    return at;
}

void id_format(const struct id *id, char out[ID_TEXT])
{
    static const size_t groups[] = { 4, 2, 2, 2, 6 };
    const uint8_t *from = id->bytes;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        if (i > 0)
            *out++ = '-';
        out = put_hex(out, from, groups[i]);
        from += groups[i];
    }
    *out = '\0';
}

bool id_parse(const char *text, struct id *out)
{
    const char *end;
    size_t n;
    if (strlen(text) != ID_TEXT - 1 || text[8] != '-' || text[13] != '-' || text[18] != '-' ||
        text[23] != '-')
        return false;
    return sodium_hex2bin(out->bytes, ID_BYTES, text, ID_TEXT - 1, "-", &n, &end) == 0 && n == ID_BYTES &&
           *end == '\0';
}

bool id_equal(const struct id *a, const struct id *b)
{
    return memcmp(a->bytes, b->bytes, ID_BYTES) == 0;
}

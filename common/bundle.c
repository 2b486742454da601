/* bundle.c — see bundle.h. In protobuf several messages one behind the other are one message with all their
 * fields, so a frame is put together and taken apart without being packed or unpacked. */
#include "bundle.h"

#include <string.h>

#include "err.h"
#include "pb.h"

enum {
    TEXT = 2,
    ENVELOPE = 1 << 3 | TEXT,
    SENDER = 14 << 3 | TEXT
};                              /* number of the field, kind on the wire */
enum { LENGTH_BYTES_MOST = 3 }; /* of a length up to 2 MiB */

/* The bytes of a field whose length is at *at; NULL: it is not in the frame. */
static const uint8_t *take_field(const uint8_t **at, const uint8_t *end, size_t *size)
{
    bool goes_on = true;
    *size = 0;
    for (unsigned i = 0; goes_on; i++) {
        if (i == LENGTH_BYTES_MOST || *at == end)
            return NULL;
        *size |= (size_t)(**at & 0x7f) << (7 * i);
        goes_on = *(*at)++ & 0x80;
    }
    if ((size_t)(end - *at) < *size)
        return NULL;
    *at += *size;
    return *at - *size;
}

bool bundle_read(const void *frame, size_t size, struct bundle *b)
{
    const uint8_t *at = frame, *end = at + size;
    b->count = 0;
    b->sender = "";
    b->sender_length = 0;
    while (at < end) {
        const uint8_t *begin = at;
        uint8_t tag = *at++;
        size_t length;
        const uint8_t *data = take_field(&at, end, &length);
        if (!data || (tag != ENVELOPE && tag != SENDER) || (tag == ENVELOPE && b->count == BUNDLE_MOST))
            return false;
        if (tag == SENDER) {
            b->sender = (const char *)data;
            b->sender_length = length;
            continue;
        }
        b->envelopes[b->count++] = (struct packed){ begin, (size_t)(at - begin), (size_t)(data - begin) };
    }
    return b->count > 0;
}

Motcua__Envelope *bundle_unpack(const void *ctx, const struct packed *e)
{
    return pb_unpack(ctx, &motcua__envelope__descriptor, e->bytes + e->head, e->size - e->head);
}

uint8_t *bundle_put_sender(uint8_t *at, const char *sender, size_t length)
{
    ASSERT(length < 0x80); /* one byte tells it */
    *at++ = SENDER;
    *at++ = (uint8_t)length;
    memcpy(at, sender, length);
    return at + length;
}

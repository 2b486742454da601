/* bundle.h — several envelopes in one frame: packets one behind the other and, put at the end by a broker,
 * who said them (message Bundle in proto/envelope.proto). One frame is sealed, sent and handed on once for
 * all of them.
 */
#ifndef BUNDLE_H
#define BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BUNDLE_MOST = 64,        /* envelopes */
    BUNDLE_BYTES = 64 * 1024 /* of several; one alone may be longer */
};

struct bundle { /* points into the frame */
    size_t count;
    struct {
        const uint8_t *bytes; /* a Packet of its own */
        size_t size;
    } packets[BUNDLE_MOST];
    const char *sender; /* not terminated */
    size_t sender_length;
};

/* True: the frame holds envelopes and nothing else. Looks at the frame's own fields only: what the envelopes
 * hold, pb_unpack says. */
bool bundle_read(const void *frame, size_t size, struct bundle *b);

/* Put at the end of a packet or of packets: who said them. Returns behind it; takes 2 bytes more than the
 * text. The last field of a kind counts, so nothing is read or written anew. */
uint8_t *bundle_put_sender(uint8_t *at, const char *sender, size_t length);

#endif

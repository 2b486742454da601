/* bundle.h — several envelopes in one frame: packets one behind the other and, put at the end by a broker,
 * who said them (message Bundle in proto/envelope.proto). One frame is sealed, sent and handed on once for
 * all of them.
 */
#ifndef BUNDLE_H
#define BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "envelope.pb-c.h"

enum {
    BUNDLE_MOST = 64,        /* envelopes */
    BUNDLE_BYTES = 64 * 1024 /* of several; one alone may be longer */
};

struct packed { /* an envelope as its bytes; points into the frame */
    const uint8_t *bytes;
    size_t size; /* with its head a Packet of its own */
    size_t head; /* of that, before the Envelope */
};

struct bundle {
    size_t count;
    struct packed envelopes[BUNDLE_MOST];
    const char *sender; /* in the frame, not terminated */
    size_t sender_length;
};

/* True: the frame holds envelopes and nothing else. Looks at the frame's own fields only: what the envelopes
 * hold, pb_unpack says. */
bool bundle_read(const void *frame, size_t size, struct bundle *b);

/* NULL: it is not an Envelope. Owner: ctx. */
Motcua__Envelope *bundle_unpack(const void *ctx, const struct packed *e);

/* Put at the end of a packet or of packets: who said them. Returns behind it; takes 2 bytes more than the
 * text. The last field of a kind counts, so nothing is read or written anew. */
uint8_t *bundle_put_sender(uint8_t *at, const char *sender, size_t length);

#endif

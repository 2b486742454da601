/* delivery.h — what the outcome of an attempt means for the mail and for the channel. Pure. Source: RFC 5321
 * §4.2. */
#ifndef DELIVERY_H
#define DELIVERY_H

#include <stdbool.h>

enum delivery {
    DELIVERY_SENT,
    DELIVERY_REFUSED, /* for good: another try cannot help */
    DELIVERY_LATER    /* not now, or nobody knows: the same mail again, with the same Message-ID */
};

struct outcome {
    enum delivery delivery;
    bool channel_worked; /* the server could be talked to: what it said is about this mail only */
    const char *name;    /* "sent", "refused", "deferred", "unreachable", "unknown" */
};

/* rc and reply: as mail_send gives them. */
struct outcome delivery_outcome(int rc, int reply);

#endif

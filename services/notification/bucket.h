/* bucket.h — so many mails a minute, and ten seconds' worth at once (PAINS 14: a budget per provider).
 * Pure. */
#ifndef BUCKET_H
#define BUCKET_H

#include <stdint.h>

struct bucket {
    int64_t per_minute;
    int64_t level, at_ms; /* in parts of a mail: per_minute of them flow in every millisecond */
};

struct bucket bucket_full(int64_t per_minute, int64_t now_ms);

/* Take one mail's worth: 0, or the milliseconds until there is one (nothing is taken then). */
int64_t bucket_take(struct bucket *b, int64_t now_ms);

#endif

/* bucket.c — see bucket.h. */
#include "bucket.h"

enum { MAIL = 60000, BURST_MS = 10000 }; /* parts of a mail: as many as a minute has milliseconds */

static int64_t room(const struct bucket *b)
{
    int64_t burst = b->per_minute * BURST_MS;
    return burst > MAIL ? burst : MAIL;
}

struct bucket bucket_full(int64_t per_minute, int64_t now_ms)
{
    struct bucket b = { .per_minute = per_minute, .at_ms = now_ms };
    b.level = room(&b);
    return b;
}

int64_t bucket_take(struct bucket *b, int64_t now_ms)
{
    b->level += (now_ms - b->at_ms) * b->per_minute;
    b->at_ms = now_ms;
    if (b->level > room(b))
        b->level = room(b);
    if (b->level < MAIL)
        return (MAIL - b->level + b->per_minute - 1) / b->per_minute;
    b->level -= MAIL;
    return 0;
}

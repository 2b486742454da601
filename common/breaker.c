/* breaker.c — see breaker.h. While probing, until_ms is when a probe that never came back is given up. */
#include "breaker.h"

enum { LOOK_AGAIN_MS = 200 }; /* the probe's answer may come any moment */

int64_t breaker_wait_ms(const struct breaker *b, int64_t now_ms)
{
    if (b->state == BREAKER_CLOSED || now_ms >= b->until_ms)
        return 0;
    int64_t left_ms = b->until_ms - now_ms;
    return b->state == BREAKER_PROBING && left_ms > LOOK_AGAIN_MS ? LOOK_AGAIN_MS : left_ms;
}

void breaker_begin(struct breaker *b, int64_t now_ms, int64_t takes_most_ms)
{
    if (b->state == BREAKER_CLOSED)
        return;
    b->state = BREAKER_PROBING;
    b->until_ms = now_ms + takes_most_ms;
}

void breaker_rest(struct breaker *b, int64_t now_ms, int64_t rest_ms)
{
    b->state = BREAKER_RESTING;
    b->until_ms = now_ms + rest_ms;
    b->next_rest_ms = rest_ms * 2 < b->rest_most_ms ? rest_ms * 2 : b->rest_most_ms;
}

void breaker_end(struct breaker *b, bool worked, int64_t now_ms)
{
    if (worked) {
        b->state = BREAKER_CLOSED;
        b->failures = 0;
        return;
    }
    b->failures++;
    if (b->state == BREAKER_PROBING)
        breaker_rest(b, now_ms, b->next_rest_ms);
    else if (b->state == BREAKER_CLOSED && b->failures >= b->trips)
        breaker_rest(b, now_ms, b->rest_ms);
}

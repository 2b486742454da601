/* breaker.h — a channel to the outside that fails again and again rests; then one call goes ahead of the
 * others to see whether it works again (PAINS 14). Pure. Times are milliseconds of a clock that never jumps.
 *
 *   closed --trips failures in a row--> resting --its rest passes--> probing --it works--> closed
 *                                          ^                            |
 *                                          '---it fails: rests longer---'
 *
 * What was under way when the rest began may fail too, later: that makes the rest no longer.
 */
#ifndef BREAKER_H
#define BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum breaker_state { BREAKER_CLOSED, BREAKER_RESTING, BREAKER_PROBING };

struct breaker {
    int64_t trips;                 /* failures in a row after which it rests; set by the owner, as are */
    int64_t rest_ms, rest_most_ms; /* the first rest, and the longest; each is twice the one before it */
    enum breaker_state state;
    int64_t failures, until_ms, next_rest_ms;
};

/* 0: a call may start now (and breaker_begin says that it does); else ask again after so many ms. */
int64_t breaker_wait_ms(const struct breaker *b, int64_t now_ms);
/* takes_most_ms: how long the call may take; a probe that never came back is followed by another. */
void breaker_begin(struct breaker *b, int64_t now_ms, int64_t takes_most_ms);

/* What became of it: did the channel work? A refusal is an answer too. */
void breaker_end(struct breaker *b, bool worked, int64_t now_ms);
/* It rests at once, for so long: asking again soon does harm. */
void breaker_rest(struct breaker *b, int64_t now_ms, int64_t rest_ms);

#endif

/* clock.h — what time it is. Unix time in milliseconds, UTC. Domain files never include this: they are
 * told. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

int64_t clock_now_ms(void);

/* Milliseconds of a clock that never jumps, for deadlines and durations only. */
int64_t clock_steady_ms(void);
int64_t clock_steady_us(void);

/* Tests: from now on it is `ms`, until told otherwise; 0 gives the real time back. */
void clock_fake(int64_t ms);

#endif

/* still_clock.h — a steady clock that moves when the test says so, in the place of common/clock.c. */
#ifndef STILL_CLOCK_H
#define STILL_CLOCK_H

#include "clock.h"

static int64_t still_ms = 1000000;

int64_t clock_steady_ms(void)
{
    return still_ms;
}

int64_t clock_steady_us(void)
{
    return still_ms * 1000;
}

int64_t clock_now_ms(void)
{
    return still_ms;
}

void clock_fake(int64_t ms)
{
    still_ms = ms;
}

#endif

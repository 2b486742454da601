/* clock.c — see clock.h. */
#include "clock.h"

#include <time.h>

static int64_t fake_ms; /* 0: real; set by tests only */

static int64_t read_us(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_now_ms(void)
{
    return fake_ms ? fake_ms : read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_steady_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_steady_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

void clock_fake(int64_t ms)
{
    fake_ms = ms;
}

/* clock_shift.c — preloaded: the wall clock is wrong by what CLOCK_PAGE says, from one moment to the next.
 * Clocks that never jump stay as they are, as they do on a machine whose date is set. */
#include <sys/syscall.h>
#include <sys/time.h>

#include "page.h"

enum { SHIFT_US, ASKED };
enum { SECOND_US = 1000000 };

static page_number *page;

__attribute__((constructor)) static void open_page(void)
{
    page = page_of("CLOCK_PAGE");
}

static int64_t wall_us(void)
{
    struct timespec ts;
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &ts);
    int64_t shift_us = page ? page[SHIFT_US] : 0;
    if (shift_us != 0)
        atomic_fetch_add_explicit(&page[ASKED], 1, memory_order_relaxed);
    return (int64_t)ts.tv_sec * SECOND_US + ts.tv_nsec / 1000 + shift_us;
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
    if (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE)
        return (int)syscall(SYS_clock_gettime, id, ts);
    int64_t us = wall_us();
    ts->tv_sec = us / SECOND_US;
    ts->tv_nsec = us % SECOND_US * 1000;
    return 0;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    (void)zone;
    int64_t us = wall_us();
    tv->tv_sec = us / SECOND_US;
    tv->tv_usec = us % SECOND_US;
    return 0;
}

time_t time(time_t *out)
{
    time_t now = wall_us() / SECOND_US;
    if (out)
        *out = now;
    return now;
}

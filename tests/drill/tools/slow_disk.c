/* slow_disk.c — preloaded into a store: a disk that is slow, stands still for a while, or fails. DISK_PAGE
 * says how; without a page it is as it is. */
#include <errno.h>
#include <stdbool.h>
#include <sys/syscall.h>

#include "page.h"

/* FLUSH_US longer each flush; the next STALLS of them STALL_US longer; the next FAILS of them end in EIO. */
enum { FLUSH_US, STALLS, STALL_US, FAILS, FLUSHED, SLOWED, STALLED, FAILED };

static page_number *page;

__attribute__((constructor)) static void open_page(void)
{
    page = page_of("DISK_PAGE");
}

/* Take one of those that are left. */
static bool take(page_number *left)
{
    int64_t n = *left;
    while (n > 0)
        if (atomic_compare_exchange_weak(left, &n, n - 1))
            return true;
    return false;
}

static void wait_us(int64_t us, page_number *count)
{
    struct timespec ts = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };
    if (us <= 0)
        return;
    while (nanosleep(&ts, &ts) != 0) /* signals come: a disk does not hear them */
        ;
    atomic_fetch_add(count, 1);
}

static int flush(int fd, long call)
{
    atomic_fetch_add(&page[FLUSHED], 1);
    wait_us(page[FLUSH_US], &page[SLOWED]);
    if (take(&page[STALLS]))
        wait_us(page[STALL_US], &page[STALLED]);
    if (take(&page[FAILS])) {
        atomic_fetch_add(&page[FAILED], 1);
        errno = EIO;
        return -1;
    }
    return (int)syscall(call, fd);
}

int fdatasync(int fd)
{
    return page ? flush(fd, SYS_fdatasync) : (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    return page ? flush(fd, SYS_fsync) : (int)syscall(SYS_fsync, fd);
}

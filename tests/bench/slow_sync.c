/* slow_sync.c — a slow disk: preloaded into PostgreSQL, each flush takes SLOW_SYNC_US longer. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void wait_longer(void)
{
    const char *us = getenv("SLOW_SYNC_US");
    usleep(us ? (useconds_t)strtoul(us, NULL, 10) : 5000);
}

int fdatasync(int fd)
{
    wait_longer();
    return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    wait_longer();
    return (int)syscall(SYS_fsync, fd);
}

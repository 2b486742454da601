/* page.h — a page of numbers that a program at work and who drills it both see: a file, mapped. What is to go
 * wrong is written there while the program runs; what went wrong is read there, also after its death.
 * ../shared_page.py is the other end. */
#ifndef PAGE_H
#define PAGE_H

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, NOT_A_PAGE = 78 };

typedef _Atomic int64_t page_number;

/* The page whose file the variable names; NULL: none is wanted. A file that cannot be mapped ends the
 * program: a fault that silently does not happen proves nothing. */
static inline page_number *page_of(const char *variable)
{
    const char *path = getenv(variable);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *at = fd >= 0 ? mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (fd >= 0)
        close(fd);
    if (path && at == MAP_FAILED) {
        fprintf(stderr,
                "%s: %s cannot be mapped: it must be a file of %d bytes that this account may write\n",
                variable, path, PAGE_BYTES);
        _exit(NOT_A_PAGE);
    }
    return path ? at : NULL;
}

#endif

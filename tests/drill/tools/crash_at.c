/* crash_at.c — preloaded: the program dies at its k-th step that somebody outside can see. CRASH_PAGE names
 * the page.
 *
 * A step is a write, send, flush, rename or removal; the log, pipes and wake-ups are none. The page says at
 * which step and whether before it, in the middle of it (half of the bytes are out) or after it; it counts
 * steps by kind, with nothing armed too, so who drills learns the range first. A death disarms the page: the
 * program that is started again with it lives. */
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "page.h"

enum { AT, WHEN, KINDS, BUS_PORT, SEEN, DEATHS, DIED_KIND, DIED_STEP, COUNTS, DEAD = 137 };
enum when { BEFORE, HALF, AFTER };
enum kind { FILES, STORE, CACHE, BUS, WEB, NO_KIND };

static page_number *page;

__attribute__((constructor)) static void open_page(void)
{
    page = page_of("CRASH_PAGE");
}

/* ---- what kind of step ---------------------------------------------------------------------------- */

static enum kind kind_of_unix(int fd)
{
    struct sockaddr_un peer = { 0 };
    socklen_t size = sizeof peer - 1;
    getpeername(fd, (struct sockaddr *)&peer, &size);
    return strstr(peer.sun_path, "/.s.PGSQL.") ? STORE : CACHE;
}

static enum kind kind_of_socket(int fd)
{
    struct sockaddr_storage own = { 0 }, peer = { 0 };
    socklen_t size = sizeof own, peer_size = sizeof peer;
    if (getsockname(fd, (struct sockaddr *)&own, &size) != 0)
        return NO_KIND;
    if (own.ss_family == AF_UNIX)
        return kind_of_unix(fd);
    getpeername(fd, (struct sockaddr *)&peer, &peer_size);
    in_port_t bus = htons((uint16_t)page[BUS_PORT]);
    const struct sockaddr_in *a = (const struct sockaddr_in *)&own, *b = (const struct sockaddr_in *)&peer;
    return a->sin_port == bus || b->sin_port == bus ? BUS : WEB;
}

static enum kind kind_of(int fd)
{
    struct stat st;
    if (fd == STDOUT_FILENO || fd == STDERR_FILENO || fstat(fd, &st) != 0)
        return NO_KIND;
    if (S_ISREG(st.st_mode))
        return FILES;
    return S_ISSOCK(st.st_mode) ? kind_of_socket(fd) : NO_KIND;
}

/* ---- the step ------------------------------------------------------------------------------------- */

/* True: this is the one. Of two threads at once each has its own number. */
static bool is_the_step(enum kind kind)
{
    if (!page || kind == NO_KIND || (page[KINDS] && !(page[KINDS] >> kind & 1)))
        return false;
    int64_t number = atomic_fetch_add(&page[SEEN], 1) + 1, at = page[AT];
    atomic_fetch_add(&page[COUNTS + kind], 1);
    if (at == 0 || number != at)
        return false;
    page[DIED_KIND] = kind;
    page[DIED_STEP] = number;
    return true;
}

_Noreturn static void die(void)
{
    page[AT] = 0;
    atomic_fetch_add(&page[DEATHS], 1);
    _exit(DEAD);
}

/* name(params), which libc has too; fd_kind is its kind, half what goes out in the middle of it. */
#define STEP(type, name, params, args, fd_kind, half) \
    type name params \
    { \
        static type(*real) params; \
        if (!real) \
            real = (type(*) params)dlsym(RTLD_NEXT, #name); \
        if (!is_the_step(fd_kind)) \
            return real args; \
        if (page[WHEN] == HALF) \
            half; \
        if (page[WHEN] == AFTER) \
            real args; \
        die(); \
    }

/* Of what goes out in parts, half is the first half of the parts. */
#define FIRST_PARTS(n) ((n) > 1 ? (n) / 2 : 0)

static const struct msghdr *half_message(const struct msghdr *m, struct msghdr *half)
{
    *half = *m;
    half->msg_iovlen = FIRST_PARTS(m->msg_iovlen);
    return half;
}

// clang-format off
STEP(ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n), kind_of(fd), real(fd, b, n / 2))
STEP(ssize_t, pwrite, (int fd, const void *b, size_t n, off_t at), (fd, b, n, at), kind_of(fd), real(fd, b, n / 2, at))
STEP(ssize_t, pwrite64, (int fd, const void *b, size_t n, off64_t at), (fd, b, n, at), kind_of(fd), real(fd, b, n / 2, at))
STEP(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n), kind_of(fd), real(fd, v, FIRST_PARTS(n)))
STEP(ssize_t, send, (int fd, const void *b, size_t n, int flags), (fd, b, n, flags), kind_of(fd), real(fd, b, n / 2, flags))
STEP(ssize_t, sendto, (int fd, const void *b, size_t n, int flags, const struct sockaddr *to, socklen_t size),
     (fd, b, n, flags, to, size), kind_of(fd), real(fd, b, n / 2, flags, to, size))
STEP(ssize_t, sendmsg, (int fd, const struct msghdr *m, int flags), (fd, m, flags), kind_of(fd),
     real(fd, half_message(m, &(struct msghdr){ 0 }), flags))
STEP(ssize_t, sendfile, (int out, int in, off_t *at, size_t n), (out, in, at, n), kind_of(out), real(out, in, at, n / 2))
STEP(ssize_t, sendfile64, (int out, int in, off64_t *at, size_t n), (out, in, at, n), kind_of(out), real(out, in, at, n / 2))
STEP(int, fsync, (int fd), (fd), kind_of(fd), (void)0)
STEP(int, fdatasync, (int fd), (fd), kind_of(fd), (void)0)
STEP(int, ftruncate, (int fd, off_t size), (fd, size), kind_of(fd), (void)0)
STEP(int, ftruncate64, (int fd, off64_t size), (fd, size), kind_of(fd), (void)0)
STEP(int, rename, (const char *from, const char *to), (from, to), FILES, (void)0)
STEP(int, link, (const char *from, const char *to), (from, to), FILES, (void)0)
STEP(int, unlink, (const char *path), (path), FILES, (void)0)
// clang-format on

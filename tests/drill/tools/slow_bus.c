/* slow_bus.c — preloaded into a listener: it takes so long for each message it hears. SLOW_PAGE says how
 * long; without a page, or with 0, it is as it is.
 *
 * Between two frames nothing is heard for as long as the messages of the first one take; meanwhile the
 * program goes on with all else it does. */
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zmq.h>

#include "page.h"

enum { US_PER_MESSAGE, HEARD };
enum { ENVELOPE = 1 << 3 | 2, TURN_US = 1000 }; /* see common/bundle.c */

static page_number *page;
static int (*real_recv)(zmq_msg_t *, void *, int);
static int64_t free_at_us; /* one thread hears */

__attribute__((constructor)) static void open_page(void)
{
    page = page_of("SLOW_PAGE");
    *(void **)&real_recv = dlsym(RTLD_NEXT, "zmq_msg_recv");
}

static int64_t steady_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static int64_t envelopes_in(const uint8_t *at, const uint8_t *end)
{
    int64_t count = 0;
    while (at < end) {
        size_t length = 0;
        count += *at++ == ENVELOPE;
        for (unsigned shift = 0; at < end && shift < 28; shift += 7) {
            length |= (size_t)(*at & 0x7f) << shift;
            if (!(*at++ & 0x80))
                break;
        }
        at += length < (size_t)(end - at) ? length : (size_t)(end - at);
    }
    return count;
}

int zmq_msg_recv(zmq_msg_t *msg, void *socket, int flags)
{
    int64_t each_us = page ? page[US_PER_MESSAGE] : 0;
    if (each_us > 0 && steady_us() < free_at_us) {
        usleep(TURN_US); /* its loop sees that there is something, and asks again */
        errno = EAGAIN;
        return -1;
    }
    int size = real_recv(msg, socket, flags);
    if (each_us > 0 && size > 0) {
        const uint8_t *data = zmq_msg_data(msg);
        int64_t count = envelopes_in(data, data + size);
        free_at_us = steady_us() + count * each_us;
        atomic_fetch_add(&page[HEARD], count);
    }
    return size;
}

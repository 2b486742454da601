/* messages.c — see messages.h. */
#include "messages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "meter.h"

enum { DRAIN_S = 30 };

static void rest(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
}

void messages_begin(struct messages *m, int64_t seconds)
{
    memset(m->body, 'x', sizeof m->body);
    m->cpu_us = meter_cpu_us();
    m->began_us = meter_us();
    m->end_us = m->began_us + seconds * 1000000;
}

bool messages_go_on(struct messages *m)
{
    while (m->published - atomic_load(&m->consumed) >= BACKLOG_MAX && meter_us() < m->end_us)
        rest();
    return meter_us() < m->end_us;
}

bool messages_are_done(const struct messages *m)
{
    return atomic_load(&m->is_closed) && atomic_load(&m->consumed) >= m->published;
}

void messages_report(struct messages *m)
{
    atomic_store(&m->is_closed, true);
    while (!messages_are_done(m) || atomic_load(&m->confirmed) < m->published) {
        if (meter_us() > m->end_us + DRAIN_S * 1000000)
            fail("%" PRId64 " published, %" PRId64 " confirmed, %" PRId64 " consumed, and no more comes",
                 m->published, atomic_load(&m->confirmed), atomic_load(&m->consumed));
        rest();
    }
    double took_s = (double)(meter_us() - m->began_us) / 1e6;
    printf("{\"per_s\":%.0f,\"messages\":%" PRId64 ",\"cpu_us\":%.2f}\n", (double)m->published / took_s,
           m->published, (double)(meter_cpu_us() - m->cpu_us) / (double)m->published);
}

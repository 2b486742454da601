/* histogram.h — times in microseconds, kept in buckets of at most 1.6 % width. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum { FINE_BITS = 6, FINE = 1 << FINE_BITS, HISTOGRAM_BUCKETS = 40 * FINE };

struct histogram {
    uint64_t count, max;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

static inline unsigned histogram_bucket(uint64_t us)
{
    unsigned shift = 0;
    while (us >> shift >= 2 * FINE)
        shift++;
    unsigned i = (shift << FINE_BITS) + (unsigned)(us >> shift);
    return i < HISTOGRAM_BUCKETS ? i : HISTOGRAM_BUCKETS - 1;
}

static inline void histogram_add(struct histogram *h, uint64_t us)
{
    h->count++;
    h->buckets[histogram_bucket(us)]++;
    if (us > h->max)
        h->max = us;
}

/* The least time of the bucket that holds the part-th of all; part: 0 to 1. */
static inline uint64_t histogram_at(const struct histogram *h, double part)
{
    uint64_t seen = 0, wanted = (uint64_t)((double)h->count * part);
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->buckets[i];
        if (seen > wanted || (seen == h->count && h->count > 0)) {
            unsigned shift = i < 2 * FINE ? 0 : (i >> FINE_BITS) - 1;
            return (uint64_t)(i - (shift << FINE_BITS)) << shift;
        }
    }
    return 0;
}

#endif

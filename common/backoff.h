/* backoff.h — how long to wait before the next try. */
#ifndef BACKOFF_H
#define BACKOFF_H

#include <stdint.h>

/* least milliseconds, doubled `times` times up to most, ± a quarter so that many do not come back at once. */
int64_t backoff_ms(int64_t least, int64_t most, unsigned times);

#endif

/* backoff.c — see backoff.h. */
#include "backoff.h"

#include "ids.h"

int64_t backoff_ms(int64_t least, int64_t most, unsigned times)
{
    uint8_t r;
    int64_t ms = least;
    for (; times > 0 && ms < most; times--)
        ms *= 2;
    ms = ms < most ? ms : most;
    random_bytes(&r, 1);
    return ms - ms / 4 + ms * r / 512;
}

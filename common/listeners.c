/* listeners.c — see listeners.h. */
#include "listeners.h"

#include <string.h>

const struct hears listeners[] = {
#define HEARS(listener, source, type) { listener, source, type },
#include "listeners.def"
#undef HEARS
    { 0 },
};

bool listeners_allow(const char *listener, const char *source, const char *type)
{
    for (const struct hears *h = listeners; h->listener; h++)
        if (strcmp(h->type, type) == 0 && strcmp(h->listener, listener) == 0 &&
            strcmp(h->source, source) == 0)
            return true;
    return false;
}

static bool is_among(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

size_t listeners_of(const char *source, const char **out, size_t max)
{
    size_t n = 0;
    for (const struct hears *h = listeners; h->listener && n < max; h++)
        if (strcmp(h->source, source) == 0 && !is_among(h->listener, out, n))
            out[n++] = h->listener;
    return n;
}

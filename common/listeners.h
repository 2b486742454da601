/* listeners.h — who hears what: proto/listeners.def as a table. */
#ifndef LISTENERS_H
#define LISTENERS_H

#include <stdbool.h>
#include <stddef.h>

struct hears {
    const char *listener, *source, *type;
};
extern const struct hears listeners[]; /* ends with { 0 } */

bool listeners_allow(const char *listener, const char *source, const char *type);

/* Services that hear anything of source, each once. Returns how many were written. */
size_t listeners_of(const char *source, const char **out, size_t max);

#endif

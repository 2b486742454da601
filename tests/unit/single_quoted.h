/* single_quoted.h — JSON in C strings, written with ' for ". */
#ifndef SINGLE_QUOTED_H
#define SINGLE_QUOTED_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* New reference; NULL if it is not JSON. */
static inline json_t *single_quoted(const char *text)
{
    char *copy = strdup(text);
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    json_t *value = json_loads(copy, JSON_REJECT_DUPLICATES, NULL);
    free(copy);
    return value;
}

#endif

/* vectors.h — test vectors from the folder in MOTCUA_VECTORS (data: MOTCUA_DATA), where there is one. */
#ifndef VECTORS_H
#define VECTORS_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* A vector file as JSON, or NULL: the folder is not there, and the test says so. */
static inline json_t *vectors_load(const char *file)
{
    char path[512];
    const char *dir = getenv("MOTCUA_VECTORS");
    snprintf(path, sizeof path, "%s/%s", dir ? dir : "../shared/domain/vectors", file);
    json_t *root = json_load_file(path, 0, NULL);
    if (!root)
        printf("skipped: %s is not there (MOTCUA_VECTORS)\n", path);
    return root;
}

static inline const char *data_path(const char *file, char *path, size_t size)
{
    const char *dir = getenv("MOTCUA_DATA");
    snprintf(path, size, "%s/%s", dir ? dir : "../shared/domain/data", file);
    return path;
}

static inline const char *text_of(const json_t *o, const char *name)
{
    return json_string_value(json_object_get(o, name));
}

#endif

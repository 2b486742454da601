/* blob_parts.h — what blob.c and blob_prune.c share; nobody else includes it. */
#ifndef BLOB_PARTS_H
#define BLOB_PARTS_H

#include "blob.h"

enum { PATH_TEXT = 512 };

struct blobs {
    const char *dir;
};

/* Where the file of this content is, or would be. */
void blob_path(const struct blobs *b, const char hex[BLOB_HEX], char out[PATH_TEXT]);

/* Set the time of change of the complete file at path to now, under its lock. False: it is not there. */
bool blob_make_young(const char *path, uint64_t *size);

#endif

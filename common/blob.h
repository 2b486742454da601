/* blob.h — files by content: the SHA-256 of the bytes is the name, so the same file is kept once and never
 * changes.
 *
 *   <files_dir>/partial/<upload id>      an upload that is growing
 *   <files_dir>/by-content/ab/cd/<hex>   a complete file, synced before anybody hears of it
 *
 * All services of a machine share the folder; more machines share an S3-compatible store behind the same
 * contract.
 */
#ifndef BLOB_H
#define BLOB_H

#include <stdbool.h>
#include <stdint.h>

#include "crypt.h"
#include "ids.h"
#include "task.h"

struct blobs;
/* E_INVALID if the folder cannot be made or written. */
int blobs_open(void *ctx, const char *dir, struct blobs **out, struct err *err);

/* Bytes the partial file of an upload holds; 0 if there is none yet. */
int blob_partial_size(struct task *t, const struct id *upload, uint64_t *size);
/* Append the n bytes of spool_fd at offset, which must be the partial file's size (E_CONFLICT if it is not:
 * somebody else appends). *size is the new size. */
int blob_append(struct task *t, const struct id *upload, uint64_t offset, int spool_fd, uint64_t n,
                uint64_t *size);
/* The upload is complete: hash it, find its type by its content (libmagic), sync it and give it its name. The
 * partial file stays, so this can be repeated; discard it when the upload is recorded. */
struct blob_info {
    uint8_t sha256[SHA256_BYTES];
    uint64_t size;
    char media_type[96]; /* those of office files are long */
};
int blob_finish(struct task *t, const struct id *upload, struct blob_info *info);
void blob_discard(struct task *t, const struct id *upload);

/* Store bytes that are in memory (synced). */
int blob_put(struct task *t, const void *data, size_t size, struct blob_info *info);
/* Open a complete file for reading. E_NOT_FOUND. The caller closes *fd. */
int blob_read(struct task *t, const uint8_t sha256[SHA256_BYTES], int *fd, uint64_t *size);

#endif

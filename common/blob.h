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

/* Bytes the partial file of an upload holds when nobody is appending; 0 if there is none yet. */
int blob_partial_size(struct task *t, const struct id *upload, uint64_t *size);
/* Append the n bytes of spool_fd at offset, which must be the partial file's size (E_CONFLICT if it is not:
 * somebody else appends). *size is the new size. */
int blob_append(struct task *t, const struct id *upload, uint64_t offset, int spool_fd, uint64_t n,
                uint64_t *size);
/* The upload is complete: hash it, find its type by its content (libmagic) and, if it is one of types (ends
 * with NULL), sync it and give it its name. The partial file stays, so this can be repeated; discard it when
 * the upload is recorded. E_CONFLICT: it has not length bytes, or is gone: somebody else has finished it. */
struct blob_info {
    uint8_t sha256[SHA256_BYTES];
    uint64_t size;
    char media_type[96]; /* those of office files are long */
    bool is_kept;        /* it has its name */
};
int blob_finish(struct task *t, const struct id *upload, uint64_t length, const char *const *types,
                struct blob_info *info);
void blob_discard(struct task *t, const struct id *upload);

/* Store bytes that are in memory (synced). */
int blob_put(struct task *t, const void *data, size_t size, struct blob_info *info);
/* Open a complete file for reading. E_NOT_FOUND. The caller closes *fd. */
int blob_read(struct task *t, const uint8_t sha256[SHA256_BYTES], int *fd, uint64_t *size);

/* ---- pruning (blob_prune.c) ----
 *
 * A file goes when no row refers to it and nobody has needed it for long. The rows are several services', and
 * some are still on their way, so a writer never relies on a row being there in time: who gives a file its
 * name, finds that it has it, or is about to refer to it (blob_hold) sets its time of change to now, under
 * its lock. Who prunes looks at rows first, then at that time under the same lock, then unlinks. So either
 * the writer comes first and the file is young again, or he finds it gone and names his own copy. */

/* It is there and stays for a while: long enough for the row that refers to it. E_NOT_FOUND. */
int blob_hold(struct task *t, const uint8_t sha256[SHA256_BYTES], uint64_t *size);

enum { BLOB_LEAVES = 65536, BLOB_HEX = SHA256_BYTES * 2 + 1 };
struct blob_list {
    size_t count;
    char (*names)[BLOB_HEX];
};
/* The complete files nobody has needed since before_ms: those of folder *leaf, and of the next ones until
 * there are `enough`; free list->names before t ends if there are many lists. *leaf is where to go on;
 * BLOB_LEAVES: that was all. */
int blob_list_old(struct task *t, unsigned *leaf, int64_t before_ms, size_t enough, struct blob_list *list);
/* Remove those of the list that are still that old. *removed: how many. */
int blob_remove_old(struct task *t, const struct blob_list *list, int64_t before_ms, size_t *removed);
/* Remove partial files nobody has written to since before_ms: left by a crash. */
int blob_remove_partial(struct task *t, int64_t before_ms, size_t *removed);

#endif

/* fuzz.h — what the fuzz targets share: the entry points libFuzzer calls, and the world of a service that is
 * not there: callers, store and neighbours. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as text that ends with NUL where it ends, in memory of exactly its size. Owner: ctx. */
static inline char *fuzz_text(const void *ctx, const uint8_t *data, size_t size)
{
    return talloc_strndup(ctx, (const char *)data, size);
}

/* Owner of what lives as long as the process. */
void *fuzz_life(void);

/* Where targets may write: build/fuzz/run. Makes it. */
const char *fuzz_dir(void);
/* Writes text to the file of the name there; returns its path, static until the next call of four. */
const char *fuzz_file(const char *name, const char *text);

/* ---- fake_store.c: db.h that answers from tests/fuzz/rows/<service>.txt ---- */

struct fuzz_store {   /* as the input asks */
    unsigned rows;    /* of every answer */
    unsigned variant; /* which of the values a column may have */
    unsigned failure; /* 0: none; 1: reads, 2: saves are busy; 3: saves conflict */
};
extern struct fuzz_store fuzz_store;
void fuzz_store_open(const char *service);

/* fake_rest.c: the steady clock goes on by a day, and what caches hold is too old to trust. */
void fuzz_next_day(void);

/* ---- fake_http.c: libmicrohttpd with one caller at a time ---- */

enum { FUZZ_FIELDS_MAX = 40 };
struct fuzz_request {
    const char *method, *path;
    size_t headers_count, args_count;
    struct fuzz_field {
        const char *name, *value; /* value may be NULL */
    } headers[FUZZ_FIELDS_MAX], args[FUZZ_FIELDS_MAX];
    const uint8_t *body;
    size_t body_size;
    bool is_cut_off; /* the caller leaves before the end */
};
/* The whole life of a request; turn lets tasks go on. */
void fuzz_http_play(const struct fuzz_request *rq, void (*turn)(void *arg), void *arg);

#endif

/* files.h — a folder of its own for a test that works with files, and one-line ways to fill it. */
#ifndef FILES_H
#define FILES_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_PATH = 256 };

static char files_dir[FILES_PATH];

/* Set-up of a test group: make the folder. */
static inline int files_open(void **state)
{
    (void)state;
    const char *tmp = getenv("TMPDIR");
    snprintf(files_dir, sizeof files_dir, "%s/motcua-unit-XXXXXX", tmp ? tmp : "/tmp");
    return mkdtemp(files_dir) ? 0 : -1;
}

static inline int files_remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st, (void)kind, (void)where;
    return remove(path);
}

/* Tear-down: the folder goes with all that is in it. */
static inline int files_close(void **state)
{
    (void)state;
    return nftw(files_dir, files_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path of a file in the folder; good until the third next call. */
static inline const char *file_path(const char *name)
{
    static char paths[4][FILES_PATH * 2];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof *paths, "%s/%s", files_dir, name);
    return path;
}

/* Write a whole file; returns its path. */
static inline const char *file_write(const char *name, const void *data, size_t size)
{
    const char *path = file_path(name);
    FILE *f = fopen(path, "we");
    if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0)
        abort();
    return path;
}

static inline const char *file_write_text(const char *name, const char *text)
{
    return file_write(name, text, strlen(text));
}

#endif

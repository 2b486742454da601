/* blob_prune.c — see blob.h, "pruning". Everything here waits for the disk, so it runs on the thread pool. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "blob_parts.h"
#include "env.h"
#include "offload.h"

void blob_path(const struct blobs *b, const char hex[BLOB_HEX], char out[PATH_TEXT])
{
    snprintf(out, PATH_TEXT, "%s/by-content/%.2s/%.2s/%s", b->dir, hex, hex + 2, hex);
}

/* The file at path, locked; -1: there is none. A lock may be waited for, and the file unlinked meanwhile:
 * then it has no name any more. */
static int open_locked(const char *path, struct stat *st)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX) == 0 && fstat(fd, st) == 0 && st->st_nlink > 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

bool blob_make_young(const char *path, uint64_t *size)
{
    struct stat st;
    int fd = open_locked(path, &st);
    bool done = fd >= 0 && futimens(fd, NULL) == 0;
    *size = done ? (uint64_t)st.st_size : 0;
    if (fd >= 0)
        close(fd);
    return done;
}

static bool is_old(const struct stat *st, int64_t before_ms)
{
    return (int64_t)st->st_mtim.tv_sec * 1000 < before_ms;
}

/* ---- on the thread pool --------------------------------------------------------------------------- */

struct prune_work {
    const struct blobs *blobs;
    char hex[BLOB_HEX];
    unsigned leaf;
    int64_t before_ms;
    size_t enough, room, done;
    struct blob_list list;
    uint64_t size;
    bool is_there;
};

static void hold_work(void *arg)
{
    struct prune_work *w = arg;
    char path[PATH_TEXT];
    blob_path(w->blobs, w->hex, path);
    w->is_there = blob_make_young(path, &w->size);
}

static void each_old(struct prune_work *w, const char *dir,
                     void (*fn)(struct prune_work *w, const char *path, const char *name))
{
    struct stat st;
    const struct dirent *e;
    char path[PATH_TEXT];
    DIR *d = opendir(dir);
    while (d && (e = readdir(d))) {
        int n = snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (n < (int)sizeof path && stat(path, &st) == 0 && S_ISREG(st.st_mode) && is_old(&st, w->before_ms))
            fn(w, path, e->d_name);
    }
    if (d)
        closedir(d);
}

static void note(struct prune_work *w, const char *path, const char *name)
{
    (void)path;
    if (strlen(name) != BLOB_HEX - 1)
        return;
    if (w->list.count == w->room) {
        w->room = w->room ? w->room * 2 : 256;
        w->list.names = talloc_realloc_size(w, w->list.names, w->room * BLOB_HEX);
    }
    memcpy(w->list.names[w->list.count++], name, BLOB_HEX);
}

static void list_work(void *arg)
{
    struct prune_work *w = arg;
    char dir[PATH_TEXT];
    for (; w->leaf < BLOB_LEAVES && w->list.count < w->enough; w->leaf++) {
        snprintf(dir, sizeof dir, "%s/by-content/%02x/%02x", w->blobs->dir, w->leaf >> 8, w->leaf & 255);
        each_old(w, dir, note);
    }
}

static void remove_work(void *arg)
{
    struct prune_work *w = arg;
    struct stat st;
    char path[PATH_TEXT];
    for (size_t i = 0; i < w->list.count; i++) {
        blob_path(w->blobs, w->list.names[i], path);
        int fd = open_locked(path, &st);
        if (fd >= 0 && is_old(&st, w->before_ms) && unlink(path) == 0)
            w->done++;
        if (fd >= 0)
            close(fd);
    }
}

static void drop(struct prune_work *w, const char *path, const char *name)
{
    (void)name;
    w->done += unlink(path) == 0;
}

static void partial_work(void *arg)
{
    struct prune_work *w = arg;
    char dir[PATH_TEXT];
    snprintf(dir, sizeof dir, "%s/partial", w->blobs->dir);
    each_old(w, dir, drop);
}

/* ---- for tasks ------------------------------------------------------------------------------------ */

static struct prune_work *work_new(struct task *t, int64_t before_ms)
{
    struct prune_work *w = talloc_zero(t, struct prune_work);
    w->blobs = task_env(t)->blobs;
    w->before_ms = before_ms;
    return w;
}

int blob_hold(struct task *t, const uint8_t sha256[SHA256_BYTES], uint64_t *size)
{
    struct prune_work *w = work_new(t, 0);
    sodium_bin2hex(w->hex, sizeof w->hex, sha256, SHA256_BYTES);
    TRY(task_offload(t, hold_work, w));
    *size = w->size;
    return w->is_there ? 0 : err_set(task_err(t), E_NOT_FOUND, "the file is not in the store");
}

int blob_list_old(struct task *t, unsigned *leaf, int64_t before_ms, size_t enough, struct blob_list *list)
{
    struct prune_work *w = work_new(t, before_ms);
    w->leaf = *leaf;
    w->enough = enough;
    TRY(task_offload(t, list_work, w));
    *leaf = w->leaf;
    *list = w->list;
    talloc_steal(t, list->names);
    talloc_free(w);
    return 0;
}

int blob_remove_old(struct task *t, const struct blob_list *list, int64_t before_ms, size_t *removed)
{
    struct prune_work *w = work_new(t, before_ms);
    w->list.count = list->count;
    w->list.names = talloc_memdup(w, list->names, list->count * BLOB_HEX);
    TRY(task_offload(t, remove_work, w));
    *removed = w->done;
    talloc_free(w);
    return 0;
}

int blob_remove_partial(struct task *t, int64_t before_ms, size_t *removed)
{
    struct prune_work *w = work_new(t, before_ms);
    TRY(task_offload(t, partial_work, w));
    *removed = w->done;
    return 0;
}

/* blob.c — see blob.h. What touches much data or waits for the disk runs on the thread pool. */
#include "blob.h"

#include <errno.h>
#include <fcntl.h>
#include <magic.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "blob_parts.h"
#include "env.h"
#include "offload.h"

enum { COPY_BYTES = 64 * 1024 };

static const struct phrase WRONG_OFFSET = { "wrong_offset", "Đoạn gửi không khớp: máy chủ đang có {} byte.",
                                            "The offset does not fit: the server holds {} bytes." };

static void partial_path(const struct blobs *b, const struct id *upload, char out[PATH_TEXT])
{
    char id[ID_TEXT];
    id_format(upload, id);
    snprintf(out, PATH_TEXT, "%s/partial/%s", b->dir, id);
}

static void content_path(const struct blobs *b, const uint8_t sha256[SHA256_BYTES], char out[PATH_TEXT],
                         bool make_dirs)
{
    char hex[BLOB_HEX];
    sodium_bin2hex(hex, sizeof hex, sha256, SHA256_BYTES);
    if (make_dirs) {
        snprintf(out, PATH_TEXT, "%s/by-content/%.2s", b->dir, hex);
        mkdir(out, 0750);
        snprintf(out, PATH_TEXT, "%s/by-content/%.2s/%.2s", b->dir, hex, hex + 2);
        mkdir(out, 0750);
    }
    blob_path(b, hex, out);
}

static int make_dir(const char *dir, const char *sub, struct err *err)
{
    char path[PATH_TEXT];
    snprintf(path, sizeof path, "%s%s", dir, sub);
    if (mkdir(path, 0750) != 0 && errno != EEXIST)
        return err_set(err, E_INVALID, "files_dir: cannot make %s: %s", path, strerror(errno));
    return 0;
}

int blobs_open(void *ctx, const char *dir, struct blobs **out, struct err *err)
{
    struct blobs *b = talloc_zero(ctx, struct blobs);
    b->dir = dir;
    *out = b;
    TRY(make_dir(dir, "", err));
    TRY(make_dir(dir, "/partial", err));
    return make_dir(dir, "/by-content", err);
}

/* ---- on the thread pool --------------------------------------------------------------------------- */

struct file_work {
    struct blobs *blobs;
    struct id upload;
    int spool_fd;
    uint64_t offset, n, size;
    const void *data;
    const char *const *types; /* NULL: any */
    struct blob_info info;
    int rc;
    char why[160];
};

static int broke(struct file_work *w, int rc, const char *what)
{
    snprintf(w->why, sizeof w->why, "%s: %s", what, strerror(errno));
    return rc;
}

static int copy_bytes(struct file_work *w, int from, int to, uint64_t offset, uint64_t n)
{
    char buffer[COPY_BYTES];
    for (uint64_t done = 0; done < n;) {
        ssize_t got = pread(from, buffer, n - done < sizeof buffer ? n - done : sizeof buffer, (off_t)done);
        if (got <= 0 || pwrite(to, buffer, (size_t)got, (off_t)(offset + done)) != got)
            return broke(w, E_BUSY, "cannot write to the file store");
        done += (uint64_t)got;
    }
    return 0;
}

static int append_locked(struct file_work *w, int fd)
{
    struct stat st;
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (fcntl(fd, F_OFD_SETLK, &whole) != 0 || fstat(fd, &st) != 0)
        return broke(w, E_CONFLICT, "somebody else is appending");
    w->size = (uint64_t)st.st_size;
    if (w->size != w->offset)
        return E_CONFLICT;
    int rc = copy_bytes(w, w->spool_fd, fd, w->offset, w->n);
    if (rc && ftruncate(fd, st.st_size) != 0)
        return rc;
    w->size = rc ? w->size : w->size + w->n;
    return rc;
}

static void append_work(void *arg)
{
    struct file_work *w = arg;
    char path[PATH_TEXT];
    partial_path(w->blobs, &w->upload, path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    w->rc = fd < 0 ? broke(w, E_BUSY, "cannot open the partial file") : append_locked(w, fd);
    if (fd >= 0)
        close(fd);
    close(w->spool_fd);
}

static int hash_file(struct file_work *w, int fd)
{
    crypto_hash_sha256_state state;
    char buffer[COPY_BYTES];
    ssize_t n;
    crypto_hash_sha256_init(&state);
    w->info.size = 0;
    while ((n = read(fd, buffer, sizeof buffer)) > 0) {
        crypto_hash_sha256_update(&state, (const uint8_t *)buffer, (unsigned long long)n);
        w->info.size += (uint64_t)n;
    }
    crypto_hash_sha256_final(&state, w->info.sha256);
    return n == 0 ? 0 : broke(w, E_BUSY, "cannot read the file back");
}

/* By content, never by name: libmagic on the first bytes. */
static void find_type(struct file_work *w, int fd)
{
    char head[4096];
    ssize_t n = pread(fd, head, sizeof head, 0);
    magic_t magic = magic_open(MAGIC_MIME_TYPE);
    const char *type =
        magic && n >= 0 && magic_load(magic, NULL) == 0 ? magic_buffer(magic, head, (size_t)n) : NULL;
    snprintf(w->info.media_type, sizeof w->info.media_type, "%s", type ? type : "application/octet-stream");
    if (magic)
        magic_close(magic);
}

static int sync_parent(struct file_work *w, char *path)
{
    *strrchr(path, '/') = '\0';
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = dir >= 0 && fsync(dir) == 0 ? 0 : broke(w, E_BUSY, "cannot sync the folder");
    if (dir >= 0)
        close(dir);
    return rc;
}

static bool is_wanted(const struct file_work *w)
{
    size_t i = 0;
    while (w->types && w->types[i] && strcmp(w->types[i], w->info.media_type) != 0)
        i++;
    return !w->types || w->types[i];
}

/* Another file of this content may have the name: then that one is young again, unless it is pruned just now
 * and the name is free. */
static int name_file(struct file_work *w, const char *path, const char *final)
{
    enum { TRIES = 8 };
    uint64_t size;
    for (int i = 0; i < TRIES; i++) {
        if (link(path, final) == 0)
            return 0;
        if (errno != EEXIST)
            return broke(w, errno == ENOENT ? E_CONFLICT : E_BUSY, "cannot name the file");
        if (blob_make_young(final, &size))
            return 0;
    }
    return broke(w, E_BUSY, "the name is taken and free by turns");
}

static int settle_file(struct file_work *w, int fd, const char *path)
{
    char final[PATH_TEXT];
    TRY(hash_file(w, fd));
    if (w->info.size != w->n)
        return E_CONFLICT;
    find_type(w, fd);
    if (!is_wanted(w))
        return 0;
    if (futimens(fd, NULL) != 0 || fsync(fd) != 0) /* it may have lain half sent for days */
        return broke(w, E_BUSY, "cannot sync the file");
    content_path(w->blobs, w->info.sha256, final, true);
    TRY(name_file(w, path, final));
    w->info.is_kept = true;
    return sync_parent(w, final);
}

static void finish_work(void *arg)
{
    struct file_work *w = arg;
    char path[PATH_TEXT];
    partial_path(w->blobs, &w->upload, path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640); /* an empty upload has no partial file yet */
    w->rc = fd < 0 ? broke(w, E_BUSY, "cannot open the partial file") : settle_file(w, fd, path);
    if (fd >= 0)
        close(fd);
}

static void put_work(void *arg)
{
    struct file_work *w = arg;
    char path[PATH_TEXT];
    partial_path(w->blobs, &w->upload, path);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    bool written = fd >= 0 && write(fd, w->data, w->n) == (ssize_t)w->n && lseek(fd, 0, SEEK_SET) == 0;
    w->rc = written ? settle_file(w, fd, path) : broke(w, E_BUSY, "cannot write to the file store");
    unlink(path);
    if (fd >= 0)
        close(fd);
}

/* ---- for tasks ------------------------------------------------------------------------------------ */

static int run(struct task *t, offload_fn *fn, struct file_work *w)
{
    w->blobs = task_env(t)->blobs;
    TRY(task_offload(t, fn, w));
    if (w->rc == 0 || w->rc == E_CONFLICT)
        return 0;
    return err_set(task_err(t), w->rc, "%s", w->why);
}

/* Nobody was writing to the file while we looked. */
static bool has_lasting_size(int fd, uint64_t *size)
{
    struct stat before, now;
    struct flock writer = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
    bool is_told = fstat(fd, &before) == 0 && fcntl(fd, F_OFD_GETLK, &writer) == 0 && fstat(fd, &now) == 0;
    *size = is_told ? (uint64_t)now.st_size : 0;
    return !is_told || (writer.l_type == F_UNLCK && now.st_size == before.st_size);
}

int blob_partial_size(struct task *t, const struct id *upload, uint64_t *size)
{
    enum { LOOK_MS = 10 };
    int rc = 0;
    char path[PATH_TEXT];
    partial_path(task_env(t)->blobs, upload, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    *size = 0;
    while (fd >= 0 && rc == 0 && !has_lasting_size(fd, size))
        rc = task_sleep(t, LOOK_MS);
    if (fd >= 0)
        close(fd);
    return rc;
}

int blob_append(struct task *t, const struct id *upload, uint64_t offset, int spool_fd, uint64_t n,
                uint64_t *size)
{
    char held[24];
    struct file_work *w = talloc_zero(t, struct file_work);
    w->upload = *upload;
    w->offset = offset;
    w->spool_fd = dup(spool_fd); /* the work may outlive the request */
    w->n = n;
    TRY(run(t, append_work, w));
    *size = w->size;
    if (w->rc == 0)
        return 0;
    snprintf(held, sizeof held, "%llu", (unsigned long long)w->size);
    return err_say(task_err(t), E_CONFLICT, &WRONG_OFFSET, held);
}

int blob_finish(struct task *t, const struct id *upload, uint64_t length, const char *const *types,
                struct blob_info *info)
{
    struct file_work *w = talloc_zero(t, struct file_work);
    w->upload = *upload;
    w->n = length;
    w->types = types;
    TRY(run(t, finish_work, w));
    *info = w->info;
    return w->rc ? err_set(task_err(t), w->rc, "somebody else has finished it") : 0;
}

void blob_discard(struct task *t, const struct id *upload)
{
    char path[PATH_TEXT];
    partial_path(task_env(t)->blobs, upload, path);
    unlink(path);
}

int blob_put(struct task *t, const void *data, size_t size, struct blob_info *info)
{
    struct file_work *w = talloc_zero(t, struct file_work);
    w->upload = id_new(); /* a file of its own: what bears its final name is never written again */
    w->data = talloc_memdup(w, data, size);
    w->n = size;
    TRY(run(t, put_work, w));
    *info = w->info;
    return 0;
}

int blob_read(struct task *t, const uint8_t sha256[SHA256_BYTES], int *fd, uint64_t *size)
{
    struct stat st;
    char path[PATH_TEXT];
    content_path(task_env(t)->blobs, sha256, path, false);
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0 || fstat(*fd, &st) != 0)
        return err_set(task_err(t), E_NOT_FOUND, "the file is not in the store");
    *size = (uint64_t)st.st_size;
    return 0;
}

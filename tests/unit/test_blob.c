/* test_blob.c — files by content: writers of the same bytes do not disturb each other, and pruning
 * disturbs nobody. */
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <talloc.h>

#include "blob.h"
#include "tests/unit/files.h"
#include "tests/unit/tasks.h"

enum { LONG_MS = 60000, SIZE = 3 << 20, WRITERS = 8 };

static struct tasks s;
static char *bytes;
static uint8_t name[SHA256_BYTES];

static int set_up(void **state)
{
    struct err err = { 0 };
    tasks_open(&s, WRITERS);
    bytes = talloc_size(NULL, SIZE);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)(i * 31 >> 3);
    crypto_hash_sha256(name, (const uint8_t *)bytes, SIZE);
    return files_open(state) || blobs_open(NULL, files_dir, &s.env.blobs, &err);
}

static int tear_down(void **state)
{
    talloc_free(s.env.blobs);
    talloc_free(bytes);
    return files_close(state);
}

struct put { /* what a writer tells, and what a reader finds right after */
    int rc;
    struct blob_info info;
    uint64_t found;
};

static void put_bytes(struct task *t, void *arg)
{
    int fd = -1;
    struct put *p = arg;
    p->rc = blob_put(t, bytes, SIZE, &p->info);
    if (p->rc == 0 && blob_read(t, name, &fd, &p->found) == 0)
        close(fd);
}

static void writers_of_the_same_bytes_at_once_keep_one_whole_file(void **state)
{
    (void)state;
    struct put puts[WRITERS] = { { 0 } };
    uv_update_time(&s.loop);
    for (int i = 0; i < WRITERS; i++)
        task_spawn(s.pool, "unit", LONG_MS, NULL, put_bytes, puts + i);
    tasks_run(&s);
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(puts[i].rc, 0);
        assert_memory_equal(puts[i].info.sha256, name, sizeof name);
        assert_int_equal(puts[i].info.size, SIZE);
        assert_int_equal(puts[i].found, SIZE);
    }
}

/* ---- pruning ------------------------------------------------------------------------------------- */

enum again { NOBODY, HOLDER, WRITER }; /* who needs the file while it is being pruned */

struct prune {
    enum again again;
    int rc, read_rc;
    size_t listed, removed;
};

static bool make_old(void)
{
    char hex[BLOB_HEX], path[FILES_PATH];
    const struct timespec year_2001[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
    sodium_bin2hex(hex, sizeof hex, name, sizeof name);
    snprintf(path, sizeof path, "by-content/%.2s/%.2s/%s", hex, hex + 2, hex);
    return utimensat(AT_FDCWD, file_path(path), year_2001, 0) == 0;
}

static int prune(struct task *t, struct prune *p)
{
    struct blob_info info;
    struct blob_list list;
    unsigned leaf = 0;
    uint64_t size;
    int fd;
    const int64_t before_ms = INT64_C(1500000000000);
    TRY(blob_put(t, bytes, SIZE, &info));
    if (!make_old())
        return E_BUG;
    TRY(blob_list_old(t, &leaf, before_ms, 10, &list));
    p->listed = leaf == BLOB_LEAVES ? list.count : 99;
    if (p->again == HOLDER)
        TRY(blob_hold(t, name, &size));
    if (p->again == WRITER)
        TRY(blob_put(t, bytes, SIZE, &info));
    TRY(blob_remove_old(t, &list, before_ms, &p->removed));
    p->read_rc = blob_read(t, name, &fd, &size);
    if (p->read_rc == 0)
        close(fd);
    return 0;
}

static void run_prune(struct task *t, void *arg)
{
    struct prune *p = arg;
    p->rc = prune(t, p);
}

static void a_file_that_is_needed_again_is_not_pruned(void **state)
{
    (void)state;
    for (int again = NOBODY; again <= WRITER; again++) {
        struct prune p = { .again = (enum again)again };
        tasks_do(&s, LONG_MS, run_prune, &p);
        assert_int_equal(p.rc, 0);
        assert_int_equal(p.listed, 1);
        assert_int_equal(p.removed, again == NOBODY);
        assert_int_equal(p.read_rc, again == NOBODY ? E_NOT_FOUND : 0);
    }
}

static void hold_what_is_not_there(struct task *t, void *arg)
{
    uint64_t size;
    int *rc = arg;
    *rc = blob_hold(t, (const uint8_t[SHA256_BYTES]){ 1 }, &size);
}

static void what_is_not_there_is_not_held(void **state)
{
    (void)state;
    int rc = 0;
    tasks_do(&s, LONG_MS, hold_what_is_not_there, &rc);
    assert_int_equal(rc, E_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writers_of_the_same_bytes_at_once_keep_one_whole_file),
        cmocka_unit_test(a_file_that_is_needed_again_is_not_pruned),
        cmocka_unit_test(what_is_not_there_is_not_held),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

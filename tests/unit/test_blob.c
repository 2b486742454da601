/* test_blob.c — files by content: writers of the same bytes do not disturb each other. */
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writers_of_the_same_bytes_at_once_keep_one_whole_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

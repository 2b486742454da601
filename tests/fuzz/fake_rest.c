/* fake_rest.c — what a handler reaches besides its store, answering at once: the outbox takes everything,
 * jobs are woken, work of the pool is done here, nobody sleeps, files are named and not kept, nobody tries
 * too often, passwords cost nothing, and nothing is logged. */
#include <string.h>
#include <uv.h>

#include "blob.h"
#include "clock.h"
#include "crypt.h"
#include "fuzz.h"
#include "jobs.h"
#include "offload.h"
#include "outbox.h"
#include "throttle.h"

int task_sleep(struct task *t, unsigned ms)
{
    (void)t, (void)ms;
    return 0;
}

/* ---- time ----------------------------------------------------------------------------------------- */

static int64_t days;

void fuzz_next_day(void)
{
    days++;
}

int64_t clock_steady_us(void)
{
    enum { DAY_S = 86400 };
    return (int64_t)uv_hrtime() / 1000 + days * DAY_S * INT64_C(1000000);
}

int64_t clock_steady_ms(void)
{
    return clock_steady_us() / 1000;
}

/* ---- neighbours ----------------------------------------------------------------------------------- */

int64_t outbox_lane(const struct outbox *o)
{
    (void)o;
    return 1;
}

int64_t outbox_next_seq(struct outbox *o, const char *destination)
{
    static int64_t seq;
    (void)o, (void)destination;
    return ++seq;
}

void outbox_push(struct outbox *o, const char *destination, int64_t seq, const struct id *id, const char *key,
                 const void *packet, size_t size)
{
    (void)o, (void)destination, (void)seq, (void)id, (void)key, (void)packet, (void)size;
}

void jobs_wake(const struct env *env, const char *kind)
{
    (void)env, (void)kind;
}

int task_offload(struct task *t, offload_fn *fn, void *arg)
{
    (void)t;
    fn(arg);
    return 0;
}

/* ---- counting ------------------------------------------------------------------------------------- */

int throttle_try(struct task *t, struct throttle *th, const char *what, const char *who, int64_t most,
                 int64_t window_s)
{
    (void)t, (void)th, (void)what, (void)who, (void)most, (void)window_s;
    return 0;
}

int throttle_try_here(struct task *t, struct throttle *th, const char *what, const char *who, int64_t most,
                      int64_t window_s)
{
    return throttle_try(t, th, what, who, most, window_s);
}

int throttle_try_everywhere(struct task *t, const char *what, const char *who, int64_t most, int64_t window_s)
{
    return throttle_try(t, NULL, what, who, most, window_s);
}

void throttle_forget(struct task *t, struct throttle *th, const char *what, const char *who)
{
    (void)t, (void)th, (void)what, (void)who;
}

void throttle_return(struct task *t, struct throttle *th, const char *what, const char *who)
{
    (void)t, (void)th, (void)what, (void)who;
}

/* ---- passwords ------------------------------------------------------------------------------------ */

int crypt_password_hash(const char *password, char out[PASSWORD_HASH_BYTES])
{
    snprintf(out, PASSWORD_HASH_BYTES, "$argon2id$%zu", strlen(password));
    return 0;
}

bool crypt_password_fits(const char *password, const char *hash)
{
    return strlen(password) % 2 == strlen(hash) % 2;
}

/* ---- seals: what the store keeps opens ---- */

uint8_t *crypt_unseal(const void *ctx, const uint8_t key[SEAL_KEY_BYTES], const char *about,
                      const void *sealed, size_t n, size_t *size)
{
    static const char person[] = "{\"name\":\"Nguyễn Thị Lụa\"}";
    (void)key, (void)about, (void)sealed, (void)n;
    *size = sizeof person - 1;
    return talloc_memdup(ctx, person, sizeof person);
}

/* ---- files ---------------------------------------------------------------------------------------- */

int blob_partial_size(struct task *t, const struct id *upload, uint64_t *size)
{
    (void)t, (void)upload;
    *size = fuzz_store.variant;
    return 0;
}

int blob_append(struct task *t, const struct id *upload, uint64_t offset, int spool_fd, uint64_t n,
                uint64_t *size)
{
    (void)upload, (void)spool_fd;
    *size = offset + n;
    return offset == fuzz_store.variant ? 0 : err_set(task_err(t), E_CONFLICT, "not the offset");
}

int blob_finish(struct task *t, const struct id *upload, uint64_t length, const char *const *types,
                struct blob_info *info)
{
    (void)t, (void)length;
    *info = (struct blob_info){ .size = 3, .is_kept = fuzz_store.rows > 0 };
    crypt_sha256(upload, sizeof *upload, info->sha256);
    snprintf(info->media_type, sizeof info->media_type, "%s", types[0]);
    return 0;
}

void blob_discard(struct task *t, const struct id *upload)
{
    (void)t, (void)upload;
}

int blob_put(struct task *t, const void *data, size_t size, struct blob_info *info)
{
    (void)t;
    *info = (struct blob_info){ .size = size, .media_type = "application/pdf", .is_kept = true };
    crypt_sha256(data, size, info->sha256);
    return 0;
}

int blob_hold(struct task *t, const uint8_t sha256[SHA256_BYTES], uint64_t *size)
{
    *size = sha256[0];
    return sha256[0] ? 0 : err_set(task_err(t), E_NOT_FOUND, "no such file");
}

int blob_read(struct task *t, const uint8_t sha256[SHA256_BYTES], int *fd, uint64_t *size)
{
    (void)sha256, (void)fd, (void)size;
    return err_set(task_err(t), E_NOT_FOUND, "no files are kept");
}

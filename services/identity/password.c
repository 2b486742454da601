/* password.c — argon2id takes tens of milliseconds and 19 MiB, so it runs on the thread pool, two at once.
 * Whoever would wait too long behind others is told at once: his time would be spent for nothing, and theirs.
 */
#include <string.h>

#include <sodium.h>
#include <talloc.h>

#include "clock.h"
#include "handlers.h"
#include "offload.h"

enum { AT_ONCE = 2, FIRST_COST_US = 50000 };

struct password_work {
    char *password;
    char hash[PASSWORD_HASH_BYTES];
    bool fits;
    int rc;
    int64_t took_us;
};

static int wipe(struct password_work *w)
{
    sodium_memzero(w->password, strlen(w->password));
    return 0;
}

static struct password_work *work_new(struct task *t, const char *password)
{
    struct password_work *w = talloc_zero(t, struct password_work);
    w->password = talloc_strdup(w, password);
    talloc_set_destructor(w, wipe);
    return w;
}

/* ---- the queue ------------------------------------------------------------------------------------ */

int password_room(struct task *t)
{
    const struct hashing *h = &identity_of(t)->hashing;
    int64_t cost_us = h->cost_us ? h->cost_us : FIRST_COST_US;
    int64_t wait_ms = (h->count / AT_ONCE + 1) * cost_us / 1000;
    if (wait_ms <= task_left_ms(t) / 2) /* the rest is the store's, and for a slow moment */
        return 0;
    err_set(task_err(t), E_BUSY, "%u passwords are being checked before this one", h->count);
    task_err(t)->retry_ms = (unsigned)wait_ms;
    return E_BUSY;
}

static void learn_cost(struct hashing *h, int64_t took_us)
{
    if (took_us > 0)
        h->cost_us = h->cost_us ? (7 * h->cost_us + took_us) / 8 : took_us;
}

/* What has not begun when the task's time is over never will: it waits no longer. */
static int run_in_turn(struct task *t, offload_fn *fn, struct password_work *w)
{
    struct hashing *h = &identity_of(t)->hashing;
    TRY(password_room(t));
    h->count++;
    int rc = task_offload(t, fn, w);
    h->count--;
    if (rc == 0)
        learn_cost(h, w->took_us);
    return rc;
}

/* ---- the work ------------------------------------------------------------------------------------- */

static void hash_work(void *arg)
{
    struct password_work *w = arg;
    int64_t start_us = clock_steady_us();
    w->rc = crypt_password_hash(w->password, w->hash);
    w->took_us = clock_steady_us() - start_us;
}

static void fits_work(void *arg)
{
    struct password_work *w = arg;
    int64_t start_us = clock_steady_us();
    w->fits = crypt_password_fits(w->password, w->hash);
    w->took_us = clock_steady_us() - start_us;
}

int password_hash(struct task *t, const char *password, const char **hash)
{
    struct password_work *w = work_new(t, password);
    TRY(run_in_turn(t, hash_work, w));
    if (w->rc)
        return err_set(task_err(t), w->rc, "no memory to hash a password");
    *hash = w->hash;
    return 0;
}

int password_fits(struct task *t, const char *password, const char *hash, bool *fits)
{
    struct password_work *w = work_new(t, password);
    snprintf(w->hash, sizeof w->hash, "%s", hash);
    TRY(run_in_turn(t, fits_work, w));
    *fits = w->fits;
    return 0;
}

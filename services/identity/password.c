/* password.c — argon2id takes half a second and 256 MiB, so it runs on the thread pool, two at once. */
#include <string.h>

#include <sodium.h>
#include <talloc.h>

#include "handlers.h"
#include "offload.h"

struct password_work {
    char *password;
    char hash[PASSWORD_HASH_BYTES];
    bool fits;
    int rc;
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

static void hash_work(void *arg)
{
    struct password_work *w = arg;
    w->rc = crypt_password_hash(w->password, w->hash);
}

static void fits_work(void *arg)
{
    struct password_work *w = arg;
    w->fits = crypt_password_fits(w->password, w->hash);
}

int password_hash(struct task *t, const char *password, const char **hash)
{
    struct password_work *w = work_new(t, password);
    TRY(task_offload(t, hash_work, w));
    if (w->rc)
        return err_set(task_err(t), w->rc, "no memory to hash a password");
    *hash = w->hash;
    return 0;
}

int password_fits(struct task *t, const char *password, const char *hash, bool *fits)
{
    struct password_work *w = work_new(t, password);
    snprintf(w->hash, sizeof w->hash, "%s", hash);
    TRY(task_offload(t, fits_work, w));
    *fits = w->fits;
    return 0;
}

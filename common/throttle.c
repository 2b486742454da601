/* throttle.c — see throttle.h. The local count is a small table of windows; the oldest window makes room. */
#include "throttle.h"

#include <string.h>
#include <talloc.h>

#include "clock.h"
#include "crypt.h"
#include "env.h"
#include "redis.h"
#include "table.h"

enum { WINDOWS_MAX = 4096, KEY_TEXT = 96 };

struct window {
    UT_hash_handle hh;
    char key[KEY_TEXT];
    int64_t until_ms, count;
};

struct throttle {
    struct window *windows; /* oldest first */
};
TABLE_OWNER(throttle, windows)

struct throttle *throttle_new(void *ctx)
{
    struct throttle *th = talloc_zero(ctx, struct throttle);
    talloc_set_destructor(th, throttle_drop_table);
    return th;
}

static void drop_window(struct throttle *th, struct window *w)
{
    HASH_DEL(th->windows, w);
    talloc_free(w);
}

static struct window *window_new(struct throttle *th, const char *key)
{
    struct window *oldest = th->windows, *w = talloc_zero(th, struct window);
    if (HASH_COUNT(th->windows) >= WINDOWS_MAX)
        drop_window(th, oldest);
    snprintf(w->key, sizeof w->key, "%s", key);
    HASH_ADD_STR(th->windows, key, w);
    return w;
}

static int64_t count_here(struct throttle *th, const char *key, int64_t window_ms)
{
    struct window *w;
    int64_t now = clock_steady_ms();
    HASH_FIND_STR(th->windows, key, w);
    if (w && w->until_ms <= now) {
        drop_window(th, w);
        w = NULL;
    }
    if (!w) {
        w = window_new(th, key);
        w->until_ms = now + window_ms;
    }
    return ++w->count;
}

/* Who it is does not go to Redis in the clear. */
static void key_of(const char *what, const char *who, char out[KEY_TEXT])
{
    uint8_t hash[SHA256_BYTES];
    crypt_sha256(who, strlen(who), hash);
    char *hex = crypt_hex(NULL, hash, 16);
    snprintf(out, KEY_TEXT, "throttle:%s:%s", what, hex);
    talloc_free(hex);
}

static int judge(struct task *t, const char *what, int64_t count, int64_t most, int64_t window_s)
{
    struct err *err = task_err(t);
    if (count <= most)
        return 0;
    err_set(err, E_LIMITED, "%s: more than %lld tries", what, (long long)most);
    err->retry_ms = (unsigned)(window_s * 1000);
    return E_LIMITED;
}

int throttle_try_here(struct task *t, struct throttle *th, const char *what, const char *who, int64_t most,
                      int64_t window_s)
{
    char key[KEY_TEXT];
    key_of(what, who, key);
    return judge(t, what, count_here(th, key, window_s * 1000), most, window_s);
}

int throttle_try_everywhere(struct task *t, const char *what, const char *who, int64_t most, int64_t window_s)
{
    char key[KEY_TEXT];
    int64_t everywhere = 0;
    key_of(what, who, key);
    redis_count(t, key, window_s * 1000, &everywhere); /* a Redis that cannot say counts nothing */
    return judge(t, what, everywhere, most, window_s);
}

int throttle_try(struct task *t, struct throttle *th, const char *what, const char *who, int64_t most,
                 int64_t window_s)
{
    int here = throttle_try_here(t, th, what, who, most, window_s);
    int everywhere = throttle_try_everywhere(t, what, who, most, window_s);
    return here ? here : everywhere;
}

void throttle_forget(struct task *t, struct throttle *th, const char *what, const char *who)
{
    char key[KEY_TEXT];
    struct window *w;
    key_of(what, who, key);
    HASH_FIND_STR(th->windows, key, w);
    if (w)
        drop_window(th, w);
    redis_drop(task_env(t)->redis, key);
}

void throttle_return(struct task *t, struct throttle *th, const char *what, const char *who)
{
    char key[KEY_TEXT];
    struct window *w;
    key_of(what, who, key);
    HASH_FIND_STR(th->windows, key, w);
    if (w && w->count > 0)
        w->count--;
    redis_uncount(task_env(t)->redis, key);
}

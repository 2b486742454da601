/* redis.h — Redis for tasks: rate limits, look-up cache, the fast path of sessions. Losing it costs speed,
 * never truth: every call is answered within patience_ms, and E_BUSY means "do without". */
#ifndef REDIS_H
#define REDIS_H

#include <stdint.h>
#include <uv.h>

#include "task.h"

struct redis_config {
    const char *address; /* a unix socket's path, host:port, or empty: no Redis */
    int64_t patience_ms; /* longest wait for one answer */
};

struct redis;
struct redis *redis_open(void *ctx, uv_loop_t *loop, const struct redis_config *cfg);
void redis_close(struct redis *r);
bool redis_is_up(const struct redis *r);

/* The value of key, NULL if there is none; owner: t. E_BUSY: Redis cannot say. */
int redis_get(struct task *t, const char *key, const char **value);
/* Set key for ttl_ms, and do not wait: a lost write is a lost cache entry. */
void redis_put(struct redis *r, const char *key, const char *value, int64_t ttl_ms);
void redis_drop(struct redis *r, const char *key);
/* Count one more use of key within a window that starts with the first; *n is the count so far. */
int redis_count(struct task *t, const char *key, int64_t window_ms, int64_t *n);
/* One use counts no more; nobody waits for it. */
void redis_uncount(struct redis *r, const char *key);

/* Who is where: the member is among those of key for ttl_ms from now, or until it is taken out with ttl_ms 0;
 * member NULL only asks. *members: those there are now, one a line; *changed: the member was not among them
 * before, or is no longer. A member holds no line break. E_BUSY: nobody can say. */
int redis_attend(struct task *t, const char *key, const char *member, int64_t ttl_ms, const char **members,
                 bool *changed);

#endif

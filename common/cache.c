/* cache.c — see cache.h. uthash keeps insertion order: the oldest entry makes room. */
#include "cache.h"

#include <string.h>
#include <sys/queue.h>
#include <talloc.h>

#include "clock.h"
#include "table.h"

struct entry {
    UT_hash_handle hh;
    char *key;
    void *value;
    int64_t until_ms;
};

struct retired {
    STAILQ_ENTRY(retired) link;
    void *value;
    int64_t until_ms;
};

struct cache {
    size_t most;
    int64_t ttl_ms;
    struct entry *entries;
    STAILQ_HEAD(, retired) retired;
};
TABLE_OWNER(cache, entries)

struct cache *cache_new(void *ctx, size_t most, int64_t ttl_ms)
{
    struct cache *c = talloc_zero(ctx, struct cache);
    talloc_set_destructor(c, cache_drop_table);
    c->most = most;
    c->ttl_ms = ttl_ms;
    STAILQ_INIT(&c->retired);
    return c;
}

static void bury_retired(struct cache *c, int64_t now)
{
    struct retired *r;
    while ((r = STAILQ_FIRST(&c->retired)) && r->until_ms <= now) {
        STAILQ_REMOVE_HEAD(&c->retired, link);
        talloc_free(r); /* with the value */
    }
}

static void retire(struct cache *c, struct entry *e)
{
    struct retired *r = talloc_zero(c, struct retired);
    r->value = talloc_steal(r, e->value);
    r->until_ms = clock_steady_ms() + CACHE_GRACE_MS;
    STAILQ_INSERT_TAIL(&c->retired, r, link);
    HASH_DEL(c->entries, e);
    talloc_free(e);
}

static struct entry *find(struct cache *c, const char *key)
{
    struct entry *e;
    HASH_FIND_STR(c->entries, key, e);
    return e;
}

void *cache_get(struct cache *c, const char *key)
{
    struct entry *e = find(c, key);
    return e && e->until_ms > clock_steady_ms() ? e->value : NULL;
}

void cache_drop(struct cache *c, const char *key)
{
    struct entry *e = find(c, key);
    if (e)
        retire(c, e);
}

void cache_put(struct cache *c, const char *key, void *value)
{
    int64_t now = clock_steady_ms();
    bury_retired(c, now);
    cache_drop(c, key);
    if (HASH_COUNT(c->entries) >= c->most)
        retire(c, c->entries);
    struct entry *e = talloc_zero(c, struct entry);
    e->key = talloc_strdup(e, key);
    e->value = talloc_steal(e, value);
    e->until_ms = now + c->ttl_ms;
    HASH_ADD_KEYPTR(hh, c->entries, e->key, strlen(e->key), e);
}

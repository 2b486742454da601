/* cache.h — a bounded memory of values by text key, each trusted for a while; in the process, so it cannot be
 * down.
 *
 * A value that was replaced or has made room lives on for CACHE_GRACE_MS, so a task that holds it may wait
 * meanwhile.
 */
#ifndef CACHE_H
#define CACHE_H

#include <stddef.h>
#include <stdint.h>

enum { CACHE_GRACE_MS = 60000 };

struct cache;
struct cache *cache_new(void *ctx, size_t most, int64_t ttl_ms);

/* The value, or NULL if there is none or it is too old to trust. */
void *cache_get(struct cache *c, const char *key);
/* Takes value (a talloc chunk). */
void cache_put(struct cache *c, const char *key, void *value);
void cache_drop(struct cache *c, const char *key);

#endif

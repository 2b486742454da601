/* peers.c — see peers.h. Dozens of peers at most: lists, and one hash by route for the packets. */
#include "peers.h"
#include "table.h"

#include <string.h>

#include <sodium.h>
#include <sys/queue.h>
#include <talloc.h>

struct entry {
    struct peer peer;
    UT_hash_handle hh; /* by route */
    TAILQ_ENTRY(entry) link;
};

struct peers {
    struct entry *by_route;
    TAILQ_HEAD(, entry) all;
    size_t count;
};
TABLE_OWNER(peers, by_route)

struct peers *peers_new(void *ctx)
{
    struct peers *ps = talloc_zero(ctx, struct peers);
    talloc_set_destructor(ps, peers_drop_table);
    TAILQ_INIT(&ps->all);
    return ps;
}

static struct entry *entry_of(struct peer *p)
{
    return (struct entry *)p; /* its first member */
}

struct peer *peers_by_route(struct peers *ps, const void *route, size_t size)
{
    struct entry *e;
    HASH_FIND(hh, ps->by_route, route, size, e);
    return e ? &e->peer : NULL;
}

struct peer *peers_by_name(struct peers *ps, const char *name)
{
    struct entry *e;
    TAILQ_FOREACH (e, &ps->all, link)
        if (strcmp(e->peer.name, name) == 0)
            return &e->peer;
    return NULL;
}

static bool is_served(struct peers *ps, const char *service)
{
    struct entry *e;
    TAILQ_FOREACH (e, &ps->all, link)
        if (!e->peer.is_leaving && strcmp(e->peer.service, service) == 0)
            return true;
    return false;
}

static struct entry *entry_add(struct peers *ps, const void *route, size_t size)
{
    struct entry *e = talloc_zero(ps, struct entry);
    memcpy(e->peer.route, route, size);
    e->peer.route_size = size;
    HASH_ADD_KEYPTR(hh, ps->by_route, e->peer.route, size, e);
    TAILQ_INSERT_TAIL(&ps->all, e, link);
    ps->count++;
    return e;
}

struct peer *peers_hello(struct peers *ps, const void *route, size_t size, const char *service,
                         const char *replica, uint32_t credit, bool *first)
{
    char name[NAME_TEXT];
    struct peer *p = peers_by_route(ps, route, size);
    *first = !is_served(ps, service);
    snprintf(name, sizeof name, "%s/%s", service, replica);
    if (!p) {
        struct peer *old = peers_by_name(ps, name); /* it has connected anew */
        if (old)
            peers_drop(ps, old);
        p = &entry_add(ps, route, size)->peer;
    }
    snprintf(p->name, sizeof p->name, "%s", name);
    snprintf(p->service, sizeof p->service, "%s", service);
    p->credit = credit;
    return p;
}

void peers_drop(struct peers *ps, struct peer *p)
{
    struct entry *e = entry_of(p);
    HASH_DEL(ps->by_route, e);
    TAILQ_REMOVE(&ps->all, e, link);
    ps->count--;
    talloc_free(e);
}

static uint64_t weight(const char *name, const char *key)
{
    static const uint8_t salt[crypto_shorthash_KEYBYTES] = "motcua.rendezvo"; /* the same on every broker */
    char text[NAME_TEXT + 128];
    uint64_t w;
    int n = snprintf(text, sizeof text, "%s\n%s", name, key);
    crypto_shorthash((uint8_t *)&w, (const uint8_t *)text,
                     (unsigned long long)((size_t)n < sizeof text ? (size_t)n : sizeof text - 1), salt);
    return w;
}

struct peer *peers_pick(struct peers *ps, const char *service, const char *key)
{
    struct entry *e;
    struct peer *best = NULL, *only = NULL;
    uint64_t best_weight = 0;
    size_t n = 0;
    TAILQ_FOREACH (e, &ps->all, link)
        if (!e->peer.is_leaving && strcmp(e->peer.service, service) == 0) {
            only = &e->peer;
            n++;
        }
    if (n <= 1)
        return only;
    TAILQ_FOREACH (e, &ps->all, link) {
        if (e->peer.is_leaving || strcmp(e->peer.service, service) != 0)
            continue;
        uint64_t w = weight(e->peer.name, key);
        if (!best || w > best_weight) {
            best = &e->peer;
            best_weight = w;
        }
    }
    return best;
}

size_t peers_count(const struct peers *ps)
{
    return ps->count;
}

void peers_each(struct peers *ps, void (*fn)(void *arg, struct peer *p), void *arg)
{
    struct entry *e, *next;
    for (e = TAILQ_FIRST(&ps->all); e; e = next) {
        next = TAILQ_NEXT(e, link);
        fn(arg, &e->peer);
    }
}

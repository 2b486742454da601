/* peers.h — who is connected, which service it is, how much it can take. Pure memory: no sockets, no clock.
 *
 *   unknown ──hello──> known ──silent, bye, or unreachable──> gone
 *
 * A connection has the name ZeroMQ gave it (its route), which nobody can choose or steal; the hello on it
 * says which replica of which service it is, and the key it was opened with says which service it may be.
 */
#ifndef PEERS_H
#define PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROUTE_MAX = 16, NAME_TEXT = 80, SERVICE_TEXT = 40 };

struct peer {
    uint8_t route[ROUTE_MAX];
    size_t route_size;
    char name[NAME_TEXT]; /* "intake/0190ab" */
    char service[SERVICE_TEXT];
    uint32_t credit, in_flight; /* envelopes: may hold, holds unanswered */
    int64_t heard_ms;
    bool is_leaving; /* finishes what it has, gets nothing more */
};

struct peers;
struct peers *peers_new(void *ctx);

struct peer *peers_by_route(struct peers *ps, const void *route, size_t size);
struct peer *peers_by_name(struct peers *ps, const char *name);

/* A hello: know the peer, or know it by its new connection. *first: its service had no listener before. */
struct peer *peers_hello(struct peers *ps, const void *route, size_t size, const char *service,
                         const char *replica, uint32_t credit, bool *first);
void peers_drop(struct peers *ps, struct peer *p);

/* The replica of the service that a key belongs to: the same one while the membership stays (rendezvous
 * hashing), on every broker. NULL: nobody serves it. */
struct peer *peers_pick(struct peers *ps, const char *service, const char *key);

size_t peers_count(const struct peers *ps);
/* fn for every peer; it may drop the one it is given. */
void peers_each(struct peers *ps, void (*fn)(void *arg, struct peer *p), void *arg);

#endif

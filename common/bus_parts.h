/* bus_parts.h — what bus.c (receiving, life) and bus_send.c (sending) know of each other; nobody else
 * includes it. */
#ifndef BUS_PARTS_H
#define BUS_PARTS_H

#include "bundle.h"
#include "bus.h"

enum { BROKERS_MAX = 8 };

struct link { /* to one broker */
    struct bus *bus;
    const char *endpoint;
    void *socket;
    uv_poll_t poll;
    bool is_up;
    int64_t heard_ms, hello_ms; /* steady clock */
    unsigned count;             /* of envelopes in the bundle */
    size_t size;
    uint8_t *bundle; /* has room for BUNDLE_BYTES */
};

struct bus {
    struct bus_config cfg;
    struct bus_listener listener;
    void *zmq;
    struct link links[BROKERS_MAX];
    unsigned links_count;
    uv_timer_t tick;
    struct pending_acks *acks;
    bool is_leaving;
    struct metric *sent, *received, *unsent;
};

/* bus_send.c */
void link_hello(struct link *l);
void link_forget_bundle(struct link *l);

#endif

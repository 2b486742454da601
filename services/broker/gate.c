/* gate.c — see gate.h. Keys are read from the folder when an unknown one knocks, so a service can be added
 * without a restart. */
#include "gate.h"

#include <dirent.h>
#include <string.h>
#include <talloc.h>
#include <zmq.h>

#include "curve.h"
#include "log.h"

enum { FRAMES = 7, SERVICES_MAX = 64, KEY_BYTES = 32 };

struct known {
    char service[64];
    char key[CURVE_KEY_TEXT];
};

struct gate {
    void *socket;
    uv_poll_t poll;
    const char *keys_dir;
    size_t count;
    struct known known[SERVICES_MAX];
};

struct request { /* frames: version, request id, domain, address, identity, mechanism, credentials */
    zmq_msg_t frames[FRAMES];
    size_t count;
};

static void read_keys(struct gate *g)
{
    struct err err = { 0 };
    char *dir = talloc_asprintf(g, "%s/public", g->keys_dir);
    DIR *d = opendir(dir);
    struct dirent *e;
    g->count = 0;
    while (d && (e = readdir(d)) && g->count < SERVICES_MAX) {
        struct known *k = &g->known[g->count];
        const char *end = strrchr(e->d_name, '.');
        if (!end || strcmp(end, ".key") != 0)
            continue;
        snprintf(k->service, sizeof k->service, "%.*s", (int)(end - e->d_name), e->d_name);
        if (curve_read_public(g->keys_dir, k->service, k->key, &err) == 0)
            g->count++;
        err_clear(&err);
    }
    if (d)
        closedir(d);
    talloc_free(dir);
}

static const char *service_in_memory(const struct gate *g, const char *key)
{
    for (size_t i = 0; i < g->count; i++)
        if (strcmp(g->known[i].key, key) == 0)
            return g->known[i].service;
    return NULL;
}

static const char *service_of(struct gate *g, const struct request *rq)
{
    char key[CURVE_KEY_TEXT];
    zmq_msg_t *credentials = (zmq_msg_t *)&rq->frames[6];
    if (zmq_msg_size(credentials) != KEY_BYTES || !zmq_z85_encode(key, zmq_msg_data(credentials), KEY_BYTES))
        return NULL;
    const char *service = service_in_memory(g, key);
    if (service)
        return service;
    read_keys(g);
    return service_in_memory(g, key);
}

static void answer(struct gate *g, struct request *rq, const char *service)
{
    const char *const parts[] = { service ? "200" : "400", service ? "OK" : "unknown key",
                                  service ? service : "", "" };
    zmq_send(g->socket, "1.0", 3, ZMQ_SNDMORE);
    zmq_msg_send(&rq->frames[1], g->socket, ZMQ_SNDMORE);
    for (int i = 0; i < 4; i++)
        zmq_send(g->socket, parts[i], strlen(parts[i]), i < 3 ? ZMQ_SNDMORE : 0);
}

static bool receive(struct gate *g, struct request *rq)
{
    int more = 1;
    rq->count = 0;
    while (more && rq->count < FRAMES) {
        zmq_msg_t *frame = &rq->frames[rq->count];
        zmq_msg_init(frame);
        if (zmq_msg_recv(frame, g->socket, ZMQ_DONTWAIT) < 0)
            return false;
        more = zmq_msg_more(frame);
        rq->count++;
    }
    return true;
}

void gate_receive(void *gate)
{
    struct gate *g = gate;
    struct request rq;
    while (receive(g, &rq)) {
        const char *service = rq.count == FRAMES ? service_of(g, &rq) : NULL;
        if (!service)
            log_warn("key_refused");
        answer(g, &rq, service);
        for (size_t i = 0; i < rq.count; i++)
            zmq_msg_close(&rq.frames[i]);
    }
}

bool gate_has_more(void *gate)
{
    struct gate *g = gate;
    int events = 0;
    size_t size = sizeof events;
    return zmq_getsockopt(g->socket, ZMQ_EVENTS, &events, &size) == 0 && (events & ZMQ_POLLIN);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)poll, (void)status, (void)events;
}

struct gate *gate_open(void *ctx, uv_loop_t *loop, void *zmq, const char *keys_dir)
{
    int fd;
    size_t size = sizeof fd;
    struct gate *g = talloc_zero(ctx, struct gate);
    g->keys_dir = keys_dir;
    g->socket = zmq_socket(zmq, ZMQ_REP);
    if (!g->socket || zmq_bind(g->socket, "inproc://zeromq.zap.01") != 0)
        return NULL;
    zmq_getsockopt(g->socket, ZMQ_FD, &fd, &size);
    uv_poll_init(loop, &g->poll, fd);
    uv_poll_start(&g->poll, UV_READABLE, on_readable);
    return g;
}

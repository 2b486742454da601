/* env.h — what a task of a service can reach. Filled once by the skeleton; NULL where a service has no use
 * for it. */
#ifndef ENV_H
#define ENV_H

#include <stdint.h>
#include <uv.h>

struct env {
    const char *service; /* "intake" */
    const char *replica; /* unique among the living replicas of the service */
    const void *config;  /* the service's own parameters */
    void *state;         /* the service's own memory: caches; lives as long as the process */
    uv_loop_t *loop;
    struct task_pool *tasks;
    struct db *db;
    struct redis *redis;
    struct outbox *outbox;
    struct jobs *jobs;
    struct http_client *http_client;
    struct auth *auth;
    struct blobs *blobs;
    struct admin *admin;
    struct ledgers *ledgers;
    struct live *live;
};

#endif

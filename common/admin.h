/* admin.h — what every service shows on its admin port.
 *
 *   GET /healthz         the process lives
 *   GET /readyz          it can work: 200, else 503; with the state of store, broker and Redis
 *   GET /metrics         Prometheus
 *   GET /openapi.json    its HTTP
 *   GET /operator        /healthz for the operator: nginx asks it before it shows him the others
 *   /admin/…             for the operator's command, with the operator's token: trace, outbox, dead letters,
 *                        ledgers (ledger.h)
 */
#ifndef ADMIN_H
#define ADMIN_H

#include "http.h"

struct admin_sources { /* what the answers are made of; NULL where a service has no such thing */
    bool (*is_ready)(void *arg);
    void *arg;
    struct bus *bus;
    struct inbox *inbox;
    const struct sql *trace; /* $1 dossier code: rows of at_ms, what, detail */
    const char *openapi;
};

extern const struct http_route admin_probes[];   /* every service */
extern const struct http_route admin_messages[]; /* services with a store */
extern const struct sql *const admin_statements[];

struct admin; /* in env->admin */
struct admin *admin_new(void *ctx, const struct admin_sources *sources);

#endif

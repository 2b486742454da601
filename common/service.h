/* service.h — what every program of the suite is: a struct of tables, and service_main.
 *
 * service_main reads the parameters, brings the store up to date, opens what the service uses, serves until
 * SIGTERM or SIGINT, then drains: no new connections, no new events, running tasks finish. It exits 0 after a
 * clean stop, 2 for bad parameters, 3 when the store does not fit; both say which and why in one line of the
 * log.
 *
 *   --help       what it is and its parameters         --config FILE   serve with these parameters
 *   --check      say whether the parameters fit        --params        the parameters as a Markdown table
 *   --routes     method and path of each public route  --statements    every SQL statement as JSON
 */
#ifndef SERVICE_H
#define SERVICE_H

#include "conf.h"
#include "db.h"
#include "env.h"
#include "http.h"
#include "inbox.h"
#include "jobs.h"
#include "ledger.h"
#include "schema.h"
#include "turn.h"

/* What a service has besides loop, log, metrics and admin port. */
enum service_part {
    PART_STORE = 1, /* PostgreSQL, and with it messages, jobs, commands */
    PART_REDIS = 2,
    PART_HTTP = 4,   /* a public port */
    PART_CLIENT = 8, /* calls to the outside */
    PART_FILES = 16, /* the store by content */
    PART_LIVE = 32   /* pages hear of changes; needs the store and HTTP */
};

struct service {
    const char *name, *summary;
    unsigned parts;                  /* mask of enum service_part */
    const struct conf_param *params; /* its own; may be NULL */
    size_t config_size;              /* of the struct they fill */
    const struct http_route *routes, *admin_routes;
    const struct listener *listeners;
    const struct sql *const *const *statements; /* lists that end with NULL; the list of lists too */
    const struct job_kind *jobs;
    const struct schema_file *schema;
    const struct ledger *ledgers; /* what it knows that others must know alike; may be NULL */
    const struct sql *trace;      /* $1 dossier code → at_ms, what, detail */
    const char *openapi;          /* JSON */
    /* Make the service's own memory (env->state), once everything else is open. NULL and err on failure. */
    void *(*open)(void *ctx, const struct env *env, struct turn *turn, struct err *err);
};

int service_main(const struct service *s, int argc, char **argv);

#endif

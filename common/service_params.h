/* service_params.h — the parameters every service has, by the parts it has. The texts here are the manual. */
#ifndef SERVICE_PARAMS_H
#define SERVICE_PARAMS_H

#include "conf.h"

struct service_config {
    /* always */
    const char *admin_listen, *token_keys, *operator_token_file, *replica;
    int64_t tasks_max, drain_ms;
    bool log_debug;
    /* PART_HTTP */
    const char *listen;
    int64_t connections_max, request_ms;
    /* PART_STORE */
    const char *database, *brokers, *keys_dir;
    int64_t db_read_lanes, db_batch_max, db_queue_max, db_statement_ms, db_wait_ms, bus_credit;
    int64_t ledgers_every_s;
    /* PART_REDIS */
    const char *redis;
    int64_t redis_patience_ms;
    /* PART_LIVE */
    int64_t streams_max;
    /* PART_FILES */
    const char *files_dir;
};

struct part_params {
    unsigned part; /* enum service_part; 0: every service */
    const struct conf_param *params;
};
extern const struct part_params service_params[]; /* ends with params NULL */

/* service.c, for service_main.c: open, serve until a signal, drain. own: the service's own parameters.
 * Returns the exit code. */
struct service;
int service_run(const struct service *svc, const struct service_config *cfg, const void *own);

#endif

/* service_params.c — see service_params.h. */
#include "service_params.h"

#include "service.h"

#define C struct service_config

static const struct conf_param always[] = {
    CONF_PARAM_TEXT(C, admin_listen, NULL,
                    "address:port of probes, metrics and the operator's command; never public"),
    CONF_PARAM_TEXT(C, token_keys, NULL, "file of public keys that access tokens are checked with"),
    CONF_PARAM_TEXT(C, operator_token_file, NULL, "file with the token of the operator's command"),
    CONF_PARAM_TEXT(C, replica, "",
                    "name among the replicas of the service; empty: a random one at each start"),
    CONF_PARAM_INT(C, tasks_max, "1024", 16, 65536, "",
                   "requests, events and jobs at work at once; beyond: 503"),
    CONF_PARAM_INT(C, drain_ms, "8000", 0, 600000, "ms", "how long a stop waits for what is at work"),
    CONF_PARAM_BOOL(C, log_debug, "no", "log more"),
    { 0 },
};

static const struct conf_param http[] = {
    CONF_PARAM_TEXT(C, listen, NULL, "address:port of the public HTTP, behind nginx"),
    CONF_PARAM_INT(C, connections_max, "4000", 1, 60000, "", "open connections"),
    CONF_PARAM_INT(C, request_ms, "5000", 100, 60000, "ms", "longest time of one request"),
    { 0 },
};

static const struct conf_param store[] = {
    CONF_PARAM_SECRET(C, database, NULL, "libpq connection string of the service's own database"),
    CONF_PARAM_INT(C, db_read_lanes, "2", 1, 16, "", "connections for reading; one more writes"),
    CONF_PARAM_INT(C, db_batch_max, "128", 1, 1024, "", "writes that share one commit, at most"),
    CONF_PARAM_INT(C, db_queue_max, "4096", 16, 65536, "", "statements waiting per connection; beyond: 503"),
    CONF_PARAM_INT(C, db_statement_ms, "5000", 100, 60000, "ms", "statement_timeout of the connections"),
    CONF_PARAM_INT(C, db_wait_ms, "30000", 0, 600000, "ms", "how long a start waits for the database server"),
    CONF_PARAM_TEXT(C, brokers, NULL, "brokers to connect to: tcp://host:port, separated by blanks"),
    CONF_PARAM_TEXT(C, keys_dir, NULL, "folder of CURVE keys: <service>.secret and public/"),
    CONF_PARAM_INT(C, bus_credit, "4096", 1, 16384, "", "events taken from one broker and not yet answered"),
    CONF_PARAM_INT(C, ledgers_every_s, "600", 1, 86400, "s",
                   "rest between two walks through what must balance"),
    { 0 },
};

static const struct conf_param redis[] = {
    CONF_PARAM_TEXT(C, redis, "", "socket path or host:port of Redis; empty: do without"),
    CONF_PARAM_INT(C, redis_patience_ms, "50", 1, 5000, "ms", "longest wait for one answer of Redis"),
    { 0 },
};

static const struct conf_param files[] = {
    CONF_PARAM_TEXT(C, files_dir, NULL,
                    "folder of the store by content, shared by all services that keep files"),
    { 0 },
};

static const struct conf_param live[] = {
    CONF_PARAM_INT(C, streams_max, "1000", 0, 60000, "", "pages followed live at once; beyond: 503"),
    { 0 },
};

const struct part_params service_params[] = {
    { 0, always },
    { PART_HTTP, http },
    { PART_STORE, store },
    { PART_REDIS, redis },
    { PART_FILES, files },
    { PART_LIVE, live },
    { 0 },
};

/* status-sync — tells the national portal everything about every dossier, in order; takes the dossiers it
 * pushes. */
#include <talloc.h>

#include "handlers.h"
#include "service.h"

static const struct conf_param params[] = {
    CONF_PARAM_TEXT(struct sync_config, adapter_url, NULL,
                    "the portal's adapter: https://host[:port], without a path"),
    CONF_PARAM_TEXT(struct sync_config, auth_endpoint, "/auth", "path of the login"),
    CONF_PARAM_TEXT(struct sync_config, integration_endpoint, "/integration", "path of the sync calls"),
    CONF_PARAM_TEXT(struct sync_config, share_endpoint, "",
                    "path of the sharing calls; empty: owners' national ids are not asked for"),
    CONF_PARAM_TEXT(struct sync_config, username, NULL, "our account at the portal"),
    CONF_PARAM_TEXT(struct sync_config, password_file, NULL, "file with its password"),
    CONF_PARAM_TEXT(struct sync_config, dstcode, NULL, "destination code, as the portal gave it"),
    CONF_PARAM_TEXT(struct sync_config, madonvi, NULL,
                    "code of the unit in whose name we sync: 000.00.00.H07"),
    CONF_PARAM_INT(struct sync_config, timeout_ms, "8000", 100, 10000, "ms",
                   "longest wait for one answer of the portal"),
    CONF_PARAM_INT(struct sync_config, refused_retry_s, "7200", 1, 604800, "s",
                   "when a dossier the portal refused is pushed again"),
    CONF_PARAM_TEXT(struct sync_config, public_url, NULL,
                    "address of our portal, from which files are fetched"),
    CONF_PARAM_TEXT(struct sync_config, inbound_key_file, NULL,
                    "file with the key the portal shows when it pushes dossiers"),
    CONF_PARAM_TEXT(struct sync_config, inbound_unit, NULL,
                    "code of the unit that gets what the portal pushes"),
    CONF_PARAM_INT(struct sync_config, inbound_file_bytes, "20971520", 1024, 25165824, "bytes",
                   "largest file in a push"),
    { 0 },
};

enum {
    ANY_STAFF = ROLE_CLERK | ROLE_OFFICER | ROLE_LEADER | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
    PUSH_BYTES = 32 << 20
};

static const struct http_route routes[] = {
    { "GET", "/api/status-sync/dossiers/{code}", http_dossier, HTTP_STAFF, ANY_STAFF, 0, 0 },
    { "POST", "/api/status-sync/dossiers/{code}/resync", http_resync, HTTP_STAFF, ROLE_ADMINISTRATOR, 1024,
      HTTP_COMMAND },
    { "GET", "/api/status-sync/refused", http_refused, HTTP_STAFF, ROLE_ADMINISTRATOR | ROLE_AUDITOR, 0, 0 },
    { "POST", "/api/status-sync/inbound", http_inbound, HTTP_PUBLIC, 0, PUSH_BYTES, HTTP_SPOOL },
    { 0 },
};

static const struct listener listener_rows[] = {
    { &motcua__dossier_submitted__descriptor, store_submitted },
    { &motcua__dossier_supplemented__descriptor, handle_supplemented },
    { &motcua__procedure_published__descriptor, store_procedure_put },
    { &motcua__dossier_progressed__descriptor, handle_progressed },
    { &motcua__payment_settled__descriptor, handle_settled },
    { &motcua__unit_changed__descriptor, store_unit_put },
    { 0 },
};

static const struct job_kind jobs[] = {
    { "sync", job_sync, 20000, 8, 1000, 8000, false },
    { 0 },
};

static const struct sql *const *const statements[] = { store_statements, NULL };

void *sync_open(void *ctx, const struct env *env, struct turn *turn, struct err *err)
{
    (void)turn;
    const struct sync_config *cfg = env->config;
    struct sync *own = talloc_zero(ctx, struct sync);
    char *password, *key;
    if (crypt_read_secret(own, cfg->password_file, &password, err) != 0 ||
        crypt_read_secret(own, cfg->inbound_key_file, &key, err) != 0)
        return NULL;
    const struct adapter_config adapter = {
        cfg->adapter_url,    cfg->auth_endpoint, cfg->integration_endpoint,
        cfg->share_endpoint, cfg->username,      password,
        cfg->dstcode,        cfg->madonvi,       (unsigned)cfg->timeout_ms,
    };
    own->adapter = adapter_new(own, &adapter);
    own->figures = figures_new(own, env, own->adapter);
    own->inbound_key = key;
    bell_init(&own->inbound_turn);
    return own;
}

int main(int argc, char **argv)
{
    static const struct service status_sync = {
        .name = "status-sync",
        .summary = "tells the national portal everything about every dossier; takes the dossiers it pushes",
        .parts = PART_STORE | PART_HTTP | PART_CLIENT | PART_FILES,
        .params = params,
        .config_size = sizeof(struct sync_config),
        .routes = routes,
        .listeners = listener_rows,
        .statements = statements,
        .jobs = jobs,
        .ledgers = status_sync_ledgers,
        .schema = status_sync_schema,
        .trace = &store_trace,
        .openapi = status_sync_openapi,
        .open = sync_open,
    };
    return service_main(&status_sync, argc, argv);
}

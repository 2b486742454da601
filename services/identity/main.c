/* identity — accounts of citizens, businesses and staff; login and access tokens; the tree of units. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "service.h"
#include "throttle.h"

static const struct conf_param params[] = {
    CONF_PARAM_TEXT(struct identity_config, token_secret, NULL, "file with the key that signs access tokens"),
    CONF_PARAM_INT(struct identity_config, token_minutes, "15", 1, 60, "minutes", "life of an access token"),
    CONF_PARAM_INT(struct identity_config, session_days, "30", 1, 365, "days",
                   "life of a session (the cookie)"),
    CONF_PARAM_INT(struct identity_config, login_tries, "10", 1, 1000, "",
                   "wrong passwords per login within login_window_s"),
    CONF_PARAM_INT(struct identity_config, login_window_s, "900", 1, 86400, "s",
                   "window in which tries are counted"),
    CONF_PARAM_INT(struct identity_config, sign_ups, "200", 1, 1000000, "",
                   "new accounts per caller's address within login_window_s"),
    CONF_PARAM_BOOL(struct identity_config, cookie_secure, "yes", "the cookie travels over HTTPS only"),
    { 0 },
};

static const struct http_route routes[] = {
    { "POST", "/api/identity/accounts", http_sign_up, HTTP_PUBLIC, 0, 8192, HTTP_COMMAND },
    { "POST", "/api/identity/sessions", http_login, HTTP_PUBLIC, 0, 2048, 0 },
    { "POST", "/api/identity/tokens", http_renew, HTTP_PUBLIC, 0, 0, 0 },
    { "DELETE", "/api/identity/sessions/current", http_logout, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/identity/me", http_me, HTTP_PERSON, 0, 0, 0 },
    { "POST", "/api/identity/me/password", http_change_password, HTTP_PERSON, 0, 2048, HTTP_COMMAND },
    { "POST", "/api/identity/password-links", http_password_link, HTTP_STAFF, ROLE_CLERK, 1024, 0 },
    { "POST", "/api/identity/passwords", http_password_set, HTTP_PUBLIC, 0, 2048, HTTP_COMMAND },
    { "GET", "/api/identity/units", http_units, HTTP_PUBLIC, 0, 0, 0 },
    { "POST", "/api/identity/staff", http_staff_create, HTTP_STAFF, ROLE_ADMINISTRATOR, 8192, HTTP_COMMAND },
    { "PUT", "/api/identity/staff/{id}/grants", http_staff_grants, HTTP_STAFF, ROLE_ADMINISTRATOR, 8192,
      HTTP_COMMAND },
    { "PUT", "/api/identity/accounts/{id}/active", http_account_active, HTTP_STAFF, ROLE_ADMINISTRATOR, 1024,
      HTTP_COMMAND },
    { 0 },
};

static const struct http_route admin_routes[] = {
    { "POST", "/admin/users", admin_user_add, HTTP_OPERATOR, 0, 8192, 0 },
    { "POST", "/admin/units", admin_units_import, HTTP_OPERATOR, 0, 4 << 20, 0 },
    { 0 },
};

static const struct job_kind jobs[] = {
    { "prune_sessions", job_prune_sessions, 10000, 1, 60000, 3600000, true },
    { 0 },
};

static const struct sql *const *const statements[] = { store_statements, store_link_statements, NULL };

void *identity_open(void *ctx, const struct env *env, struct turn *turn, struct err *err)
{
    (void)turn;
    const struct identity_config *cfg = env->config;
    struct identity *own = talloc_zero(ctx, struct identity);
    own->throttle = throttle_new(own);
    return crypt_read_sign_key("token_secret", cfg->token_secret, &own->key, err) == 0 ? own : NULL;
}

int main(int argc, char **argv)
{
    static const struct service identity = {
        .name = "identity",
        .summary = "accounts, sessions and access tokens, roles, the tree of units",
        .parts = PART_STORE | PART_HTTP | PART_REDIS,
        .params = params,
        .config_size = sizeof(struct identity_config),
        .routes = routes,
        .admin_routes = admin_routes,
        .statements = statements,
        .jobs = jobs,
        .ledgers = identity_ledgers,
        .schema = identity_schema,
        .openapi = identity_openapi,
        .open = identity_open,
    };
    return service_main(&identity, argc, argv);
}

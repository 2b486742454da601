/* feedback — how satisfied people were: ratings nobody can trace, surveys, complaints with their clocks, and
 * the indexes the province publishes. */
#include <talloc.h>

#include "handlers.h"
#include "service.h"

static const struct conf_param params[] = {
    CONF_PARAM_TEXT(struct feedback_config, seal_key_file, NULL,
                    "file with the key of what the database alone must not tell"),
    CONF_PARAM_INT(struct feedback_config, rating_days, "15", 0, 60, "days",
                   "how long after a quarter its dossiers may still be rated"),
    CONF_PARAM_INT(struct feedback_config, link_minutes, "15", 1, 1440, "minutes",
                   "how long a link for the tablet at the counter is good"),
    { 0 },
};

static const struct http_route routes[] = {
    { "GET", "/api/feedback/dossiers/{code}/rating", http_rating, HTTP_PUBLIC, 0, 0, 0 },
    { "POST", "/api/feedback/dossiers/{code}/rating-token", http_rating_token, HTTP_PUBLIC, 0, 4096, 0 },
    { "POST", "/api/feedback/dossiers/{code}/rating-link", http_rating_link, HTTP_STAFF, ROLE_CLERK, 0, 0 },
    { "GET", "/api/feedback/rating-cells/{id}", http_rating_cell, HTTP_PUBLIC, 0, 0, 0 },
    { "POST", "/api/feedback/ratings", http_rate, HTTP_PUBLIC, 0, 16384, 0 },
    { "POST", "/api/feedback/slips", http_slip, HTTP_STAFF, ROLE_CLERK, 16384, HTTP_COMMAND },
    { "GET", "/api/feedback/units/{unit}/words", http_words, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { 0 },
};

static const struct listener listener_rows[] = {
    { &motcua__dossier_submitted__descriptor, handle_submitted },
    { &motcua__dossier_progressed__descriptor, handle_progressed },
    { &motcua__procedure_published__descriptor, handle_procedure },
    { &motcua__payment_settled__descriptor, handle_settled },
    { &motcua__unit_changed__descriptor, handle_unit },
    { 0 },
};

static const struct job_kind jobs[] = {
    { "open_rating", job_open_rating, 20000, 4, 1000, 60000, false },
    { "mix", job_mix, 20000, 2, 1000, 60000, false },
    { "pool", job_pool, 60000, 1, 10000, 600000, true },
    { 0 },
};

static const struct sql *const *const statements[] = { store_statements, store_rating_statements, NULL };

void *feedback_open(void *ctx, const struct env *env, struct turn *turn, struct err *err)
{
    (void)turn;
    const struct feedback_config *cfg = env->config;
    struct feedback *own = talloc_zero(ctx, struct feedback);
    return crypt_read_seal_key(cfg->seal_key_file, own->seal_key, err) == 0 ? own : NULL;
}

int main(int argc, char **argv)
{
    static const struct service feedback = {
        .name = "feedback",
        .summary = "takes ratings, surveys and complaints, and publishes how satisfied people were",
        .parts = PART_STORE | PART_HTTP,
        .params = params,
        .config_size = sizeof(struct feedback_config),
        .routes = routes,
        .listeners = listener_rows,
        .statements = statements,
        .jobs = jobs,
        .ledgers = feedback_ledgers,
        .schema = feedback_schema,
        .trace = &store_trace,
        .openapi = feedback_openapi,
        .open = feedback_open,
    };
    return service_main(&feedback, argc, argv);
}

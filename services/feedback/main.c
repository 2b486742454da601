/* feedback — how satisfied people were: ratings nobody can trace, surveys, complaints with their clocks, and
 * the indexes the province publishes. */
#include <talloc.h>

#include "cache.h"
#include "complaint_work.h"
#include "indexes.h"
#include "service.h"
#include "throttle.h"

/* Complaints: those who work them. Who sees which is decided by where it lies and whom it is about. */
enum {
    COMPLAINT_READERS = ROLES_READING | ROLE_INSPECTOR,
    COMPLAINT_WORKERS = COMPLAINT_READERS & ~ROLE_AUDITOR
};

static const struct conf_param params[] = {
    CONF_PARAM_TEXT(struct feedback_config, seal_key_file, NULL,
                    "file with the key of what the database alone must not tell"),
    CONF_PARAM_INT(struct feedback_config, rating_days, "15", 0, 60, "days",
                   "how long after a quarter its dossiers may still be rated"),
    CONF_PARAM_INT(struct feedback_config, link_minutes, "15", 1, 1440, "minutes",
                   "how long a link for the tablet at the counter is good"),
    CONF_PARAM_INT(struct feedback_config, ratings_an_hour, "20", 1, 1000000, "",
                   "ratings of a unit from one address in an hour; more raise an alert"),
    CONF_PARAM_INT(struct feedback_config, ratings_a_minute, "30", 1, 1000000, "",
                   "ratings of a unit in a minute, or slips one clerk enters; more raise an alert"),
    CONF_PARAM_TEXT(struct feedback_config, sipas_method, "pooled",
                    "satisfaction index of a factor: pooled (all its answers) or mean (of its criteria)"),
    CONF_PARAM_TEXT(struct feedback_config, sipas_weights, "1 1 1 1 1",
                    "how much each of the five factors weighs in the whole"),
    CONF_PARAM_TEXT(
        struct feedback_config, complaint_unit, "",
        "code of the unit for complaints about the head of a unit that has none above it; empty: refused"),
    CONF_PARAM_INT(struct feedback_config, complaints_an_hour, "30", 1, 1000000, "",
                   "complaints that may come from one address in an hour"),
    CONF_PARAM_INT(struct feedback_config, complaint_looks_an_hour, "120", 1, 1000000, "",
                   "looks at complaints from one address in an hour"),
    CONF_PARAM_INT(struct feedback_config, freeze_days, "3", 0, 60, "days",
                   "how long after a period its figures are frozen and published"),
    CONF_PARAM_TEXT(struct feedback_config, index_secret, NULL,
                    "file with the key that signs frozen figures"),
    CONF_PARAM_TEXT(struct feedback_config, index_weights, NULL,
                    "file with the points of index 766: part, most, full_from, factor"),
    { 0 },
};

enum { ANY_STAFF = ROLES_READING | ROLES_COUNTING | ROLE_ADMINISTRATOR };

static const struct http_route routes[] = {
    { "GET", "/api/feedback/dossiers/{code}/rating", http_rating, HTTP_PUBLIC, 0, 0, 0 },
    { "POST", "/api/feedback/dossiers/{code}/rating-token", http_rating_token, HTTP_PUBLIC, 0, 4096, 0 },
    { "POST", "/api/feedback/dossiers/{code}/rating-link", http_rating_link, HTTP_STAFF, ROLE_CLERK, 0, 0 },
    { "GET", "/api/feedback/rating-cells/{id}", http_rating_cell, HTTP_PUBLIC, 0, 0, 0 },
    { "POST", "/api/feedback/ratings", http_rate, HTTP_PUBLIC, 0, 16384, 0 },
    { "POST", "/api/feedback/slips", http_slip, HTTP_STAFF, ROLE_CLERK, 16384, HTTP_COMMAND },
    { "GET", "/api/feedback/units/{unit}/words", http_words, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { "POST", "/api/feedback/complaints", http_complain, HTTP_PUBLIC, 0, 64 * 1024,
      HTTP_COMMAND | HTTP_LAZY },
    { "GET", "/api/feedback/complaints", http_complaints_mine, HTTP_PERSON, 0, 0, 0 },
    { "POST", "/api/feedback/complaints/preview", http_complaint_preview, HTTP_PUBLIC, 0, 64 * 1024, 0 },
    { "POST", "/api/feedback/complaints/look-up", http_complaint_look_up, HTTP_PUBLIC, 0, 1024, 0 },
    { "GET", "/api/feedback/complaints/{code}", http_complaint_mine, HTTP_PERSON, 0, 0, 0 },
    { "POST", "/api/feedback/complaints/{code}/acts", http_complaint_act, HTTP_PUBLIC, 0, 64 * 1024,
      HTTP_COMMAND },
    { "GET", "/api/feedback/published-complaints", http_complaints_published, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/feedback/desk/complaints", http_complaint_desk, HTTP_STAFF, COMPLAINT_READERS, 0, 0 },
    { "GET", "/api/feedback/desk/complaints/{code}", http_complaint_case, HTTP_STAFF, COMPLAINT_READERS, 0,
      0 },
    { "POST", "/api/feedback/desk/complaints/{code}/acts", http_complaint_decide, HTTP_STAFF,
      COMPLAINT_WORKERS, 64 * 1024, HTTP_COMMAND },
    { "POST", "/api/feedback/desk/complaints/{code}/denouncer", http_denouncer, HTTP_STAFF, ROLE_INSPECTOR,
      4096, 0 },
    { "GET", "/api/feedback/desk/complaints/{code}/denouncer/readings", http_denouncer_readings, HTTP_STAFF,
      ROLE_INSPECTOR | ROLE_AUDITOR, 0, 0 },
    { "GET", "/api/feedback/surveys", http_surveys, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/feedback/surveys/{code}", http_survey, HTTP_PUBLIC, 0, 0, 0 },
    { "POST", "/api/feedback/surveys", http_survey_put, HTTP_STAFF, ROLE_ADMINISTRATOR, 65536, HTTP_COMMAND },
    { "POST", "/api/feedback/surveys/{code}/waves", http_wave_put, HTTP_STAFF, ROLE_ADMINISTRATOR, 4096,
      HTTP_COMMAND },
    { "GET", "/api/feedback/waves", http_waves, HTTP_STAFF, ANY_STAFF, 0, 0 },
    { "GET", "/api/feedback/waves/{id}", http_wave, HTTP_STAFF, ANY_STAFF, 0, 0 },
    { "GET", "/api/feedback/waves/{id}/units/{unit}/sample", http_sample, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "GET", "/api/feedback/waves/{id}/results", http_results, HTTP_PUBLIC, 0, 0, 0 },
    { "POST", "/api/feedback/waves/{id}/slips", http_survey_slip, HTTP_STAFF, ROLE_CLERK, 16384,
      HTTP_COMMAND },
    { "GET", "/api/feedback/published", http_publications, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/feedback/published/{period}", http_published, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/feedback/published/{period}/units/{unit}", http_published_unit, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/feedback/published/{period}/fields/{field}", http_published_field, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/feedback/published/{period}/figures.csv", http_published_csv, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/feedback/published-schema", http_published_schema, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/feedback/figures", http_figures, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { "GET", "/api/feedback/figures/rows", http_figures_rows, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { "GET", "/api/feedback/declared/{period}/{unit}", http_declared, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { "PUT", "/api/feedback/declared/{period}/{unit}/{part}", http_declare, HTTP_STAFF, ROLE_LEADER, 1024,
      HTTP_COMMAND },
    { "GET", "/api/feedback/freezes", http_freezes, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { "GET", "/api/feedback/freezes/{period}", http_freeze_content, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { "GET", "/api/feedback/freezes/{period}/recount", http_freeze_recount, HTTP_STAFF, ROLES_COUNTING, 0,
      0 },
    { "POST", "/api/feedback/freezes/{period}", http_freeze, HTTP_STAFF, ROLE_LEADER, 0, HTTP_COMMAND },
    { "GET", "/api/feedback/alerts", http_alerts, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { "GET", "/api/feedback/alerts/{id}", http_alert, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { "POST", "/api/feedback/alerts/{id}/answer", http_alert_answer, HTTP_STAFF, ROLE_LEADER, 4096,
      HTTP_COMMAND },
    { 0 },
};

static const struct listener listener_rows[] = {
    { &motcua__dossier_submitted__descriptor, store_submitted },
    { &motcua__dossier_progressed__descriptor, handle_progressed },
    { &motcua__procedure_published__descriptor, store_procedure_put },
    { &motcua__payment_settled__descriptor, handle_settled },
    { &motcua__unit_changed__descriptor, store_unit_put },
    { &motcua__calendars_changed__descriptor, handle_calendars },
    { 0 },
};

static const struct job_kind jobs[] = {
    { "open_rating", job_open_rating, 20000, 4, 1000, 60000, false },
    { "mix", job_mix, 20000, 2, 1000, 60000, false },
    { "draw", job_draw, 120000, 1, 1000, 60000, false },
    { "pool", job_pool, 60000, 1, 10000, 600000, true },
    { "complaint_due", job_complaint_due, 10000, 4, 5000, 600000, false },
    { "freeze", job_freeze, 120000, 1, 5000, 600000, true },
    { "alert", job_alert, 60000, 1, 5000, 600000, true },
    { 0 },
};

static const struct sql *const *const statements[] = { store_statements,
                                                       store_rating_statements,
                                                       store_survey_statements,
                                                       store_complaint_statements,
                                                       store_complaint_desk_statements,
                                                       store_index_statements,
                                                       store_alert_statements,
                                                       NULL };

void *feedback_open(void *ctx, const struct env *env, struct turn *turn, struct err *err)
{
    (void)turn;
    const struct feedback_config *cfg = env->config;
    struct feedback *own = talloc_zero(ctx, struct feedback);
    if (crypt_read_seal_key(cfg->seal_key_file, own->seal_key, err) != 0 ||
        results_weights(cfg, &own->sipas, err) != 0)
        return NULL;
    own->secret = crypt_base64(own, own->seal_key, sizeof own->seal_key);
    own->calendars = cache_new(own, 1, 5000);
    own->throttle = throttle_new(own);
    own->indexes = indexes_open(own, cfg->index_secret, cfg->index_weights, err);
    return own->indexes ? own : NULL;
}

int main(int argc, char **argv)
{
    static const struct service feedback = {
        .name = "feedback",
        .summary = "takes ratings, surveys and complaints, and publishes how satisfied people were",
        .parts = PART_STORE | PART_HTTP | PART_REDIS,
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

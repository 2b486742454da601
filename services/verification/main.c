/* verification — the case: automatic checks, the ten states and who may move between them, appointments on
 * the unit's calendar, steps, decisions, results. */
#include <talloc.h>

#include "cache.h"
#include "handlers.h"
#include "identity.pb-c.h"
#include "notification.pb-c.h"
#include "payment.pb-c.h"
#include "service.h"
#include "store_figures.h"

enum { WORKERS = ROLE_CLERK | ROLE_OFFICER | ROLE_LEADER };
enum { TIMES_MS = 600000 }; /* how old the public figures may be */

static const struct conf_param params[] = {
    CONF_PARAM_TEXT(struct verification_config, public_url, "",
                    "address of the portal, on forms: https://dichvucong.example.vn"),
    CONF_PARAM_TEXT(struct verification_config, forms_agency, "",
                    "first line of forms, above the unit: UBND tỉnh Vĩnh Long"),
    CONF_PARAM_TEXT(struct verification_config, forms_place, "", "place that forms are dated at: Vĩnh Long"),
    { 0 },
};

static const struct http_route routes[] = {
    { "GET", "/api/verification/queue", http_queue, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "GET", "/api/verification/queue/counts", http_queue_counts, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "GET", "/api/verification/queue/events", http_queue_events, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "GET", "/api/verification/queue/presence", http_present, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "GET", "/api/verification/figures", http_figures, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { "GET", "/api/verification/figures/units", http_figures_units, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { "GET", "/api/verification/figures/cases", http_figure_rows, HTTP_STAFF, ROLES_COUNTING, 0, 0 },
    { "GET", "/api/verification/cases/{code}/events", http_case_events, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "PUT", "/api/verification/cases/{code}/presence", http_come, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "DELETE", "/api/verification/cases/{code}/presence", http_leave, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "GET", "/api/verification/cases/{code}", http_case, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "GET", "/api/verification/cases/{code}/appointment", http_appointment, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/verification/cases/{code}/forms", http_forms, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/verification/cases/{code}/forms/{form}", http_form, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/verification/register.pdf", http_register, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "PUT", "/api/verification/cases/{code}/assignee", http_assign, HTTP_STAFF, WORKERS, 1024,
      HTTP_COMMAND },
    { "POST", "/api/verification/cases/{code}/decisions", http_decide, HTTP_STAFF, WORKERS, 64 * 1024,
      HTTP_COMMAND },
    { "POST", "/api/verification/cases/{code}/decisions/preview", http_preview, HTTP_STAFF, WORKERS,
      64 * 1024, 0 },
    { "POST", "/api/verification/cases/{code}/decisions/preview.pdf", http_form_preview, HTTP_STAFF, WORKERS,
      64 * 1024, 0 },
    { "POST", "/api/verification/slips", http_slip_issue, HTTP_STAFF, ROLE_CLERK, 64 * 1024, HTTP_COMMAND },
    { "GET", "/api/verification/slips", http_slips, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "GET", "/api/verification/slips/{slip}", http_slip, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "GET", "/api/verification/procedures/{code}/times", http_times, HTTP_PUBLIC, 0, 0, 0 },
    { 0 },
};

static const struct http_route admin_routes[] = {
    { "POST", "/admin/calendars", admin_calendars, HTTP_OPERATOR, 0, 1 << 20, 0 },
    { "POST", "/admin/special-days", admin_special_days, HTTP_OPERATOR, 0, 1 << 20, 0 },
    { 0 },
};

static const struct listener listener_rows[] = {
    { &motcua__dossier_submitted__descriptor, handle_submitted },
    { &motcua__dossier_supplemented__descriptor, handle_supplemented },
    { &motcua__withdrawal_requested__descriptor, handle_withdrawal },
    { &motcua__payment_settled__descriptor, handle_settled },
    { &motcua__procedure_published__descriptor, store_procedure_put },
    { &motcua__unit_changed__descriptor, handle_unit },
    { &motcua__notification_failed__descriptor, handle_message_failed },
    { 0 },
};

static const struct job_kind jobs[] = {
    { "answer_due", job_answer_due, 10000, 4, 5000, 600000, false },
    { "calendars", job_calendars, 10000, 1, 5000, 60000, true },
    { 0 },
};

static const struct sql *const *const statements[] = { store_statements,
                                                       store_office_statements,
                                                       store_form_statements,
                                                       store_slip_statements,
                                                       store_figures_statements,
                                                       store_calendar_statements,
                                                       NULL };

void *verification_open(void *ctx, const struct env *env, struct turn *turn, struct err *err)
{
    (void)env, (void)turn, (void)err;
    struct verification *own = talloc_zero(ctx, struct verification);
    own->procedures = cache_new(own, 512, 600000);
    own->units = cache_new(own, 512, 5000);
    own->calendars = cache_new(own, 1, 5000);
    own->times = cache_new(own, 2048, TIMES_MS);
    return own;
}

int main(int argc, char **argv)
{
    static const struct service verification = {
        .name = "verification",
        .summary = "cases: checks, states, appointments, steps, decisions, results",
        .parts = PART_STORE | PART_HTTP | PART_REDIS | PART_FILES | PART_LIVE,
        .params = params,
        .config_size = sizeof(struct verification_config),
        .routes = routes,
        .admin_routes = admin_routes,
        .listeners = listener_rows,
        .statements = statements,
        .jobs = jobs,
        .ledgers = verification_ledgers,
        .schema = verification_schema,
        .trace = &store_trace,
        .openapi = verification_openapi,
        .open = verification_open,
    };
    return service_main(&verification, argc, argv);
}

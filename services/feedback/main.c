/* feedback — how satisfied people were: ratings nobody can trace, surveys, complaints with their clocks, and
 * the indexes the province publishes. */
#include "handlers.h"
#include "service.h"

static const struct http_route routes[] = {
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

static const struct sql *const *const statements[] = { store_statements, NULL };

int main(int argc, char **argv)
{
    static const struct service feedback = {
        .name = "feedback",
        .summary = "takes ratings, surveys and complaints, and publishes how satisfied people were",
        .parts = PART_STORE | PART_HTTP,
        .routes = routes,
        .listeners = listener_rows,
        .statements = statements,
        .ledgers = feedback_ledgers,
        .schema = feedback_schema,
        .trace = &store_trace,
        .openapi = feedback_openapi,
    };
    return service_main(&feedback, argc, argv);
}

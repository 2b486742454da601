/* intake — the catalogue of procedures; receives dossiers, online and at the counter; shows people how they
 * go on. */
#include <talloc.h>

#include "cache.h"
#include "handlers.h"
#include "identity.pb-c.h"
#include "numbers.h"
#include "service.h"
#include "signer.h"
#include "status_sync.pb-c.h"
#include "throttle.h"

enum { MOST_USED_MS = 300000 }; /* how old the list may be */

static const struct conf_param params[] = {
    CONF_PARAM_TEXT(struct intake_config, receipt_secret, NULL, "file with the key that signs receipts"),
    CONF_PARAM_TEXT(struct intake_config, public_url, NULL,
                    "address of the portal, for receipts: https://dichvucong.example.vn"),
    CONF_PARAM_INT(struct intake_config, upload_max_bytes, "26214400", 1024, 1073741824, "bytes",
                   "largest file"),
    CONF_PARAM_INT(struct intake_config, upload_quota_bytes, "524288000", 1048576, 1099511627776, "bytes",
                   "uploads of one account that are not filed, together"),
    CONF_PARAM_INT(struct intake_config, upload_days, "7", 1, 365, "days",
                   "how long an upload may be continued or used"),
    CONF_PARAM_INT(struct intake_config, content_days, "30", 1, 3650, "days",
                   "how long a stored file stays that nothing refers to, beyond upload_days"),
    CONF_PARAM_INT(struct intake_config, draft_days, "90", 1, 3650, "days",
                   "how long a draft stays that nobody writes at"),
    CONF_PARAM_INT(struct intake_config, lookup_tries, "60", 1, 1000000000, "",
                   "public look-ups per caller and window"),
    CONF_PARAM_INT(struct intake_config, lookup_window_s, "60", 1, 86400, "s",
                   "window in which look-ups are counted"),
    CONF_PARAM_INT(struct intake_config, lookup_cache_ms, "1000", 2, 60000, "ms",
                   "how old a look-up's answer may be"),
    { 0 },
};

static const struct http_route routes[] = {
    { "GET", "/api/intake/procedures", http_search_procedures, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/intake/procedures/most-used", http_most_used, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/intake/procedures/{code}", http_procedure, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/intake/lookup/{code}", http_lookup, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/intake/lookup/{code}/events", http_lookup_events, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/intake/events", http_own_events, HTTP_PERSON, 0, 0, 0 },
    { "POST", "/api/intake/lookup", http_lookup_with_key, HTTP_PUBLIC, 0, 1024, 0 },
    { "GET", "/api/intake/receipt-keys", http_receipt_keys, HTTP_PUBLIC, 0, 0, 0 },
    { "POST", "/api/intake/dossiers", http_file_dossier, HTTP_PERSON, 0, 256 * 1024,
      HTTP_COMMAND | HTTP_LAZY },
    { "GET", "/api/intake/dossiers", http_dossiers, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/intake/dossiers/{code}", http_dossier, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/intake/dossiers/{code}/receipt", http_receipt, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/intake/dossiers/{code}/receipt.svg", http_receipt_qr, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/intake/dossiers/{code}/receipt.pdf", http_receipt_paper, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/intake/dossiers/{code}/papers/{seq}", http_paper, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/intake/dossiers/{code}/result", http_result, HTTP_PERSON, 0, 0, 0 },
    { "POST", "/api/intake/dossiers/{code}/supplements", http_supplement, HTTP_PERSON, 0, 64 * 1024,
      HTTP_COMMAND },
    { "POST", "/api/intake/dossiers/{code}/withdrawal", http_withdraw, HTTP_PERSON, 0, 8192, HTTP_COMMAND },
    { "GET", "/api/intake/drafts", http_drafts, HTTP_PERSON, 0, 0, 0 },
    { "PUT", "/api/intake/drafts/{procedure}", http_draft_put, HTTP_PERSON, 0, 64 * 1024, 0 },
    { "DELETE", "/api/intake/drafts/{procedure}", http_draft_drop, HTTP_PERSON, 0, 0, 0 },
    { "OPTIONS", "/api/intake/uploads", http_upload_options, HTTP_PUBLIC, 0, 0, 0 },
    { "POST", "/api/intake/uploads", http_upload_create, HTTP_PERSON, 0, 0, HTTP_COMMAND },
    { "GET", "/api/intake/uploads/{id}", http_upload_get, HTTP_PERSON, 0, 0, 0 },
    { "PATCH", "/api/intake/uploads/{id}", http_upload_append, HTTP_PERSON, 0, 1 << 30, HTTP_SPOOL },
    { "DELETE", "/api/intake/uploads/{id}", http_upload_drop, HTTP_PERSON, 0, 0, 0 },
    { 0 },
};

static const struct http_route admin_routes[] = {
    { "POST", "/admin/catalogue", admin_catalogue, HTTP_OPERATOR, 0, 64 << 20, 0 },
    { 0 },
};

static const struct listener listener_rows[] = {
    { &motcua__dossier_progressed__descriptor, handle_progressed },
    { &motcua__payment_settled__descriptor, handle_settled },
    { &motcua__national_dossier_received__descriptor, handle_national },
    { &motcua__unit_changed__descriptor, handle_unit },
    { 0 },
};

static const struct job_kind jobs[] = {
    { "show_versions", job_show_versions, 10000, 1, 10000, 600000, true },
    { "prune_uploads", job_prune_uploads, 60000, 1, 60000, 3600000, true },
    { "prune_content", job_prune_content, 3600000, 1, 60000, 3600000, true },
    { "prune_drafts", job_prune_drafts, 60000, 1, 60000, 3600000, true },
    { 0 },
};

static const struct sql *const *const statements[] = { store_statements, store_catalogue_statements,
                                                       store_upload_statements, store_draft_statements,
                                                       NULL };

void *intake_open(void *ctx, const struct env *env, struct turn *turn, struct err *err)
{
    (void)turn;
    const struct intake_config *cfg = env->config;
    struct intake *own = talloc_zero(ctx, struct intake);
    own->signer = signer_new(own, env->loop, &own->key);
    own->numbers = numbers_new(own);
    own->procedures = cache_new(own, 512, 2000);
    own->units = cache_new(own, 512, 2000);
    own->most_used = cache_new(own, 1, MOST_USED_MS);
    own->lookups = cache_new(own, 4096, cfg->lookup_cache_ms / 2);
    own->throttle = throttle_new(own);
    return crypt_read_sign_key("receipt_secret", cfg->receipt_secret, &own->key, err) == 0 ? own : NULL;
}

int main(int argc, char **argv)
{
    static const struct service intake = {
        .name = "intake",
        .summary = "catalogue of procedures, filing online and at the counter, receipts, look-up",
        .parts = PART_STORE | PART_HTTP | PART_REDIS | PART_FILES | PART_LIVE,
        .params = params,
        .config_size = sizeof(struct intake_config),
        .routes = routes,
        .admin_routes = admin_routes,
        .listeners = listener_rows,
        .statements = statements,
        .jobs = jobs,
        .ledgers = intake_ledgers,
        .schema = intake_schema,
        .trace = &store_trace,
        .openapi = intake_openapi,
        .open = intake_open,
    };
    return service_main(&intake, argc, argv);
}

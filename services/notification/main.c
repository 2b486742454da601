/* notification — tells applicants what happens to their dossiers: by mail and in the inbox of the portal. */
#include <string.h>
#include <talloc.h>

#include "clock.h"
#include "handlers.h"
#include "service.h"
#include "vn_id.h"

#define C struct notification_config
static const struct conf_param params[] = {
    CONF_PARAM_TEXT(C, smtp_url, NULL,
                    "mail server: smtp://host:port, or smtps://host:port; a path is the name for EHLO"),
    CONF_PARAM_TEXT(C, smtp_user, "", "login at the mail server; empty: without login"),
    CONF_PARAM_SECRET(C, smtp_password, "", "its password"),
    CONF_PARAM_TEXT(C, smtp_ca_file, "", "certificates the mail server is checked with; empty: the system's"),
    CONF_PARAM_BOOL(C, smtp_tls, "yes", "STARTTLS or no mail; no: only on a private network"),
    CONF_PARAM_INT(C, smtp_timeout_ms, "60000", 1000, 100000, "ms",
                   "longest time of one mail; shorter may send it twice"),
    CONF_PARAM_TEXT(C, mail_from, NULL, "address mails come from; its domain is that of the Message-IDs"),
    CONF_PARAM_TEXT(C, office, "Trung tâm Phục vụ hành chính công",
                    "who signs, also the name beside mail_from"),
    CONF_PARAM_TEXT(C, office_phone, "", "telephone in the signature; empty: none"),
    CONF_PARAM_TEXT(C, public_url, NULL, "address of the portal, for links: https://dichvucong.example.vn"),
    CONF_PARAM_INT(C, mails_per_minute, "3600", 1, 1000000, "", "budget of the mail server, per replica"),
    CONF_PARAM_INT(C, retry_first_ms, "60000", 10, 3600000, "ms",
                   "wait after the first attempt that failed; then doubled"),
    CONF_PARAM_INT(C, retry_most_ms, "3600000", 10, 86400000, "ms", "longest wait between two attempts"),
    CONF_PARAM_INT(C, give_up_hours, "48", 1, 240, "hours", "a mail that has not left by then has failed"),
    CONF_PARAM_INT(C, breaker_failures, "5", 1, 1000, "",
                   "failed sessions in a row after which the mail server rests"),
    CONF_PARAM_INT(C, rest_s, "30", 1, 3600, "s", "length of that rest; then one mail tries"),
    { 0 },
};
#undef C

static const struct http_route routes[] = {
    { "GET", "/api/notification/inbox", http_inbox, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/notification/inbox/unread", http_unread, HTTP_PERSON, 0, 0, 0 },
    { "POST", "/api/notification/inbox/{id}/read", http_read, HTTP_PERSON, 0, 1024,
      HTTP_COMMAND | HTTP_LAZY },
    { "GET", "/api/notification/dossiers/{code}/messages", http_messages, HTTP_STAFF, ROLES_READING, 0, 0 },
    { "POST", "/api/notification/dossiers/{code}/preview", http_preview, HTTP_STAFF, ROLES_READING, 64 * 1024,
      0 },
    { 0 },
};

static const struct listener listener_rows[] = {
    { &motcua__dossier_submitted__descriptor, handle_submitted },
    { &motcua__dossier_progressed__descriptor, handle_progressed },
    { &motcua__payment_settled__descriptor, handle_settled },
    { &motcua__payment_refunded__descriptor, handle_refunded },
    { &motcua__rating_opened__descriptor, handle_rating },
    { &motcua__complaint_opened__descriptor, handle_complaint_opened },
    { &motcua__complaint_answered__descriptor, handle_complaint_answered },
    { &motcua__account_changed__descriptor, handle_account },
    { 0 },
};

static const struct job_kind jobs[] = {
    { "send", job_send, 120000, 10, 10000, 600000, false },
    { 0 },
};

static const struct sql *const *const statements[] = { store_statements, NULL };

static int check_config(const struct notification_config *cfg, struct err *err)
{
    if (strncmp(cfg->smtp_url, "smtp://", 7) != 0 && strncmp(cfg->smtp_url, "smtps://", 8) != 0)
        return err_set(err, E_INVALID, "smtp_url: \"%s\" is neither smtp://… nor smtps://…", cfg->smtp_url);
    if (!email_is_valid(cfg->mail_from))
        return err_set(err, E_INVALID, "mail_from: \"%s\" is no e-mail address", cfg->mail_from);
    if (!*cfg->office)
        return err_set(err, E_INVALID, "office: somebody has to sign");
    return template_check(err);
}

void *notification_open(void *ctx, const struct env *env, struct turn *turn, struct err *err)
{
    (void)turn;
    const struct notification_config *cfg = env->config;
    struct notification *own = talloc_zero(ctx, struct notification);
    own->breaker = (struct breaker){ .trips = cfg->breaker_failures,
                                     .rest_ms = cfg->rest_s * 1000,
                                     .rest_most_ms = cfg->rest_s * 1000 };
    own->bucket = bucket_full(cfg->mails_per_minute, clock_steady_ms());
    if (check_config(cfg, err) != 0)
        return NULL;
    own->figures = figures_open(own, env, &own->breaker);
    return own;
}

int main(int argc, char **argv)
{
    static const struct service notification = {
        .name = "notification",
        .summary = "tells applicants by mail and in the portal's inbox what happens to their dossiers",
        .parts = PART_STORE | PART_HTTP | PART_CLIENT,
        .params = params,
        .config_size = sizeof(struct notification_config),
        .routes = routes,
        .listeners = listener_rows,
        .statements = statements,
        .jobs = jobs,
        .ledgers = notification_ledgers,
        .schema = notification_schema,
        .trace = &store_trace,
        .openapi = notification_openapi,
        .open = notification_open,
    };
    return service_main(&notification, argc, argv);
}

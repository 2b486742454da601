/* payment — invoices of dossiers, paying them at the gateway, by transfer or in cash, receipts, refunds. */
#include <talloc.h>

#include "crypt.h"
#include "handlers.h"
#include "payment.pb-c.h"
#include "purpose.h"
#include "service.h"
#include "vietqr.h"

static const struct conf_param params[] = {
    CONF_PARAM_TEXT(struct payment_config, gateway_pay_url, NULL,
                    "VNPAY's page for payers: https://…/vpcpay.html"),
    CONF_PARAM_TEXT(struct payment_config, gateway_api_url, NULL, "VNPAY's address of querydr and refund"),
    CONF_PARAM_TEXT(struct payment_config, gateway_tmn_code, NULL, "our terminal code at VNPAY"),
    CONF_PARAM_TEXT(struct payment_config, gateway_secret, NULL, "file with the secret shared with VNPAY"),
    CONF_PARAM_TEXT(struct payment_config, gateway_server_ip, "127.0.0.1",
                    "our address, as querydr and refund name it"),
    CONF_PARAM_INT(struct payment_config, gateway_ms, "5000", 100, 8000, "ms",
                   "longest wait for an answer of the gateway"),
    CONF_PARAM_TEXT(struct payment_config, return_origins, NULL,
                    "where payers may be sent back to: https://host …; first: usual"),
    CONF_PARAM_INT(struct payment_config, pay_within_s, "900", 1, 86400, "s",
                   "life of a link to the gateway"),
    CONF_PARAM_INT(struct payment_config, query_after_s, "30", 1, 3600, "s",
                   "the gateway is first asked about an attempt after"),
    CONF_PARAM_TEXT(struct payment_config, bank_bin, NULL,
                    "NAPAS number of the bank that transfers go to: 970405"),
    CONF_PARAM_TEXT(struct payment_config, bank_account, NULL, "account that transfers go to"),
    CONF_PARAM_TEXT(struct payment_config, bank_name, NULL, "holder of the account"),
    CONF_PARAM_TEXT(struct payment_config, public_url, "",
                    "address of the portal, on receipts: https://dichvucong.example.vn"),
    CONF_PARAM_TEXT(struct payment_config, forms_agency, "",
                    "first line of receipts, above the unit: UBND tỉnh Vĩnh Long"),
    CONF_PARAM_TEXT(struct payment_config, forms_place, "", "place that receipts are dated at: Vĩnh Long"),
    { 0 },
};

static const struct http_route routes[] = {
    { "GET", "/api/payment/invoices/{code}", http_invoices, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/payment/invoices/{code}/vietqr.svg", http_vietqr, HTTP_PERSON, 0, 0, 0 },
    { "POST", "/api/payment/invoices/{code}/attempts", http_attempt, HTTP_PERSON, 0, 4096, HTTP_COMMAND },
    { "POST", "/api/payment/invoices/{code}/transfers", http_transfer, HTTP_STAFF, ROLE_CLERK, 4096,
      HTTP_COMMAND },
    { "POST", "/api/payment/attempts/{id}/check", http_check, HTTP_PERSON, 0, 1024, 0 },
    { "GET", "/api/payment/receipts/{unit}/{year}/{no}", http_receipt, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/payment/receipts/{unit}/{year}/{no}/paper.pdf", http_receipt_paper, HTTP_PERSON, 0, 0, 0 },
    { "GET", "/api/payment/refunds", http_refunds, HTTP_PERSON, 0, 0, 0 },
    { "POST", "/api/payment/refunds/{id}/confirm", http_refund_confirm, HTTP_STAFF, ROLE_CLERK, 4096,
      HTTP_COMMAND },
    { "GET", "/api/payment/vnpay/ipn", http_ipn, HTTP_PUBLIC, 0, 0, 0 },
    { "GET", "/api/payment/vnpay/return", http_return, HTTP_PUBLIC, 0, 0, 0 },
    { 0 },
};

static const struct http_route admin_routes[] = {
    { "POST", "/admin/transfers", admin_transfers, HTTP_OPERATOR, 0, 1 << 20, 0 },
    { 0 },
};

static const struct listener listener_rows[] = {
    { &motcua__fee_due__descriptor, handle_fee_due },
    { &motcua__refund_due__descriptor, handle_refund_due },
    { 0 },
};

static const struct job_kind jobs[] = {
    { "query", job_query, 10000, 16, 2000, 600000, false }, /* longer than gateway_ms can be */
    { "refund", job_refund, 10000, 8, 2000, 600000, false },
    { 0 },
};

static const struct sql *const *const statements[] = { store_statements, store_attempt_statements,
                                                       store_refund_statements, NULL };

/* Better no start than QR codes that no bank reads. */
static int check_account(const struct payment_config *cfg, const struct payment *own, struct err *err)
{
    struct vietqr q = {
        .bank_bin = cfg->bank_bin, .account = cfg->bank_account, .amount_dong = 1, .name = own->bank_name
    };
    const char *text = vietqr_text(own, &q);
    if (!text || !vietqr_is_sound(text) || !own->bank_name)
        return err_set(err, E_INVALID, "bank_bin, bank_account and bank_name do not fit into a QR code");
    return 0;
}

void *payment_open(void *ctx, const struct env *env, struct turn *turn, struct err *err)
{
    (void)turn;
    char *secret;
    const struct payment_config *cfg = env->config;
    struct payment *own = talloc_zero(ctx, struct payment);
    if (crypt_read_secret(own, cfg->gateway_secret, &secret, err) != 0)
        return NULL;
    own->merchant = (struct vnpay_merchant){ cfg->gateway_pay_url, cfg->gateway_tmn_code, secret,
                                             cfg->gateway_server_ip };
    own->bank_name = plain_capitals(own, cfg->bank_name);
    own->books = books_new(own);
    own->figures = figures_new(own, env);
    return check_account(cfg, own, err) == 0 ? own : NULL;
}

int main(int argc, char **argv)
{
    static const struct service payment = {
        .name = "payment",
        .summary = "invoices, paying at the gateway, by transfer or in cash, receipts, refunds",
        .parts = PART_STORE | PART_HTTP | PART_CLIENT,
        .params = params,
        .config_size = sizeof(struct payment_config),
        .routes = routes,
        .admin_routes = admin_routes,
        .listeners = listener_rows,
        .statements = statements,
        .jobs = jobs,
        .ledgers = payment_ledgers,
        .schema = payment_schema,
        .trace = &store_trace,
        .openapi = payment_openapi,
        .open = payment_open,
    };
    return service_main(&payment, argc, argv);
}

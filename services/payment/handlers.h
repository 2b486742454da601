/* handlers.h — everything payment can do, by name; and its own memory. */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "books.h"
#include "env.h"
#include "http.h"
#include "inbox.h"
#include "jobs.h"
#include "ledger.h"
#include "schema.h"
#include "store.h"
#include "turn.h"
#include "vnpay.h"

struct payment_config {
    const char *gateway_pay_url, *gateway_api_url, *gateway_tmn_code, *gateway_secret, *gateway_server_ip;
    const char *return_origins;
    const char *bank_bin, *bank_account, *bank_name;
    const char *public_url, *forms_agency, *forms_place;
    int64_t gateway_ms, pay_within_s, query_after_s;
};

struct payment { /* env->state */
    struct vnpay_merchant merchant;
    const char *bank_name; /* as banks want it */
    struct books *books;
    struct figures *figures;
};
void *payment_open(void *ctx, const struct env *env, struct turn *turn, struct err *err);
static inline const struct payment_config *config_of(const struct task *t)
{
    return task_env(t)->config;
}
static inline struct payment *payment_of(const struct task *t)
{
    return task_env(t)->state;
}

/* http_invoice.c: what a dossier owes and has paid */
http_handler_fn http_invoices, http_vietqr;
/* http_attempt.c: paying: at the gateway, by transfer, in cash; "money left my account" */
http_handler_fn http_attempt, http_check;
/* http_receipt.c */
http_handler_fn http_receipt, http_receipt_paper;
/* http_vnpay.c: what the gateway tells us, and shows the payer */
http_handler_fn http_ipn, http_return;
/* http_transfer.c: a clerk saw the transfer; admin_transfers.c: a bank's statement */
http_handler_fn http_transfer, admin_transfers;
/* http_refund.c: what a clerk pays back */
http_handler_fn http_refunds, http_refund_confirm;

/* handle_*.c: what verification says */
event_fn handle_fee_due, handle_refund_due;

/* job_query.c: key = attempt; job_refund.c: key = refund */
int job_query(struct task *t, struct job *job);
int job_refund(struct task *t, struct job *job);

/* access.c: the invoices of a dossier, if this caller may see them; E_NOT_FOUND if not, so that codes cannot
 * be probed. */
int invoices_for(struct task *t, const struct http_request *rq, const char *code, struct invoices *out);
bool is_owner_of(const struct http_request *rq, const struct invoice *v);
bool is_clerk_of(const struct http_request *rq, const char *unit);

/* take.c: money has come, for a new attempt (no = 0) or one there was. It settles the invoice, or goes back
 * if that is not open; a repeated word changes nothing. Cash is taken for open invoices only: E_CONFLICT. */
enum taken { TAKEN_SETTLED, TAKEN_SURPLUS, TAKEN_BEFORE };
struct taking {
    enum taken taken;
    char code[DOSSIER_CODE_TEXT];
    uint32_t request_no;           /* of the invoice the money was for */
    char receipt_no[RECEIPT_TEXT]; /* TAKEN_SETTLED */
    const char *answer;            /* JSON, for a command; not with TAKEN_BEFORE */
};
int take_money(struct task *t, const struct attempt *paid, const struct cause *cause, struct taking *out);
/* transfer.c: a transfer of amount_dong with the bank's reference was seen. E_CONFLICT: it paid for another
 * dossier; a fault in "amount": the invoice has another one. */
struct transfer {
    const char *bank_ref, *seen_by;
    int64_t amount_dong, paid_at_ms;
};
int take_transfer(struct task *t, const struct invoice *v, const struct transfer *in,
                  const struct cause *cause, struct taking *out);

/* paid_back.c: a refund is done. Two of one dossier that end at once are told one after the other; E_STALE:
 * this one has moved itself. */
int paid_back(struct task *t, struct refund *f, const struct payback *how, const struct cause *cause);

/* gateway.c: one question to the gateway; NULL and why if no answer came. */
const char *gateway_ask(struct task *t, const char *body, const char **why);
/* What the gateway says of an attempt takes effect. *applied is false if it was known. E_STALE: it changed
 * meanwhile. */
int gateway_heard(struct task *t, const struct attempt *a, enum attempt_word word,
                  const struct vnpay_result *r, bool *applied);

/* views.c: new references. */
json_t *attempt_json(const struct attempt *a);
json_t *invoice_json(struct task *t, const struct invoice *v);
json_t *receipt_json(struct task *t, const struct db_rows *rows, int i, const struct invoice *v);
json_t *refund_json(const struct refund *f);
json_t *transfer_json(struct task *t, const struct invoice *v); /* where and how to transfer */
/* The text of the QR code to pay the invoice by. Owner: t. */
const char *invoice_qr_text(struct task *t, const struct invoice *v);

/* figures.c: counters and gauges */
struct figures *figures_new(void *ctx, const struct env *env);
void figures_settled(struct figures *f, enum pay_method method, int64_t dong);
void figures_ended(struct figures *f, enum attempt_state state);

extern const struct schema_file payment_schema[];
extern const struct ledger payment_ledgers[];
extern const char payment_openapi[];

#endif

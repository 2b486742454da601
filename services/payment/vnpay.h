/* vnpay.h — VNPAY 2.1.0 without a network: what we sign, what we believe. Pure. Source: DOMAIN §8.4; vectors
 * vnpay_*.json.
 *
 * Redirects and IPN calls sign the sorted, form-encoded query; querydr and refund sign values joined by "|".
 * Both are HMAC-SHA512 in hex, compared in either case and in constant time. Amounts on the wire are đồng ×
 * 100.
 */
#ifndef VNPAY_H
#define VNPAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attempt.h"
#include "refund.h"

enum { VNPAY_PARAMS_MAX = 32 };

struct vnpay_merchant {
    const char *pay_url, *tmn_code, *secret;
    const char *server_ip; /* ours, as querydr and refund name it */
};

/* ---- parameters of a query ---- */

struct vnpay_params {
    size_t count; /* beyond VNPAY_PARAMS_MAX: more were given than there can be */
    struct vnpay_param {
        const char *name, *value;
    } list[VNPAY_PARAMS_MAX];
};
void vnpay_add(struct vnpay_params *p, const char *name, const char *value);
const char *vnpay_value(const struct vnpay_params *p, const char *name); /* "" if it was not given */

/* The query that is signed: names in byte order, without empty values and without the signature. Owner:
 * ctx. */
char *vnpay_sign_data(const void *ctx, const struct vnpay_params *p);
char *vnpay_hash(const void *ctx, const char *secret, const char *text); /* lower-case hex */
/* Signed with the secret, every parameter given once. */
bool vnpay_is_signed(const struct vnpay_params *p, const char *secret);

/* ---- sending the payer there ---- */

struct vnpay_order {
    const char *txn_ref, *info, *return_url, *client_ip;
    const char *order_type, *locale;                   /* "vn" or "en" */
    const char *bank;                                  /* "": the payer chooses there */
    int64_t amount_dong, created_at_ms, expires_at_ms; /* expires 0: the gateway's own limit */
};
char *vnpay_pay_url(const void *ctx, const struct vnpay_merchant *m, const struct vnpay_order *o);

/* ---- what comes back: the return URL and the IPN call ---- */

struct vnpay_result {
    const char *txn_ref, *transaction_no, *bank_code, *bank_ref, *response_code, *status;
    int64_t amount_dong; /* -1: not whole đồng */
    int64_t paid_at_ms;  /* 0: none said */
};
struct vnpay_result vnpay_result_of(const struct vnpay_params *p);
/* Paid only if both codes say so. */
enum attempt_word vnpay_word(const struct vnpay_result *r);
/* Both codes, "00/00", for people who look things up. Owner: ctx. */
char *vnpay_codes(const void *ctx, const struct vnpay_result *r);

enum ipn_verdict {
    IPN_CONFIRM,
    IPN_NO_ORDER,
    IPN_CONFIRMED_BEFORE,
    IPN_WRONG_AMOUNT,
    IPN_NOT_SIGNED,
    IPN_FAILED
};
/* The checks in their order: checksum, order (NULL: there is none), amount, already confirmed. IPN_CONFIRM:
 * apply it. */
enum ipn_verdict vnpay_judge_ipn(bool is_signed, const struct attempt *order, const struct vnpay_result *r,
                                 int64_t now_ms);
const char *ipn_code(enum ipn_verdict verdict);    /* "00" */
const char *ipn_message(enum ipn_verdict verdict); /* "Confirm Success" */

/* ---- asking the gateway (POST JSON) ---- */

struct vnpay_question {
    const char *request_id, *txn_ref, *transaction_no, *info;
    int64_t order_created_at_ms, now_ms;
    int64_t amount_dong;    /* refund only */
    const char *created_by; /* refund only */
};
char *vnpay_query_body(const void *ctx, const struct vnpay_merchant *m, const struct vnpay_question *q);
char *vnpay_refund_body(const void *ctx, const struct vnpay_merchant *m, const struct vnpay_question *q);

/* What the answer to querydr says of the attempt; WORD_SILENT if it cannot be believed or says nothing: why
 * tells developers. *r is filled when it says something. Texts: ctx. */
enum attempt_word vnpay_read_query(const void *ctx, const struct vnpay_merchant *m, const char *text,
                                   const struct attempt *a, struct vnpay_result *r, const char **why);

/* What the answer to a refund says of it: done, refused, else unknown. A request that was taken before (94)
 * is done: its id is ours alone. */
enum refund_state vnpay_read_refund(const void *ctx, const struct vnpay_merchant *m, const char *text,
                                    const struct attempt *a, struct vnpay_result *r, const char **why);

#endif

/* vnpay.c — see vnpay.h. */
#include "vnpay.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "crypt.h"
#include "json.h"

static const char hash_name[] = "vnp_SecureHash", hash_type_name[] = "vnp_SecureHashType";

/* ---- parameters ----------------------------------------------------------------------------------- */

void vnpay_add(struct vnpay_params *p, const char *name, const char *value)
{
    if (p->count < VNPAY_PARAMS_MAX)
        p->list[p->count] = (struct vnpay_param){ name, value };
    p->count++;
}

const char *vnpay_value(const struct vnpay_params *p, const char *name)
{
    for (size_t i = 0; i < p->count && i < VNPAY_PARAMS_MAX; i++)
        if (strcmp(p->list[i].name, name) == 0)
            return p->list[i].value;
    return "";
}

static bool is_unreserved(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           strchr("*-._", c) != NULL;
}

/* application/x-www-form-urlencoded. out has room for three times s. */
static char *form_encode(char *out, const char *s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (is_unreserved(*s)) {
            *out++ = *s;
        } else if (c == ' ') {
            *out++ = '+';
        } else {
            *out++ = '%';
            *out++ = digits[c >> 4];
            *out++ = digits[c & 15];
        }
    }
    *out = '\0';
    return out;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct vnpay_param *)a)->name, ((const struct vnpay_param *)b)->name);
}

static size_t encoded_room(const struct vnpay_params *p)
{
    size_t room = 1;
    for (size_t i = 0; i < p->count; i++)
        room += 3 * (strlen(p->list[i].name) + strlen(p->list[i].value)) + 2;
    return room;
}

char *vnpay_sign_data(const void *ctx, const struct vnpay_params *p)
{
    struct vnpay_params sorted = *p;
    ASSERT(p->count <= VNPAY_PARAMS_MAX);
    qsort(sorted.list, sorted.count, sizeof *sorted.list, by_name);
    char *text = talloc_array(ctx, char, encoded_room(p)), *at = text;
    *at = '\0';
    for (size_t i = 0; i < sorted.count; i++) {
        const struct vnpay_param *one = &sorted.list[i];
        if (*one->value == '\0' || strcmp(one->name, hash_name) == 0 ||
            strcmp(one->name, hash_type_name) == 0)
            continue;
        if (at > text)
            *at++ = '&';
        at = form_encode(at, one->name);
        *at++ = '=';
        at = form_encode(at, one->value);
    }
    return text;
}

char *vnpay_hash(const void *ctx, const char *secret, const char *text)
{
    uint8_t mac[SHA512_BYTES];
    crypt_hmac_sha512(secret, text, strlen(text), mac);
    return crypt_hex(ctx, mac, sizeof mac);
}

static bool are_different(const struct vnpay_params *p)
{
    for (size_t i = 0; i < p->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(p->list[i].name, p->list[k].name) == 0)
                return false;
    return true;
}

bool vnpay_is_signed(const struct vnpay_params *p, const char *secret)
{
    if (p->count > VNPAY_PARAMS_MAX || !are_different(p))
        return false;
    void *scratch = talloc_new(NULL);
    bool equal =
        crypt_hex_equal(vnpay_value(p, hash_name), vnpay_hash(scratch, secret, vnpay_sign_data(scratch, p)));
    talloc_free(scratch);
    return equal;
}

/* ---- sending the payer there ---------------------------------------------------------------------- */

static const char *compact(const void *ctx, int64_t ms)
{
    char text[CIVIL_TEXT];
    return talloc_strdup(ctx, civil_format(ms, CIVIL_COMPACT, text));
}

char *vnpay_pay_url(const void *ctx, const struct vnpay_merchant *m, const struct vnpay_order *o)
{
    struct vnpay_params p = { 0 };
    void *scratch = talloc_new(ctx);
    vnpay_add(&p, "vnp_Version", "2.1.0");
    vnpay_add(&p, "vnp_Command", "pay");
    vnpay_add(&p, "vnp_TmnCode", m->tmn_code);
    vnpay_add(&p, "vnp_Amount", talloc_asprintf(scratch, "%" PRId64, o->amount_dong * 100));
    vnpay_add(&p, "vnp_CurrCode", "VND");
    vnpay_add(&p, "vnp_TxnRef", o->txn_ref);
    vnpay_add(&p, "vnp_OrderInfo", o->info);
    vnpay_add(&p, "vnp_OrderType", o->order_type);
    vnpay_add(&p, "vnp_Locale", o->locale);
    vnpay_add(&p, "vnp_ReturnUrl", o->return_url);
    vnpay_add(&p, "vnp_IpAddr", o->client_ip);
    vnpay_add(&p, "vnp_BankCode", o->bank);
    vnpay_add(&p, "vnp_CreateDate", compact(scratch, o->created_at_ms));
    vnpay_add(&p, "vnp_ExpireDate", compact(scratch, o->expires_at_ms));
    const char *query = vnpay_sign_data(scratch, &p);
    char *url = talloc_asprintf(ctx, "%s?%s&%s=%s", m->pay_url, query, hash_name,
                                vnpay_hash(scratch, m->secret, query));
    talloc_free(scratch);
    return url;
}

/* ---- what comes back ------------------------------------------------------------------------------ */

/* "800000" is 8 000 đồng. -1: not a number, or not whole đồng. */
static int64_t wire_amount(const char *text)
{
    size_t n = strspn(text, "0123456789");
    if (n == 0 || n > 15 || text[n] != '\0')
        return -1;
    int64_t wire = strtoll(text, NULL, 10);
    return wire % 100 == 0 ? wire / 100 : -1;
}

static int64_t wire_time(const char *text)
{
    int64_t ms;
    return civil_parse(text, CIVIL_COMPACT, &ms) ? ms : 0;
}

struct vnpay_result vnpay_result_of(const struct vnpay_params *p)
{
    return (struct vnpay_result){
        .txn_ref = vnpay_value(p, "vnp_TxnRef"),
        .transaction_no = vnpay_value(p, "vnp_TransactionNo"),
        .bank_code = vnpay_value(p, "vnp_BankCode"),
        .bank_ref = vnpay_value(p, "vnp_BankTranNo"),
        .response_code = vnpay_value(p, "vnp_ResponseCode"),
        .status = vnpay_value(p, "vnp_TransactionStatus"),
        .amount_dong = wire_amount(vnpay_value(p, "vnp_Amount")),
        .paid_at_ms = wire_time(vnpay_value(p, "vnp_PayDate")),
    };
}

enum attempt_word vnpay_word(const struct vnpay_result *r)
{
    bool is_ok = strcmp(r->response_code, "00") == 0;
    if (strcmp(r->status, "00") == 0)
        return is_ok ? WORD_PAID : WORD_HELD;
    if (strcmp(r->status, "01") == 0)
        return WORD_OPEN;
    return strcmp(r->status, "02") == 0 && !is_ok ? WORD_REFUSED : WORD_HELD;
}

char *vnpay_codes(const void *ctx, const struct vnpay_result *r)
{
    return talloc_asprintf(ctx, "%.8s/%.8s", r->response_code, r->status);
}

static const struct {
    const char *code, *message;
} ipn_answers[] = {
    [IPN_CONFIRM] = { "00", "Confirm Success" },
    [IPN_NO_ORDER] = { "01", "Order not found" },
    [IPN_CONFIRMED_BEFORE] = { "02", "Order already confirmed" },
    [IPN_WRONG_AMOUNT] = { "04", "Invalid amount" },
    [IPN_NOT_SIGNED] = { "97", "Fail checksum" },
    [IPN_FAILED] = { "99", "Unknown error" },
};

enum ipn_verdict vnpay_judge_ipn(bool is_signed, const struct attempt *order, const struct vnpay_result *r,
                                 int64_t now_ms)
{
    struct attempt_change change;
    struct err err = { 0 };
    if (!is_signed)
        return IPN_NOT_SIGNED;
    if (!order)
        return IPN_NO_ORDER;
    if (r->amount_dong != order->amount_dong)
        return IPN_WRONG_AMOUNT;
    return attempt_hear(order, vnpay_word(r), now_ms, &change, &err) == 0 ? IPN_CONFIRM
                                                                          : IPN_CONFIRMED_BEFORE;
}

const char *ipn_code(enum ipn_verdict verdict)
{
    return ipn_answers[verdict].code;
}

const char *ipn_message(enum ipn_verdict verdict)
{
    return ipn_answers[verdict].message;
}

/* ---- asking the gateway --------------------------------------------------------------------------- */

static const char *const query_order[] = {
    "vnp_RequestId",       "vnp_Version",    "vnp_Command", "vnp_TmnCode",   "vnp_TxnRef",
    "vnp_TransactionDate", "vnp_CreateDate", "vnp_IpAddr",  "vnp_OrderInfo", NULL
};
static const char *const refund_order[] = { "vnp_RequestId",       "vnp_Version",
                                            "vnp_Command",         "vnp_TmnCode",
                                            "vnp_TransactionType", "vnp_TxnRef",
                                            "vnp_Amount",          "vnp_TransactionNo",
                                            "vnp_TransactionDate", "vnp_CreateBy",
                                            "vnp_CreateDate",      "vnp_IpAddr",
                                            "vnp_OrderInfo",       NULL };
static const char *const query_answer_order[] = {
    "vnp_ResponseId", "vnp_Command",       "vnp_ResponseCode",    "vnp_Message",
    "vnp_TmnCode",    "vnp_TxnRef",        "vnp_Amount",          "vnp_BankCode",
    "vnp_PayDate",    "vnp_TransactionNo", "vnp_TransactionType", "vnp_TransactionStatus",
    "vnp_OrderInfo",  "vnp_PromotionCode", "vnp_PromotionAmount", NULL
};
static const char *const refund_answer_order[] = { "vnp_ResponseId",      "vnp_Command",
                                                   "vnp_ResponseCode",    "vnp_Message",
                                                   "vnp_TmnCode",         "vnp_TxnRef",
                                                   "vnp_Amount",          "vnp_BankCode",
                                                   "vnp_PayDate",         "vnp_TransactionNo",
                                                   "vnp_TransactionType", "vnp_TransactionStatus",
                                                   "vnp_OrderInfo",       NULL };

/* A member as text, whether the wire has it as text or as a number. */
static const char *member(const void *ctx, const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    if (json_is_integer(v))
        return talloc_asprintf(ctx, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
    return json_is_string(v) ? json_string_value(v) : "";
}

static char *joined_hash(const void *ctx, const char *secret, const json_t *o, const char *const *order)
{
    char *text = talloc_strdup(ctx, "");
    for (size_t i = 0; order[i]; i++)
        text = talloc_asprintf_append_buffer(text, "%s%s", i > 0 ? "|" : "", member(ctx, o, order[i]));
    return vnpay_hash(ctx, secret, text);
}

static void set_number(json_t *o, const char *name, const char *digits)
{
    if (*digits)
        json_object_set_new(o, name, json_integer(strtoll(digits, NULL, 10)));
}

static json_t *question(const void *ctx, const struct vnpay_merchant *m, const struct vnpay_question *q,
                        const char *command)
{
    json_t *o = json_own(ctx, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "vnp_RequestId", q->request_id,
                                        "vnp_Version", "2.1.0", "vnp_Command", command, "vnp_TmnCode",
                                        m->tmn_code, "vnp_TxnRef", q->txn_ref, "vnp_IpAddr", m->server_ip,
                                        "vnp_OrderInfo", q->info));
    set_number(o, "vnp_TransactionNo", q->transaction_no);
    set_number(o, "vnp_TransactionDate", compact(ctx, q->order_created_at_ms));
    set_number(o, "vnp_CreateDate", compact(ctx, q->now_ms));
    return o;
}

static char *signed_body(const void *ctx, const struct vnpay_merchant *m, json_t *o, const char *const *order)
{
    json_object_set_new(o, hash_name, json_string(joined_hash(ctx, m->secret, o, order)));
    return json_print(ctx, o);
}

char *vnpay_query_body(const void *ctx, const struct vnpay_merchant *m, const struct vnpay_question *q)
{
    return signed_body(ctx, m, question(ctx, m, q, "querydr"), query_order);
}

char *vnpay_refund_body(const void *ctx, const struct vnpay_merchant *m, const struct vnpay_question *q)
{
    json_t *o = question(ctx, m, q, "refund");
    json_object_set_new(o, "vnp_TransactionType", json_string("02")); /* all of it */
    json_object_set_new(o, "vnp_Amount", json_integer(q->amount_dong * 100));
    json_object_set_new(o, "vnp_CreateBy", json_string(q->created_by));
    return signed_body(ctx, m, o, refund_order);
}

/* The answer, if the gateway signed it and it is about this order; NULL and why if not. */
static json_t *believed(const void *ctx, const struct vnpay_merchant *m, const char *text,
                        const char *const *order, const struct attempt *a, const char **why)
{
    json_t *o;
    struct err err = { 0 };
    *why = NULL;
    if (json_parse(ctx, text, strlen(text), &o, &err) != 0 || !json_is_object(o))
        *why = "the answer is not JSON";
    else if (!crypt_hex_equal(member(ctx, o, hash_name), joined_hash(ctx, m->secret, o, order)))
        *why = "the answer is not signed by the gateway";
    else if (strcmp(member(ctx, o, "vnp_TmnCode"), m->tmn_code) != 0 ||
             strcmp(member(ctx, o, "vnp_TxnRef"), a->txn_ref) != 0)
        *why = "the answer is about another order";
    return *why ? NULL : o;
}

static struct vnpay_result result_in(const void *ctx, const json_t *o)
{
    return (struct vnpay_result){
        .txn_ref = member(ctx, o, "vnp_TxnRef"),
        .transaction_no = member(ctx, o, "vnp_TransactionNo"),
        .bank_code = member(ctx, o, "vnp_BankCode"),
        .bank_ref = "",
        .response_code = member(ctx, o, "vnp_ResponseCode"),
        .status = member(ctx, o, "vnp_TransactionStatus"),
        .amount_dong = wire_amount(member(ctx, o, "vnp_Amount")),
        .paid_at_ms = wire_time(member(ctx, o, "vnp_PayDate")),
    };
}

enum attempt_word vnpay_read_query(const void *ctx, const struct vnpay_merchant *m, const char *text,
                                   const struct attempt *a, struct vnpay_result *r, const char **why)
{
    json_t *o = believed(ctx, m, text, query_answer_order, a, why);
    if (!o)
        return WORD_SILENT;
    *r = result_in(ctx, o);
    if (strcmp(r->response_code, "91") == 0)
        return WORD_ABSENT;
    if (strcmp(r->response_code, "00") != 0)
        *why = talloc_asprintf(ctx, "the gateway refuses the question with code %.8s", r->response_code);
    else if (r->amount_dong != a->amount_dong)
        *why = "the gateway names another amount";
    if (*why)
        return WORD_SILENT;
    if (strcmp(r->status, "02") == 0)
        return WORD_REFUSED; /* 00 is the code of the question here, not of the payment */
    return vnpay_word(r);
}

enum refund_state vnpay_read_refund(const void *ctx, const struct vnpay_merchant *m, const char *text,
                                    const struct attempt *a, struct vnpay_result *r, const char **why)
{
    json_t *o = believed(ctx, m, text, refund_answer_order, a, why);
    if (!o)
        return REFUND_UNKNOWN;
    *r = result_in(ctx, o);
    if (strcmp(r->response_code, "94") == 0)
        return REFUND_DONE;
    *why =
        talloc_asprintf(ctx, "the gateway answers with code %.8s, status %.8s", r->response_code, r->status);
    if (strcmp(r->response_code, "91") == 0 || strcmp(r->response_code, "95") == 0)
        return REFUND_REFUSED;
    if (strcmp(r->response_code, "00") != 0 || r->amount_dong != a->amount_dong)
        return REFUND_UNKNOWN;
    return strcmp(r->status, "09") == 0 ? REFUND_REFUSED : REFUND_DONE;
}

/* gateway.c — what the payment gateway and the bank say (vnpay.c, statement.c, purpose.c). The first line
 * says what follows: "ipn" a query, "query" or "refund" the answer to one, "statement" a CSV, "purpose" the
 * words of a transfer. Calls are signed here, so that what lies behind the signature is reached; once also
 * as they came. */
#include "fuzz.h"
#include "services/payment/statement.h"
#include "services/payment/vnpay.c"
#include "text.h"

static const struct vnpay_merchant merchant = { "https://pay.example", "MOTCUA01", "secret", "127.0.0.1" };
#define CODE    "000.00.01.H07-261101-0001"
#define TXN_REF CODE ".1.1"

static struct attempt order(void)
{
    static const struct id id = { { 1 } };
    struct attempt a = attempt_new(&id, CODE, 1, METHOD_GATEWAY, 150000, INT64_C(1793500000000));
    a.state = ATTEMPT_PENDING;
    a.txn_ref = TXN_REF;
    a.pay_url = a.gateway_no = a.bank_code = a.bank_ref = a.last_word = a.taken_by = "";
    return a;
}

/* ---- the IPN -------------------------------------------------------------------------------------- */

static void judge(void *ctx, const struct vnpay_params *p)
{
    struct attempt a = order();
    struct attempt_change change;
    struct err err = { 0 };
    struct vnpay_result r = vnpay_result_of(p);
    bool is_signed = vnpay_is_signed(p, merchant.secret);
    enum ipn_verdict verdict = vnpay_judge_ipn(is_signed, &a, &r, a.created_at_ms);
    ASSERT(is_signed || verdict == IPN_NOT_SIGNED);
    ASSERT(verdict != IPN_CONFIRM || r.amount_dong == a.amount_dong);
    if (verdict == IPN_CONFIRM)
        attempt_hear(&a, vnpay_word(&r), a.created_at_ms, &change, &err);
    ASSERT(*ipn_code(verdict) && *ipn_message(verdict) && vnpay_codes(ctx, &r));
}

static void check_ipn(void *ctx, char *query)
{
    struct vnpay_params p = { 0 };
    for (char *one; (one = strsep(&query, "&\n"));) {
        char *name = strsep(&one, "=");
        vnpay_add(&p, name, one ? one : "");
    }
    judge(ctx, &p);
    if (p.count >= VNPAY_PARAMS_MAX || *vnpay_value(&p, hash_name))
        return;
    vnpay_add(&p, hash_name, vnpay_hash(ctx, merchant.secret, vnpay_sign_data(ctx, &p)));
    ASSERT(vnpay_is_signed(&p, merchant.secret) == are_different(&p));
    judge(ctx, &p);
}

/* ---- answers -------------------------------------------------------------------------------------- */

static const char *signed_answer(void *ctx, const char *text, const char *const *fields)
{
    json_t *o;
    struct err err = { 0 };
    if (json_parse(ctx, text, strlen(text), &o, &err) != 0 || !json_is_object(o))
        return text;
    json_object_set_new(o, "vnp_TmnCode", json_string(merchant.tmn_code));
    json_object_set_new(o, "vnp_TxnRef", json_string(TXN_REF));
    return signed_body(ctx, &merchant, o, fields);
}

static void check_query(void *ctx, const char *text)
{
    struct attempt a = order();
    struct vnpay_result r;
    const char *why;
    ASSERT(vnpay_read_query(ctx, &merchant, text, &a, &r, &why) == WORD_SILENT);
    enum attempt_word word =
        vnpay_read_query(ctx, &merchant, signed_answer(ctx, text, query_answer_order), &a, &r, &why);
    ASSERT(word != WORD_PAID || r.amount_dong == a.amount_dong);
    ASSERT(word != WORD_SILENT || why);
}

static void check_refund(void *ctx, const char *text)
{
    struct attempt a = order();
    struct vnpay_result r;
    const char *why;
    ASSERT(vnpay_read_refund(ctx, &merchant, text, &a, &r, &why) == REFUND_UNKNOWN);
    vnpay_read_refund(ctx, &merchant, signed_answer(ctx, text, refund_answer_order), &a, &r, &why);
}

/* ---- the bank ------------------------------------------------------------------------------------- */

static void check_purpose(void *ctx, const char *text)
{
    char codes[PURPOSE_CODES_MAX][COMPACT_TEXT];
    size_t n = purpose_codes(text, codes);
    ASSERT(n <= PURPOSE_CODES_MAX);
    for (size_t i = 0; i < n; i++)
        ASSERT(memchr(codes[i], '\0', COMPACT_TEXT));
    if (text_is_utf8(text, strlen(text)))
        ASSERT(plain_capitals(ctx, text));
}

static void check_statement(void *ctx, const char *text)
{
    struct csv_file *csv;
    struct err err = { 0 };
    if (csv_read(ctx, text, strlen(text), NULL, &csv, &err) != 0)
        return;
    for (size_t i = 0; i < csv->rows_count; i++) {
        struct statement_row row = { 0 };
        struct err row_err = { 0 };
        csv_check_row(csv, &csv->rows[i], &row_err);
        if (statement_read(csv, &csv->rows[i], &row, &row_err) == 0) {
            ASSERT(row.amount_dong > 0 && row.paid_at_ms);
            check_purpose(ctx, row.purpose);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        const char *name;
        void (*check)(void *ctx, const char *text);
    } kinds[] = { { "query", check_query },
                  { "refund", check_refund },
                  { "statement", check_statement },
                  { "purpose", check_purpose } };
    void *ctx = talloc_new(NULL);
    char *rest = fuzz_text(ctx, data, size), *kind = strsep(&rest, "\n");
    if (rest && strcmp(kind, "ipn") == 0)
        check_ipn(ctx, rest);
    for (size_t i = 0; rest && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, kind) == 0)
            kinds[i].check(ctx, rest);
    talloc_free(ctx);
    return 0;
}

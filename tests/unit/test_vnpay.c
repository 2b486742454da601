/* links: services/payment/vnpay.c services/payment/attempt.c */
/* VNPAY's redirect and its IPN call against the vectors, and what must not be believed. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "json.h"
#include "tests/unit/payment.h"
#include "tests/unit/vectors.h"

/* ---- the payer's address ---- */

static void check_url(const json_t *v)
{
    const json_t *in = json_object_get(v, "input");
    const char *expected = text_of(v, "expected_url"), *bank = text_of(in, "vnp_BankCode");
    char created[24];
    snprintf(created, sizeof created, "%lld",
             (long long)json_integer_value(json_object_get(in, "vnp_CreateDate")));
    const struct vnpay_merchant m = { talloc_strndup(ctx, expected, strcspn(expected, "?")),
                                      text_of(in, "tmnCode"), text_of(in, "secret"), "" };
    /* clang-format off */
    const struct vnpay_order o = {
        .txn_ref = text_of(in, "vnp_TxnRef"), .info = text_of(in, "vnp_OrderInfo"), .bank = bank ? bank : "",
        .return_url = text_of(in, "vnp_ReturnUrl"), .client_ip = text_of(in, "vnp_IpAddr"),
        .order_type = text_of(in, "vnp_OrderType"), .locale = text_of(in, "vnp_Locale"),
        .amount_dong = json_integer_value(json_object_get(in, "vnp_Amount")), .created_at_ms = time_of(created),
    };
    /* clang-format on */
    assert_string_equal(vnpay_pay_url(ctx, &m, &o), expected);
    assert_string_equal(vnpay_hash(ctx, m.secret, text_of(v, "sign_data")),
                        text_of(v, "expected_secure_hash"));
}

static void addresses_are_those_of_the_vectors(void **state)
{
    (void)state;
    size_t i;
    json_t *v, *root = vectors_load("vnpay_payment_url.json");
    json_array_foreach (json_object_get(root, "vectors"), i, v)
        check_url(v);
    json_decref(root);
}

static void an_address_names_its_end_in_local_time(void **state)
{
    (void)state;
    /* clang-format off */
    const struct vnpay_order o = {
        .txn_ref = "000.00.01.H07-200421-0001.1.1", .info = "Nop phi", .return_url = "https://dvc.example.vn/r",
        .client_ip = "127.0.0.1", .order_type = "250000", .locale = "vn", .bank = "", .amount_dong = 8000,
        .created_at_ms = time_of("20201231235959"), .expires_at_ms = time_of("20210101001459"),
    };
    /* clang-format on */
    const char *url = vnpay_pay_url(ctx, &merchant, &o);
    assert_non_null(strstr(url, "vnp_Amount=800000&vnp_Command=pay&vnp_CreateDate=20201231235959&"));
    assert_non_null(strstr(url, "&vnp_ExpireDate=20210101001459&vnp_IpAddr=127.0.0.1&"));
    assert_non_null(strstr(url, "&vnp_TxnRef=000.00.01.H07-200421-0001.1.1&"));
    assert_null(strstr(url, "vnp_BankCode"));
}

/* ---- the IPN call ---- */

static struct vnpay_params params_of(const json_t *query)
{
    struct vnpay_params p = { 0 };
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)query, name, value)
        vnpay_add(&p, name, json_string_value(value));
    return p;
}

static void check_ipn(const json_t *root, const json_t *v)
{
    const json_t *stored = json_object_get(root, "stored_order"), *query = json_object_get(v, "query");
    struct attempt order =
        order_of(text_of(stored, "vnp_TxnRef"), json_integer_value(json_object_get(stored, "amount_vnd")));
    struct vnpay_params p = params_of(query);
    struct vnpay_result r = vnpay_result_of(&p);
    bool is_signed = vnpay_is_signed(&p, text_of(root, "secret"));
    enum ipn_verdict verdict = vnpay_judge_ipn(is_signed, &order, &r, NOW);
    const char *wanted = text_of(json_object_get(v, "merchant_reply"), "RspCode");
    const char *message = text_of(json_object_get(v, "merchant_reply"), "Message");
    assert_string_equal(vnpay_sign_data(ctx, &p), text_of(v, "sign_data"));
    assert_memory_equal(ipn_code(verdict), wanted, 2); /* "00 if compared case-insensitively" */
    if (message)
        assert_string_equal(ipn_message(verdict), message);
    if (is_signed) {
        bool paid = json_is_true(json_object_get(json_object_get(v, "package_result"), "isSuccess"));
        assert_int_equal(vnpay_word(&r), paid ? WORD_PAID : WORD_REFUSED);
    }
}

static void calls_are_judged_as_in_the_vectors(void **state)
{
    (void)state;
    size_t i;
    json_t *v, *root = vectors_load("vnpay_ipn.json");
    json_array_foreach (json_object_get(root, "vectors"), i, v)
        check_ipn(root, v);
    json_decref(root);
}

static struct vnpay_result said(const char *response, const char *status, int64_t amount_dong)
{
    return (struct vnpay_result){ .response_code = response, .status = status, .amount_dong = amount_dong };
}

static void checks_come_in_their_order(void **state)
{
    (void)state;
    static const struct {
        bool is_signed, is_known;
        int64_t amount;
        enum attempt_state state;
        const char *response, *status, *code;
    } rows[] = {
        { false, false, 1, ATTEMPT_SUCCEEDED, "00", "00", "97" },
        { true, false, 1, ATTEMPT_SUCCEEDED, "00", "00", "01" },
        { true, true, 1, ATTEMPT_SUCCEEDED, "00", "00", "04" },
        { true, true, -1, ATTEMPT_PENDING, "00", "00", "04" },
        { true, true, 8000, ATTEMPT_SUCCEEDED, "00", "00", "02" },
        { true, true, 8000, ATTEMPT_SUCCEEDED, "24", "02", "02" },
        { true, true, 8000, ATTEMPT_FAILED, "24", "02", "02" },
        { true, true, 8000, ATTEMPT_FAILED, "00", "00", "00" },
        { true, true, 8000, ATTEMPT_PENDING, "00", "00", "00" },
        { true, true, 8000, ATTEMPT_UNKNOWN, "24", "02", "00" },
        { true, true, 8000, ATTEMPT_UNKNOWN, "07", "07", "00" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct attempt order = order_of("R.1", 8000);
        order.state = rows[i].state;
        struct vnpay_result r = said(rows[i].response, rows[i].status, rows[i].amount);
        enum ipn_verdict verdict =
            vnpay_judge_ipn(rows[i].is_signed, rows[i].is_known ? &order : NULL, &r, NOW);
        assert_string_equal(ipn_code(verdict), rows[i].code);
    }
}

static void only_both_codes_mean_paid(void **state)
{
    (void)state;
    static const struct {
        const char *response, *status;
        enum attempt_word word;
    } rows[] = {
        { "00", "00", WORD_PAID }, { "24", "02", WORD_REFUSED }, { "51", "02", WORD_REFUSED },
        { "00", "01", WORD_OPEN }, { "07", "07", WORD_HELD },    { "00", "", WORD_HELD },
        { "24", "00", WORD_HELD }, { "00", "02", WORD_HELD },    { "00", "04", WORD_HELD },
        { "", "", WORD_HELD },     { "00", "000", WORD_HELD },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vnpay_result r = said(rows[i].response, rows[i].status, 0);
        assert_int_equal(vnpay_word(&r), rows[i].word);
    }
}

static void what_is_given_twice_or_too_much_is_not_signed(void **state)
{
    (void)state;
    struct vnpay_params p = { 0 };
    vnpay_add(&p, "vnp_Amount", "800000");
    vnpay_add(&p, "vnp_TxnRef", "R.1");
    const char *hash = vnpay_hash(ctx, merchant.secret, "vnp_Amount=800000&vnp_TxnRef=R.1");
    vnpay_add(&p, "vnp_SecureHash", hash);
    assert_true(vnpay_is_signed(&p, merchant.secret));
    assert_false(vnpay_is_signed(&p, "another secret"));
    struct vnpay_params twice = p;
    vnpay_add(&twice, "vnp_TxnRef", "");
    assert_false(vnpay_is_signed(&twice, merchant.secret));
    for (int i = 0; i < VNPAY_PARAMS_MAX; i++)
        vnpay_add(&p, talloc_asprintf(ctx, "vnp_X%d", i), "");
    assert_false(vnpay_is_signed(&p, merchant.secret));
}

static void amounts_on_the_wire_are_whole_dong_times_a_hundred(void **state)
{
    (void)state;
    static const struct {
        const char *wire;
        int64_t dong;
    } rows[] = {
        { "800000", 8000 },
        { "0", 0 },
        { "800001", -1 },
        { "", -1 },
        { "8e5", -1 },
        { "-100", -1 },
        { "99999999999900", 999999999999 },
        { "9999999999999900", -1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vnpay_params p = { 0 };
        vnpay_add(&p, "vnp_Amount", rows[i].wire);
        assert_int_equal(vnpay_result_of(&p).amount_dong, rows[i].dong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_those_of_the_vectors),
        cmocka_unit_test(an_address_names_its_end_in_local_time),
        cmocka_unit_test(calls_are_judged_as_in_the_vectors),
        cmocka_unit_test(checks_come_in_their_order),
        cmocka_unit_test(only_both_codes_mean_paid),
        cmocka_unit_test(what_is_given_twice_or_too_much_is_not_signed),
        cmocka_unit_test(amounts_on_the_wire_are_whole_dong_times_a_hundred),
    };
    return cmocka_run_group_tests(tests, group_open, group_close);
}

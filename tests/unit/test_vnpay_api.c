/* links: services/payment/vnpay.c services/payment/attempt.c */
/* Asking VNPAY: querydr and refund against the vectors, and what their answers mean. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "json.h"
#include "tests/unit/payment.h"
#include "tests/unit/vectors.h"

static char *digits_of(const json_t *o, const char *name)
{
    json_int_t n = json_integer_value(json_object_get(o, name));
    return talloc_asprintf(ctx, "%" JSON_INTEGER_FORMAT, n);
}

static void check_body(const json_t *v)
{
    struct err err = { 0 };
    json_t *built, *body = json_object_get(v, "request_body");
    bool is_refund = strcmp(text_of(body, "vnp_Command"), "refund") == 0;
    struct vnpay_merchant m = merchant;
    m.server_ip = text_of(body, "vnp_IpAddr");
    const struct vnpay_question q = {
        .request_id = text_of(body, "vnp_RequestId"),
        .txn_ref = text_of(body, "vnp_TxnRef"),
        .transaction_no = digits_of(body, "vnp_TransactionNo"),
        .info = text_of(body, "vnp_OrderInfo"),
        .order_created_at_ms = time_of(digits_of(body, "vnp_TransactionDate")),
        .now_ms = time_of(digits_of(body, "vnp_CreateDate")),
        .created_by = text_of(body, "vnp_CreateBy"),
        .amount_dong = json_integer_value(json_object_get(body, "vnp_Amount")) / 100,
    };
    const char *text = is_refund ? vnpay_refund_body(ctx, &m, &q) : vnpay_query_body(ctx, &m, &q);
    assert_int_equal(json_parse(ctx, text, strlen(text), &built, &err), 0);
    assert_true(json_equal(built, body));
}

/* The answer is believed; changed anywhere it is not. */
static void check_answer(const json_t *v)
{
    const char *why;
    struct vnpay_result r;
    json_t *answer = json_object_get(v, "response_body");
    bool is_refund = strcmp(text_of(answer, "vnp_Command"), "refund") == 0;
    struct attempt a = order_of(text_of(answer, "vnp_TxnRef"), 8000);
    const char *text = json_print(ctx, answer);
    if (is_refund)
        assert_int_equal(vnpay_read_refund(ctx, &merchant, text, &a, &r, &why), REFUND_DONE);
    else
        assert_int_equal(vnpay_read_query(ctx, &merchant, text, &a, &r, &why), WORD_PAID);
    assert_string_equal(r.transaction_no, text_of(answer, "vnp_TransactionNo"));
    const char *name;
    json_t *value, *forged = json_deep_copy(answer);
    json_object_foreach (answer, name, value) {
        json_object_set_new(forged, name, json_string("9"));
        text = json_print(ctx, forged);
        if (is_refund)
            assert_int_equal(vnpay_read_refund(ctx, &merchant, text, &a, &r, &why), REFUND_UNKNOWN);
        else
            assert_int_equal(vnpay_read_query(ctx, &merchant, text, &a, &r, &why), WORD_SILENT);
        json_object_set(forged, name, value);
    }
    json_decref(forged);
}

static void questions_and_answers_are_those_of_the_vectors(void **state)
{
    (void)state;
    size_t i;
    json_t *v, *root = vectors_load("vnpay_query_refund.json");
    json_array_foreach (json_object_get(root, "vectors"), i, v) {
        check_body(v);
        check_answer(v);
    }
    json_decref(root);
}

/* An answer of the gateway, signed. */
static const char *answer(bool is_refund, const char *code, const char *status, const char *txn_ref,
                          const char *amount)
{
    const char *command = is_refund ? "refund" : "querydr";
    const char *data = talloc_asprintf(ctx, "R1|%s|%s|m|DVCTEST1|%s|%s|||77||%s|%s", command, code, txn_ref,
                                       amount, status, is_refund ? "" : "||");
    json_t *o =
        json_own(ctx, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "vnp_ResponseId", "R1",
                                "vnp_Command", command, "vnp_ResponseCode", code, "vnp_Message", "m",
                                "vnp_TmnCode", "DVCTEST1", "vnp_TxnRef", txn_ref, "vnp_Amount", amount,
                                "vnp_TransactionNo", "77", "vnp_TransactionStatus", status, "vnp_SecureHash",
                                vnpay_hash(ctx, merchant.secret, data)));
    return json_print(ctx, o);
}

static void answers_to_a_question_become_words(void **state)
{
    (void)state;
    static const struct {
        const char *code, *status, *txn_ref, *amount;
        enum attempt_word word;
    } rows[] = {
        { "00", "00", "R.1", "800000", WORD_PAID },    { "00", "01", "R.1", "800000", WORD_OPEN },
        { "00", "02", "R.1", "800000", WORD_REFUSED }, { "00", "07", "R.1", "800000", WORD_HELD },
        { "91", "", "R.1", "", WORD_ABSENT },          { "94", "", "R.1", "", WORD_SILENT },
        { "99", "00", "R.1", "800000", WORD_SILENT },  { "00", "00", "R.1", "800100", WORD_SILENT },
        { "00", "00", "R.2", "800000", WORD_SILENT },
    };
    struct attempt a = order_of("R.1", 8000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why;
        struct vnpay_result r;
        const char *text = answer(false, rows[i].code, rows[i].status, rows[i].txn_ref, rows[i].amount);
        assert_int_equal(vnpay_read_query(ctx, &merchant, text, &a, &r, &why), rows[i].word);
        assert_int_equal(rows[i].word == WORD_SILENT, why != NULL);
    }
}

static void answers_to_a_refund_become_states(void **state)
{
    (void)state;
    static const struct {
        const char *code, *status, *amount;
        enum refund_state state;
    } rows[] = {
        { "00", "05", "800000", REFUND_DONE },  { "00", "06", "800000", REFUND_DONE },
        { "94", "", "", REFUND_DONE },          { "00", "09", "800000", REFUND_REFUSED },
        { "95", "", "", REFUND_REFUSED },       { "91", "", "", REFUND_REFUSED },
        { "99", "", "", REFUND_UNKNOWN },       { "97", "", "", REFUND_UNKNOWN },
        { "00", "05", "8000", REFUND_UNKNOWN },
    };
    struct attempt a = order_of("R.1", 8000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why;
        struct vnpay_result r;
        const char *text = answer(true, rows[i].code, rows[i].status, "R.1", rows[i].amount);
        assert_int_equal(vnpay_read_refund(ctx, &merchant, text, &a, &r, &why), rows[i].state);
    }
}

static void garbage_is_silence(void **state)
{
    (void)state;
    static const char *const texts[] = { "",   "<html>502</html>",          "[]",
                                         "{}", "{\"vnp_SecureHash\":\"\"}", "{\"vnp_SecureHash\":[]}" };
    struct attempt a = order_of("R.1", 8000);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *why;
        struct vnpay_result r;
        assert_int_equal(vnpay_read_query(ctx, &merchant, texts[i], &a, &r, &why), WORD_SILENT);
        assert_non_null(why);
        assert_int_equal(vnpay_read_refund(ctx, &merchant, texts[i], &a, &r, &why), REFUND_UNKNOWN);
        assert_non_null(why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_and_answers_are_those_of_the_vectors),
        cmocka_unit_test(answers_to_a_question_become_words),
        cmocka_unit_test(answers_to_a_refund_become_states),
        cmocka_unit_test(garbage_is_silence),
    };
    return cmocka_run_group_tests(tests, group_open, group_close);
}

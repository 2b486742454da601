/* links: services/payment/attempt.c services/payment/refund.c */
/* The drawing in attempt.h, checked cell by cell; and every history of six words, walked through. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "services/payment/attempt.h"
#include "services/payment/refund.h"

enum { NOW = 1000000, HOUR_MS = 3600000 };

static const struct {
    enum attempt_state from;
    enum attempt_word word;
    enum attempt_state to, lapsed; /* lapsed: two days after its expiry */
} drawn[] = {
    { ATTEMPT_CREATED, WORD_OFFERED, ATTEMPT_PENDING, ATTEMPT_PENDING },
    { ATTEMPT_CREATED, WORD_PAID, ATTEMPT_SUCCEEDED, ATTEMPT_SUCCEEDED },
    { ATTEMPT_PENDING, WORD_PAID, ATTEMPT_SUCCEEDED, ATTEMPT_SUCCEEDED },
    { ATTEMPT_PENDING, WORD_REFUSED, ATTEMPT_FAILED, ATTEMPT_FAILED },
    { ATTEMPT_PENDING, WORD_OPEN, ATTEMPT_PENDING, ATTEMPT_FAILED },
    { ATTEMPT_PENDING, WORD_ABSENT, ATTEMPT_PENDING, ATTEMPT_FAILED },
    { ATTEMPT_PENDING, WORD_HELD, ATTEMPT_UNKNOWN, ATTEMPT_UNKNOWN },
    { ATTEMPT_PENDING, WORD_SILENT, ATTEMPT_UNKNOWN, ATTEMPT_UNKNOWN },
    { ATTEMPT_UNKNOWN, WORD_PAID, ATTEMPT_SUCCEEDED, ATTEMPT_SUCCEEDED },
    { ATTEMPT_UNKNOWN, WORD_REFUSED, ATTEMPT_FAILED, ATTEMPT_FAILED },
    { ATTEMPT_UNKNOWN, WORD_OPEN, ATTEMPT_PENDING, ATTEMPT_FAILED },
    { ATTEMPT_UNKNOWN, WORD_ABSENT, ATTEMPT_PENDING, ATTEMPT_FAILED },
    { ATTEMPT_UNKNOWN, WORD_HELD, ATTEMPT_UNKNOWN, ATTEMPT_UNKNOWN },
    { ATTEMPT_UNKNOWN, WORD_SILENT, ATTEMPT_UNKNOWN, ATTEMPT_UNKNOWN },
    { ATTEMPT_FAILED, WORD_PAID, ATTEMPT_SUCCEEDED, ATTEMPT_SUCCEEDED },
};

static void check_cell(int from, int word, int64_t expires_at_ms, bool is_late)
{
    int want = E_CONFLICT, to = -1;
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++)
        if ((int)drawn[i].from == from && (int)drawn[i].word == word) {
            want = E_OK;
            to = (int)(is_late ? drawn[i].lapsed : drawn[i].to);
        }
    struct attempt a = { .method = METHOD_GATEWAY,
                         .state = (enum attempt_state)from,
                         .expires_at_ms = expires_at_ms };
    struct attempt_change change = { 0 };
    struct err err = { 0 };
    assert_int_equal(attempt_hear(&a, (enum attempt_word)word, NOW + 48 * (int64_t)HOUR_MS, &change, &err),
                     want);
    if (want == E_OK)
        assert_int_equal(change.to, to);
}

static void every_cell_is_as_drawn(void **state)
{
    (void)state;
    for (int from = 0; from < ATTEMPT_STATES; from++)
        for (int word = 0; word < ATTEMPT_WORDS; word++) {
            check_cell(from, word, NOW + 49 * (int64_t)HOUR_MS, false); /* not over */
            check_cell(from, word, 0, false);                           /* without an end */
            check_cell(from, word, NOW - 1, true);
        }
}

static enum attempt_state hear(struct attempt *a, enum attempt_word word, int64_t now_ms)
{
    struct attempt_change change;
    struct err err = { 0 };
    if (attempt_hear(a, word, now_ms, &change, &err) == 0) {
        a->state = change.to;
        a->is_released = change.is_released;
    }
    return a->state;
}

/* What must hold whatever is heard in whatever order: money that came is never forgotten, and nothing else
 * makes it. */
static void walk(struct attempt a, bool was_paid, int depth)
{
    assert_int_equal(a.state == ATTEMPT_SUCCEEDED, was_paid);
    if (depth == 0)
        return;
    for (int word = 0; word < ATTEMPT_WORDS; word++) {
        struct attempt next = a;
        enum attempt_state to = hear(&next, (enum attempt_word)word, NOW);
        bool gateways_word = word != WORD_SILENT && word != WORD_HELD && word != WORD_OFFERED;
        if (a.state == ATTEMPT_UNKNOWN && to != ATTEMPT_UNKNOWN)
            assert_true(gateways_word);
        if (to == ATTEMPT_FAILED && a.state != ATTEMPT_FAILED)
            assert_true(word == WORD_REFUSED);
        walk(next, was_paid || (word == WORD_PAID), depth - 1);
    }
}

static void money_is_never_forgotten_and_silence_never_fails(void **state)
{
    (void)state;
    struct attempt a = { .method = METHOD_GATEWAY, .state = ATTEMPT_PENDING, .expires_at_ms = NOW + HOUR_MS };
    walk(a, false, 6);
}

static void an_attempt_blocks_until_it_is_over_or_known_unpaid_after_its_end(void **state)
{
    (void)state;
    struct attempt a = { .method = METHOD_GATEWAY, .state = ATTEMPT_PENDING, .expires_at_ms = NOW };
    assert_true(attempt_blocks(&a));
    hear(&a, WORD_OPEN, NOW + 4000);
    assert_true(attempt_blocks(&a)); /* a link opened in its last second might be paid now */
    hear(&a, WORD_SILENT, NOW + 20000);
    assert_true(attempt_blocks(&a));
    hear(&a, WORD_OPEN, NOW + 20000);
    assert_false(attempt_blocks(&a));
    assert_int_equal(a.state, ATTEMPT_PENDING);
    hear(&a, WORD_SILENT, NOW + 25000);
    assert_false(attempt_blocks(&a));
    assert_int_equal(hear(&a, WORD_PAID, NOW + 30000), ATTEMPT_SUCCEEDED);
    struct attempt transfer = { .method = METHOD_TRANSFER, .state = ATTEMPT_PENDING };
    assert_false(attempt_blocks(&transfer));
}

static void a_link_nobody_opened_fails_soon_after_its_end(void **state)
{
    (void)state;
    struct attempt a = { .method = METHOD_GATEWAY, .state = ATTEMPT_PENDING, .expires_at_ms = NOW };
    assert_int_equal(hear(&a, WORD_ABSENT, NOW + 4000), ATTEMPT_PENDING);
    assert_int_equal(hear(&a, WORD_ABSENT, NOW + 5001), ATTEMPT_FAILED);
}

static void the_gateway_is_asked_less_often_as_time_goes_by(void **state)
{
    (void)state;
    struct attempt a = { .created_at_ms = NOW, .expires_at_ms = NOW + 900000 };
    assert_int_equal(attempt_ask_after_ms(&a, NOW + 1000), 15000);
    assert_int_equal(attempt_ask_after_ms(&a, NOW + 100000), 50000);
    assert_int_equal(attempt_ask_after_ms(&a, NOW + 890000), 16000); /* right after its end */
    assert_int_equal(attempt_ask_after_ms(&a, NOW + 24 * (int64_t)HOUR_MS), 600000);
}

static void names_read_back(void **state)
{
    (void)state;
    char ref[TXN_REF_TEXT];
    for (int i = 0; i < ATTEMPT_STATES; i++) {
        enum attempt_state back;
        assert_true(attempt_state_parse(attempt_state_name((enum attempt_state)i), &back));
        assert_int_equal(back, i);
    }
    for (int i = METHOD_GATEWAY; i < PAY_METHODS; i++) {
        enum pay_method back;
        assert_true(pay_method_parse(pay_method_name((enum pay_method)i), &back));
        assert_int_equal(back, i);
    }
    enum attempt_state s;
    enum pay_method m;
    assert_false(attempt_state_parse("paid", &s));
    assert_false(pay_method_parse("", &m));
    assert_string_equal(txn_ref_format("H07.15-200421-0001", 2, 3, ref), "H07.15-200421-0001.2.3");
}

static void a_clerk_pays_back_only_what_the_gateway_does_not(void **state)
{
    (void)state;
    static const struct {
        enum pay_method method;
        enum refund_state state;
        int want;
    } rows[] = {
        { METHOD_CASH, REFUND_REQUESTED, E_OK },          { METHOD_TRANSFER, REFUND_REQUESTED, E_OK },
        { METHOD_GATEWAY, REFUND_REQUESTED, E_CONFLICT }, { METHOD_GATEWAY, REFUND_UNKNOWN, E_CONFLICT },
        { METHOD_GATEWAY, REFUND_REFUSED, E_OK },         { METHOD_CASH, REFUND_DONE, E_CONFLICT },
        { METHOD_GATEWAY, REFUND_DONE, E_CONFLICT },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = { 0 };
        struct refund f = { .method = rows[i].method, .state = rows[i].state };
        assert_int_equal(refund_check_clerk(&f, &err), rows[i].want);
    }
    for (int i = 0; i < REFUND_STATES; i++) {
        enum refund_state back;
        assert_true(refund_state_parse(refund_state_phrase((enum refund_state)i)->code, &back));
        assert_int_equal(back, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_as_drawn),
        cmocka_unit_test(money_is_never_forgotten_and_silence_never_fails),
        cmocka_unit_test(an_attempt_blocks_until_it_is_over_or_known_unpaid_after_its_end),
        cmocka_unit_test(a_link_nobody_opened_fails_soon_after_its_end),
        cmocka_unit_test(the_gateway_is_asked_less_often_as_time_goes_by),
        cmocka_unit_test(names_read_back),
        cmocka_unit_test(a_clerk_pays_back_only_what_the_gateway_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

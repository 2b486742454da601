/* attempt.c — see attempt.h: the drawing as a table. A pair (state, word) that is not listed does nothing. */
#include "attempt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    GRACE_MS = 5000,   /* a link opened in its last second is known to the gateway by then */
    DAY_MS = 86400000, /* an order left open so long after its expiry will never be paid */
    ASK_LEAST_MS = 15000,
    ASK_MOST_MS = 600000
};

static const struct rule {
    enum attempt_state from;
    enum attempt_word word;
    enum attempt_state to;
    int64_t lapses_after_ms; /* this long after its expiry the attempt has failed; 0: never by this word */
} rules[] = {
    { ATTEMPT_CREATED, WORD_OFFERED, ATTEMPT_PENDING, 0 },
    { ATTEMPT_CREATED, WORD_PAID, ATTEMPT_SUCCEEDED, 0 },
    { ATTEMPT_PENDING, WORD_PAID, ATTEMPT_SUCCEEDED, 0 },
    { ATTEMPT_PENDING, WORD_REFUSED, ATTEMPT_FAILED, 0 },
    { ATTEMPT_PENDING, WORD_OPEN, ATTEMPT_PENDING, DAY_MS },
    { ATTEMPT_PENDING, WORD_ABSENT, ATTEMPT_PENDING, GRACE_MS },
    { ATTEMPT_PENDING, WORD_HELD, ATTEMPT_UNKNOWN, 0 },
    { ATTEMPT_PENDING, WORD_SILENT, ATTEMPT_UNKNOWN, 0 },
    { ATTEMPT_UNKNOWN, WORD_PAID, ATTEMPT_SUCCEEDED, 0 },
    { ATTEMPT_UNKNOWN, WORD_REFUSED, ATTEMPT_FAILED, 0 },
    { ATTEMPT_UNKNOWN, WORD_OPEN, ATTEMPT_PENDING, DAY_MS },
    { ATTEMPT_UNKNOWN, WORD_ABSENT, ATTEMPT_PENDING, GRACE_MS },
    { ATTEMPT_UNKNOWN, WORD_HELD, ATTEMPT_UNKNOWN, 0 },
    { ATTEMPT_UNKNOWN, WORD_SILENT, ATTEMPT_UNKNOWN, 0 },
    { ATTEMPT_FAILED, WORD_PAID, ATTEMPT_SUCCEEDED, 0 },
};

static const struct phrase state_phrases[ATTEMPT_STATES] = {
    [ATTEMPT_CREATED] = { "created", "Mới tạo", "Created" },
    [ATTEMPT_PENDING] = { "pending", "Đang chờ thanh toán", "Waiting for payment" },
    [ATTEMPT_SUCCEEDED] = { "succeeded", "Đã nhận tiền", "Paid" },
    [ATTEMPT_FAILED] = { "failed", "Không thành công, chưa thu tiền", "Not paid" },
    [ATTEMPT_UNKNOWN] = { "unknown", "Đang xác minh với cổng thanh toán",
                          "Being checked with the payment gateway" },
};

static const char *const method_names[PAY_METHODS] = { "", "gateway", "transfer", "cash" };

struct attempt attempt_new(const struct id *id, const char *code, uint32_t request_no, enum pay_method method,
                           int64_t amount_dong, int64_t now_ms)
{
    struct attempt a = { .id = *id, .request_no = request_no, .method = method, .amount_dong = amount_dong };
    snprintf(a.code, sizeof a.code, "%s", code);
    a.created_at_ms = now_ms;
    a.txn_ref = a.pay_url = a.gateway_no = a.bank_code = a.bank_ref = a.last_word = a.taken_by = "";
    return a;
}

static bool has_been_over(const struct attempt *a, int64_t for_ms, int64_t now_ms)
{
    return a->expires_at_ms > 0 && now_ms - a->expires_at_ms > for_ms;
}

int attempt_hear(const struct attempt *a, enum attempt_word word, int64_t now_ms, struct attempt_change *out,
                 struct err *err)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct rule *r = &rules[i];
        if (r->from != a->state || r->word != word)
            continue;
        bool lapsed = r->lapses_after_ms > 0 && has_been_over(a, r->lapses_after_ms, now_ms);
        out->to = lapsed ? ATTEMPT_FAILED : r->to;
        out->is_released = a->is_released || (word == WORD_OPEN && has_been_over(a, GRACE_MS, now_ms));
        return 0;
    }
    return err_set(err, E_CONFLICT, "the attempt is %s already", attempt_state_name(a->state));
}

bool attempt_is_over(const struct attempt *a)
{
    return a->state == ATTEMPT_SUCCEEDED || a->state == ATTEMPT_FAILED;
}

bool attempt_blocks(const struct attempt *a)
{
    return a->method == METHOD_GATEWAY && !attempt_is_over(a) && !a->is_released;
}

static bool is_announced(const struct attempt *a)
{
    return a->method == METHOD_TRANSFER && a->state == ATTEMPT_PENDING;
}

static const struct attempt *first_that(const struct attempts *list, uint32_t request_no,
                                        bool (*is_so)(const struct attempt *a))
{
    for (size_t i = 0; i < list->count; i++)
        if (list->list[i].request_no == request_no && is_so(&list->list[i]))
            return &list->list[i];
    return NULL;
}

const struct attempt *attempts_blocking(const struct attempts *list, uint32_t request_no)
{
    return first_that(list, request_no, attempt_blocks);
}

const struct attempt *attempts_announced(const struct attempts *list, uint32_t request_no)
{
    return first_that(list, request_no, is_announced);
}

int64_t attempt_ask_after_ms(const struct attempt *a, int64_t now_ms)
{
    int64_t wait = (now_ms - a->created_at_ms) / 2;
    int64_t over = a->expires_at_ms + GRACE_MS + 1000 - now_ms;
    wait = wait < ASK_LEAST_MS ? ASK_LEAST_MS : wait > ASK_MOST_MS ? ASK_MOST_MS : wait;
    return over > 0 && over < wait ? over : wait;
}

const char *attempt_ref(const struct attempt *a)
{
    return a->method == METHOD_GATEWAY ? a->gateway_no : a->bank_ref;
}

const char *txn_ref_format(const char *code, uint32_t request_no, int64_t no, char out[TXN_REF_TEXT])
{
    snprintf(out, TXN_REF_TEXT, "%s.%" PRIu32 ".%" PRId64, code, request_no, no);
    return out;
}

const struct phrase *attempt_state_phrase(enum attempt_state state)
{
    return &state_phrases[state];
}

const char *attempt_state_name(enum attempt_state state)
{
    return state_phrases[state].code;
}

bool attempt_state_parse(const char *name, enum attempt_state *out)
{
    for (int i = 0; i < ATTEMPT_STATES; i++)
        if (strcmp(state_phrases[i].code, name) == 0) {
            *out = (enum attempt_state)i;
            return true;
        }
    return false;
}

const char *pay_method_name(enum pay_method method)
{
    return method_names[method];
}

bool pay_method_parse(const char *name, enum pay_method *out)
{
    for (int i = METHOD_GATEWAY; i < PAY_METHODS; i++)
        if (strcmp(method_names[i], name) == 0) {
            *out = (enum pay_method)i;
            return true;
        }
    return false;
}

/* payment.h — what the tests of payment share: memory of a group, a merchant of VNPAY and an order of his. */
#ifndef PAYMENT_H
#define PAYMENT_H

#include <talloc.h>

#include "civil.h"
#include "crypt.h"
#include "services/payment/vnpay.h"

enum { NOW = 1000000 };
static void *ctx;
static const struct vnpay_merchant merchant = { "https://pay.example.vn/vpcpay.html", "DVCTEST1",
                                                "TEST-SECRET-0123456789ABCDEF", "203.113.131.10" };

static inline int group_open(void **state)
{
    (void)state;
    crypt_open();
    ctx = talloc_new(NULL);
    return 0;
}

static inline int group_close(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

static inline int64_t time_of(const char *compact)
{
    int64_t ms;
    assert_true(civil_parse(compact, CIVIL_COMPACT, &ms));
    return ms;
}

static inline struct attempt order_of(const char *txn_ref, int64_t amount_dong)
{
    struct id id = { { 0 } };
    struct attempt a = attempt_new(&id, "000.00.01.H07-200421-0001", 1, METHOD_GATEWAY, amount_dong, 0);
    a.state = ATTEMPT_PENDING;
    a.txn_ref = txn_ref;
    a.expires_at_ms = NOW + 1000;
    return a;
}

#endif

/* refund.c — see refund.h. */
#include "refund.h"

#include <string.h>

static const struct phrase states[REFUND_STATES] = {
    [REFUND_REQUESTED] = { "requested", "Chờ hoàn tiền", "Waiting to be paid back" },
    [REFUND_UNKNOWN] = { "unknown", "Đang xác minh với cổng thanh toán",
                         "Being checked with the payment gateway" },
    [REFUND_DONE] = { "done", "Đã hoàn tiền", "Paid back" },
    [REFUND_REFUSED] = { "refused", "Cổng thanh toán từ chối, cán bộ sẽ hoàn tiền",
                         "Refused by the gateway; staff will pay it back" },
};

static const struct phrase AT_GATEWAY = {
    "refund_at_gateway", "Cổng thanh toán đang hoàn khoản này. Chờ kết quả, không chi thêm.",
    "The gateway is paying this back. Wait for its word; do not pay it twice."
};
static const struct phrase DONE = { "refund_done", "Khoản này đã hoàn xong.",
                                    "This has been paid back already." };

bool refund_is_over(const struct refund *f)
{
    return f->state == REFUND_DONE || f->state == REFUND_REFUSED;
}

int refund_check_clerk(const struct refund *f, struct err *err)
{
    if (f->state == REFUND_DONE)
        return err_say(err, E_CONFLICT, &DONE, NULL);
    if (f->method == METHOD_GATEWAY && f->state != REFUND_REFUSED)
        return err_say(err, E_CONFLICT, &AT_GATEWAY, NULL);
    return 0;
}

const struct phrase *refund_state_phrase(enum refund_state state)
{
    return &states[state];
}

bool refund_state_parse(const char *name, enum refund_state *out)
{
    for (int i = 0; i < REFUND_STATES; i++)
        if (strcmp(states[i].code, name) == 0) {
            *out = (enum refund_state)i;
            return true;
        }
    return false;
}

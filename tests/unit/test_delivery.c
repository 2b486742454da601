/* links: services/notification/delivery.c */
/* What an attempt's end means: for the mail, and for the channel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "err.h"
#include "services/notification/delivery.h"

static const struct {
    int rc, reply;
    struct outcome want;
} rows[] = {
    { E_OK, 250, { DELIVERY_SENT, true, "sent" } },
    { E_INVALID, 550, { DELIVERY_REFUSED, true, "refused" } },
    { E_INVALID, 552, { DELIVERY_REFUSED, true, "refused" } },
    { E_INVALID, 554, { DELIVERY_REFUSED, true, "refused" } },
    { E_INVALID, 501, { DELIVERY_REFUSED, true, "refused" } }, /* an address it cannot read */
    { E_BUSY, 450, { DELIVERY_LATER, true, "deferred" } },
    { E_BUSY, 451, { DELIVERY_LATER, true, "deferred" } },
    { E_BUSY, 452, { DELIVERY_LATER, true, "deferred" } },
    { E_BUSY, 421, { DELIVERY_LATER, false, "unreachable" } },    /* it closes */
    { E_INVALID, 530, { DELIVERY_LATER, false, "unreachable" } }, /* our login is wrong: no mail's fault */
    { E_INVALID, 535, { DELIVERY_LATER, false, "unreachable" } },
    { E_INVALID, 503, { DELIVERY_LATER, false, "unreachable" } },
    { E_BUSY, 0, { DELIVERY_LATER, false, "unreachable" } },
    { E_UNKNOWN, 0, { DELIVERY_LATER, false, "unknown" } },
    { E_TIMEOUT, 0, { DELIVERY_LATER, false, "unreachable" } },
};

static void outcomes_mean_what_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome got = delivery_outcome(rows[i].rc, rows[i].reply);
        if (got.delivery != rows[i].want.delivery || got.channel_worked != rows[i].want.channel_worked)
            fail_msg("%s, %d", err_name(rows[i].rc), rows[i].reply);
        assert_string_equal(got.name, rows[i].want.name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(outcomes_mean_what_the_table_says) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* delivery.c — see delivery.h. */
#include "delivery.h"

#include <stddef.h>

#include "err.h"

/* Replies that are about the session and not about the mail: closing, overloaded, login, commands out of
 * order. */
static const int of_the_session[] = { 421, 454, 500, 502, 503, 521, 530, 534, 535, 538 };

static bool is_of_the_session(int reply)
{
    for (size_t i = 0; i < sizeof of_the_session / sizeof *of_the_session; i++)
        if (of_the_session[i] == reply)
            return true;
    return false;
}

struct outcome delivery_outcome(int rc, int reply)
{
    if (rc == 0)
        return (struct outcome){ DELIVERY_SENT, true, "sent" };
    if (reply == 0 || is_of_the_session(reply))
        return (struct outcome){ DELIVERY_LATER, false, rc == E_UNKNOWN ? "unknown" : "unreachable" };
    if (reply >= 500)
        return (struct outcome){ DELIVERY_REFUSED, true, "refused" };
    return (struct outcome){ DELIVERY_LATER, true, "deferred" };
}

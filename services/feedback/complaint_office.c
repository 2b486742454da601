/* complaint_office.c — see complaint_work.h. Working time may change, so it is trusted for seconds. The
 * secret is made of the code by a key that is not in the store: whoever has only the store can follow
 * nothing. */
#include <string.h>
#include <talloc.h>

#include "cache.h"
#include "calendars.h"
#include "complaint_work.h"
#include "crypt.h"
#include "phrases.h"

enum { SECRET_BYTES = 18 };

int complaint_calendar(struct task *t, const char *unit, const struct calendar **cal)
{
    struct cache *cache = feedback_of(t)->calendars;
    struct calendars *all = cache_get(cache, "all");
    if (!all) {
        const Motcua__CalendarsChanged *m;
        TRY(store_calendars(t, &m));
        if (!m)
            return err_set(task_err(t), E_BUSY,
                           "verification has not told working time yet: import calendars there");
        all = calendars_of(t, m);
        cache_put(cache, "all", all);
    }
    *cal = calendars_for(all, unit);
    return *cal ? 0 : err_set(task_err(t), E_BUSY, "no working calendar for %s: import one", unit);
}

int complaint_unit(struct task *t, const char *field, const char *unit, struct complaint_place *p)
{
    bool found;
    TRY(store_complaint_place(t, unit, task_now_ms(t), p, &found));
    return found ? 0 : err_fault(task_err(t), field, &phrase_unit_unknown, NULL);
}

int complaint_unit_name(struct task *t, const char *unit, const char **name)
{
    struct complaint_place p;
    bool found;
    TRY(store_complaint_place(t, unit, task_now_ms(t), &p, &found));
    *name = found ? p.name : unit;
    return 0;
}

const char *complaint_above(struct task *t, const struct complaint_place *p)
{
    if (*p->above)
        return p->above;
    const char *reserve = config_of(t)->complaint_unit;
    return *reserve && strcmp(reserve, p->code) != 0 ? reserve : NULL;
}

const char *complaint_secret(struct task *t, const char *code)
{
    uint8_t mac[SHA512_BYTES];
    const char *what = talloc_asprintf(t, "complaint %s", code);
    crypt_hmac_sha512(feedback_of(t)->secret, what, strlen(what), mac);
    return crypt_base64(t, mac, SECRET_BYTES);
}

bool complaint_secret_fits(struct task *t, const char *code, const char *secret)
{
    const char *right = complaint_secret(t, code);
    return strlen(secret) == strlen(right) && crypt_equal(secret, right, strlen(right));
}

int handle_calendars(struct task *t, const struct event *ev, const void *msg)
{
    struct cause cause = { .event = &ev->id };
    TRY(store_calendars_put(t, msg, (int64_t)ev->version, &cause));
    cache_drop(feedback_of(t)->calendars, "all");
    return 0;
}

/* job_alert.c — looks for what stands out (gaming.h) among the moves of this month and the one before,
 * and among the ratings clerks opened at their tablets. A finding has a key, so looking again adds nothing
 * but what is new in it. */
#include <inttypes.h>
#include <talloc.h>

#include "civil.h"
#include "handlers.h"

enum { HOUR_MS = 3600000, MINUTE_MS = 60000 };

struct moves {
    struct gaming_move *list;
    size_t count;
};

static int add_unit(struct task *t, const char *unit, int64_t from_ms, struct moves *m)
{
    const struct db_rows *rows;
    TRY(store_alert_moves(t, unit, from_ms, &rows));
    size_t n = (size_t)db_count(rows);
    m->list = talloc_realloc(t, m->list, struct gaming_move, m->count + n);
    for (size_t i = 0; i < n; i++)
        row_move(rows, (int)i, &m->list[m->count++]);
    return 0;
}

/* A dossier closed early is found once; what an official did, once a month or a day. */
static const char *key_of(struct task *t, const struct finding *f)
{
    char day[CIVIL_TEXT];
    switch (f->kind) {
    case GAMING_CLOSED_EARLY: return f->codes[0];
    case GAMING_MASS_CLOSING:
        return talloc_asprintf(t, "%s %s", f->official, civil_format(f->at, CIVIL_DATE, day));
    default: return talloc_asprintf(t, "%s %" PRId64, f->official, period_of(PERIOD_MONTH, f->at));
    }
}

static int put(struct task *t, const struct findings *found, int64_t now)
{
    for (size_t i = 0; i < found->count; i++)
        TRY(store_alert_put(t, &found->list[i], key_of(t, &found->list[i]),
                            (int64_t)found->list[i].codes_count, now));
    return 0;
}

/* Those of the last hour wait: whoever rated may be about to get his result. */
static int look_at_tablets(struct task *t, int64_t from_ms, int64_t now)
{
    const struct db_rows *rows;
    int64_t link_ms = config_of(t)->link_minutes * MINUTE_MS;
    TRY(store_alert_tablets(t, from_ms + link_ms, now - GAMING_NEAR_MS + link_ms, &rows));
    size_t n = (size_t)db_count(rows);
    struct gaming_tablet *list = talloc_array(t, struct gaming_tablet, n);
    for (size_t i = 0; i < n; i++)
        row_tablet(rows, (int)i, link_ms, &list[i]);
    return put(t, gaming_find_tablets(t, list, n), now);
}

int job_alert(struct task *t, struct job *job)
{
    const struct db_rows *units;
    struct moves m = { NULL, 0 };
    int64_t now = task_now_ms(t), month = period_of(PERIOD_MONTH, now);
    int64_t from = period_span(period_before(month)).from_ms;
    TRY(store_alert_units(t, &units));
    for (int i = 0; i < db_count(units); i++)
        TRY(add_unit(t, db_str(units, i, "code"), from, &m));
    TRY(put(t, gaming_find(t, m.list, m.count, now), now));
    TRY(look_at_tablets(t, from, now));
    job->again_ms = HOUR_MS;
    return 0;
}

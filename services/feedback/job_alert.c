/* job_alert.c — looks for what stands out (gaming.h) among the moves of this month and the one before. A
 * finding has a key, so looking again adds nothing but what is new in it. */
#include <inttypes.h>
#include <talloc.h>

#include "civil.h"
#include "handlers.h"

enum { HOUR_MS = 3600000 };

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

int job_alert(struct task *t, struct job *job)
{
    const struct db_rows *units;
    struct moves m = { NULL, 0 };
    int64_t now = task_now_ms(t), month = period_of(PERIOD_MONTH, now);
    int64_t from = period_span(period_before(month)).from_ms;
    TRY(store_alert_units(t, &units));
    for (int i = 0; i < db_count(units); i++)
        TRY(add_unit(t, db_str(units, i, "code"), from, &m));
    const struct findings *found = gaming_find(t, m.list, m.count, now);
    for (size_t i = 0; i < found->count; i++)
        TRY(store_alert_put(t, &found->list[i], key_of(t, &found->list[i]),
                            (int64_t)found->list[i].codes_count, now));
    job->again_ms = HOUR_MS;
    return 0;
}

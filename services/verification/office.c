/* office.c — see handlers.h. Versions of procedures never change, so they are kept long; units and calendars
 * may, so they are trusted for seconds. */
#include <string.h>
#include <talloc.h>

#include "cache.h"
#include "civil.h"
#include "handlers.h"

enum { LOADING_MS = 10 };

/* ---- procedures and units ------------------------------------------------------------------------- */

struct kept_procedure {
    const Motcua__ProcedurePublished *message;
};

int office_procedure(struct task *t, const char *code, uint32_t version, const Motcua__ProcedurePublished **p)
{
    struct cache *cache = verification_of(t)->procedures;
    const char *key = talloc_asprintf(t, "%s %u", code, version);
    struct kept_procedure *kept = cache_get(cache, key);
    if (!kept) {
        TRY(store_procedure(t, code, version, p));
        if (!*p)
            return err_set(task_err(t), E_BUSY, "procedure %s v%u is not known here yet", code, version);
        kept = talloc(t, struct kept_procedure);
        kept->message = *p;
        talloc_steal(kept, *p);
        cache_put(cache, key, kept);
    }
    *p = kept->message;
    return 0;
}

int office_unit_name(struct task *t, const char *code, const char **name)
{
    struct cache *cache = verification_of(t)->units;
    *name = cache_get(cache, code);
    if (*name)
        return 0;
    TRY(store_unit_name(t, code, task_now_ms(t), name));
    if (*name) {
        char *kept = talloc_strdup(t, *name);
        cache_put(cache, code, kept);
        *name = kept;
    }
    return 0;
}

/* ---- calendars ------------------------------------------------------------------------------------ */

struct named_calendar {
    const char *units; /* separated by blanks; "*": everybody's */
    struct calendar calendar;
};

struct calendars { /* all of them, as loaded once */
    size_t count;
    struct named_calendar *list;
    size_t special_count;
    struct special_day *special;
};

static void take_special(struct calendars *all, const struct db_rows *days)
{
    all->special_count = (size_t)db_count(days);
    all->special = talloc_zero_array(all, struct special_day, all->special_count);
    for (int i = 0; i < db_count(days); i++) {
        int64_t ms = 0;
        civil_parse(db_str(days, i, "day"), CIVIL_DATE, &ms);
        all->special[i].day = civil_day_of(ms);
        day_kind_parse(db_str(days, i, "kind"), &all->special[i].kind);
        all->special[i].name = talloc_strdup(all, db_str(days, i, "name"));
    }
}

static void take_week(struct calendar *c, const char *week)
{
    for (int day = 1; day <= 7; day++) {
        char text[64];
        size_t n = strcspn(week, "|");
        snprintf(text, sizeof text, "%.*s", (int)n, week);
        shifts_parse(text, c->shifts[day], &c->shifts_count[day]);
        week += n + (week[n] == '|');
    }
}

static int load(struct task *t, const struct calendars **out)
{
    const struct db_rows *rows, *days;
    TRY(store_calendars(t, &rows, &days));
    struct calendars *all = talloc_zero(t, struct calendars);
    take_special(all, days);
    all->count = (size_t)db_count(rows);
    all->list = talloc_zero_array(all, struct named_calendar, all->count);
    for (int i = 0; i < db_count(rows); i++) {
        struct named_calendar *n = &all->list[i];
        n->units = talloc_strdup(all, db_str(rows, i, "units"));
        n->calendar.special = all->special;
        n->calendar.special_count = all->special_count;
        take_week(&n->calendar, db_str(rows, i, "week"));
    }
    cache_put(verification_of(t)->calendars, "all", all);
    *out = all;
    return 0;
}

/* By one for all: at a peak hundreds of tasks miss them in the same moment, and each copy is a tenth of a
 * mebibyte. Whoever comes later looks again; if the one has failed, the next one tries. */
static int load_calendars(struct task *t, const struct calendars **out)
{
    struct verification *own = verification_of(t);
    while (own->is_loading_calendars) {
        TRY(task_sleep(t, LOADING_MS));
        *out = cache_get(own->calendars, "all");
        if (*out)
            return 0;
    }
    own->is_loading_calendars = true;
    int rc = load(t, out);
    own->is_loading_calendars = false;
    return rc;
}

static bool names_unit(const char *units, const char *unit)
{
    size_t n = strlen(unit);
    for (const char *p = units; (p = strstr(p, unit)); p += n)
        if ((p == units || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

static const struct calendar *calendar_for(const struct calendars *all, const char *unit)
{
    const struct calendar *everybodys = NULL;
    for (size_t i = 0; i < all->count; i++) {
        if (names_unit(all->list[i].units, unit))
            return &all->list[i].calendar;
        if (strcmp(all->list[i].units, "*") == 0)
            everybodys = &all->list[i].calendar;
    }
    return everybodys;
}

int office_calendar(struct task *t, const char *unit, const struct calendar **calendar)
{
    const struct calendars *all = cache_get(verification_of(t)->calendars, "all");
    if (!all)
        TRY(load_calendars(t, &all));
    *calendar = calendar_for(all, unit);
    return *calendar ? 0 : err_set(task_err(t), E_BUSY, "no working calendar for %s: import one", unit);
}

void office_forget(struct task *t)
{
    cache_drop(verification_of(t)->calendars, "all");
}

/* ---- together ------------------------------------------------------------------------------------- */

int office_of(struct task *t, const struct case_file *c, const char *unit, struct office *o)
{
    TRY(office_procedure(t, c->procedure_code, c->procedure_version, &o->procedure));
    return office_calendar(t, unit, &o->calendar);
}

int office_told(struct task *t, const struct case_file *c, const struct office *o, const struct actor *actor,
                struct told *told)
{
    const Motcua__ProcedurePublished *p = o->procedure;
    *told = (struct told){ .procedure_name = p->name, .actor = actor };
    if (c->step >= 1 && (size_t)c->step <= p->n_steps)
        told->step_name = p->steps[c->step - 1]->name;
    TRY(office_unit_name(t, c->unit_code, &told->unit_name));
    return office_unit_name(t, c->handling_unit_code, &told->handling_unit_name);
}

/* office.c — see handlers.h. Versions of procedures never change, so they are kept long; units and calendars
 * may, so they are trusted for seconds. */
#include <string.h>
#include <talloc.h>

#include "cache.h"
#include "calendars.h"
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

static int load(struct task *t, const struct calendars **out)
{
    Motcua__CalendarsChanged m;
    TRY(store_calendars(t, &m));
    struct calendars *all = calendars_of(t, &m);
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

int office_calendar(struct task *t, const char *unit, const struct calendar **calendar)
{
    const struct calendars *all = cache_get(verification_of(t)->calendars, "all");
    if (!all)
        TRY(load_calendars(t, &all));
    *calendar = calendars_for(all, unit);
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

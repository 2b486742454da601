/* calendars.c — see calendars.h. */
#include "calendars.h"

#include <string.h>
#include <talloc.h>

#include "civil.h"

struct named_calendar {
    char **units;
    size_t units_count;
    struct calendar calendar;
};

struct calendars {
    size_t count;
    struct named_calendar *list;
};

static struct special_day *special_of(struct calendars *all, const Motcua__CalendarsChanged *m, size_t *count)
{
    struct special_day *days = talloc_zero_array(all, struct special_day, m->n_special_days);
    *count = 0;
    for (size_t i = 0; i < m->n_special_days; i++) {
        int64_t ms;
        struct special_day *d = &days[*count];
        if (!civil_parse(m->special_days[i]->day, CIVIL_DATE, &ms) ||
            !day_kind_parse(m->special_days[i]->kind, &d->kind))
            continue;
        d->day = civil_day_of(ms);
        d->name = talloc_strdup(all, m->special_days[i]->name);
        (*count)++;
    }
    return days;
}

static void take_week(struct calendar *c, char *const *week, size_t days)
{
    for (size_t day = 1; day <= days && day < WEEKDAYS; day++)
        if (!shifts_parse(week[day - 1], c->shifts[day], &c->shifts_count[day]))
            c->shifts_count[day] = 0;
}

struct calendars *calendars_of(const void *ctx, const Motcua__CalendarsChanged *m)
{
    size_t special_count;
    struct calendars *all = talloc_zero(ctx, struct calendars);
    const struct special_day *special = special_of(all, m, &special_count);
    all->count = m->n_calendars;
    all->list = talloc_zero_array(all, struct named_calendar, all->count);
    for (size_t i = 0; i < all->count; i++) {
        const Motcua__WorkingCalendar *w = m->calendars[i];
        struct named_calendar *n = &all->list[i];
        n->calendar.special = special;
        n->calendar.special_count = special_count;
        take_week(&n->calendar, w->week, w->n_week);
        n->units_count = w->n_units;
        n->units = talloc_array(all, char *, w->n_units);
        for (size_t u = 0; u < w->n_units; u++)
            n->units[u] = talloc_strdup(n->units, w->units[u]);
    }
    return all;
}

static bool names(const struct named_calendar *n, const char *unit)
{
    for (size_t i = 0; i < n->units_count; i++)
        if (strcmp(n->units[i], unit) == 0)
            return true;
    return false;
}

const struct calendar *calendars_for(const struct calendars *all, const char *unit)
{
    const struct calendar *everybodys = NULL;
    for (size_t i = 0; i < all->count; i++) {
        if (names(&all->list[i], unit))
            return &all->list[i].calendar;
        if (names(&all->list[i], "*"))
            everybodys = &all->list[i].calendar;
    }
    return everybodys;
}

/* store_calendar.c — see store.h: working calendars. What is stored is told as a whole, with a version that
 * grows when its digest changes. */
#include <string.h>
#include <talloc.h>

#include "crypt.h"
#include "pb.h"
#include "store.h"

/* clang-format off */
static const struct sql CALENDARS = { "calendars", SQL_READ,
    "SELECT code, name, array_to_string(week, '|') AS week, array_to_string(units, '|') AS units FROM"
    " calendar ORDER BY code" };
static const struct sql SPECIAL_DAYS = { "special_days", SQL_READ,
    "SELECT to_char(day, 'YYYY-MM-DD') AS day, kind, name FROM special_day ORDER BY day" };
static const struct sql CALENDAR_PUT = { "calendar_put", SQL_WRITE,
    "INSERT INTO calendar (code, name, week, units) VALUES ($1, $2, $3::text[], $4::text[]) ON CONFLICT"
    " (code) DO UPDATE SET name = excluded.name, week = excluded.week, units = excluded.units"
    " WHERE (calendar.name, calendar.week, calendar.units) IS DISTINCT FROM (excluded.name, excluded.week,"
    " excluded.units) RETURNING code" };
static const struct sql SPECIAL_DAY_PUT = { "special_day_put", SQL_WRITE,
    "INSERT INTO special_day (day, kind, name) VALUES ($1::date, $2, $3) ON CONFLICT (day) DO UPDATE SET"
    " kind = excluded.kind, name = excluded.name WHERE (special_day.kind, special_day.name) IS DISTINCT FROM"
    " (excluded.kind, excluded.name) RETURNING day" };

static const struct sql CALENDARS_SAID = { "calendars_said", SQL_READ, "SELECT version, digest FROM calendars_said" };
static const struct sql CALENDARS_SAY = { "calendars_say", SQL_WRITE,
    "WITH d AS (INSERT INTO calendars_said (version, digest) SELECT $10::bigint, $11::bytea WHERE " SAVE_IS_NEW
    " ON CONFLICT (is_all) DO UPDATE SET version = excluded.version, digest = excluded.digest"
    " WHERE calendars_said.version = excluded.version - 1 RETURNING version)," SAVE_ROWS("d")
    " SELECT version FROM d" };
static const struct sql CALENDARS_CHANGED = { "calendars_changed", SQL_WRITE,
    "UPDATE job SET run_at = now(), generation = generation + 1 WHERE kind = 'calendars' AND key = '-'" };
/* clang-format on */

static char **split(const void *ctx, const char *text, size_t *count)
{
    char **parts = NULL;
    *count = 0;
    while (*text || *count == 0) {
        size_t n = strcspn(text, "|");
        parts = talloc_realloc(ctx, parts, char *, *count + 1);
        parts[(*count)++] = talloc_strndup(ctx, text, n);
        text += n + (text[n] == '|');
    }
    return parts;
}

static Motcua__WorkingCalendar *calendar_at(const void *ctx, const struct db_rows *rows, int i)
{
    Motcua__WorkingCalendar *c = talloc(ctx, Motcua__WorkingCalendar);
    motcua__working_calendar__init(c);
    c->code = pb_text(db_str(rows, i, "code"));
    c->name = pb_text(db_str(rows, i, "name"));
    c->week = split(ctx, db_str(rows, i, "week"), &c->n_week);
    c->units = split(ctx, db_str(rows, i, "units"), &c->n_units);
    return c;
}

static Motcua__SpecialDay *day_at(const void *ctx, const struct db_rows *rows, int i)
{
    Motcua__SpecialDay *d = talloc(ctx, Motcua__SpecialDay);
    motcua__special_day__init(d);
    d->day = pb_text(db_str(rows, i, "day"));
    d->kind = pb_text(db_str(rows, i, "kind"));
    d->name = pb_text(db_str(rows, i, "name"));
    return d;
}

int store_calendars(struct task *t, Motcua__CalendarsChanged *m)
{
    const struct db_rows *calendars, *days;
    struct db_call *a = db_start(t, &CALENDARS), *b = db_start(t, &SPECIAL_DAYS);
    TRY(db_finish(t, a, &calendars));
    TRY(db_finish(t, b, &days));
    motcua__calendars_changed__init(m);
    m->n_calendars = (size_t)db_count(calendars);
    m->n_special_days = (size_t)db_count(days);
    m->calendars = talloc_array(t, Motcua__WorkingCalendar *, m->n_calendars);
    m->special_days = talloc_array(t, Motcua__SpecialDay *, m->n_special_days);
    for (size_t i = 0; i < m->n_calendars; i++)
        m->calendars[i] = calendar_at(t, calendars, (int)i);
    for (size_t i = 0; i < m->n_special_days; i++)
        m->special_days[i] = day_at(t, days, (int)i);
    return 0;
}

int store_calendar_put(struct task *t, const char *code, const char *name, const char *const week[7],
                       const char *const *units, size_t units_count, bool *changed)
{
    const struct db_rows *rows;
    TRY(db_run(t, &CALENDAR_PUT, &rows, db_text(code), db_text(name), db_text_array(t, week, 7),
               db_text_array(t, units, units_count)));
    *changed = db_count(rows) > 0;
    return 0;
}

int store_special_day_put(struct task *t, const char *day, const char *kind, const char *name, bool *changed)
{
    const struct db_rows *rows;
    TRY(db_run(t, &SPECIAL_DAY_PUT, &rows, db_text(day), db_text(kind), db_text(name)));
    *changed = db_count(rows) > 0;
    return 0;
}

int store_calendars_changed(struct task *t)
{
    const struct db_rows *rows;
    return db_run(t, &CALENDARS_CHANGED, &rows);
}

int store_calendars_say(struct task *t, const Motcua__CalendarsChanged *m)
{
    const struct db_rows *rows;
    size_t size, said_size = 0;
    uint8_t digest[SHA256_BYTES];
    const uint8_t *body = pb_pack(t, &m->base, &size), *said = NULL;
    crypt_sha256(body, size, digest);
    TRY(db_run(t, &CALENDARS_SAID, &rows));
    int64_t version = db_count(rows) > 0 ? db_num(rows, 0, "version") : 0;
    if (version > 0)
        said = db_blob(t, rows, 0, "digest", &said_size);
    if (said_size == sizeof digest && memcmp(said, digest, sizeof digest) == 0)
        return 0;
    struct save *s = save_new(t, NULL);
    TRY(save_say(s, "calendars", (uint64_t)version + 1, &m->base));
    TRY(db_run(t, &CALENDARS_SAY, &rows, SAVE_ARGS(s), db_int(version + 1), db_bytes(digest, sizeof digest)));
    if (db_count(rows) > 0)
        save_done(s);
    return 0;
}

const struct sql *const store_calendar_statements[] = {
    &CALENDARS,      &SPECIAL_DAYS,  &CALENDAR_PUT,      &SPECIAL_DAY_PUT,
    &CALENDARS_SAID, &CALENDARS_SAY, &CALENDARS_CHANGED, NULL,
};

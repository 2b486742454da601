/* store_figures.c — see store_figures.h. Counts come from indexes alone (schema/004_figures.sql), a unit and
 * a period at a time; nothing is kept beside the cases, so no number can differ from its rows. */
#include "store_figures.h"

#include <stdint.h>

#define ENDED   "finished_at > 0 AND due_at > 0"
#define RUNNING "finished_at = 0 AND due_at > 0 AND paused_at = 0"
#define DAY(at) "(" at " + 25200000) / 86400000" /* local: UTC+7 */

/* clang-format off */
static const struct sql RECEIVED = { "figures_received", SQL_READ,
    "SELECT procedure_code, max(procedure_version) AS version, " DAY("filed_at") " AS day, count(*) AS n FROM case_file"
    " WHERE handling_unit_code = $1 AND filed_at >= $2::bigint AND filed_at < $3::bigint"
    " GROUP BY GROUPING SETS ((procedure_code), (" DAY("filed_at") "))" };
static const struct sql ENDED_IN = { "figures_ended", SQL_READ,
    "SELECT procedure_code, max(procedure_version) AS version, " DAY("finished_at") " AS day, count(*) AS n,"
    " count(*) FILTER (WHERE finished_at <= due_at) AS in_time FROM case_file"
    " WHERE handling_unit_code = $1 AND finished_at >= $2::bigint AND finished_at < $3::bigint AND " ENDED
    " GROUP BY GROUPING SETS ((procedure_code), (" DAY("finished_at") "))" };
static const struct sql RUNNING_NOW = { "figures_running", SQL_READ,
    "SELECT procedure_code, max(procedure_version) AS version, NULL::bigint AS day, count(*) AS n,"
    " count(*) FILTER (WHERE due_at < $2::bigint) AS overdue,"
    " count(*) FILTER (WHERE due_at >= $2::bigint AND due_at < $3::bigint) AS soon FROM case_file"
    " WHERE handling_unit_code = $1 AND " RUNNING " GROUP BY procedure_code" };
static const struct sql UNITS = { "figures_units", SQL_READ,
    "SELECT u.code, u.name, r.n AS received, e.n AS ended, e.in_time, w.n AS running, w.overdue, w.soon FROM unit u,"
    " LATERAL (SELECT count(*) AS n FROM case_file WHERE handling_unit_code = u.code AND filed_at >= $2::bigint"
    " AND filed_at < $3::bigint) r,"
    " LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE finished_at <= due_at) AS in_time FROM case_file"
    " WHERE handling_unit_code = u.code AND finished_at >= $2::bigint AND finished_at < $3::bigint AND " ENDED ") e,"
    " LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE due_at < $4::bigint) AS overdue,"
    " count(*) FILTER (WHERE due_at >= $4::bigint AND due_at < $5::bigint) AS soon FROM case_file"
    " WHERE handling_unit_code = u.code AND " RUNNING ") w"
    " WHERE ($1::text[] IS NULL OR u.code = ANY ($1::text[])) AND u.valid_from <= at_ms($4::bigint)"
    " AND (u.valid_to IS NULL OR u.valid_to > at_ms($4::bigint)) ORDER BY u.code" };

#define ROWS(at) \
    "SELECT code, status, procedure_code, applicant_name, summary, assignee_name, filed_at, due_at, finished_at, " at \
    " AS at FROM case_file WHERE handling_unit_code = $1 AND " at " >= $2::bigint AND " at " < $3::bigint" \
    " AND (" at ", code) > ($4::bigint, $5) AND ($6::text[] IS NULL OR procedure_code = ANY ($6::text[]))"
#define IN_ORDER(at) " ORDER BY " at ", code LIMIT $7"
static const struct sql RECEIVED_ROWS = { "figure_received_rows", SQL_READ, ROWS("filed_at") IN_ORDER("filed_at") };
/* $8: 0 all, 1 in time, 2 late. */
static const struct sql ENDED_ROWS = { "figure_ended_rows", SQL_READ,
    ROWS("finished_at") " AND " ENDED " AND ($8::int = 0 OR (finished_at <= due_at) = ($8::int = 1))"
    IN_ORDER("finished_at") };
static const struct sql RUNNING_ROWS = { "figure_running_rows", SQL_READ,
    ROWS("due_at") " AND " RUNNING IN_ORDER("due_at") };
static const struct sql TIMES = { "times", SQL_READ,
    "SELECT count(*) AS n, percentile_disc(0.5) WITHIN GROUP (ORDER BY took) AS half,"
    " percentile_disc(0.9) WITHIN GROUP (ORDER BY took) AS most FROM (SELECT finished_at - accepted_at AS took"
    " FROM case_file WHERE procedure_code = $1 AND finished_at >= $2::bigint AND finished_at > 0 AND accepted_at > 0"
    " AND status IN (9, 10) ORDER BY finished_at DESC LIMIT $3) latest" };
/* clang-format on */

int store_figures(struct task *t, const char *unit, const struct period *period, int64_t now_ms,
                  struct figures_rows *out)
{
    struct db_call *received =
        db_start(t, &RECEIVED, db_text(unit), db_int(period->from_ms), db_int(period->to_ms));
    struct db_call *ended =
        db_start(t, &ENDED_IN, db_text(unit), db_int(period->from_ms), db_int(period->to_ms));
    struct db_call *running =
        db_start(t, &RUNNING_NOW, db_text(unit), db_int(now_ms), db_int(now_ms + SOON_MS));
    TRY(db_finish(t, received, &out->received));
    TRY(db_finish(t, ended, &out->ended));
    return db_finish(t, running, &out->running);
}

static struct db_arg names(struct task *t, const char *const *list, size_t n)
{
    return list ? db_text_array(t, list, n) : db_text(NULL);
}

int store_figures_units(struct task *t, const char *const *units, size_t n, const struct period *period,
                        int64_t now_ms, const struct db_rows **rows)
{
    return db_run(t, &UNITS, rows, names(t, units, n), db_int(period->from_ms), db_int(period->to_ms),
                  db_int(now_ms), db_int(now_ms + SOON_MS));
}

/* Of running cases: the deadlines of those that are meant. */
static struct period deadlines_of(const struct figure_page *p)
{
    int64_t soon = p->now_ms + SOON_MS;
    switch (p->figure) {
    case FIGURE_OVERDUE: return (struct period){ 0, p->now_ms };
    case FIGURE_SOON: return (struct period){ p->now_ms, soon };
    default: return (struct period){ 0, INT64_MAX };
    }
}

int store_figure_rows(struct task *t, const struct figure_page *p, const struct db_rows **rows)
{
    bool is_running = p->figure >= FIGURE_RUNNING;
    struct period at = is_running ? deadlines_of(p) : p->period;
    const struct db_arg args[] = {
        db_text(p->unit),      db_int(at.from_ms),
        db_int(at.to_ms),      db_int(p->page.at_ms),
        db_text(p->page.key),  names(t, p->procedures, p->procedures_count),
        db_int(p->page.limit), db_int(p->figure - FIGURE_ENDED),
    };
    if (p->figure == FIGURE_RECEIVED)
        return db_run_args(t, &RECEIVED_ROWS, rows, args, 7);
    return is_running ? db_run_args(t, &RUNNING_ROWS, rows, args, 7)
                      : db_run_args(t, &ENDED_ROWS, rows, args, 8);
}

int store_times(struct task *t, const char *procedure, int64_t since_ms, int limit,
                const struct db_rows **rows)
{
    return db_run(t, &TIMES, rows, db_text(procedure), db_int(since_ms), db_int(limit));
}

const struct sql *const store_figures_statements[] = {
    &RECEIVED, &ENDED_IN, &RUNNING_NOW, &UNITS, &RECEIVED_ROWS, &ENDED_ROWS, &RUNNING_ROWS, &TIMES, NULL,
};

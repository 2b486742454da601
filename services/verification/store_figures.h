/* store_figures.h — what a leader counts at a unit, and the rows behind each number. A case counts at the
 * unit that handles it.
 *
 *   received   filed within the period
 *   ended      finished within the period, of those that had a deadline: in time or late
 *   running    now at work with a deadline, the clock not stopped: overdue, soon (within 24 hours), or later
 */
#ifndef STORE_FIGURES_H
#define STORE_FIGURES_H

#include "db.h"
#include "http_page.h"
#include "task.h"

enum { SOON_MS = 24 * 3600 * 1000 };

extern const struct sql *const store_figures_statements[];

struct period {
    int64_t from_ms, to_ms; /* to_ms is outside */
};

/* One row for each procedure (procedure_code, its newest version there; day NULL) and for received and ended
 * also for each local day (day; procedure_code NULL). received: n. ended: n, in_time. running: n, overdue,
 * soon. */
struct figures_rows {
    const struct db_rows *received, *ended, *running;
};
int store_figures(struct task *t, const char *unit, const struct period *period, int64_t now_ms,
                  struct figures_rows *out);

/* The same numbers in one row per unit: code, name, received, ended, in_time, running, overdue, soon. units:
 * NULL for all there are today. */
int store_figures_units(struct task *t, const char *const *units, size_t n, const struct period *period,
                        int64_t now_ms, const struct db_rows **rows);

enum figure {
    FIGURE_RECEIVED,
    FIGURE_ENDED,
    FIGURE_IN_TIME,
    FIGURE_LATE,
    FIGURE_RUNNING,
    FIGURE_OVERDUE,
    FIGURE_SOON,
    FIGURES
};

struct figure_page { /* which rows */
    const char *unit;
    enum figure figure;
    struct period period;          /* not of running ones */
    const char *const *procedures; /* NULL: all */
    size_t procedures_count;
    int64_t now_ms;
    struct http_page page;
};
/* code, status, procedure_code, applicant_name, summary, assignee_name, filed_at, due_at, finished_at; at is
 * what they are sorted by, with the code. */
int store_figure_rows(struct task *t, const struct figure_page *page, const struct db_rows **rows);

/* Of a procedure: the latest that were finished since then, in one row: n, and in ms what half of them (half)
 * and nine tenths (most) took at most from being accepted. */
int store_times(struct task *t, const char *procedure, int64_t since_ms, int limit,
                const struct db_rows **rows);

#endif

/* jobs.h — durable timed work: what must happen later, or outside (a mail, a call to a bank), survives a
 * crash as a row, not as a stack. One row per (kind, key); the row is leased while it runs, so one replica
 * runs it.
 *
 *   run returns 0     done: the row goes, unless it was asked for again meanwhile (or again_ms is set)
 *   any error         it runs again: after err.retry_ms if that is set, else after a growing back-off
 *
 * A run may be repeated (a crash between its effect and its end), so it must find out what is already done.
 */
#ifndef JOBS_H
#define JOBS_H

#include <stdint.h>

#include "db.h"

struct job {
    const char *key;
    unsigned tries;   /* this one included */
    int64_t again_ms; /* set by a run that ends well and wants to run again after so long */
};

struct job_kind {
    const char *name;
    int (*run)(struct task *t, struct job *job);
    unsigned timeout_ms;
    unsigned at_once;     /* runs in parallel, per replica */
    unsigned back_off_ms; /* after the first failure; doubled each time up to … */
    unsigned back_off_most_ms;
    bool is_standing; /* there is always one row of it, with the key "-" */
};

/* As parts of a saving statement: a row for every row of `from`; key and when (timestamptz) are expressions
 * over it. A job that waits already is not postponed. */
#define JOB_ROWS(part, kind, key, when, from) \
    " " part " AS (INSERT INTO job (kind, key, run_at) SELECT '" kind "', " key ", " when " FROM " from \
    " ON CONFLICT ON CONSTRAINT job_pkey DO UPDATE SET run_at = least(job.run_at, excluded.run_at)," \
    " generation = job.generation + 1)"

extern const struct sql *const jobs_statements[];

struct jobs;
/* tables: lists of kinds that end with { 0 }; the list of lists ends with NULL. */
struct jobs *jobs_open(void *ctx, const struct env *env, const struct job_kind *const *tables);
void jobs_start(struct jobs *j); /* the store is ready */
void jobs_stop(struct jobs *j);  /* start nothing more */
void jobs_flush(void *jobs);     /* a sink of the loop, before the store's: claims what jobs_wake asked for */
/* A row of this kind was just committed: look now, not at the next tick. */
void jobs_wake(const struct env *env, const char *kind);

#endif

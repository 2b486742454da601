/* jobs.c — see jobs.h. A timer claims due rows of each kind; every claim is one statement. Rows whose
 * holder's session has gone are released by whoever notices. After a restart of PostgreSQL every session is
 * new: first each process takes over what its old session held, then, SETTLED_S later, anybody looks for the
 * rest. */
#include "jobs.h"

#include <string.h>
#include <talloc.h>

#include "backoff.h"
#include "env.h"
#include "log.h"
#include "metrics.h"

enum { TICK_MS = 1000, SWEEP_TICKS = 2, LEASE_EXTRA_MS = 5000 };
#define SETTLED_S "4"

/* clang-format off */
static const struct sql JOBS_CLAIM = { "jobs_claim", SQL_WRITE,
    "UPDATE job SET leased_until = now() + $3::bigint * interval '1 ms', holder = pg_backend_pid(), tries = tries + 1"
    " WHERE (kind, key) IN (SELECT kind, key FROM job WHERE kind = $1 AND run_at <= now() AND leased_until <= now()"
    " ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING key, generation, tries" };
/* The row is locked first: both halves decide on the same generation, also when it grew while we waited. */
static const struct sql JOB_DONE = { "job_done", SQL_WRITE,
    "WITH mine AS (SELECT key, generation FROM job WHERE kind = $1 AND key = $2 FOR UPDATE),"
    " gone AS (DELETE FROM job USING mine WHERE job.kind = $1 AND job.key = mine.key AND mine.generation = $3)"
    " UPDATE job SET leased_until = '-infinity', holder = NULL, tries = 0 FROM mine"
    " WHERE job.kind = $1 AND job.key = mine.key AND mine.generation <> $3" };
static const struct sql JOB_AGAIN = { "job_again", SQL_WRITE,
    "UPDATE job SET leased_until = '-infinity', holder = NULL, last_error = $5,"
    " tries = CASE WHEN $5::text IS NULL THEN 0 ELSE tries END,"
    " run_at = CASE WHEN generation = $3 THEN now() + $4::bigint * interval '1 ms' ELSE now() END"
    " WHERE kind = $1 AND key = $2" };
static const struct sql JOB_STAND = { "job_stand", SQL_WRITE,
    "INSERT INTO job (kind, key, run_at) VALUES ($1, '-', now()) ON CONFLICT DO NOTHING" };
static const struct sql JOBS_SWEEP = { "jobs_sweep", SQL_WRITE,
    "WITH kept AS (UPDATE job SET holder = pg_backend_pid() WHERE holder = $1 AND holder <> pg_backend_pid()),"
    " released AS (UPDATE job SET leased_until = '-infinity', holder = NULL WHERE holder <> $1"
    " AND holder NOT IN (SELECT pid FROM pg_stat_activity) AND (SELECT now() - backend_start"
    " > interval '" SETTLED_S " s' FROM pg_stat_activity WHERE pid = pg_backend_pid()) RETURNING 1)"
    " SELECT pg_backend_pid() AS holder, count(*) AS released FROM released" };
/* clang-format on */
const struct sql *const jobs_statements[] = { &JOBS_CLAIM, &JOB_DONE,   &JOB_AGAIN,
                                              &JOB_STAND,  &JOBS_SWEEP, NULL };

struct kind {
    struct jobs *jobs;
    const struct job_kind *row;
    unsigned running;
    bool is_claiming, is_wanted;
    struct metric *done, *failed;
};

struct jobs {
    const struct env *env;
    uv_timer_t tick;
    struct kind *kinds;
    size_t count;
    bool is_stopped, is_sweeping;
    unsigned ticks;
    int64_t holder; /* our session at the last sweep */
};

struct running {
    struct kind *kind;
    struct job job;
    int64_t generation;
};

/* ---- one run -------------------------------------------------------------------------------------- */

static void run_settle(struct task *t, void *arg);

static int64_t again_after(const struct job_kind *k, const struct err *err, unsigned tries)
{
    return err->retry_ms ? err->retry_ms : backoff_ms(k->back_off_ms, k->back_off_most_ms, tries - 1);
}

/* The outcome is recorded by a task of its own: the run may have used up its time. */
struct outcome {
    struct kind *kind;
    char *key;
    int64_t generation, again_ms; /* -1: done */
    char *error;
};

static void settle(struct task *t, struct running *r, int rc)
{
    struct kind *k = r->kind;
    struct outcome *o = talloc_zero(k->jobs, struct outcome);
    o->kind = k;
    o->key = talloc_strdup(o, r->job.key);
    o->generation = r->generation;
    o->again_ms = r->job.again_ms > 0 ? r->job.again_ms : -1;
    if (rc) {
        const struct err *err = task_err(t);
        o->again_ms = again_after(k->row, err, r->job.tries);
        o->error = talloc_strdup(o, err->text);
        log_warn("job_failed", LOG_S("kind", k->row->name), LOG_S("key", r->job.key),
                 LOG_I("tries", r->job.tries), LOG_S("code", err_name(rc)), LOG_S("why", err->text),
                 LOG_I("again_ms", o->again_ms));
    }
    metric_add(rc ? k->failed : k->done, 1);
    if (task_spawn(k->jobs->env->tasks, "job_settle", 10000, task_trace(t), run_settle, o) != 0)
        talloc_free(o); /* the lease runs out and the job runs again */
}

static void run_settle(struct task *t, void *arg)
{
    struct outcome *o = talloc_steal(t, arg);
    const struct db_rows *rows;
    const char *kind = o->kind->row->name;
    if (o->again_ms < 0)
        db_run(t, &JOB_DONE, &rows, db_text(kind), db_text(o->key), db_int(o->generation));
    else
        db_run(t, &JOB_AGAIN, &rows, db_text(kind), db_text(o->key), db_int(o->generation),
               db_int(o->again_ms), db_text(o->error));
}

static void run_job(struct task *t, void *arg)
{
    struct running *r = talloc_steal(t, arg);
    int rc = r->kind->row->run(t, &r->job);
    r->kind->running--;
    r->kind->is_wanted = true; /* room for another one */
    settle(t, r, rc);
}

/* ---- claiming ------------------------------------------------------------------------------------- */

static void start(struct kind *k, const struct db_rows *rows, int i)
{
    struct running *r = talloc_zero(k->jobs, struct running);
    r->kind = k;
    r->job.key = talloc_strdup(r, db_str(rows, i, "key"));
    r->job.tries = (unsigned)db_num(rows, i, "tries");
    r->generation = db_num(rows, i, "generation");
    if (task_spawn(k->jobs->env->tasks, k->row->name, k->row->timeout_ms, NULL, run_job, r) == 0)
        k->running++;
    else
        talloc_free(r); /* the lease runs out and somebody runs it */
}

static void on_claimed(void *arg, int rc, const char *text, struct db_rows *rows)
{
    struct kind *k = arg;
    k->is_claiming = false;
    if (rc)
        log_warn("jobs_not_claimed", LOG_S("kind", k->row->name), LOG_S("why", text ? text : err_name(rc)));
    int n = rc == 0 ? db_count(rows) : 0;
    for (int i = 0; i < n; i++)
        start(k, rows, i);
    talloc_free(rows);
}

static void claim(struct kind *k)
{
    if (k->is_claiming || k->running >= k->row->at_once || k->jobs->is_stopped)
        return;
    k->is_wanted = false;
    const struct db_arg args[] = { db_text(k->row->name), db_int(k->row->at_once - k->running),
                                   db_int(k->row->timeout_ms + LEASE_EXTRA_MS) };
    k->is_claiming = db_submit(k->jobs->env->db, &JOBS_CLAIM, args, 3, on_claimed, k) != NULL;
}

/* ---- what the dead held --------------------------------------------------------------------------- */

static void on_swept(void *arg, int rc, const char *text, struct db_rows *rows)
{
    (void)text;
    struct jobs *j = arg;
    j->is_sweeping = false;
    if (rc == 0)
        j->holder = db_num(rows, 0, "holder");
    if (rc == 0 && db_num(rows, 0, "released") > 0)
        log_warn("jobs_released", LOG_I("count", db_num(rows, 0, "released")));
    talloc_free(rows);
}

static void sweep(struct jobs *j)
{
    const struct db_arg arg = db_int(j->holder);
    if (!j->is_sweeping)
        j->is_sweeping = db_submit(j->env->db, &JOBS_SWEEP, &arg, 1, on_swept, j) != NULL;
}

static void on_tick(uv_timer_t *timer)
{
    struct jobs *j = timer->data;
    if (j->count > 0 && j->ticks++ % SWEEP_TICKS == 0)
        sweep(j);
    for (size_t i = 0; i < j->count; i++)
        claim(&j->kinds[i]);
}

void jobs_flush(void *jobs)
{
    struct jobs *j = jobs;
    for (size_t i = 0; i < j->count; i++)
        if (j->kinds[i].is_wanted)
            claim(&j->kinds[i]);
}

void jobs_wake(const struct env *env, const char *kind)
{
    for (size_t i = 0; i < env->jobs->count; i++)
        if (strcmp(env->jobs->kinds[i].row->name, kind) == 0)
            env->jobs->kinds[i].is_wanted = true;
}

/* ---- life ----------------------------------------------------------------------------------------- */

static void add_kind(struct jobs *j, const struct job_kind *row)
{
    const char *label = talloc_asprintf(j, "kind=\"%s\"", row->name);
    j->kinds[j->count++] = (struct kind){
        .jobs = j,
        .row = row,
        .done = metric_counter("motcua_jobs_done_total", "Jobs that ended well", label),
        .failed = metric_counter("motcua_jobs_failed_total", "Runs of jobs that failed", label),
    };
}

struct jobs *jobs_open(void *ctx, const struct env *env, const struct job_kind *const *tables)
{
    size_t n = 0;
    struct jobs *j = talloc_zero(ctx, struct jobs);
    j->env = env;
    for (const struct job_kind *const *table = tables; *table; table++)
        for (const struct job_kind *row = *table; row->name; row++)
            n++;
    j->kinds = talloc_zero_array(j, struct kind, n); /* kinds are pointed at: the array must not move */
    for (const struct job_kind *const *table = tables; *table; table++)
        for (const struct job_kind *row = *table; row->name; row++)
            add_kind(j, row);
    uv_timer_init(env->loop, &j->tick);
    j->tick.data = j;
    return j;
}

static void on_standing(void *arg, int rc, const char *text, struct db_rows *rows)
{
    (void)rc, (void)text;
    struct kind *k = arg;
    k->is_wanted = true;
    talloc_free(rows);
}

void jobs_start(struct jobs *j)
{
    for (size_t i = 0; i < j->count; i++) {
        const struct db_arg arg = db_text(j->kinds[i].row->name);
        if (j->kinds[i].row->is_standing)
            db_submit(j->env->db, &JOB_STAND, &arg, 1, on_standing, &j->kinds[i]);
    }
    uv_timer_start(&j->tick, on_tick, 0, TICK_MS);
}

void jobs_stop(struct jobs *j)
{
    j->is_stopped = true;
    uv_timer_stop(&j->tick);
}

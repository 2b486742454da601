/* db.c — see db.h: arguments in, rows out, and the wait of a task between them. The connections are
 * db_lane.c's. */
#include "db.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "clock.h"
#include "db_lane.h"
#include "db_rehearse.h"
#include "env.h"
#include "log.h"
#include "metrics.h"

struct timed_statement {
    const struct sql *sql;
    struct metric *latency;
};

struct db {
    const char *conninfo;
    size_t lanes_count; /* the last one writes */
    size_t next_read;
    struct lane **lanes;
    struct timed_statement *timed;
    size_t timed_count;
    void (*on_write_session)(void *arg);
    void *on_write_session_arg;
    void (*on_orphan)(void *arg);
    void *on_orphan_arg;
    void (*on_notice)(void *arg, const char *text);
    void *on_notice_arg;
};

/* ---- arguments ------------------------------------------------------------------------------------ */

/* With a NUL behind, for texts. */
static size_t arg_bytes(const struct db_arg *a)
{
    return a->data ? (size_t)a->length + 1 : 0;
}

/* Into one piece: the op, its arguments, what they point to. */
struct db_op *op_new(struct db *db, const struct sql *sql, const struct db_arg *args, size_t n)
{
    size_t bytes = sizeof(struct db_op) + n * sizeof *args;
    for (size_t i = 0; i < n; i++)
        bytes += arg_bytes(&args[i]);
    struct db_op *op = talloc_size(db, bytes);
    *op = (struct db_op){ .sql = sql, .argc = (int)n, .args = (struct db_arg *)(op + 1) };
    char *at = (char *)(op->args + n);
    for (size_t i = 0; i < n; i++) {
        op->args[i] = args[i];
        if (!args[i].data)
            continue;
        op->args[i].data = memcpy(at, args[i].data, (size_t)args[i].length);
        at[args[i].length] = '\0';
        at += args[i].length + 1;
    }
    return op;
}

/* ---- one call ------------------------------------------------------------------------------------- */

static struct metric *latency_of(const struct db *db, const struct sql *sql)
{
    for (size_t i = 0; i < db->timed_count; i++)
        if (db->timed[i].sql == sql)
            return db->timed[i].latency;
    return NULL;
}

struct db_op *db_submit(struct db *db, const struct sql *sql, const struct db_arg *args, size_t n,
                        db_done_fn *done, void *arg)
{
    size_t writer = db->lanes_count - 1;
    bool is_set = sql->kind == SQL_READ_SET; /* they meet in the first lane */
    struct lane *l = db->lanes[sql_writes(sql) ? writer : is_set ? 0 : db->next_read++ % writer];
    struct db_op *op = op_new(db, sql, args, n);
    op->latency = latency_of(db, sql);
    op->queued_us = clock_steady_us();
    op->done = done;
    op->arg = arg;
    if (lane_put(l, op))
        return op;
    talloc_free(op);
    return NULL;
}

bool db_abandon(struct db_op *op)
{
    return lane_abandon(op);
}

struct db_call {
    struct waiter waiter;
    struct db_op *op; /* NULL once answered */
    int rc;
    char *text;
    struct db_rows *rows;
};

static int call_free(struct db_call *c)
{
    if (c->op)
        db_abandon(c->op);
    return 0;
}

static void call_done(void *arg, int rc, const char *text, struct db_rows *rows)
{
    struct db_call *c = arg;
    c->op = NULL;
    c->rc = rc;
    c->text = text ? talloc_strdup(c, text) : NULL;
    c->rows = talloc_steal(c->waiter.task, rows);
    waiter_done(&c->waiter);
}

struct db_call *db_start_args(struct task *t, const struct sql *sql, const struct db_arg *args, size_t n)
{
    struct db_call *c = talloc_zero(t, struct db_call);
    waiter_init(&c->waiter, t);
    c->op = db_submit(task_env(t)->db, sql, args, n, call_done, c);
    if (c->op) {
        c->op->is_awaited = task_is_awaited(t);
    } else {
        c->waiter.is_done = true;
        c->rc = E_BUSY;
        c->text = talloc_asprintf(c, "%s: the queue of the store is full", sql->name);
    }
    talloc_set_destructor(c, call_free);
    return c;
}

/* The deadline passed: what became of the statement? */
static int give_up(struct task *t, struct db_call *c, int rc)
{
    const struct sql *sql = c->op->sql;
    bool never_sent = db_abandon(c->op);
    c->op = NULL;
    bool maybe_applied = sql_writes(sql) && !never_sent;
    return err_set(task_err(t), maybe_applied ? E_UNKNOWN : rc, "%s: %s", sql->name, err_name(rc));
}

int db_finish(struct task *t, struct db_call *c, const struct db_rows **rows)
{
    int rc = waiter_wait(&c->waiter);
    if (rc)
        return give_up(t, c, rc);
    if (c->rc)
        return err_set(task_err(t), c->rc, "%s", c->text ? c->text : "");
    *rows = c->rows;
    return 0;
}

int db_run_args(struct task *t, const struct sql *sql, const struct db_rows **rows, const struct db_arg *args,
                size_t n)
{
    if (task_rehearsal(t) && db_is_save(sql))
        return db_rehearse(t, sql, rows, args, n);
    return db_finish(t, db_start_args(t, sql, args, n), rows);
}

/* ---- rows ----------------------------------------------------------------------------------------- */

int db_count(const struct db_rows *rows)
{
    return rows->count;
}

/* PQfnumber would fold and copy the name each time. */
static int column_of(const PGresult *res, const char *name)
{
    int n = PQnfields(res), i = 0;
    while (i < n && strcmp(PQfname(res, i), name) != 0)
        i++;
    ASSERT(i < n);
    return i;
}

const char *db_str(const struct db_rows *rows, int row, const char *column)
{
    int c = column_of(rows->res, column);
    ASSERT(row < rows->count);
    int r = rows->set ? rows->numbers[row] : row;
    return PQgetisnull(rows->res, r, c) ? NULL : PQgetvalue(rows->res, r, c);
}

const char *db_str_or(const struct db_rows *rows, int row, const char *column, const char *fallback)
{
    const char *s = db_str(rows, row, column);
    return s ? s : fallback;
}

int64_t db_num(const struct db_rows *rows, int row, const char *column)
{
    const char *s = db_str(rows, row, column);
    return s ? strtoll(s, NULL, 10) : 0;
}

bool db_true(const struct db_rows *rows, int row, const char *column)
{
    const char *s = db_str(rows, row, column);
    return s && *s == 't';
}

const uint8_t *db_blob(const void *ctx, const struct db_rows *rows, int row, const char *column, size_t *size)
{
    const char *hex = db_str(rows, row, column);
    *size = hex ? (strlen(hex) - 2) / 2 : 0; /* bytea comes as \x… */
    uint8_t *out = talloc_size(ctx, *size + 1);
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < *size; i++) {
        const char *p = hex + 2 + i * 2;
        out[i] = (uint8_t)((strchr(digits, p[0]) - digits) << 4 | (strchr(digits, p[1]) - digits));
    }
    out[*size] = 0;
    return out;
}

bool db_get_id(const struct db_rows *rows, int row, const char *column, struct id *id)
{
    const char *s = db_str(rows, row, column);
    return s && id_parse(s, id);
}

/* ---- life ----------------------------------------------------------------------------------------- */

static void time_statements(struct db *db, const struct sql *const *const *tables)
{
    for (const struct sql *const *const *table = tables; *table; table++)
        for (const struct sql *const *s = *table; *s; s++) {
            char *labels = talloc_asprintf(db, "statement=\"%s\"", (*s)->name);
            db->timed = talloc_realloc(db, db->timed, struct timed_statement, db->timed_count + 1);
            db->timed[db->timed_count++] = (struct timed_statement){
                *s, metric_histogram("motcua_db_seconds", "Time of a statement, queue and commit included",
                                     labels)
            };
        }
}

static void on_notice(void *arg, const char *text)
{
    struct db *db = arg;
    if (db->on_notice)
        db->on_notice(db->on_notice_arg, text);
}

void db_on_notice(struct db *db, void (*fn)(void *arg, const char *text), void *arg)
{
    db->on_notice = fn;
    db->on_notice_arg = arg;
}

static void on_write_session(void *arg)
{
    struct db *db = arg;
    on_notice(db, NULL);
    if (db->on_write_session)
        db->on_write_session(db->on_write_session_arg);
}

static void on_orphan(void *arg)
{
    struct db *db = arg;
    if (db->on_orphan)
        db->on_orphan(db->on_orphan_arg);
}

void db_on_orphan(struct db *db, void (*fn)(void *arg), void *arg)
{
    db->on_orphan = fn;
    db->on_orphan_arg = arg;
}

void db_on_write_session(struct db *db, void (*fn)(void *arg), void *arg)
{
    db->on_write_session = fn;
    db->on_write_session_arg = arg;
    if (lane_ready(db->lanes[db->lanes_count - 1]))
        fn(arg);
}

struct db *db_open(void *ctx, uv_loop_t *loop, const struct db_config *cfg,
                   const struct sql *const *const *tables)
{
    struct db *db = talloc_zero(ctx, struct db);
    struct lane_config lane = { .loop = loop,
                                .conninfo = cfg->conninfo,
                                .tables = tables,
                                .batch_max = (size_t)cfg->batch_max,
                                .queue_max = (size_t)cfg->queue_max };
    db->conninfo = cfg->conninfo;
    time_statements(db, tables);
    db->lanes_count = (size_t)cfg->read_lanes + 1;
    db->lanes = talloc_array(db, struct lane *, db->lanes_count);
    for (size_t i = 0; i + 1 < db->lanes_count; i++)
        db->lanes[i] = lane_new(db, &lane);
    lane.writes = true;
    lane.on_ready = on_write_session;
    lane.on_orphan = on_orphan;
    lane.on_notice = on_notice;
    lane.channel = cfg->channel;
    lane.arg = db;
    db->lanes[db->lanes_count - 1] = lane_new(db, &lane);
    return db;
}

const char *db_conninfo(const struct db *db)
{
    return db->conninfo;
}

void db_flush(struct db *db)
{
    for (size_t i = 0; i < db->lanes_count; i++)
        lane_send(db->lanes[i]);
}

bool db_ready(const struct db *db)
{
    for (size_t i = 0; i < db->lanes_count; i++)
        if (!lane_ready(db->lanes[i]))
            return false;
    return true;
}

void db_close(struct db *db)
{
    for (size_t i = 0; i < db->lanes_count; i++)
        lane_close(db->lanes[i]);
}

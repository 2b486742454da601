/* db.h — PostgreSQL for tasks: pipelined reads, group-committed writes, no transaction held open.
 *
 * Each statement is prepared once per connection from a table known at start, so a schema that does not fit
 * the program stops it at start, not at the first citizen.
 *
 * READS go to read lanes; each is its own implicit transaction.
 * WRITES go to one write lane. All writes waiting when the lane is free go out as ONE transaction (group
 * commit: one WAL flush for the batch; while it is in flight the next batch collects, so no timer is needed).
 * A write is answered only after COMMIT. If the batch fails, it is replayed once with every write in a
 * transaction of its own, so only the guilty one sees the error.
 *
 * A write for SETS (SQL_SET) takes arrays: the calls of it that wait when the lane is free become one
 * statement with an element of each array per call, so PostgreSQL works through a hundred saves in one pass.
 * Each caller gives its own values and gets its own rows, by the column "ord" (from 1) that such a statement
 * returns. Reads that many events make at once can be so, too (SQL_READ_SET).
 *
 * THEREFORE a write must be (1) one statement — use WITH to change several tables, including the outbox —
 * (2) conditional on the version it was decided on, and (3) idempotent by id, because after a lost connection
 * the lane sends it again.
 *
 * Results:
 *   0           rows are in *rows, owned by the task
 *   E_BUSY      the lane's queue is full, or the store is gone and somebody waits; not applied
 *   E_TIMEOUT   the deadline passed before it was sent; not applied
 *   E_UNKNOWN   the deadline passed, or the store is gone, after it was sent; ask again with the same id
 *   E_CONFLICT  unique/foreign-key/check/exclusion violation (SQLSTATE class 23)
 *   E_DB        anything else PostgreSQL said; the err's text holds its message
 */
#ifndef DB_H
#define DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <uv.h>

#include "ids.h"
#include "task.h"

/* SQL_SET_BY(n): the calls of a set differ in $n (an UPDATE takes a row only once). */
enum sql_kind { SQL_READ, SQL_READ_SET, SQL_WRITE, SQL_SET };
#define SQL_SET_BY(n) (SQL_SET + (n))

struct sql {
    const char *name; /* prepared statement's name, also the metric's label */
    int kind;         /* enum sql_kind, or SQL_SET_BY */
    const char *text;
};
static inline bool sql_writes(const struct sql *sql)
{
    return sql->kind >= SQL_WRITE;
}

struct db_config {
    const char *conninfo;
    int64_t read_lanes;  /* connections for reads; there is always one more for writes */
    int64_t batch_max;   /* writes per transaction; 1 turns group commit off */
    int64_t queue_max;   /* waiting calls per lane before E_BUSY */
    const char *channel; /* of NOTIFY, that the write connection listens to; NULL: none */
};

struct db;
struct db_rows;
struct db_call;

/* tables: lists of statements, each ending with NULL; the list of lists ends with NULL. */
struct db *db_open(void *ctx, uv_loop_t *loop, const struct db_config *cfg,
                   const struct sql *const *const *tables);
/* Send what the tasks of this loop turn asked for. The service skeleton calls it after task_pool_run. */
void db_flush(struct db *db);
bool db_ready(const struct db *db); /* every lane is connected and prepared */
/* Called whenever the write connection is new: session-level locks were lost with the old one. */
void db_on_write_session(struct db *db, void (*fn)(void *arg), void *arg);
/* Called whenever a write has committed whose task had given up: what it saved is known to nobody here. */
void db_on_orphan(struct db *db, void (*fn)(void *arg), void *arg);
/* Called with each text notified on the channel, by whoever; with NULL when the connection that listens is
 * new: what was said meanwhile nobody heard. */
void db_on_notice(struct db *db, void (*fn)(void *arg, const char *text), void *arg);
void db_close(struct db *db);

/* ---- one argument of a statement ---- */

enum db_type { DB_TEXT, DB_INT, DB_BYTES, DB_ID, DB_ARRAY, DB_OWNERS };

struct db_arg {
    enum db_type type;
    bool is_null;
    int length;       /* of data */
    const char *data; /* not of DB_INT */
    int64_t number;
};
static inline struct db_arg db_text(const char *s) /* NULL: SQL NULL */
{
    return (struct db_arg){ .type = DB_TEXT, .is_null = !s, .data = s, .length = s ? (int)strlen(s) : 0 };
}
static inline struct db_arg db_int(int64_t v)
{
    return (struct db_arg){ .type = DB_INT, .number = v };
}
static inline struct db_arg db_int_or_null(int64_t v) /* 0 becomes NULL */
{
    return (struct db_arg){ .type = DB_INT, .is_null = v == 0, .number = v };
}
static inline struct db_arg db_bool(bool v)
{
    return db_text(v ? "t" : "f");
}
static inline struct db_arg db_bytes(const void *p, size_t n)
{
    return (struct db_arg){ .type = DB_BYTES, .data = p, .length = (int)n };
}
static inline struct db_arg db_id(const struct id *id)
{
    return (struct db_arg){ .type = DB_ID, .data = (const char *)id->bytes, .length = ID_BYTES };
}
static inline struct db_arg db_id_or_null(const struct id *id)
{
    return id ? db_id(id) : (struct db_arg){ .type = DB_ID, .is_null = true };
}
/* In a statement for sets, where a call's arrays become part of longer ones: for each element of the array
 * $n, whose it is. */
static inline struct db_arg db_owners(int n)
{
    return (struct db_arg){ .type = DB_OWNERS, .number = n };
}
/* In a statement for sets: the call's place among the others, from 1. */
static inline struct db_arg db_place(void)
{
    return (struct db_arg){ .type = DB_OWNERS };
}

/* Arrays (text[], bytea[], int8[], uuid[]) in binary form. Owner of the encoding: ctx. */
struct db_blob {
    const void *data;
    size_t size;
};
struct db_arg db_text_array(const void *ctx, const char *const *texts, size_t n);
struct db_arg db_bytes_array(const void *ctx, const struct db_blob *blobs, size_t n);
struct db_arg db_int_array(const void *ctx, const int64_t *numbers, size_t n);
struct db_arg db_id_array(const void *ctx, const struct id *ids, size_t n);

/* ---- running statements in a task ---- */

/* clang-format off */
#define DB_ARGS(...) (const struct db_arg[]){ __VA_ARGS__ __VA_OPT__(,) { 0 } }
/* clang-format on */
#define DB_COUNT(...) (sizeof(DB_ARGS(__VA_ARGS__)) / sizeof(struct db_arg) - 1)
/* Run one statement and wait for its answer. */
#define db_run(t, sql, rows, ...) db_run_args((t), (sql), (rows), DB_ARGS(__VA_ARGS__), DB_COUNT(__VA_ARGS__))
int db_run_args(struct task *t, const struct sql *sql, const struct db_rows **rows, const struct db_arg *args,
                size_t n);

/* The same in two halves, to have several statements on the way at once. A call that is not finished
 * withdraws itself when its task ends. */
#define db_start(t, sql, ...) db_start_args((t), (sql), DB_ARGS(__VA_ARGS__), DB_COUNT(__VA_ARGS__))
struct db_call *db_start_args(struct task *t, const struct sql *sql, const struct db_arg *args, size_t n);
int db_finish(struct task *t, struct db_call *call, const struct db_rows **rows);

/* ---- reading rows ---- */

int db_count(const struct db_rows *rows);
const char *db_str(const struct db_rows *rows, int row, const char *column); /* NULL is SQL NULL */
const char *db_str_or(const struct db_rows *rows, int row, const char *column, const char *fallback);
int64_t db_num(const struct db_rows *rows, int row, const char *column); /* NULL is 0 */
bool db_true(const struct db_rows *rows, int row, const char *column);   /* NULL is false */
/* A bytea. Owner: ctx. */
const uint8_t *db_blob(const void *ctx, const struct db_rows *rows, int row, const char *column,
                       size_t *size);
bool db_get_id(const struct db_rows *rows, int row, const char *column, struct id *id);

/* ---- below the tasks: for the skeleton's own work ---- */

/* rows: owner is the callee; NULL on error. */
typedef void db_done_fn(void *arg, int rc, const char *text, struct db_rows *rows);
struct db_op;
/* Returns NULL if the lane's queue is full (done is not called then). */
struct db_op *db_submit(struct db *db, const struct sql *sql, const struct db_arg *args, size_t n,
                        db_done_fn *done, void *arg);
/* Nobody waits any more. True if the statement had not been sent (it never will be). */
bool db_abandon(struct db_op *op);

#endif

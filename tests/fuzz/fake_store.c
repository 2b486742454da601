/* fake_store.c — see fuzz.h: db.h without PostgreSQL. Every statement is answered at once, with as many rows
 * as the input asks for. What stands in a column says tests/fuzz/rows/<service>.txt, a line each:
 *
 *     column value|another|…         of any statement; the input chooses which
 *     statement.column value         of one statement
 *     statement.rows 1|0             how many rows it has, where that is not for the input to say
 *     column <motcua.Result> …       a message as text, which seeds.py packs; bytes are hex
 *
 * A column that is not there is empty, or 1 where a number is asked for; NULL is NULL. So what is read from a
 * store is sound, as it is in life, and what comes from outside is not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "fuzz.h"

struct fuzz_store fuzz_store = { .rows = 1 };

enum { COLUMNS_MAX = 300, VALUES_MAX = 8, LINE_MAX_BYTES = 8192 };

static struct column {
    char *name;
    size_t count;
    char *values[VALUES_MAX];
} columns[COLUMNS_MAX];
static size_t columns_count;

struct db_rows {
    const struct sql *sql;
    int count;
};

struct db_call {
    struct db_rows *rows;
    int rc;
};

/* ---- the values ----------------------------------------------------------------------------------- */

static void take_line(char *line)
{
    struct column *c = &columns[columns_count];
    line[strcspn(line, "\n")] = '\0';
    if (*line == '\0' || *line == '#')
        return;
    ASSERT(columns_count < COLUMNS_MAX);
    c->name = strsep(&line, " ");
    for (char *value; (value = strsep(&line, "|"));) {
        ASSERT(c->count < VALUES_MAX);
        c->values[c->count++] = value;
    }
    ASSERT(c->count > 0);
    columns_count++;
}

void fuzz_store_open(const char *service)
{
    char path[128], line[LINE_MAX_BYTES];
    const char *folder = getenv("FUZZ_ROWS"); /* where seeds.py has put them */
    snprintf(path, sizeof path, "%s/%s.txt", folder ? folder : "build/fuzz/rows", service);
    FILE *f = fopen(path, "re");
    ASSERT(f);
    while (fgets(line, sizeof line, f))
        take_line(talloc_strdup(fuzz_life(), line));
    fclose(f);
}

static const struct column *find(const char *name)
{
    for (size_t i = 0; i < columns_count; i++)
        if (strcmp(columns[i].name, name) == 0)
            return &columns[i];
    return NULL;
}

static const char *value_of(const struct db_rows *rows, const char *column, const char *fallback)
{
    char of_statement[160];
    snprintf(of_statement, sizeof of_statement, "%s.%s", rows->sql->name, column);
    const struct column *c = find(of_statement);
    c = c ? c : find(column);
    if (!c)
        return fallback;
    const char *value = c->values[fuzz_store.variant % c->count];
    return strcmp(value, "NULL") == 0 ? NULL : value;
}

/* ---- running -------------------------------------------------------------------------------------- */

/* What is read has as many rows as the input asks for, a save has one, a command was not done before; unless
 * the rows say otherwise. */
static int count_of(const struct sql *sql)
{
    struct db_rows rows = { sql, 1 };
    bool is_command = strcmp(sql->name, "command_find") == 0;
    const char *said = value_of(&rows, "rows", NULL);
    if (said)
        return (int)strtol(said, NULL, 10);
    return is_command ? 0 : sql_writes(sql) ? 1 : (int)fuzz_store.rows;
}

static int failure_of(const struct sql *sql)
{
    static const int of_saves[] = { 0, 0, E_BUSY, E_CONFLICT };
    if (sql_writes(sql))
        return of_saves[fuzz_store.failure];
    return fuzz_store.failure == 1 ? E_BUSY : 0;
}

static struct db_rows *answer(const void *ctx, const struct sql *sql)
{
    struct db_rows *rows = talloc(ctx, struct db_rows);
    *rows = (struct db_rows){ sql, count_of(sql) };
    return rows;
}

/* What is sent is read to its end, so that a sanitizer sees it. */
static void read_args(const struct db_arg *args, size_t n)
{
    static volatile unsigned char sum;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; args[i].data && k < args[i].length; k++)
            sum = (unsigned char)(sum + (unsigned char)args[i].data[k]);
}

struct db_call *db_start_args(struct task *t, const struct sql *sql, const struct db_arg *args, size_t n)
{
    struct db_call *c = talloc(t, struct db_call);
    read_args(args, n);
    *c = (struct db_call){ answer(t, sql), failure_of(sql) };
    return c;
}

int db_finish(struct task *t, struct db_call *c, const struct db_rows **rows)
{
    if (c->rc)
        return err_set(task_err(t), c->rc, "the store says so");
    *rows = c->rows;
    return 0;
}

int db_run_args(struct task *t, const struct sql *sql, const struct db_rows **rows, const struct db_arg *args,
                size_t n)
{
    return db_finish(t, db_start_args(t, sql, args, n), rows);
}

struct db_op *db_submit(struct db *db, const struct sql *sql, const struct db_arg *args, size_t n,
                        db_done_fn *done, void *arg)
{
    read_args(args, n);
    done(arg, 0, NULL, answer(NULL, sql));
    return (struct db_op *)db; /* not NULL; nobody looks */
}

/* Nobody else changes anything. */
void db_on_notice(struct db *db, void (*fn)(void *arg, const char *text), void *arg)
{
    (void)db, (void)fn, (void)arg;
}

/* ---- reading rows --------------------------------------------------------------------------------- */

int db_count(const struct db_rows *rows)
{
    return rows->count;
}

const char *db_str(const struct db_rows *rows, int row, const char *column)
{
    ASSERT(row < rows->count);
    return value_of(rows, column, "");
}

const char *db_str_or(const struct db_rows *rows, int row, const char *column, const char *fallback)
{
    const char *s = db_str(rows, row, column);
    return s ? s : fallback;
}

int64_t db_num(const struct db_rows *rows, int row, const char *column)
{
    ASSERT(row < rows->count);
    const char *s = value_of(rows, column, "1");
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
    *size = hex ? strlen(hex) / 2 : 0;
    uint8_t *out = talloc_zero_size(ctx, *size + 1);
    for (size_t i = 0; i < *size; i++)
        ASSERT(sscanf(hex + 2 * i, "%2hhx", &out[i]) == 1);
    return out;
}

bool db_get_id(const struct db_rows *rows, int row, const char *column, struct id *id)
{
    const char *s = db_str(rows, row, column);
    return s && id_parse(s, id);
}

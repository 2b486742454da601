/* db_rehearse.c — see db_rehearse.h. A rehearsal is rare and waits for the server several times, so it is
 * done by another thread with the plain, waiting calls of libpq; it touches nothing but its own piece of
 * memory. */
#include "db_rehearse.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "db_lane.h"
#include "env.h"
#include "offload.h"

/* A transaction's own counts of what it has written so far. */
static const char WRITTEN[] = "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
                              " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname";

struct stage {
    const char *conninfo;
    struct db_op *op;
    struct rehearsal found;
    PGresult *result; /* of the statement, good or bad; NULL: no connection */
};

bool db_is_save(const struct sql *sql)
{
    return sql_writes(sql) && strstr(sql->text, " save_event AS (") != NULL;
}

static bool is_good(const PGresult *res)
{
    return PQresultStatus(res) == PGRES_TUPLES_OK || PQresultStatus(res) == PGRES_COMMAND_OK;
}

static bool run(PGconn *conn, const char *sql)
{
    PGresult *res = PQexec(conn, sql);
    bool ok = is_good(res);
    PQclear(res);
    return ok;
}

static PGresult *answer(PGconn *conn)
{
    PGresult *res = PQgetResult(conn);
    for (PGresult *more; (more = PQgetResult(conn));)
        PQclear(more);
    return res;
}

static void take_written(PGconn *conn, struct rehearsal *r)
{
    PGresult *res = PQexec(conn, WRITTEN);
    int n = is_good(res) ? PQntuples(res) : 0;
    for (int i = 0; i < n && r->count < REHEARSED_TABLES_MAX; i++) {
        struct rehearsed_table *table = &r->tables[r->count++];
        snprintf(table->name, sizeof table->name, "%s", PQgetvalue(res, i, 0));
        table->inserted = strtoll(PQgetvalue(res, i, 1), NULL, 10);
        table->updated = strtoll(PQgetvalue(res, i, 2), NULL, 10);
        table->deleted = strtoll(PQgetvalue(res, i, 3), NULL, 10);
    }
    PQclear(res);
}

static PGresult *perform(PGconn *conn, struct stage *s)
{
    PGresult *prepared = PQprepare(conn, s->op->sql->name, s->op->sql->text, 0, NULL);
    if (!is_good(prepared))
        return prepared;
    PQclear(prepared);
    bool sent = op_is_set(s->op) ? set_send(conn, s->op, 1) : op_send(conn, s->op);
    PGresult *res = sent ? answer(conn) : NULL;
    if (res && is_good(res))
        take_written(conn, &s->found);
    return res;
}

static void on_stage(void *arg)
{
    struct stage *s = arg;
    PGconn *conn = PQconnectdb(s->conninfo);
    if (PQstatus(conn) == CONNECTION_OK && run(conn, "BEGIN")) {
        s->result = perform(conn, s);
        run(conn, "ROLLBACK");
    }
    PQfinish(conn);
}

static int stage_free(struct stage *s)
{
    PQclear(s->result);
    return 0;
}

int db_rehearse(struct task *t, const struct sql *sql, const struct db_rows **rows, const struct db_arg *args,
                size_t n)
{
    struct db *db = task_env(t)->db;
    struct stage *s = talloc_zero(NULL, struct stage);
    s->conninfo = db_conninfo(db);
    s->op = talloc_steal(s, op_new(db, sql, args, n));
    talloc_set_destructor(s, stage_free);
    TRY(task_offload(t, on_stage, s));
    if (!s->result)
        return err_set(task_err(t), E_BUSY, "%s: no connection to rehearse on", sql->name);
    if (!is_good(s->result)) {
        const char *why = PQresultErrorField(s->result, PG_DIAG_MESSAGE_PRIMARY);
        return err_set(task_err(t), db_code_of(s->result), "%s: %s", sql->name, why ? why : "no answer");
    }
    *task_rehearsal(t) = s->found;
    PGresult *res = s->result;
    s->result = NULL;
    *rows = op_is_set(s->op) ? talloc_steal(t, set_rows(set_new(res, 1), 1)) : talloc_steal(t, rows_new(res));
    return 0;
}

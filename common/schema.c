/* schema.c — see schema.h. The only place that talks to PostgreSQL without the loop: it does not run yet. */
#include "schema.h"

#include <libpq-fe.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "clock.h"
#include "crypt.h"
#include "log.h"

static int fail(PGconn *conn, PGresult *res, const char *what, struct err *err)
{
    const char *detail = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    err_set(err, E_INVALID, "%s: %s", what, detail ? detail : PQerrorMessage(conn));
    PQclear(res);
    return E_INVALID;
}

static int run(PGconn *conn, const char *sql, const char *what, struct err *err)
{
    PGresult *res = PQexec(conn, sql);
    if (PQresultStatus(res) == PGRES_FATAL_ERROR)
        return fail(conn, res, what, err);
    PQclear(res);
    return 0;
}

static PGconn *connect_within(const char *conninfo, unsigned wait_ms)
{
    int64_t until = clock_steady_ms() + wait_ms;
    for (;;) {
        PGconn *conn = PQconnectdb(conninfo);
        if (PQstatus(conn) == CONNECTION_OK || clock_steady_ms() >= until)
            return conn;
        PQfinish(conn);
        usleep(50 * 1000);
    }
}

static int check_server(PGconn *conn, struct err *err)
{
    static const char *const must_be_on[] = { "fsync", "full_page_writes", NULL };
    if (PQserverVersion(conn) < 150000)
        return err_set(err, E_INVALID, "PostgreSQL %d is too old: 15 or later is needed",
                       PQserverVersion(conn) / 10000);
    for (const char *const *name = must_be_on; *name; name++) {
        char sql[64];
        snprintf(sql, sizeof sql, "SHOW %s", *name);
        PGresult *res = PQexec(conn, sql);
        bool on = PQresultStatus(res) == PGRES_TUPLES_OK && strcmp(PQgetvalue(res, 0, 0), "on") == 0;
        PQclear(res);
        if (!on)
            return err_set(err, E_INVALID,
                           "the server runs with %s=off: acknowledged dossiers could be lost; turn it on",
                           *name);
    }
    return 0;
}

static char *digest_of(const void *ctx, const char *sql)
{
    uint8_t hash[SHA256_BYTES];
    crypt_sha256(sql, strlen(sql), hash);
    return crypt_hex(ctx, hash, sizeof hash);
}

/* Applied already? E_INVALID if it was applied in another form. */
static int is_applied(PGconn *conn, const struct schema_file *f, const char *digest, bool *applied,
                      struct err *err)
{
    PGresult *res = PQexecParams(conn, "SELECT digest FROM schema_file WHERE name = $1", 1, NULL, &f->name,
                                 NULL, NULL, 0);
    if (PQresultStatus(res) != PGRES_TUPLES_OK)
        return fail(conn, res, f->name, err);
    *applied = PQntuples(res) > 0;
    bool same = *applied && strcmp(PQgetvalue(res, 0, 0), digest) == 0;
    PQclear(res);
    if (*applied && !same)
        return err_set(err, E_INVALID,
                       "schema file %s was changed after it was applied: add a new file instead", f->name);
    return 0;
}

static int apply(PGconn *conn, const struct schema_file *f, struct err *err)
{
    bool applied;
    char *digest = digest_of(NULL, f->sql);
    int rc = is_applied(conn, f, digest, &applied, err);
    if (rc == 0 && !applied) {
        char *sql =
            talloc_asprintf(digest,
                            "BEGIN;\n%s\n;INSERT INTO schema_file (name, digest) VALUES ('%s', '%s');COMMIT",
                            f->sql, f->name, digest);
        rc = run(conn, sql, f->name, err);
        if (rc == 0)
            log_info("schema_applied", LOG_S("file", f->name));
    }
    talloc_free(digest);
    return rc;
}

static int apply_all(PGconn *conn, const struct schema_file *files, struct err *err)
{
    for (const struct schema_file *f = files; f->name; f++)
        TRY(apply(conn, f, err));
    return 0;
}

static int bring_up_to_date(PGconn *conn, const struct schema_file *skeleton, const struct schema_file *own,
                            struct err *err)
{
    TRY(check_server(conn, err));
    TRY(run(conn, "SET client_min_messages = warning; SET statement_timeout = 0; SELECT pg_advisory_lock(1)",
            "lock", err));
    TRY(run(conn,
            "CREATE TABLE IF NOT EXISTS schema_file (name text PRIMARY KEY, digest text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())",
            "schema_file", err));
    TRY(apply_all(conn, skeleton, err));
    return apply_all(conn, own, err);
}

int schema_apply(const char *conninfo, const struct schema_file *skeleton, const struct schema_file *own,
                 unsigned wait_ms, struct err *err)
{
    PGconn *conn = connect_within(conninfo, wait_ms);
    int rc;
    if (PQstatus(conn) != CONNECTION_OK)
        rc = err_set(err, E_INVALID, "database: cannot connect: %s", PQerrorMessage(conn));
    else
        rc = bring_up_to_date(conn, skeleton, own, err);
    PQfinish(conn);
    return rc;
}

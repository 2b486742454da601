/* db_code.c — see db_lane.h: what a failure that PostgreSQL tells means to us, by its SQLSTATE. */
#include <string.h>

#include "db_lane.h"

static const char *sqlstate(const PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    return state ? state : "";
}

static bool is_of_class(const PGresult *res, const char *const *classes)
{
    for (; *classes; classes++)
        if (strncmp(sqlstate(res), *classes, strlen(*classes)) == 0)
            return true;
    return false;
}

/* Class 23: a constraint. Out of room, going down, time-out, I/O, read-only: not applied, may work later. */
int db_code_of(const PGresult *res)
{
    static const char *const constraints[] = { "23", NULL };
    static const char *const passing[] = { "08", "25006", "40", "53", "55", "57", "58", NULL };
    if (is_of_class(res, constraints))
        return E_CONFLICT;
    return is_of_class(res, passing) ? E_BUSY : E_DB;
}

/* Nothing is wrong with the statement: a serialization failure, a deadlock, or the server going down or short
 * of room; sent again it may succeed. */
bool db_is_retryable(const PGresult *res)
{
    static const char *const classes[] = { "40", "57P", NULL };
    return is_of_class(res, classes);
}

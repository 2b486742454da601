/* db_set.c — see db_lane.h: how calls go out, alone or as a set, and how the rows of a set come back. The
 * calls of a set stand one behind the other in their lane's list of sent ops; column by column their
 * arguments become arrays, and what they gave as arrays becomes one longer array, of which db_owners() says
 * whose each element is. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "db_args.h"
#include "db_lane.h"

enum { ARGS_MAX = 64, NUMBER_TEXT = 24 };

/* ---- one call alone ------------------------------------------------------------------------------- */

bool op_send(PGconn *conn, const struct db_op *op)
{
    const char *values[ARGS_MAX];
    int lengths[ARGS_MAX], formats[ARGS_MAX];
    char numbers[ARGS_MAX][NUMBER_TEXT];
    ASSERT(op->argc <= ARGS_MAX);
    for (int i = 0; i < op->argc; i++) {
        const struct db_arg *a = &op->args[i];
        if (a->type == DB_INT)
            snprintf(numbers[i], NUMBER_TEXT, "%" PRId64, a->number);
        values[i] = a->is_null ? NULL : a->type == DB_INT ? numbers[i] : a->data;
        lengths[i] = a->length;
        formats[i] = a->type != DB_TEXT && a->type != DB_INT;
    }
    return PQsendQueryPrepared(conn, op->sql->name, op->argc, values, lengths, formats, 0);
}

/* ---- going out as a set ----------------------------------------------------------------------------- */

/* How many elements an op's array has, or the one whose owners these are; a place is one. */
static size_t elements_of(const struct db_op *op, int column)
{
    const struct db_arg *a = &op->args[column];
    if (a->type != DB_OWNERS)
        return (size_t)a->number;
    return a->number > 0 ? (size_t)op->args[a->number - 1].number : 1;
}

static size_t column_bytes(const struct db_op *op, size_t n, int column)
{
    size_t bytes = ARRAY_HEAD;
    for (; n-- > 0; op = TAILQ_NEXT(op, link)) {
        const struct db_arg *a = &op->args[column];
        bytes += a->type == DB_OWNERS ? elements_of(op, column) * 12
                 : a->type == DB_INT  ? 12
                                      : 4 + (size_t)a->length;
    }
    return bytes;
}

static char *put_element(char *at, const struct db_arg *a)
{
    if (a->is_null)
        return put_u32(at, UINT32_MAX);
    if (a->type == DB_INT)
        return put_u64(put_u32(at, 8), (uint64_t)a->number);
    at = put_u32(at, (uint32_t)a->length);
    memcpy(at, a->data, (size_t)a->length);
    return at + a->length;
}

static char *put_column(char *at, const struct db_op *op, size_t n, int column)
{
    static const uint32_t oids[] = {
        [DB_TEXT] = OID_TEXT, [DB_INT] = OID_INT8, [DB_BYTES] = OID_BYTEA, [DB_ID] = OID_UUID
    };
    at = put_array_head(at, oids[op->args[column].type], n);
    for (; n-- > 0; op = TAILQ_NEXT(op, link))
        at = put_element(at, &op->args[column]);
    return at;
}

static size_t elements_of_all(const struct db_op *op, size_t n, int column)
{
    size_t all = 0;
    for (; n-- > 0; op = TAILQ_NEXT(op, link))
        all += elements_of(op, column);
    return all;
}

/* The arrays of the calls, one behind the other: what follows their heads is taken as it is. */
static char *put_joined(char *at, const struct db_op *op, size_t n, int column)
{
    uint32_t oid;
    memcpy(&oid, op->args[column].data + 8, sizeof oid);
    at = put_array_head(at, __builtin_bswap32(oid), elements_of_all(op, n, column));
    for (; n-- > 0; op = TAILQ_NEXT(op, link)) {
        const struct db_arg *a = &op->args[column];
        size_t body = a->number > 0 ? (size_t)a->length - ARRAY_HEAD : 0;
        memcpy(at, a->data + a->length - body, body);
        at += body;
    }
    return at;
}

static char *put_owners(char *at, const struct db_op *op, size_t n, int column)
{
    at = put_array_head(at, OID_INT8, elements_of_all(op, n, column));
    for (size_t i = 1; i <= n; i++, op = TAILQ_NEXT(op, link))
        for (size_t k = elements_of(op, column); k > 0; k--)
            at = put_u64(put_u32(at, 8), i);
    return at;
}

static char *put_any(char *at, const struct db_op *op, size_t n, int column)
{
    switch (op->args[column].type) {
    case DB_ARRAY: return put_joined(at, op, n, column);
    case DB_OWNERS: return put_owners(at, op, n, column);
    default: return put_column(at, op, n, column);
    }
}

bool set_send(PGconn *conn, struct db_op *first, size_t n)
{
    const char *values[ARGS_MAX];
    int lengths[ARGS_MAX], formats[ARGS_MAX];
    size_t bytes = 0;
    ASSERT(first->argc <= ARGS_MAX);
    for (int i = 0; i < first->argc; i++)
        bytes += column_bytes(first, n, i);
    char *room = talloc_size(first, bytes), *at = room;
    for (int i = 0; i < first->argc; i++) {
        char *end = put_any(at, first, n, i);
        values[i] = at;
        lengths[i] = (int)(end - at);
        formats[i] = 1;
        at = end;
    }
    bool ok = PQsendQueryPrepared(conn, first->sql->name, first->argc, values, lengths, formats, 0);
    talloc_free(room);
    return ok;
}

/* ---- coming back ---------------------------------------------------------------------------------- */

static size_t owner(const PGresult *res, int row, int column, size_t n)
{
    size_t ord = strtoul(PQgetvalue(res, row, column), NULL, 10);
    ASSERT(ord >= 1 && ord <= n);
    return ord;
}

struct db_set *set_new(PGresult *res, size_t n)
{
    int rows = PQntuples(res), ord = PQfnumber(res, "ord");
    struct db_set *set = talloc_zero(NULL, struct db_set);
    set->res = res;
    set->rows = talloc_array(set, int, (size_t)rows);
    set->first = talloc_zero_array(set, int, n + 2);
    ASSERT(ord >= 0);
    for (int i = 0; i < rows; i++) /* how many each has, one place on; summed up: where its own begin */
        set->first[owner(res, i, ord, n) + 1]++;
    for (size_t k = 1; k < n + 2; k++)
        set->first[k] += set->first[k - 1];
    for (int i = 0; i < rows; i++)
        set->rows[set->first[owner(res, i, ord, n)]++] = i;
    return set; /* first[k] has moved on to where the rows of k end */
}

static void set_leave(struct db_set *set)
{
    if (--set->users > 0)
        return;
    PQclear(set->res);
    talloc_free(set);
}

static int rows_free(struct db_rows *r)
{
    if (r->set)
        set_leave(r->set);
    else
        PQclear(r->res);
    return 0;
}

struct db_rows *rows_new(PGresult *res)
{
    struct db_rows *rows = talloc(NULL, struct db_rows);
    *rows = (struct db_rows){ .res = res, .count = PQntuples(res) };
    talloc_set_destructor(rows, rows_free);
    return rows;
}

struct db_rows *set_rows(struct db_set *set, size_t ord)
{
    struct db_rows *rows = talloc(NULL, struct db_rows);
    *rows = (struct db_rows){ .res = set->res,
                              .set = set,
                              .numbers = set->rows + set->first[ord - 1],
                              .count = set->first[ord] - set->first[ord - 1] };
    talloc_set_destructor(rows, rows_free);
    set->users++;
    return rows;
}

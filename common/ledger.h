/* ledger.h — what a service knows of things others must know alike, so that `motcua balance` can compare.
 *
 * A ledger is walked by key, LEDGER_PAGE keys at a time, on the index the keys stand in: no statement reads
 * a table that grows, whatever its size (of a million dossiers a page takes 1 to 35 ms). Counters kept with
 * every save would slow each save, meet in one row, and be as wrong as the saves they count.
 *
 * Services whose ledgers have the same name must have the same rows. A page is compared by its digest first;
 * its rows are listed only where digests differ.
 *
 *   page   keys from $1 (without it) to $2 (with it; '': to the end), in order: LEDGER_KEYS, or its own
 *   rows   over page: key; value, what others must know alike; term, what sort of entry; amount, added up
 *          by term; wrong, what does not fit within the service itself, else NULL
 *
 * A watched ledger is also walked by the service, on a standing job. Its terms, and whether nothing is wrong
 * in it, are metrics: motcua_ledger_entries, motcua_ledger_amount, motcua_balanced. The log names the keys.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "db.h"
#include "http.h"
#include "jobs.h"

#define LEDGER_PAGE "2000"

/* Keys of a table by an index that begins with the column. each: "" or "DISTINCT". */
#define LEDGER_KEYS(each, table, column) \
    "SELECT " each " " column " AS key FROM " table " WHERE " column " > $1 AND " column \
    " <= coalesce(nullif($2, ''), (SELECT max(" column ") FROM " table ")) ORDER BY 1"

/* clang-format off */
#define LEDGER(id, ledger, page, rows) \
    static const struct sql id##_SUM = { "ledger_" ledger, SQL_READ, \
        "WITH page AS MATERIALIZED (" page " LIMIT " LEDGER_PAGE "), entry AS (" rows ")" \
        " SELECT p.keys, p.last, e.* FROM (SELECT count(*) AS keys, max(key) AS last FROM page) p LEFT JOIN" \
        " (SELECT term, count(*) AS entries, sum(amount) AS amount, count(wrong) AS wrong," \
        " sum(hashtextextended(key || '=' || value, 0)) AS digest FROM entry GROUP BY term) e ON true" }; \
    static const struct sql id##_ROWS = { "ledger_" ledger "_rows", SQL_READ, \
        "WITH page AS MATERIALIZED (" page " LIMIT " LEDGER_PAGE "), entry AS (" rows ")" \
        " SELECT key, value, term, wrong FROM entry" }
/* clang-format on */

/* Copies that several services keep in tables alike: units, accounts, versions of procedures. */
#define LEDGER_UNITS LEDGER_KEYS("DISTINCT", "unit", "code")
#define LEDGER_UNIT_ROWS \
    "SELECT key, string_agg(ms(valid_from) || ' v' || version, ' ' ORDER BY valid_from) AS value, 'periods'" \
    " AS term, count(*) AS amount, NULL::text AS wrong FROM page JOIN unit ON code = key GROUP BY key"
#define LEDGER_PROCEDURE_ROWS(table) \
    "SELECT key, string_agg(version::text, ' ' ORDER BY version) AS value, 'versions' AS term, count(*)" \
    " AS amount, NULL::text AS wrong FROM page JOIN " table " ON code = key GROUP BY key"
#define LEDGER_ACCOUNTS \
    "SELECT id::text AS key FROM account WHERE id > coalesce(nullif($1, '')," \
    " '00000000-0000-0000-0000-000000000000')::uuid AND id <= coalesce(nullif($2, '')," \
    " 'ffffffff-ffff-ffff-ffff-ffffffffffff')::uuid ORDER BY id"
/* How many things of a key there are, where there are some: "payment WHERE code = key". */
#define LEDGER_COUNT(term, things) \
    "SELECT key, t.count::text AS value, '" term \
    "' AS term, t.count AS amount, NULL::text AS wrong FROM page," \
    " LATERAL (SELECT count(*) FROM " things ") t WHERE t.count > 0"
/* Keys only: that there is such a thing. */
#define LEDGER_KEYS_ALONE(term) \
    "SELECT key, '' AS value, '" term "' AS term, 1 AS amount, NULL::text AS wrong FROM page"

struct ledger { /* tables end with { 0 } */
    const char *name;
    const struct sql *sum, *rows;
    bool is_watched;
};
#define LEDGER_ROW(name, id, is_watched) \
    { \
        name, &id##_SUM, &id##_ROWS, is_watched \
    }

extern const struct http_route ledger_routes[];
extern const struct job_kind ledger_jobs[];
extern const struct sql *const ledger_own_statements[];

/* The statements of a service's ledgers, as a list that ends with NULL. Owner: ctx. */
const struct sql *const *ledger_statements(void *ctx, const struct ledger *table);

struct ledgers; /* in env->ledgers */
/* every_ms: between two walks. */
struct ledgers *ledgers_open(void *ctx, const struct env *env, const struct ledger *table, int64_t every_ms);

#endif

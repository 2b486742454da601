/* ledgers.c — what intake knows that others must know alike (ledger.h): what was filed, what was said of it
 * since, and how it stands. */
#include "ledger.h"

#include "handlers.h"

#define DOSSIERS    LEDGER_KEYS("", "dossier", "code")
#define SUPPLEMENTS "(SELECT count(DISTINCT batch) FROM paper WHERE code = key AND batch > 1)"

/* clang-format off */
LEDGER(FILED, "filed", DOSSIERS,
    "SELECT key, '' AS value, 'state_' || d.status AS term, 1 AS amount,"
    " CASE WHEN d.version <> coalesce(p.version, 0) THEN 'it is at version ' || d.version || ', its last move is '"
    " || coalesce(p.version, 0) WHEN p.status <> d.status THEN 'it is in state ' || d.status || ', its last"
    " move led to '"
    " || p.status END AS wrong FROM page JOIN dossier d ON d.code = key LEFT JOIN LATERAL (SELECT version,"
    " (state ->> 'status')::int AS status FROM progress WHERE code = key ORDER BY version DESC LIMIT 1) p ON true");
LEDGER(STATES, "states", DOSSIERS,
    "SELECT key, 'version ' || version || ' in state ' || status AS value, 'dossiers' AS term, 1 AS amount,"
    " NULL::text AS wrong FROM page JOIN dossier d ON d.code = key");
LEDGER(MOVES, "moves", DOSSIERS,
    "SELECT key, p.count::text AS value, 'moves' AS term, p.count AS amount, NULL::text AS wrong FROM page,"
    " LATERAL (SELECT count(*) FROM progress WHERE code = key) p");
LEDGER(SUPPLIED, "supplements", DOSSIERS,
    "SELECT key, n::text AS value, 'supplements' AS term, n AS amount, NULL::text AS wrong FROM page"
    " JOIN dossier d ON d.code = key, LATERAL (SELECT " SUPPLEMENTS " AS n) s WHERE d.said > 1 AND n > 0");
LEDGER(WITHDRAWALS, "withdrawals", DOSSIERS,
    "SELECT key, n::text AS value, 'requests' AS term, n AS amount, NULL::text AS wrong FROM page"
    " JOIN dossier d ON d.code = key, LATERAL (SELECT d.said - 1 - " SUPPLEMENTS " AS n) s WHERE d.said > 1 AND"
    " n > 0");
LEDGER(SETTLED, "settled", DOSSIERS, LEDGER_COUNT("payments", "payment WHERE code = key"));
LEDGER(PAID, "paid", DOSSIERS,
    "SELECT key, d.paid_dong::text AS value, 'dong' AS term, d.paid_dong AS amount, CASE WHEN d.paid_dong <> p.sum"
    " THEN 'paid ' || d.paid_dong || ' đồng, its payments are ' || p.sum END AS wrong FROM page JOIN dossier d"
    " ON d.code = key, LATERAL (SELECT coalesce(sum(amount_dong), 0) AS sum FROM payment WHERE code = key) p"
    " WHERE d.paid_dong <> 0 OR p.sum <> 0");
LEDGER(NATIONAL, "national", LEDGER_KEYS("", "dossier", "national_code"), LEDGER_KEYS_ALONE("dossiers"));
LEDGER(PROCEDURES, "procedures", LEDGER_KEYS("DISTINCT", "procedure_version", "code"),
    LEDGER_PROCEDURE_ROWS("procedure_version"));
LEDGER(UNITS, "units", LEDGER_UNITS, LEDGER_UNIT_ROWS);
/* clang-format on */

const struct ledger intake_ledgers[] = {
    LEDGER_ROW("filed", FILED, true),
    LEDGER_ROW("states", STATES, false),
    LEDGER_ROW("moves", MOVES, false),
    LEDGER_ROW("supplements", SUPPLIED, false),
    LEDGER_ROW("withdrawals", WITHDRAWALS, false),
    LEDGER_ROW("settled", SETTLED, false),
    LEDGER_ROW("paid", PAID, true),
    LEDGER_ROW("national", NATIONAL, false),
    LEDGER_ROW("procedures", PROCEDURES, false),
    LEDGER_ROW("units", UNITS, false),
    { 0 },
};

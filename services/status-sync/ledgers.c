/* ledgers.c — what status-sync knows that others must know alike (ledger.h), and its own equation:
 *
 *   synced = acknowledged + pending, and whatever is pending has a job that will push it
 */
#include "ledger.h"

#include "handlers.h"

#define DOSSIERS          LEDGER_KEYS("", "dossier", "code")
#define ADDED(kind, term) LEDGER_COUNT(term, "addition WHERE code = key AND kind = '" kind "'")

/* clang-format off */
LEDGER(FILED, "filed", DOSSIERS, LEDGER_KEYS_ALONE("dossiers"));
/* A line is owed for a moment without a job while one before it is still on its way. */
LEDGER(SYNCED, "synced", DOSSIERS,
    "SELECT key, '' AS value, l.term, l.count AS amount, CASE WHEN l.term = 'pending' AND d.owed_since < now()"
    " - interval '1 minute' AND NOT EXISTS (SELECT FROM job WHERE kind = 'sync' AND job.key = page.key) THEN l.count"
    " || ' lines wait, no job will push them' END AS wrong FROM page JOIN dossier d ON d.code = page.key,"
    " LATERAL (SELECT CASE WHEN pushed_at IS NULL THEN 'pending' ELSE 'acknowledged' END AS term, count(*) FROM line"
    " WHERE code = page.key GROUP BY 1) l");
LEDGER(MOVES, "moves", DOSSIERS,
    "SELECT key, l.count::text AS value, 'moves' AS term, l.count AS amount, NULL::text AS wrong FROM page,"
    " LATERAL (SELECT count(*) FROM line WHERE code = key) l");
LEDGER(SUPPLIED, "supplements", DOSSIERS, ADDED("supplement", "supplements"));
LEDGER(SETTLED, "settled", DOSSIERS, ADDED("payment", "payments"));
LEDGER(NATIONAL, "national", LEDGER_KEYS("", "inbound", "national_code"), LEDGER_KEYS_ALONE("dossiers"));
LEDGER(PROCEDURES, "procedures", LEDGER_KEYS("DISTINCT", "procedure", "code"), LEDGER_PROCEDURE_ROWS("procedure"));
LEDGER(UNITS, "units", LEDGER_UNITS, LEDGER_UNIT_ROWS);
/* clang-format on */

const struct ledger status_sync_ledgers[] = {
    LEDGER_ROW("filed", FILED, false),
    LEDGER_ROW("synced", SYNCED, true),
    LEDGER_ROW("moves", MOVES, false),
    LEDGER_ROW("supplements", SUPPLIED, false),
    LEDGER_ROW("settled", SETTLED, false),
    LEDGER_ROW("national", NATIONAL, false),
    LEDGER_ROW("procedures", PROCEDURES, false),
    LEDGER_ROW("units", UNITS, false),
    { 0 },
};

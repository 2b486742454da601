/* ledgers.c — what feedback knows that others must know alike (ledger.h). */
#include "ledger.h"

#include "handlers.h"

#define DOSSIERS LEDGER_KEYS("", "dossier", "code")
/* How many rows of a table are about the dossier. */
#define ROWS_OF(table, term) \
    "SELECT key, r.count::text AS value, '" term \
    "' AS term, r.count AS amount, NULL::text AS wrong FROM page, LATERAL (SELECT count(*) FROM " table \
    " WHERE code = key) r"

/* clang-format off */
LEDGER(FILED, "filed", DOSSIERS, LEDGER_KEYS_ALONE("dossiers"));
LEDGER(MOVES, "moves", DOSSIERS, ROWS_OF("move", "moves"));
LEDGER(SETTLED, "settled", DOSSIERS, ROWS_OF("payment", "payments") " WHERE r.count > 0");
LEDGER(PROCEDURES, "procedures", LEDGER_KEYS("DISTINCT", "procedure", "code"), LEDGER_PROCEDURE_ROWS("procedure"));
LEDGER(UNITS, "units", LEDGER_UNITS, LEDGER_UNIT_ROWS);
/* clang-format on */

const struct ledger feedback_ledgers[] = {
    LEDGER_ROW("filed", FILED, false),     LEDGER_ROW("moves", MOVES, false),
    LEDGER_ROW("settled", SETTLED, false), LEDGER_ROW("procedures", PROCEDURES, false),
    LEDGER_ROW("units", UNITS, false),     { 0 },
};

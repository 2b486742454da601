/* ledgers.c — what identity knows that others must know alike (ledger.h): accounts and units, each with its
 * version. */
#include "ledger.h"

#include "handlers.h"

/* clang-format off */
LEDGER(ACCOUNTS, "accounts", LEDGER_ACCOUNTS,
    "SELECT key, version::text AS value, kind AS term, 1 AS amount, NULL::text AS wrong FROM page"
    " JOIN account ON id = key::uuid");
LEDGER(UNITS, "units", LEDGER_UNITS, LEDGER_UNIT_ROWS);
/* clang-format on */

const struct ledger identity_ledgers[] = {
    LEDGER_ROW("accounts", ACCOUNTS, false),
    LEDGER_ROW("units", UNITS, false),
    { 0 },
};

/* ledgers.c — what verification knows that others must know alike (ledger.h): the cases, how they have moved,
 * what they asked of the applicant and what came of it. */
#include "ledger.h"

#include "handlers.h"

#define CASES LEDGER_KEYS("", "case_file", "code")

/* clang-format off */
LEDGER(FILED, "filed", CASES,
    "SELECT key, '' AS value, 'state_' || c.status AS term, 1 AS amount,"
    " CASE WHEN c.version <> m.count OR c.version <> m.last THEN 'it is at version ' || c.version || ' and has"
    " ' || m.count"
    " || ' moves' WHEN n.status <> c.status THEN 'it is in state ' || c.status || ', its last move led to ' ||"
    " n.status"
    " END AS wrong FROM page JOIN case_file c ON c.code = page.key CROSS JOIN LATERAL (SELECT count(*),"
    " coalesce(max(version), 0) AS last"
    " FROM move WHERE code = key) m LEFT JOIN move n ON n.code = page.key AND n.version = m.last");
LEDGER(STATES, "states", CASES,
    "SELECT key, 'version ' || version || ' in state ' || status AS value, 'cases' AS term, 1 AS amount,"
    " NULL::text AS wrong FROM page JOIN case_file ON code = key");
LEDGER(MOVES, "moves", CASES,
    "SELECT key, m.count::text AS value, 'moves' AS term, m.count AS amount, NULL::text AS wrong FROM page,"
    " LATERAL (SELECT count(*) FROM move WHERE code = key) m");
LEDGER(SUPPLIED, "supplements", CASES,
    LEDGER_COUNT("supplements", "(SELECT DISTINCT batch FROM paper WHERE code = key AND batch > 1) p"));
LEDGER(WITHDRAWALS, "withdrawals", CASES,
    "SELECT key, n::text AS value, 'requests' AS term, n AS amount, NULL::text AS wrong FROM page,"
    " LATERAL (SELECT (SELECT count(*) FROM move WHERE code = key AND transition = 'ASK_WITHDRAWAL')"
    " + (SELECT count(*) FROM case_note WHERE code = key AND what = 'withdrawal_too_late') AS n) w WHERE n > 0");
LEDGER(FEES, "fees", CASES,
    "SELECT key, fee_no::text AS value, 'fees' AS term, fee_no AS amount, NULL::text AS wrong FROM page"
    " JOIN case_file ON code = key WHERE fee_no > 0");
LEDGER(OWING, "owing", CASES,
    "SELECT key, fee_no::text AS value, 'fees' AS term, 1 AS amount, NULL::text AS wrong FROM page"
    " JOIN case_file ON code = key WHERE fee_open");
LEDGER(PAID, "paid", CASES,
    "SELECT key, paid_dong::text AS value, 'dong' AS term, paid_dong AS amount, NULL::text AS wrong FROM page"
    " JOIN case_file ON code = key WHERE paid_dong <> 0");
LEDGER(FAILED, "failed", LEDGER_KEYS("DISTINCT", "case_note", "code"),
    LEDGER_COUNT("messages", "case_note WHERE code = key AND what = 'not_told'"));
LEDGER(PROCEDURES, "procedures", LEDGER_KEYS("DISTINCT", "procedure", "code"), LEDGER_PROCEDURE_ROWS("procedure"));
LEDGER(UNITS, "units", LEDGER_UNITS, LEDGER_UNIT_ROWS);
/* clang-format on */

const struct ledger verification_ledgers[] = {
    LEDGER_ROW("filed", FILED, true),
    LEDGER_ROW("states", STATES, false),
    LEDGER_ROW("moves", MOVES, false),
    LEDGER_ROW("supplements", SUPPLIED, false),
    LEDGER_ROW("withdrawals", WITHDRAWALS, false),
    LEDGER_ROW("fees", FEES, false),
    LEDGER_ROW("owing", OWING, false),
    LEDGER_ROW("paid", PAID, false),
    LEDGER_ROW("failed", FAILED, false),
    LEDGER_ROW("procedures", PROCEDURES, false),
    LEDGER_ROW("units", UNITS, false),
    { 0 },
};

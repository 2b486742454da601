/* ledgers.c — what feedback knows that others must know alike (ledger.h), and its own equation, of each unit:
 *
 *   tokens signed = answers counted + answers waiting + tokens still open; each token that came back is one
 * answer
 */
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
LEDGER(RATED, "rated", LEDGER_KEYS("DISTINCT", "rating_cell", "unit_code"),
    "SELECT key, '' AS value, t.term, t.amount, t.wrong FROM page, LATERAL (SELECT sum(g.n) AS issued, sum(s.n) AS"
    " spent, sum(w.n) AS waiting, sum(c.pooled) AS pooled FROM rating_cell c,"
    " LATERAL (SELECT count(*) AS n FROM rating_grant WHERE cell = c.id) g,"
    " LATERAL (SELECT count(*) AS n FROM rating_spent WHERE cell = c.id) s,"
    " LATERAL (SELECT count(*) AS n FROM rating_sealed WHERE cell = c.id) w WHERE c.unit_code = key) a,"
    " LATERAL (SELECT count(*) + a.pooled AS counted FROM rating WHERE unit_code = key AND field_code <> '' AND"
    " origin <> 'paper') r, LATERAL (VALUES ('issued', a.issued, NULL), ('open', a.issued - a.spent, CASE WHEN"
    " a.spent > a.issued THEN a.spent || ' tokens came back of ' || a.issued END), ('waiting', a.waiting, NULL),"
    " ('counted', r.counted, CASE WHEN r.counted + a.waiting <> a.spent THEN a.spent || ' tokens came back, ' ||"
    " r.counted + a.waiting || ' answers are there' END)) AS t(term, amount, wrong)");
/* A complaint's limit has a job that watches it, until the unit above knows. Job and seal are asked for by
 * key: of EXISTS the planner may make a hash of the whole table. */
LEDGER(COMPLAINTS, "complaints", LEDGER_KEYS("", "complaint", "code"),
    "SELECT key, '' AS value, 'class_' || c.class AS term, 1 AS amount, CASE WHEN c.version <> coalesce(m.version, 0)"
    " THEN 'it is at version ' || c.version || ', its last move is ' || coalesce(m.version, 0)"
    " WHEN c.step_due_at IS NOT NULL AND coalesce(c.escalated_at, '-infinity') <= c.step_due_at AND (SELECT j.key"
    " FROM job j WHERE j.kind = 'complaint_due' AND j.key = page.key) IS NULL THEN 'no job watches its limit'"
    " WHEN c.class = 'denunciation' AND NOT c.is_anonymous AND (SELECT d.code FROM denouncer d WHERE d.code = page.key)"
    " IS NULL THEN 'who denounces is not kept' END AS wrong FROM page JOIN complaint c ON c.code = key"
    " LEFT JOIN LATERAL (SELECT version FROM complaint_move WHERE code = key ORDER BY version DESC LIMIT 1) m ON true");
/* What complaint_told() says of a complaint: each to be told once. */
LEDGER(ANSWERS, "answers", LEDGER_KEYS("", "told_complaint", "code"),
    LEDGER_COUNT("told", "complaint_move WHERE code = key"
                         " AND act IN ('submit', 'ask_detail', 'refuse', 'forward', 'answer')"));
LEDGER(PROCEDURES, "procedures", LEDGER_KEYS("DISTINCT", "procedure", "code"), LEDGER_PROCEDURE_ROWS("procedure"));
LEDGER(UNITS, "units", LEDGER_UNITS, LEDGER_UNIT_ROWS);
/* clang-format on */

const struct ledger feedback_ledgers[] = {
    LEDGER_ROW("filed", FILED, false),
    LEDGER_ROW("moves", MOVES, false),
    LEDGER_ROW("settled", SETTLED, false),
    LEDGER_ROW("rated", RATED, true),
    LEDGER_ROW("procedures", PROCEDURES, false),
    LEDGER_ROW("units", UNITS, false),
    LEDGER_ROW("complaints", COMPLAINTS, true),
    LEDGER_ROW("answers", ANSWERS, false),
    { 0 },
};

/* ledgers.c — what notification knows that others must know alike (ledger.h), and its own equation:
 *
 *   told = sent + failed + none + queued + sending, and whatever is queued has a job that will send it
 */
#include "ledger.h"

#include "handlers.h"

#define DOSSIERS       LEDGER_KEYS("", "dossier", "code")
#define FILED_DOSSIERS LEDGER_KEYS("", "filed_dossier", "code")
/* How many events of a service were told in these words. */
#define TOLD_AS(template) \
    LEDGER_COUNT("events", "(SELECT DISTINCT version FROM message WHERE code = key AND source = 'payment'" \
                           " AND template = '" template "') m")

/* clang-format off */
LEDGER(FILED, "filed", FILED_DOSSIERS, LEDGER_KEYS_ALONE("dossiers"));
LEDGER(TOLD, "told", DOSSIERS,
    "SELECT key, '' AS value, m.state AS term, m.count AS amount, CASE WHEN m.state IN ('queued', 'sending')"
    " AND NOT EXISTS (SELECT FROM job WHERE kind = 'send' AND job.key = page.key) THEN m.count || ' mails are '"
    " || m.state"
    " || ', no job will send them' END AS wrong FROM page,"
    " LATERAL (SELECT state, count(*) FROM message WHERE code = page.key GROUP BY state) m");
LEDGER(MOVES, "moves", FILED_DOSSIERS,
    "SELECT key, n::text AS value, 'moves' AS term, n AS amount, NULL::text AS wrong FROM page,"
    " LATERAL (SELECT (SELECT count(DISTINCT version) FROM message WHERE code = key AND source = 'verification')"
    " + (SELECT count(*) FROM untold WHERE code = key) AS n) m");
LEDGER(SETTLED, "settled", DOSSIERS, TOLD_AS("paid"));
LEDGER(REFUNDED, "refunded", DOSSIERS, TOLD_AS("refunded"));
LEDGER(FAILED, "failed", FILED_DOSSIERS,
    "SELECT key, d.said::text AS value, 'messages' AS term, d.said AS amount, CASE WHEN d.said <> m.count THEN"
    " 'said '"
    " || d.said || ' times that it failed, ' || m.count || ' messages did' END AS wrong FROM page JOIN dossier d"
    " ON d.code = key AND d.said > 0, LATERAL (SELECT count(*) FROM message WHERE code = key AND state ="
    " 'failed') m");
LEDGER(ANSWERS, "answers", LEDGER_KEYS("", "told_complaint", "code"),
    LEDGER_COUNT("told", "(SELECT DISTINCT version FROM message WHERE code = key AND source = 'feedback') m"));
LEDGER(ACCOUNTS, "accounts", LEDGER_ACCOUNTS,
    "SELECT key, version::text AS value, 'accounts' AS term, 1 AS amount, NULL::text AS wrong FROM page"
    " JOIN account ON id = key::uuid");
/* clang-format on */

const struct ledger notification_ledgers[] = {
    LEDGER_ROW("filed", FILED, false),
    LEDGER_ROW("told", TOLD, true),
    LEDGER_ROW("moves", MOVES, false),
    LEDGER_ROW("settled", SETTLED, false),
    LEDGER_ROW("refunded", REFUNDED, false),
    LEDGER_ROW("failed", FAILED, true),
    LEDGER_ROW("accounts", ACCOUNTS, false),
    LEDGER_ROW("answers", ANSWERS, false),
    { 0 },
};

/* ledgers.c — what payment knows that others must know alike (ledger.h), and the equations of its own books:
 *
 *   invoiced = open + paid + void          taken = receipts + surplus          returned = refunds of invoices
 *
 * All are kept per dossier, so what breaks one is named. */
#include "ledger.h"

#include "handlers.h"

#define INVOICED LEDGER_KEYS("DISTINCT", "invoice", "code")

/* clang-format off */
LEDGER(BOOKS, "books", INVOICED,
    "SELECT key, '' AS value, v.term, v.amount, v.wrong FROM page,"
    " LATERAL (SELECT sum(total_dong) AS invoiced, sum(total_dong) FILTER (WHERE status = 'open') AS open,"
    " sum(total_dong) FILTER (WHERE status = 'void') AS void,"
    " coalesce(sum(total_dong) FILTER (WHERE status IN ('paid', 'refunding', 'refunded')), 0) AS paid,"
    " coalesce(sum(total_dong) FILTER (WHERE status IN ('refunding', 'refunded')), 0) AS returned"
    " FROM invoice WHERE code = key) i,"
    " LATERAL (SELECT coalesce(sum(amount_dong), 0) AS taken FROM attempt WHERE code = key AND state ="
    " 'succeeded') a,"
    " LATERAL (SELECT coalesce(sum(amount_dong), 0) AS receipts FROM receipt WHERE code = key) r,"
    " LATERAL (SELECT coalesce(sum(amount_dong) FILTER (WHERE is_surplus), 0) AS surplus,"
    " coalesce(sum(amount_dong) FILTER (WHERE NOT is_surplus), 0) AS owed,"
    " coalesce(sum(amount_dong) FILTER (WHERE state = 'done'), 0) AS done FROM refund WHERE code = key) f,"
    " LATERAL (VALUES ('invoiced', i.invoiced, NULL), ('open', i.open, NULL), ('void', i.void, NULL),"
    " ('paid', i.paid, CASE WHEN i.paid <> r.receipts THEN 'paid ' || i.paid || ' đồng, receipts ' ||"
    " r.receipts END),"
    " ('taken', a.taken, CASE WHEN a.taken <> r.receipts + f.surplus THEN 'taken ' || a.taken || ' đồng, receipts '"
    " || r.receipts || ' and surplus ' || f.surplus END),"
    " ('receipts', r.receipts, NULL), ('surplus', f.surplus, NULL),"
    " ('returned', i.returned, CASE WHEN i.returned <> f.owed THEN 'to be returned ' || i.returned || ' đồng,"
    " refunds '"
    " || f.owed END), ('refunded', f.done, NULL)) AS v(term, amount, wrong) WHERE v.amount <> 0 OR v.wrong IS"
    " NOT NULL");
LEDGER(FEES, "fees", INVOICED, LEDGER_COUNT("fees", "invoice WHERE code = key"));
LEDGER(OWING, "owing", INVOICED,
    "SELECT key, i.numbers AS value, 'fees' AS term, i.count AS amount, NULL::text AS wrong FROM page,"
    " LATERAL (SELECT count(*), string_agg(request_no::text, ' ' ORDER BY request_no) AS numbers FROM invoice"
    " WHERE code = key AND status = 'open') i WHERE i.count > 0");
LEDGER(SETTLED, "settled", INVOICED, LEDGER_COUNT("payments", "invoice WHERE code = key AND paid_at IS NOT NULL"));
LEDGER(PAID, "paid", INVOICED,
    "SELECT key, i.sum::text AS value, 'dong' AS term, i.sum AS amount, NULL::text AS wrong FROM page,"
    " LATERAL (SELECT sum(total_dong) FROM invoice WHERE code = key AND paid_at IS NOT NULL) i WHERE i.sum <> 0");
LEDGER(REFUNDED, "refunded", INVOICED, LEDGER_COUNT("refunds", "refund WHERE code = key AND state = 'done'"));
/* clang-format on */

const struct ledger payment_ledgers[] = {
    LEDGER_ROW("books", BOOKS, true),
    LEDGER_ROW("fees", FEES, false),
    LEDGER_ROW("owing", OWING, false),
    LEDGER_ROW("settled", SETTLED, false),
    LEDGER_ROW("paid", PAID, false),
    LEDGER_ROW("refunded", REFUNDED, false),
    { 0 },
};

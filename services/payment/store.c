/* store.c — see store.h: invoices, and what settles them. */
#include "store.h"

#include <talloc.h>

#include "json.h"
#include "payment.pb-c.h"
#include "pb.h"
#include "purpose.h"
#include "store_parts.h"

/* ---- reading -------------------------------------------------------------------------------------- */

#define INVOICE_COLUMNS \
    "SELECT v.code, v.request_no, v.status, v.account_id, v.payer_name, v.unit_code, v.unit_name," \
    " v.procedure_code, v.procedure_name, v.lines, v.total_dong, ms(v.pay_by) AS pay_by_ms," \
    " ms(v.created_at) AS created_at_ms, ms(v.paid_at) AS paid_at_ms, v.attempts"

/* clang-format off */
static const struct sql INVOICES = { "invoices", SQL_READ,
    INVOICE_COLUMNS " FROM invoice v WHERE v.code = $1 ORDER BY v.request_no LIMIT $2" };
static const struct sql INVOICES_NAMED = { "invoices_named", SQL_READ,
    INVOICE_COLUMNS " FROM invoice v WHERE v.compact = ANY ($1::text[]) ORDER BY v.code, v.request_no LIMIT $2" };
static const struct sql SETTLING = { "settling", SQL_READ,
    INVOICE_COLUMNS ", EXISTS (SELECT FROM attempt a WHERE a.id = $3::uuid AND a.state = 'succeeded') AS is_taken,"
    " (SELECT b.last FROM receipt_book b WHERE b.unit = v.unit_code AND b.year = $4::int) AS book_last"
    " FROM invoice v WHERE v.code = $1 AND v.request_no = $2::int" };
/* clang-format on */

static int read_invoice(struct task *t, const struct db_rows *rows, int i, struct invoice *v)
{
    *v = (struct invoice){
        .request_no = (uint32_t)db_num(rows, i, "request_no"),
        .account_id = db_str(rows, i, "account_id"),
        .payer_name = db_str(rows, i, "payer_name"),
        .unit_code = db_str(rows, i, "unit_code"),
        .unit_name = db_str(rows, i, "unit_name"),
        .procedure_code = db_str(rows, i, "procedure_code"),
        .procedure_name = db_str(rows, i, "procedure_name"),
        .total_dong = db_num(rows, i, "total_dong"),
        .pay_by_ms = db_num(rows, i, "pay_by_ms"),
        .created_at_ms = db_num(rows, i, "created_at_ms"),
        .paid_at_ms = db_num(rows, i, "paid_at_ms"),
        .attempts = db_num(rows, i, "attempts"),
    };
    snprintf(v->code, sizeof v->code, "%s", db_str(rows, i, "code"));
    ASSERT(invoice_status_parse(db_str(rows, i, "status"), &v->status));
    return invoice_lines_read(t, db_str(rows, i, "lines"), v, task_err(t));
}

static int read_invoices(struct task *t, const struct db_rows *rows, struct invoices *out)
{
    out->count = (size_t)db_count(rows);
    for (size_t i = 0; i < out->count; i++)
        TRY(read_invoice(t, rows, (int)i, &out->list[i]));
    return 0;
}

int store_invoices(struct task *t, const char *code, struct invoices *out)
{
    const struct db_rows *rows;
    TRY(db_run(t, &INVOICES, &rows, db_text(code), db_int(INVOICES_MAX)));
    return read_invoices(t, rows, out);
}

int store_invoices_named(struct task *t, const char *const *compacts, size_t n, struct invoices *out)
{
    const struct db_rows *rows;
    TRY(db_run(t, &INVOICES_NAMED, &rows, db_text_array(t, compacts, n), db_int(INVOICES_MAX)));
    return read_invoices(t, rows, out);
}

int store_settling(struct task *t, const struct attempt *paid, int year, struct settling *out)
{
    const struct db_rows *rows;
    TRY(db_run(t, &SETTLING, &rows, db_text(paid->code), db_int(paid->request_no), db_id(&paid->id),
               db_int(year)));
    if (db_count(rows) == 0)
        return err_set(task_err(t), E_BUG, "an attempt without its invoice");
    out->is_taken = db_true(rows, 0, "is_taken");
    out->book_last = db_num(rows, 0, "book_last");
    return read_invoice(t, rows, 0, &out->invoice);
}

/* ---- invoices come and go ------------------------------------------------------------------------- */

/* Nobody waits for an announced transfer any more. from d: the invoice. */
#define CLOSE_TRANSFER(except) \
    " c AS (UPDATE attempt x SET state = 'failed' FROM d WHERE x.code = d.code" \
    " AND x.request_no = d.request_no AND x.method = 'transfer' AND x.state = 'pending'" except "),"

/* clang-format off */
static const struct sql INVOICE_CREATE = { "invoice_create", SQL_WRITE,
    "WITH d AS (INSERT INTO invoice (code, request_no, compact, account_id, payer_name, unit_code, unit_name,"
    " procedure_code, procedure_name, lines, total_dong, status, pay_by, created_at, paid_at)"
    " SELECT $10, $11::int, $12, $13, $14, $15, $16, $17, $18, $19::jsonb, $20::bigint, $21,"
    " at_ms(nullif($22::bigint, 0)), at_ms($23), CASE WHEN $21 = 'paid' THEN at_ms($23) END"
    " WHERE " SAVE_IS_NEW " ON CONFLICT DO NOTHING RETURNING code),"
    SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql VOID_INVOICE = { "void_invoice", SQL_WRITE,
    "WITH d AS (UPDATE invoice SET status = 'void' WHERE code = $10 AND request_no = $11::int"
    " AND status = $12 AND " SAVE_IS_NEW " RETURNING code, request_no),"
    CLOSE_TRANSFER("") SAVE_ROWS("d") " SELECT code FROM d" };
/* clang-format on */

static int say_settled(struct save *s, const struct invoice *v, const struct attempt *paid,
                       const char *receipt_no, int64_t at_ms)
{
    Motcua__PaymentSettled m = MOTCUA__PAYMENT_SETTLED__INIT;
    m.code = (char *)v->code;
    m.request_no = v->request_no;
    m.amount_dong = v->total_dong;
    m.method = (Motcua__PaymentMethod)(paid ? paid->method : METHOD_NONE);
    m.receipt_no = pb_text(receipt_no);
    m.settled_at_ms = at_ms;
    m.n_lines = v->lines_count;
    m.lines = v->lines;
    m.gateway_ref = pb_text(paid ? attempt_ref(paid) : "");
    return save_say(s, v->code, v->request_no, &m.base);
}

int store_invoice_create(struct task *t, const struct invoice *v, const struct cause *cause)
{
    bool saved;
    char compact[COMPACT_TEXT];
    const struct db_rows *rows;
    int64_t now = task_now_ms(t);
    struct save *s = save_new(t, cause);
    if (v->status == INVOICE_PAID)
        TRY(say_settled(s, v, NULL, "", now));
    TRY(db_run(t, &INVOICE_CREATE, &rows, SAVE_ARGS(s), db_text(v->code), db_int(v->request_no),
               db_text(code_compact(v->code, compact)), db_text(v->account_id), db_text(v->payer_name),
               db_text(v->unit_code), db_text(v->unit_name), db_text(v->procedure_code),
               db_text(v->procedure_name), db_text(json_print(t, json_own(t, invoice_lines_json(v)))),
               db_int(v->total_dong), db_text(invoice_status_name(v->status)), db_int(v->pay_by_ms),
               db_int(now)));
    return save_end(s, rows, &saved);
}

int store_void(struct task *t, const struct invoice *v, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &VOID_INVOICE, &rows, SAVE_ARGS(s), db_text(v->code), db_int(v->request_no),
               db_text(invoice_status_name(v->status))));
    return save_end(s, rows, saved);
}

/* ---- money ---------------------------------------------------------------------------------------- */

/* The attempt has succeeded: a row that was there moves, else it is added. An attempt that has succeeded
 * before yields no row, so its money counts once. from: a part with code, request_no and attempts. */
#define PAID_ATTEMPT(from) \
    " a AS (INSERT INTO attempt (id, code, request_no, no, method, state, amount_dong, gateway_no, bank_code," \
    " bank_ref, last_word, taken_by, created_at, paid_at) SELECT $12::uuid, code, request_no, attempts, $13," \
    " 'succeeded', $14::bigint, $15, $16, $17, $18, $19, at_ms($20), at_ms($21) FROM " from \
    " ON CONFLICT (id) DO UPDATE SET state = 'succeeded', unknown_since = NULL," \
    " gateway_no = excluded.gateway_no, bank_code = excluded.bank_code, bank_ref = excluded.bank_ref," \
    " last_word = excluded.last_word, taken_by = excluded.taken_by, paid_at = excluded.paid_at" \
    " WHERE attempt.state <> 'succeeded' RETURNING id, code, request_no, method, amount_dong),"
#define PAID_ARGS(v, a) \
    db_text((v)->code), db_int((v)->request_no), db_id(&(a)->id), db_text(pay_method_name((a)->method)), \
        db_int((a)->amount_dong), db_text((a)->gateway_no), db_text((a)->bank_code), db_text((a)->bank_ref), \
        db_text((a)->last_word), db_text((a)->taken_by), db_int((a)->created_at_ms), \
        db_int((a)->paid_at_ms), db_int((a)->no == 0)

/* Locks the invoice first, so that book, invoice and receipt move together or not at all: a number is taken
 * only while it is the next one, and only for an invoice that is open now. A book that another replica holds
 * is not waited for: whoever holds it takes its next number anyway, and two replicas whose batches want two
 * books in turn would wait for each other. */
/* clang-format off */
static const struct sql SETTLE = { "settle", SQL_WRITE,
    "WITH l AS (SELECT code, request_no, unit_code FROM invoice WHERE code = $10 AND request_no = $11::int"
    " AND status = 'open' AND " SAVE_IS_NEW " FOR UPDATE),"
    " k AS (SELECT last FROM receipt_book, l WHERE unit = unit_code AND year = $23::int"
    " FOR UPDATE OF receipt_book SKIP LOCKED),"
    " b AS (INSERT INTO receipt_book (unit, year, last) SELECT unit_code, $23::int, $24::bigint FROM l"
    " WHERE $24::bigint = 1 OR EXISTS (SELECT FROM k)"
    " ON CONFLICT (unit, year) DO UPDATE SET last = excluded.last WHERE receipt_book.last = excluded.last - 1"
    " RETURNING unit, year, last),"
    " d AS (UPDATE invoice v SET status = 'paid', paid_at = at_ms($25), paid_attempt = $12::uuid,"
    " attempts = v.attempts + $22::int FROM l, b WHERE v.code = l.code AND v.request_no = l.request_no"
    " RETURNING v.code, v.request_no, v.attempts),"
    PAID_ATTEMPT("d")
    " r AS (INSERT INTO receipt (unit, year, no, code, request_no, attempt_id, amount_dong, issued_at)"
    " SELECT b.unit, b.year, b.last, d.code, d.request_no, $12::uuid, $14::bigint, at_ms($25) FROM b, d),"
    CLOSE_TRANSFER(" AND x.id <> $12::uuid") SAVE_ROWS("d") " SELECT code FROM d" };

static const struct sql SURPLUS = { "surplus", SQL_WRITE,
    "WITH d AS (UPDATE invoice v SET attempts = v.attempts + $22::int WHERE code = $10 AND request_no = $11::int"
    " AND status <> 'open' AND " SAVE_IS_NEW " RETURNING v.code, v.request_no, v.unit_code, v.attempts),"
    PAID_ATTEMPT("d")
    " r AS (INSERT INTO refund (id, attempt_id, code, request_no, unit_code, method, amount_dong, is_surplus,"
    " reason, decided_by, state, created_at) SELECT $23::uuid, a.id, a.code, a.request_no, d.unit_code, a.method,"
    " a.amount_dong, true, $24, '', 'requested', at_ms($25) FROM a, d RETURNING id, method),"
    REFUND_JOB("r") "," SAVE_ROWS("a") " SELECT code FROM a" };
/* clang-format on */

int store_settle(struct task *t, const struct invoice *v, const struct attempt *paid,
                 const struct receipt_place *place, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    char number[RECEIPT_TEXT];
    int64_t now = task_now_ms(t);
    struct save *s = save_new(t, cause);
    TRY(say_settled(s, v, paid, receipt_no_format(v->unit_code, place->year, place->no, number), now));
    TRY(db_run(t, &SETTLE, &rows, SAVE_ARGS(s), PAID_ARGS(v, paid), db_int(place->year), db_int(place->no),
               db_int(now)));
    return save_end(s, rows, saved);
}

int store_surplus(struct task *t, const struct invoice *v, const struct attempt *paid, const char *reason,
                  const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct id id = id_new();
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &SURPLUS, &rows, SAVE_ARGS(s), PAID_ARGS(v, paid), db_id(&id), db_text(reason),
               db_int(task_now_ms(t))));
    return save_end(s, rows, saved);
}

const struct sql *const store_statements[] = {
    &INVOICES, &INVOICES_NAMED, &SETTLING, &INVOICE_CREATE, &VOID_INVOICE, &SETTLE, &SURPLUS, NULL,
};

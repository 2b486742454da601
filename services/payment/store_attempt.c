/* store_attempt.c — see store.h: attempts and receipts. */
#include "store.h"

#include <talloc.h>

#include "store_parts.h"

/* ---- reading -------------------------------------------------------------------------------------- */

#define ATTEMPT_COLUMNS \
    "SELECT id, code, request_no, no, method, state, amount_dong, txn_ref, pay_url, is_released," \
    " gateway_no, bank_code, bank_ref, last_word, taken_by, ms(created_at) AS created_at_ms," \
    " ms(expires_at) AS expires_at_ms, ms(paid_at) AS paid_at_ms FROM attempt "
/* clang-format off */
static const struct sql ATTEMPT = { "attempt", SQL_READ, ATTEMPT_COLUMNS "WHERE id = $1" };
static const struct sql ATTEMPT_BY_TXN_REF = { "attempt_by_txn_ref", SQL_READ, ATTEMPT_COLUMNS "WHERE txn_ref = $1" };
static const struct sql ATTEMPT_BY_BANK_REF = { "attempt_by_bank_ref", SQL_READ,
    ATTEMPT_COLUMNS "WHERE method = 'transfer' AND bank_ref <> '' AND bank_ref = $1" };
static const struct sql ATTEMPTS = { "attempts", SQL_READ,
    ATTEMPT_COLUMNS "WHERE code = $1 ORDER BY request_no DESC, no DESC LIMIT $2" };
/* clang-format on */

static void read_attempt(const struct db_rows *rows, int i, struct attempt *a)
{
    *a = (struct attempt){
        .request_no = (uint32_t)db_num(rows, i, "request_no"),
        .no = db_num(rows, i, "no"),
        .amount_dong = db_num(rows, i, "amount_dong"),
        .is_released = db_true(rows, i, "is_released"),
        .created_at_ms = db_num(rows, i, "created_at_ms"),
        .expires_at_ms = db_num(rows, i, "expires_at_ms"),
        .paid_at_ms = db_num(rows, i, "paid_at_ms"),
        .txn_ref = db_str_or(rows, i, "txn_ref", ""),
        .pay_url = db_str_or(rows, i, "pay_url", ""),
        .gateway_no = db_str(rows, i, "gateway_no"),
        .bank_code = db_str(rows, i, "bank_code"),
        .bank_ref = db_str(rows, i, "bank_ref"),
        .last_word = db_str(rows, i, "last_word"),
        .taken_by = db_str(rows, i, "taken_by"),
    };
    snprintf(a->code, sizeof a->code, "%s", db_str(rows, i, "code"));
    ASSERT(db_get_id(rows, i, "id", &a->id) && pay_method_parse(db_str(rows, i, "method"), &a->method) &&
           attempt_state_parse(db_str(rows, i, "state"), &a->state));
}

static int find(struct task *t, const struct sql *sql, struct db_arg key, struct attempt *a, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, sql, &rows, key));
    *found = db_count(rows) > 0;
    if (*found)
        read_attempt(rows, 0, a);
    return 0;
}

int store_attempt(struct task *t, const struct id *id, struct attempt *a, bool *found)
{
    return find(t, &ATTEMPT, db_id(id), a, found);
}

int store_attempt_by_txn_ref(struct task *t, const char *txn_ref, struct attempt *a, bool *found)
{
    return find(t, &ATTEMPT_BY_TXN_REF, db_text(txn_ref), a, found);
}

int store_attempt_by_bank_ref(struct task *t, const char *bank_ref, struct attempt *a, bool *found)
{
    return find(t, &ATTEMPT_BY_BANK_REF, db_text(bank_ref), a, found);
}

int store_attempts(struct task *t, const char *code, struct attempts *out)
{
    const struct db_rows *rows;
    TRY(db_run(t, &ATTEMPTS, &rows, db_text(code), db_int(ATTEMPTS_SHOWN)));
    out->count = (size_t)db_count(rows);
    for (size_t i = 0; i < out->count; i++)
        read_attempt(rows, (int)i, &out->list[i]);
    return 0;
}

/* ---- writing -------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql ATTEMPT_CREATE = { "attempt_create", SQL_WRITE,
    "WITH d AS (UPDATE invoice SET attempts = attempts + 1 WHERE code = $10 AND request_no = $11::int"
    " AND status = 'open' AND attempts = $12::bigint - 1 AND " SAVE_IS_NEW
    " RETURNING code, request_no, attempts),"
    " a AS (INSERT INTO attempt (id, code, request_no, no, method, state, amount_dong, txn_ref, pay_url,"
    " created_at, expires_at) SELECT $13::uuid, code, request_no, attempts, $14, $15, $16::bigint,"
    " nullif($17, ''), nullif($18, ''), at_ms($19), at_ms(nullif($20::bigint, 0)) FROM d RETURNING id, method),"
    JOB_ROWS("asked", "query", "id::text", "now() + $21 * interval '1 ms'", "a WHERE method = 'gateway'") ","
    SAVE_ROWS("a") " SELECT id FROM a" };
static const struct sql ATTEMPT_MOVE = { "attempt_move", SQL_WRITE,
    "UPDATE attempt SET state = $3, is_released = $4::boolean, last_word = $5, asked_at = now(),"
    " unknown_since = CASE WHEN $3 = 'unknown' THEN coalesce(unknown_since, now()) END"
    " WHERE id = $1 AND state = $2 RETURNING id" };
static const struct sql ATTEMPT_ASK = { "attempt_ask", SQL_WRITE,
    "WITH this AS MATERIALIZED (SELECT id, asked_at, method, state FROM attempt WHERE id = $1)," /* by its key */
    " a AS (SELECT id, asked_at FROM this WHERE method = 'gateway' AND state IN ('pending', 'unknown')),"
    JOB_ROWS("asked", "query", "id::text", "greatest(now(), asked_at + $2 * interval '1 ms')", "a")
    " SELECT id FROM a" };
/* clang-format on */

int store_attempt_create(struct task *t, const struct invoice *v, const struct attempt *a,
                         int64_t ask_after_ms, const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &ATTEMPT_CREATE, &rows, SAVE_ARGS(s), db_text(v->code), db_int(v->request_no),
               db_int(a->no), db_id(&a->id), db_text(pay_method_name(a->method)),
               db_text(attempt_state_name(a->state)), db_int(a->amount_dong), db_text(a->txn_ref),
               db_text(a->pay_url), db_int(a->created_at_ms), db_int(a->expires_at_ms),
               db_int(ask_after_ms)));
    return save_end(s, rows, saved);
}

int store_attempt_move(struct task *t, const struct attempt *a, const struct attempt_change *change,
                       const char *last_word, bool *saved)
{
    const struct db_rows *rows;
    TRY(db_run(t, &ATTEMPT_MOVE, &rows, db_id(&a->id), db_text(attempt_state_name(a->state)),
               db_text(attempt_state_name(change->to)), db_bool(change->is_released), db_text(last_word)));
    *saved = db_count(rows) > 0;
    return 0;
}

int store_attempt_ask(struct task *t, const struct attempt *a, int64_t pause_ms)
{
    const struct db_rows *rows;
    return db_run(t, &ATTEMPT_ASK, &rows, db_id(&a->id), db_int(pause_ms));
}

/* ---- receipts ------------------------------------------------------------------------------------- */

#define RECEIPT_COLUMNS \
    "SELECT r.unit, r.year, r.no, r.code, r.request_no, r.attempt_id, r.amount_dong, ms(r.issued_at)" \
    " AS issued_at_ms, a.method, CASE a.method WHEN 'gateway' THEN a.gateway_no ELSE a.bank_ref END AS" \
    " ref FROM receipt r JOIN attempt a ON a.id = r.attempt_id "
/* clang-format off */
static const struct sql RECEIPTS = { "receipts", SQL_READ, RECEIPT_COLUMNS "WHERE r.code = $1 ORDER BY r.request_no" };
static const struct sql RECEIPT = { "receipt", SQL_READ,
    RECEIPT_COLUMNS "WHERE r.unit = $1 AND r.year = $2::int AND r.no = $3::bigint" };
/* clang-format on */

int store_receipts(struct task *t, const char *code, const struct db_rows **rows)
{
    return db_run(t, &RECEIPTS, rows, db_text(code));
}

int store_receipt(struct task *t, const char *unit, int year, int64_t no, const struct db_rows **rows)
{
    return db_run(t, &RECEIPT, rows, db_text(unit), db_int(year), db_int(no));
}

const struct sql *const store_attempt_statements[] = {
    &ATTEMPT,     &ATTEMPT_BY_TXN_REF, &ATTEMPT_BY_BANK_REF,
    &ATTEMPTS,    &ATTEMPT_CREATE,     &ATTEMPT_MOVE,
    &ATTEMPT_ASK, &RECEIPTS,           &RECEIPT,
    NULL,
};

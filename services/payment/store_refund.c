/* store_refund.c — see store.h: refunds, what became of a dossier's money in order of time, figures. */
#include "store.h"

#include <talloc.h>

#include "payment.pb-c.h"
#include "pb.h"
#include "store_parts.h"

/* ---- reading -------------------------------------------------------------------------------------- */

#define REFUND_COLUMNS \
    "SELECT f.id, f.attempt_id, f.code, f.request_no, f.unit_code, f.method, f.amount_dong," \
    " f.is_surplus, f.reason, f.decided_by, f.state, f.ref, ms(f.created_at) AS created_at_ms," \
    " ms(f.done_at) AS done_at_ms, (SELECT count(*) FROM refund x WHERE x.code = f.code AND x.state =" \
    " 'done') AS done_before FROM refund f "

/* clang-format off */
static const struct sql REFUND = { "refund", SQL_READ, REFUND_COLUMNS "WHERE f.id = $1" };
static const struct sql REFUNDS = { "refunds", SQL_READ,
    REFUND_COLUMNS "WHERE f.code = $1 ORDER BY f.created_at LIMIT $2" };
static const struct sql REFUNDS_WAITING = { "refunds_waiting", SQL_READ,
    REFUND_COLUMNS "WHERE f.unit_code = $1 AND f.state <> 'done' AND (f.created_at, f.id) > (at_ms($2), $3::uuid)"
    " ORDER BY f.created_at, f.id LIMIT $4" };
/* clang-format on */

static void read_refund(const struct db_rows *rows, int i, struct refund *f)
{
    *f = (struct refund){
        .request_no = (uint32_t)db_num(rows, i, "request_no"),
        .amount_dong = db_num(rows, i, "amount_dong"),
        .created_at_ms = db_num(rows, i, "created_at_ms"),
        .done_at_ms = db_num(rows, i, "done_at_ms"),
        .is_surplus = db_true(rows, i, "is_surplus"),
        .unit_code = db_str(rows, i, "unit_code"),
        .reason = db_str(rows, i, "reason"),
        .decided_by = db_str(rows, i, "decided_by"),
        .ref = db_str(rows, i, "ref"),
        .done_before = db_num(rows, i, "done_before"),
    };
    snprintf(f->code, sizeof f->code, "%s", db_str(rows, i, "code"));
    ASSERT(db_get_id(rows, i, "id", &f->id) && db_get_id(rows, i, "attempt_id", &f->attempt_id) &&
           pay_method_parse(db_str(rows, i, "method"), &f->method) &&
           refund_state_parse(db_str(rows, i, "state"), &f->state));
}

static void read_refunds(const struct db_rows *rows, struct refunds *out)
{
    out->count = (size_t)db_count(rows);
    for (size_t i = 0; i < out->count; i++)
        read_refund(rows, (int)i, &out->list[i]);
}

int store_refund(struct task *t, const struct id *id, struct refund *f, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &REFUND, &rows, db_id(id)));
    *found = db_count(rows) > 0;
    if (*found)
        read_refund(rows, 0, f);
    return 0;
}

int store_refunds(struct task *t, const char *code, struct refunds *out)
{
    const struct db_rows *rows;
    TRY(db_run(t, &REFUNDS, &rows, db_text(code), db_int(REFUNDS_MAX)));
    read_refunds(rows, out);
    return 0;
}

int store_refunds_waiting(struct task *t, const char *unit, int64_t after_ms, const struct id *after,
                          int limit, struct refunds *out)
{
    const struct db_rows *rows;
    TRY(db_run(t, &REFUNDS_WAITING, &rows, db_text(unit), db_int(after_ms), db_id(after), db_int(limit)));
    read_refunds(rows, out);
    return 0;
}

/* ---- writing -------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql GIVE_BACK = { "give_back", SQL_WRITE,
    "WITH d AS (UPDATE invoice SET status = 'refunding' WHERE code = $10 AND request_no = $11::int"
    " AND status = 'paid' AND " SAVE_IS_NEW " RETURNING code, request_no, unit_code, paid_attempt),"
    " r AS (INSERT INTO refund (id, attempt_id, code, request_no, unit_code, method, amount_dong, is_surplus,"
    " reason, decided_by, state, created_at) SELECT $12::uuid, a.id, d.code, d.request_no, d.unit_code, a.method,"
    " a.amount_dong, false, $13, $14, 'requested', at_ms($15) FROM d JOIN attempt a ON a.id = d.paid_attempt"
    " RETURNING id, method),"
    REFUND_JOB("r") "," SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql REFUND_MOVE = { "refund_move", SQL_WRITE,
    "UPDATE refund SET state = $3, last_word = $4 WHERE id = $1 AND state = $2 RETURNING id" };

/* Conditional on how many refunds of the dossier are done: their count is the version of what is told.
 * Two that see the same count at the same moment want the same done_no. */
static const struct sql REFUND_DONE_SAVE = { "refund_done", SQL_WRITE,
    "WITH d AS (UPDATE refund SET state = 'done', done_at = at_ms($14), ref = $12, last_word = $13,"
    " confirmed_by = $15, done_no = $16::bigint + 1 WHERE id = $10::uuid AND state = $11 AND " SAVE_IS_NEW
    " AND $16::bigint = (SELECT count(*) FROM refund x WHERE x.code = refund.code AND x.state = 'done')"
    " RETURNING code, request_no, is_surplus),"
    " v AS (UPDATE invoice SET status = 'refunded' FROM d WHERE invoice.code = d.code"
    " AND invoice.request_no = d.request_no AND NOT d.is_surplus AND invoice.status = 'refunding'),"
    SAVE_ROWS("d") " SELECT code FROM d" };
/* clang-format on */

int store_give_back(struct task *t, const struct invoice *v, const char *reason, const char *decided_by,
                    const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    struct id id = id_new();
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &GIVE_BACK, &rows, SAVE_ARGS(s), db_text(v->code), db_int(v->request_no), db_id(&id),
               db_text(reason), db_text(decided_by), db_int(task_now_ms(t))));
    return save_end(s, rows, saved);
}

int store_refund_move(struct task *t, const struct refund *f, enum refund_state to, const char *last_word,
                      bool *saved)
{
    const struct db_rows *rows;
    TRY(db_run(t, &REFUND_MOVE, &rows, db_id(&f->id), db_text(refund_state_phrase(f->state)->code),
               db_text(refund_state_phrase(to)->code), db_text(last_word)));
    *saved = db_count(rows) > 0;
    return 0;
}

int store_refund_done(struct task *t, const struct refund *f, const struct payback *how,
                      const struct cause *cause, bool *saved)
{
    const struct db_rows *rows;
    Motcua__PaymentRefunded m = MOTCUA__PAYMENT_REFUNDED__INIT;
    int64_t now = task_now_ms(t);
    struct save *s = save_new(t, cause);
    m.code = (char *)f->code;
    m.request_no = f->request_no;
    m.amount_dong = f->amount_dong;
    m.refunded_at_ms = now;
    m.reason = pb_text(f->reason);
    TRY(save_say(s, f->code, (uint64_t)f->done_before + 1, &m.base));
    int rc = db_run(t, &REFUND_DONE_SAVE, &rows, SAVE_ARGS(s), db_id(&f->id),
                    db_text(refund_state_phrase(f->state)->code), db_text(how->ref), db_text(how->last_word),
                    db_int(now), db_text(how->confirmed_by), db_int(f->done_before));
    *saved = false;
    if (rc == E_CONFLICT) { /* another one of the dossier took the number */
        err_clear(task_err(t));
        return 0;
    }
    TRY(rc);
    return save_end(s, rows, saved);
}

/* ---- looking over it ------------------------------------------------------------------------------ */

/* clang-format off */
const struct sql store_trace = { "trace", SQL_READ,
    "SELECT ms(created_at) AS at_ms, 'invoice' AS what, 'request ' || request_no || ': ' || total_dong"
    " || ' đồng, unit ' || unit_code || ', now ' || status AS detail FROM invoice WHERE code = $1"
    " UNION ALL SELECT ms(created_at), 'attempt', 'request ' || request_no || ', ' || method || ' ' || no"
    " || ', now ' || state || CASE WHEN last_word <> '' THEN ' (' || last_word || ')' ELSE '' END"
    " FROM attempt WHERE code = $1"
    " UNION ALL SELECT ms(issued_at), 'receipt', unit || '/' || year || '/'"
    " || lpad(no::text, greatest(6, length(no::text)), '0') || ': ' || amount_dong || ' đồng'"
    " FROM receipt WHERE code = $1"
    " UNION ALL SELECT ms(coalesce(done_at, created_at)), 'refund', 'request ' || request_no || ', ' || method"
    " || ': ' || amount_dong || ' đồng, ' || state FROM refund WHERE code = $1 ORDER BY at_ms" };

static const struct sql FIGURES = { "figures", SQL_READ,
    "SELECT a.*, r.* FROM (SELECT count(*) FILTER (WHERE state = 'pending') AS pending,"
    " count(*) FILTER (WHERE state = 'unknown') AS unknown, ms(min(unknown_since)) AS oldest_unknown_ms"
    " FROM attempt WHERE state IN ('pending', 'unknown')) a,"
    " (SELECT count(*) FILTER (WHERE state = 'requested') AS refunds_requested,"
    " count(*) FILTER (WHERE state = 'unknown') AS refunds_unknown,"
    " count(*) FILTER (WHERE state = 'refused') AS refunds_refused FROM refund WHERE state <> 'done') r" };
/* clang-format on */

int store_figures(struct task *t, const struct db_rows **rows)
{
    return db_run(t, &FIGURES, rows);
}

const struct sql *const store_refund_statements[] = {
    &REFUND, &REFUNDS, &REFUNDS_WAITING, &GIVE_BACK, &REFUND_MOVE, &REFUND_DONE_SAVE, &FIGURES, NULL,
};

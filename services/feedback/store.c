/* store.c — see store.h. One row per dossier as it stands, one per move and per payment: facts only, no
 * person. */
#include "store.h"

#include <string.h>
#include <talloc.h>

#include "jobs.h"
#include "status.h"

/* ---- copies --------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql UNIT_PUT = { "unit_put", SQL_WRITE,
    "WITH d AS (INSERT INTO unit (code, valid_from, valid_to, name, level, parent_code, gso_code, version)"
    " SELECT $10, at_ms($11), at_ms(nullif($12::bigint, 0)), $13, $14::int, $15, $16, $17::bigint WHERE " SAVE_IS_NEW
    " ON CONFLICT (code, valid_from) DO UPDATE SET valid_to = excluded.valid_to, name = excluded.name, level ="
    " excluded.level, parent_code = excluded.parent_code, gso_code = excluded.gso_code, version = excluded.version"
    " WHERE unit.version < excluded.version RETURNING code),"
    SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql PROCEDURE_PUT = { "procedure_put", SQL_WRITE,
    "WITH d AS (INSERT INTO procedure (code, version, valid_from, name, field_code, field_name, time_limit, limit_unit,"
    " online_level, has_fee, is_immediate) SELECT $10, $11::int, at_ms($12), $13, $14, $15, $16::int, $17::int, $18,"
    " $19::boolean, $20::boolean WHERE " SAVE_IS_NEW " ON CONFLICT DO NOTHING RETURNING code),"
    SAVE_ROWS("d") " SELECT code FROM d" };
/* clang-format on */

int store_unit_put(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__UnitChanged *m = msg;
    const struct db_rows *rows;
    struct save *s = save_new(t, &(struct cause){ .event = &ev->id });
    return db_run(t, &UNIT_PUT, &rows, SAVE_ARGS(s), db_text(m->code), db_int(m->valid_from_ms),
                  db_int(m->valid_to_ms), db_text(m->name), db_int(m->level), db_text(m->parent_code),
                  db_text(m->gso_code), db_int((int64_t)ev->version));
}

static bool has_fee(const Motcua__ProcedurePublished *m)
{
    for (size_t i = 0; i < m->n_fees; i++)
        if (m->fees[i]->amount_dong > 0)
            return true;
    return false;
}

int store_procedure_put(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__ProcedurePublished *m = msg;
    const struct db_rows *rows;
    struct save *s = save_new(t, &(struct cause){ .event = &ev->id });
    return db_run(t, &PROCEDURE_PUT, &rows, SAVE_ARGS(s), db_text(m->code), db_int(m->version),
                  db_int(m->valid_from_ms), db_text(m->name), db_text(m->field_code), db_text(m->field_name),
                  db_int(m->limit), db_int(m->limit_unit), db_text(m->online_level), db_bool(has_fee(m)),
                  db_bool(m->is_immediate));
}

/* ---- dossiers ------------------------------------------------------------------------------------- */

#define IS_KNOWN "EXISTS (SELECT FROM dossier o WHERE o.code = asked.code) AS known"
/* clang-format off */
static const struct sql SUBMITTED = { "submitted", SQL_SET_BY(12),
    "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS code, unnest($13::text[]) AS unit_code, unnest($14::text[]) AS"
    " procedure_code, unnest($15::bigint[]) AS procedure_version, unnest($16::bigint[]) AS channel,"
    " unnest($17::bigint[]) AS owner_kind, unnest($18::bytea[]) AS owner_hash, unnest($19::text[]) AS is_national,"
    " unnest($20::bigint[]) AS papers, unnest($21::bigint[]) AS papers_digital,"
    " unnest($22::bigint[]) AS filed_at_ms") ","
    " d AS (INSERT INTO dossier (code, unit_code, handling_unit_code, procedure_code, procedure_version, channel,"
    " owner_kind, owner_hash, is_national, papers, papers_digital, filed_at) SELECT code, unit_code, unit_code,"
    " procedure_code, procedure_version, channel, owner_kind, owner_hash, is_national::boolean, papers, papers_digital,"
    " at_ms(filed_at_ms) FROM asked ON CONFLICT DO NOTHING RETURNING code)," SAVE_SET_DONE("code")
    SAVE_SET_ROWS " SELECT ord FROM done" };

/* A dossier stands as its newest move says; an internal one (status 0) leaves the state as it was. */
static const struct sql PROGRESSED = { "progressed", SQL_SET_BY(12),
    "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS code, unnest($13::bigint[]) AS version, unnest($14::bigint[]) AS"
    " at_ms, unnest($15::bigint[]) AS transition, unnest($16::bigint[]) AS status, unnest($17::bigint[]) AS"
    " status_before, unnest($18::text[]) AS official_id, unnest($19::text[]) AS official_name, unnest($20::text[]) AS"
    " unit_code, unnest($21::bigint[]) AS due_ms, unnest($22::bigint[]) AS due_before_ms, unnest($23::text[]) AS"
    " step_name, unnest($24::bigint[]) AS step_started_ms, unnest($25::bigint[]) AS step_due_ms, unnest($26::bigint[])"
    " AS accepted_ms, unnest($27::bigint[]) AS finished_ms, unnest($28::bigint[]) AS returned_ms, unnest($29::bigint[])"
    " AS ended_ms, unnest($30::text[]) AS has_digital_result, unnest($31::bigint[]) AS supplements") ","
    " d AS (INSERT INTO move (code, version, at, transition, status, status_before, official_id, official_name,"
    " unit_code, due_at, due_before, step_name, step_started_at, step_due_at) SELECT a.code, a.version, at_ms(a.at_ms),"
    " a.transition, a.status, a.status_before, a.official_id, a.official_name, a.unit_code, at_ms(nullif(a.due_ms, 0)),"
    " at_ms(nullif(a.due_before_ms, 0)), a.step_name, at_ms(nullif(a.step_started_ms, 0)), at_ms(nullif(a.step_due_ms,"
    " 0)) FROM asked a JOIN dossier o ON o.code = a.code ON CONFLICT DO NOTHING RETURNING code, version),"
    SAVE_SET_DONE("code")
    " moved AS (UPDATE dossier o SET version = a.version, status = coalesce(nullif(a.status, 0), o.status),"
    " handling_unit_code = a.unit_code, accepted_at = at_ms(nullif(a.accepted_ms, 0)), due_at = at_ms(nullif(a.due_ms,"
    " 0)), finished_at = at_ms(nullif(a.finished_ms, 0)), returned_at = at_ms(nullif(a.returned_ms, 0)), ended_at ="
    " at_ms(nullif(a.ended_ms, 0)), has_digital_result = a.has_digital_result::boolean, supplements = a.supplements"
    " FROM done a WHERE o.code = a.code AND o.version < a.version),"
    JOB_ROWS("due", "open_rating", "code", "now()", "(SELECT code FROM done WHERE ended_ms > 0) e") "," SAVE_SET_ROWS
    " SELECT ord, " IS_KNOWN " FROM asked" };
static const struct sql SETTLED = { "settled", SQL_WRITE,
    "WITH d AS (INSERT INTO payment (code, request_no, amount_dong, method, settled_at) SELECT code, $11::int,"
    " $12::bigint, $13::int, at_ms($14) FROM dossier WHERE code = $10 AND " SAVE_IS_NEW " ON CONFLICT DO NOTHING"
    " RETURNING code)," SAVE_ROWS("d") " SELECT EXISTS (SELECT FROM dossier WHERE code = $10) AS known" };
/* clang-format on */

void owner_hash(const char *code, const char *account_id, uint8_t out[SHA256_BYTES])
{
    char *both = talloc_asprintf(NULL, "%s %s", code, account_id);
    crypt_sha256(both, strlen(both), out);
    talloc_free(both);
}

static size_t papers_digital(const Motcua__DossierSubmitted *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_papers; i++)
        n += m->papers[i]->sha256.len > 0;
    return n;
}

int store_submitted(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__DossierSubmitted *m = msg;
    const struct db_rows *rows;
    struct save *s = save_new(t, &(struct cause){ .event = &ev->id });
    uint8_t hash[SHA256_BYTES];
    struct db_arg owner = db_bytes(hash, sizeof hash);
    owner_hash(m->code, m->account_id, hash);
    owner.is_null = !*m->account_id;
    return db_run(t, &SUBMITTED, &rows, SAVE_SET_ARGS(s), db_text(m->code), db_text(m->unit_code),
                  db_text(m->procedure_code), db_int(m->procedure_version), db_int(m->channel),
                  db_int(m->applicant ? m->applicant->kind : 0), owner, db_bool(*m->national_code),
                  db_int((int64_t)m->n_papers), db_int((int64_t)papers_digital(m)), db_int(m->filed_at_ms));
}

static int64_t first_of(int64_t a, int64_t b)
{
    return a ? a : b;
}

/* When the dossier ended for the applicant; 0: it runs, or runs again. */
static int64_t ended_at(const Motcua__DossierProgressed *m)
{
    if (m->status == MOTCUA__STATUS__FINISHED || m->status == MOTCUA__STATUS__RETURNED)
        return first_of(first_of(m->finished_at_ms, m->returned_at_ms), m->at_ms);
    return status_is_final(m->status) ? m->at_ms : 0;
}

int store_progressed(struct task *t, const Motcua__DossierProgressed *m, int64_t version,
                     const struct cause *cause, bool *known)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &PROGRESSED, &rows, SAVE_SET_ARGS(s), db_text(m->code), db_int(version), db_int(m->at_ms),
               db_int(m->transition), db_int(m->status), db_int(m->status_before),
               db_text(m->by ? m->by->account_id : ""), db_text(m->by ? m->by->name : ""),
               db_text(m->handling_unit_code), db_int(m->due_at_ms), db_int(m->due_before_ms),
               db_text(m->step_name), db_int(m->step_started_at_ms), db_int(m->step_due_at_ms),
               db_int(m->accepted_at_ms), db_int(m->finished_at_ms), db_int(m->returned_at_ms),
               db_int(ended_at(m)), db_bool(m->result && m->result->sha256.len > 0),
               db_int(m->supplement_count)));
    *known = db_count(rows) == 0 || db_true(rows, 0, "known"); /* no row: applied before */
    if (ended_at(m))
        jobs_wake(task_env(t), "open_rating");
    return 0;
}

int store_settled(struct task *t, const Motcua__PaymentSettled *m, const struct cause *cause, bool *known)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &SETTLED, &rows, SAVE_ARGS(s), db_text(m->code), db_int(m->request_no),
               db_int(m->amount_dong), db_int(m->method), db_int(m->settled_at_ms)));
    *known = db_true(rows, 0, "known");
    return 0;
}

/* ---- one dossier in order of time ------------------------------------------------------------------- */

const struct sql store_trace = {
    "trace", SQL_READ,
    "SELECT ms(filed_at) AS at_ms, 'filed' AS what, 'at ' || unit_code AS detail FROM dossier WHERE code = $1"
    " UNION ALL SELECT ms(at), 'move', 'version ' || version || ' → status ' || status FROM move WHERE code = $1"
    " UNION ALL SELECT ms(settled_at), 'paid', 'request ' || request_no FROM payment WHERE code = $1"
    " UNION ALL SELECT ms(m.at), 'complaint ' || m.act, m.code || ' → ' || m.state FROM complaint c"
    " JOIN complaint_move m ON m.code = c.code WHERE c.dossier_code = $1 AND c.dossier_code <> ''"
    " ORDER BY at_ms"
};

const struct sql *const store_statements[] = {
    &UNIT_PUT, &PROCEDURE_PUT, &SUBMITTED, &PROGRESSED, &SETTLED, NULL,
};

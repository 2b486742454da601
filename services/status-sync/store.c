/* store.c — see store.h. The messages that make a dossier's record are kept packed, as they came: mapping.c
 * reads members of them, so a field is named in one place only. */
#include "store.h"

#include <string.h>
#include <talloc.h>

#include "jobs.h"
#include "pb.h"
#include "status.h"

/* ---- copies --------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql UNIT_PUT = { "unit_put", SQL_WRITE,
    "WITH d AS (INSERT INTO unit (code, valid_from, valid_to, name, gso_code, version)"
    " SELECT $10, at_ms($11), at_ms(nullif($12::bigint, 0)), $13, $14, $15::bigint WHERE " SAVE_IS_NEW
    " ON CONFLICT (code, valid_from) DO UPDATE SET valid_to = excluded.valid_to, name = excluded.name,"
    " gso_code = excluded.gso_code, version = excluded.version WHERE unit.version < excluded.version RETURNING code),"
    SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql PROCEDURE_PUT = { "procedure_put", SQL_WRITE,
    "WITH d AS (INSERT INTO procedure (code, version, valid_from, name, field_code, field_name)"
    " SELECT $10, $11::int, at_ms($12), $13, $14, $15 WHERE " SAVE_IS_NEW " ON CONFLICT DO NOTHING RETURNING code),"
    SAVE_ROWS("d") " SELECT code FROM d" };
/* clang-format on */

int store_unit_put(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__UnitChanged *m = msg;
    const struct db_rows *rows;
    struct db_arg version = db_int((int64_t)ev->version);
    struct save *s = save_new(t, &(struct cause){ .event = &ev->id });
    return db_run(t, &UNIT_PUT, &rows, SAVE_ARGS(s), db_text(m->code), db_int(m->valid_from_ms),
                  db_int(m->valid_to_ms), db_text(m->name), db_text(m->gso_code), version);
}

int store_procedure_put(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__ProcedurePublished *m = msg;
    const struct db_rows *rows;
    struct save *s = save_new(t, &(struct cause){ .event = &ev->id });
    return db_run(t, &PROCEDURE_PUT, &rows, SAVE_ARGS(s), db_text(m->code), db_int(m->version),
                  db_int(m->valid_from_ms), db_text(m->name), db_text(m->field_code), db_text(m->field_name));
}

/* ---- what others say ------------------------------------------------------------------------------ */

/* clang-format off */
static const struct sql SUBMITTED = { "submitted", SQL_SET_BY(12),
    "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS code, unnest($13::text[]) AS national_code, unnest($14::text[]) AS"
    " procedure_code, unnest($15::bigint[]) AS procedure_version, unnest($16::text[]) AS unit_code,"
    " unnest($17::bigint[]) AS filed_at_ms, unnest($18::bytea[]) AS message") ","
    " d AS (INSERT INTO dossier (code, national_code, procedure_code, procedure_version, unit_code, filed_at, message)"
    " SELECT code, national_code, procedure_code, procedure_version, unit_code, at_ms(filed_at_ms), message FROM asked"
    " ON CONFLICT DO NOTHING RETURNING code)," SAVE_SET_DONE("code")
    SAVE_SET_ROWS " SELECT ord FROM done" };
/* d: a row if there is something new about the dossier $10. */
#define CHANGED " changes = changes + 1, owed_since = coalesce(owed_since, now())"
#define MAKE_IT_DUE \
    JOB_ROWS("due", "sync", "code", "now()", "d") \
    "," SAVE_ROWS("d") " SELECT EXISTS (SELECT FROM dossier WHERE code = $10) AS known"

static const struct sql PROGRESSED = { "progressed", SQL_SET_BY(12),
    "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS code, unnest($13::bigint[]) AS version, unnest($14::bigint[]) AS"
    " status, unnest($15::text[]) AS transition, unnest($16::bigint[]) AS at_ms, unnest($17::bytea[]) AS message") ","
    " d AS (INSERT INTO line (code, version, status, transition, at, message, pushed_at)"
    " SELECT a.code, a.version, a.status, a.transition, at_ms(a.at_ms), a.message, CASE WHEN a.status = 0"
    " THEN now() END FROM asked a JOIN dossier o ON o.code = a.code ON CONFLICT DO NOTHING RETURNING code, version),"
    SAVE_SET_DONE("code")
    " touched AS (UPDATE dossier SET" CHANGED " WHERE code IN (SELECT code FROM done)),"
    JOB_ROWS("due", "sync", "code", "now()", "done") "," SAVE_SET_ROWS
    " SELECT ord, EXISTS (SELECT FROM dossier o WHERE o.code = asked.code) AS known FROM asked" };
static const struct sql ADDITION = { "addition", SQL_WRITE,
    "WITH d AS (INSERT INTO addition (code, kind, number, message, at) SELECT code, $11, $12::bigint,"
    " $13::bytea, at_ms($14) FROM dossier WHERE code = $10 AND " SAVE_IS_NEW " ON CONFLICT DO NOTHING RETURNING code),"
    " touched AS (UPDATE dossier SET" CHANGED " WHERE code IN (SELECT code FROM d))," MAKE_IT_DUE };
/* clang-format on */

static struct db_arg packed(struct task *t, const ProtobufCMessage *m)
{
    size_t size;
    const uint8_t *bytes = pb_pack(t, m, &size);
    return db_bytes(bytes, size);
}

int store_submitted(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__DossierSubmitted *m = msg;
    const struct db_rows *rows;
    struct save *s = save_new(t, &(struct cause){ .event = &ev->id });
    return db_run(t, &SUBMITTED, &rows, SAVE_SET_ARGS(s), db_text(m->code), db_text(m->national_code),
                  db_text(m->procedure_code), db_int(m->procedure_version), db_text(m->unit_code),
                  db_int(m->filed_at_ms), packed(t, &m->base));
}

int store_progressed(struct task *t, const Motcua__DossierProgressed *m, int64_t version,
                     const struct cause *cause, bool *known)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &PROGRESSED, &rows, SAVE_SET_ARGS(s), db_text(m->code), db_int(version), db_int(m->status),
               db_text(transition_name(m->transition)), db_int(m->at_ms), packed(t, &m->base)));
    *known = db_count(rows) == 0 || db_true(rows, 0, "known"); /* no row: applied before */
    return 0;
}

int store_addition(struct task *t, const char *code, const char *kind, int64_t number,
                   const ProtobufCMessage *m, int64_t at_ms, const struct cause *cause, bool *known)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &ADDITION, &rows, SAVE_ARGS(s), db_text(code), db_text(kind), db_int(number), packed(t, m),
               db_int(at_ms)));
    *known = db_true(rows, 0, "known");
    return 0;
}

/* ---- loading a dossier ---------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql DOSSIER = { "dossier", SQL_READ,
    "SELECT d.code, d.unit_code, d.message, d.changes, ms(d.owed_since) AS owed_since_ms, d.owner_ref,"
    " d.record_digest,"
    " d.record_status, ms(d.record_at) AS record_at_ms, p.name AS procedure_name, p.field_code, p.field_name,"
    " coalesce(u.name, '') AS unit_name FROM dossier d"
    " LEFT JOIN procedure p ON p.code = d.procedure_code AND p.version = d.procedure_version"
    " LEFT JOIN unit u ON u.code = d.unit_code AND u.valid_from <= d.filed_at"
    " AND (u.valid_to IS NULL OR u.valid_to > d.filed_at) WHERE d.code = $1" };
static const struct sql LINES = { "lines", SQL_READ,
    "SELECT version, ms(pushed_at) AS pushed_at_ms, message FROM line WHERE code = $1 ORDER BY version" };
static const struct sql ADDITIONS = { "additions", SQL_READ,
    "SELECT kind, message FROM addition WHERE code = $1 ORDER BY kind, number" };
/* clang-format on */

/* A message we packed ourselves. */
static void *unpacked(struct task *t, const struct db_rows *rows, int i,
                      const ProtobufCMessageDescriptor *type)
{
    size_t size;
    const uint8_t *bytes = db_blob(t, rows, i, "message", &size);
    void *m = pb_unpack(t, type, bytes, size);
    ASSERT(m);
    return m;
}

static void take_dossier(struct task *t, const struct db_rows *rows, struct dossier *d)
{
    size_t size;
    const uint8_t *digest = db_blob(t, rows, 0, "record_digest", &size);
    *d = (struct dossier){
        .code = db_str(rows, 0, "code"),
        .unit_code = db_str(rows, 0, "unit_code"),
        .changes = db_num(rows, 0, "changes"),
        .owed_since_ms = db_num(rows, 0, "owed_since_ms"),
        .has_digest = size == SHA256_BYTES,
        .record_status = (int)db_num(rows, 0, "record_status"),
        .record_at_ms = db_num(rows, 0, "record_at_ms"),
    };
    if (d->has_digest)
        memcpy(d->record_digest, digest, size);
    d->facts = (struct facts){
        .submitted = unpacked(t, rows, 0, &motcua__dossier_submitted__descriptor),
        .procedure_name = db_str(rows, 0, "procedure_name"),
        .field_code = db_str(rows, 0, "field_code"),
        .field_name = db_str(rows, 0, "field_name"),
        .unit_name = db_str(rows, 0, "unit_name"),
        .owner_ref = db_str(rows, 0, "owner_ref"),
        .public_url = "",
    };
}

static void take_lines(struct task *t, const struct db_rows *rows, struct dossier *d)
{
    size_t n = d->lines_count = (size_t)db_count(rows);
    d->lines = talloc_array(t, struct line, n);
    d->moves = talloc_array(t, Motcua__DossierProgressed *, n);
    for (size_t i = 0; i < n; i++) {
        d->lines[i] = (struct line){ db_num(rows, (int)i, "version"), db_num(rows, (int)i, "pushed_at_ms") };
        d->moves[i] = unpacked(t, rows, (int)i, &motcua__dossier_progressed__descriptor);
        if (d->lines[i].version == (int64_t)i + 1)
            d->facts.moves_count = i + 1;
    }
    d->facts.moves = d->moves;
}

static void take_additions(struct task *t, const struct db_rows *rows, struct facts *f)
{
    int n = db_count(rows);
    f->supplements = talloc_array(t, Motcua__DossierSupplemented *, n);
    f->payments = talloc_array(t, Motcua__PaymentSettled *, n);
    for (int i = 0; i < n; i++) {
        if (strcmp(db_str(rows, i, "kind"), "payment") == 0)
            f->payments[f->payments_count++] = unpacked(t, rows, i, &motcua__payment_settled__descriptor);
        else
            f->supplements[f->supplements_count++] =
                unpacked(t, rows, i, &motcua__dossier_supplemented__descriptor);
    }
}

int store_dossier(struct task *t, const char *code, struct dossier *d, bool *found)
{
    const struct db_rows *dossier, *lines, *additions;
    struct db_call *asked[] = { db_start(t, &DOSSIER, db_text(code)), db_start(t, &LINES, db_text(code)),
                                db_start(t, &ADDITIONS, db_text(code)) };
    TRY(db_finish(t, asked[0], &dossier));
    TRY(db_finish(t, asked[1], &lines));
    TRY(db_finish(t, asked[2], &additions));
    *found = db_count(dossier) > 0;
    if (!*found)
        return 0;
    take_dossier(t, dossier, d);
    take_lines(t, lines, d);
    take_additions(t, additions, &d->facts);
    return 0;
}

/* ---- what the portal said ------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql RECORD_ACCEPTED = { "record_accepted", SQL_WRITE,
    "WITH d AS (UPDATE dossier SET record_digest = $2::bytea, record_status = $3::int, record_at = now(),"
    " owner_ref = $4"
    " WHERE code = $1 RETURNING code),"
    " lost AS (UPDATE line SET pushed_at = NULL WHERE $5::boolean AND code IN (SELECT code FROM d) AND"
    " pushed_at IS NOT NULL"
    " AND status <> 0)"
    " DELETE FROM refusal WHERE code IN (SELECT code FROM d) AND what = 'record'" };
static const struct sql LINES_ACCEPTED = { "lines_accepted", SQL_WRITE,
    "WITH l AS (UPDATE line SET pushed_at = now() WHERE code = $1 AND version <= $2 AND pushed_at IS NULL"
    " RETURNING code)"
    " DELETE FROM refusal WHERE code IN (SELECT code FROM l) AND what = 'line'" };
static const struct sql SETTLE = { "settle", SQL_WRITE,
    "UPDATE dossier SET owed_since = NULL WHERE code = $1 AND changes = $2 AND record_digest IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM line WHERE code = $1 AND pushed_at IS NULL)" };
static const struct sql REFUSED = { "refused", SQL_WRITE,
    "INSERT INTO refusal (code, what, version, message, at) VALUES"
    " ($1, CASE WHEN $2::bigint = 0 THEN 'record' ELSE 'line' END, $2::bigint, $3,"
    " date_trunc('milliseconds', now()))"
    " ON CONFLICT (code) DO UPDATE SET what = excluded.what, version = excluded.version, message ="
    " excluded.message,"
    " at = excluded.at" };
static const struct sql FORGET = { "forget", SQL_WRITE,
    "UPDATE dossier SET record_digest = NULL, owed_since = coalesce(owed_since, now()) WHERE code = $1" };
static const struct sql RESYNC = { "resync", SQL_WRITE,
    "WITH d AS (UPDATE dossier SET record_digest = NULL," CHANGED " WHERE code = $10 AND"
    " " SAVE_IS_NEW " RETURNING code),"
    MAKE_IT_DUE };
/* clang-format on */

int store_record_accepted(struct task *t, const char *code, const struct accepted *a)
{
    const struct db_rows *rows;
    return db_run(t, &RECORD_ACCEPTED, &rows, db_text(code), db_bytes(a->digest, SHA256_BYTES),
                  db_int(a->status), db_text(a->owner_ref), db_bool(a->is_new));
}

int store_lines_accepted(struct task *t, const char *code, int64_t version)
{
    const struct db_rows *rows;
    return db_run(t, &LINES_ACCEPTED, &rows, db_text(code), db_int(version));
}

int store_settle(struct task *t, const struct dossier *d)
{
    const struct db_rows *rows;
    return db_run(t, &SETTLE, &rows, db_text(d->code), db_int(d->changes));
}

int store_refused(struct task *t, const char *code, int64_t version, const char *message)
{
    const struct db_rows *rows;
    return db_run(t, &REFUSED, &rows, db_text(code), db_int(version), db_text(message));
}

int store_forget(struct task *t, const char *code)
{
    const struct db_rows *rows;
    return db_run(t, &FORGET, &rows, db_text(code));
}

int store_resync(struct task *t, const char *code, const struct cause *cause, bool *known)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &RESYNC, &rows, SAVE_ARGS(s), db_text(code)));
    *known = db_true(rows, 0, "known");
    return 0;
}

/* ---- what people ask ------------------------------------------------------------------------------ */

/* clang-format off */
static const struct sql JOB_OF = { "job_of", SQL_READ,
    "SELECT j.tries, j.last_error, ms(j.run_at) AS run_at_ms, r.what, r.version, r.message, ms(r.at) AS at_ms"
    " FROM (SELECT $1::text AS code) c LEFT JOIN job j ON j.kind = 'sync' AND j.key = c.code"
    " LEFT JOIN refusal r ON r.code = c.code" };
static const struct sql REFUSALS = { "refusals", SQL_READ,
    "SELECT r.code, d.unit_code, r.what, r.version, r.message, ms(r.at) AS at_ms FROM refusal r JOIN"
    " dossier d USING (code)"
    " WHERE (r.at, r.code) < (at_ms($1), $2) AND ($3::text[] IS NULL OR d.unit_code = ANY ($3::text[]))"
    " ORDER BY r.at DESC, r.code DESC LIMIT $4" };
static const struct sql OWED = { "owed", SQL_READ,
    "SELECT (SELECT count(*) FROM dossier WHERE owed_since IS NOT NULL) AS dossiers,"
    " (SELECT ms(min(owed_since)) FROM dossier WHERE owed_since IS NOT NULL) AS oldest_ms,"
    " (SELECT count(*) FROM refusal) AS refusals" };
/* clang-format on */

int store_job_of(struct task *t, const char *code, const struct db_rows **rows)
{
    return db_run(t, &JOB_OF, rows, db_text(code));
}

int store_refusals(struct task *t, const char *const *units, size_t units_count,
                   const struct http_page *before, const struct db_rows **rows)
{
    return db_run(t, &REFUSALS, rows, db_int(before->at_ms), db_text(before->key),
                  units ? db_text_array(t, units, units_count) : db_text(NULL), db_int(before->limit));
}

int store_owed(struct task *t, int64_t *dossiers, int64_t *oldest_ms, int64_t *refusals)
{
    const struct db_rows *rows;
    TRY(db_run(t, &OWED, &rows));
    *dossiers = db_num(rows, 0, "dossiers");
    *oldest_ms = db_num(rows, 0, "oldest_ms");
    *refusals = db_num(rows, 0, "refusals");
    return 0;
}

/* ---- what the portal pushes ----------------------------------------------------------------------- */

#define PLACE(arg) \
    "(SELECT name FROM unit WHERE gso_code = " arg " AND gso_code <> '' ORDER BY valid_from DESC LIMIT 1)"
/* clang-format off */
static const struct sql KNOWN = { "known", SQL_READ,
    "SELECT EXISTS (SELECT FROM inbound WHERE national_code = $1) AS is_duplicate,"
    " EXISTS (SELECT FROM procedure WHERE code = $2 AND valid_from <= now()) AS has_procedure,"
    " EXISTS (SELECT FROM unit WHERE code = $3 AND valid_from <= now() AND (valid_to IS NULL OR valid_to >"
    " now())) AS has_unit,"
    " " PLACE("$4") " AS ward, " PLACE("$5") " AS district, " PLACE("$6") " AS province" };
static const struct sql INBOUND = { "inbound", SQL_WRITE,
    "WITH d AS (INSERT INTO inbound (national_code, procedure_code, unit_code, files, received_at)"
    " SELECT $10, $11, $12, $13::int, at_ms($14) WHERE " SAVE_IS_NEW " ON CONFLICT DO NOTHING RETURNING"
    " national_code),"
    SAVE_ROWS("d") " SELECT national_code FROM d" };
/* clang-format on */

int store_known(struct task *t, const struct inbound *in, const char *unit_code, struct known *known)
{
    const struct db_rows *rows;
    TRY(db_run(t, &KNOWN, &rows, db_text(in->national_code), db_text(in->procedure_code), db_text(unit_code),
               db_text(in->ward), db_text(in->district), db_text(in->province)));
    *known = (struct known){
        .is_duplicate = db_true(rows, 0, "is_duplicate"),
        .has_procedure = db_true(rows, 0, "has_procedure"),
        .has_unit = db_true(rows, 0, "has_unit"),
        .ward = db_str(rows, 0, "ward"),
        .district = db_str(rows, 0, "district"),
        .province = db_str(rows, 0, "province"),
    };
    return 0;
}

int store_inbound(struct task *t, const Motcua__NationalDossierReceived *m, bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, NULL);
    TRY(save_say(s, m->national_code, 1, &m->base));
    TRY(db_run(t, &INBOUND, &rows, SAVE_ARGS(s), db_text(m->national_code), db_text(m->procedure_code),
               db_text(m->unit_code), db_int((int64_t)m->n_papers), db_int(m->received_at_ms)));
    *saved = db_count(rows) > 0;
    if (*saved)
        save_done(s);
    return 0;
}

/* ---- one dossier in order of time ------------------------------------------------------------------- */

const struct sql store_trace = {
    "trace", SQL_READ,
    "SELECT ms(filed_at) AS at_ms, 'filed' AS what, 'national code ' || national_code AS detail FROM dossier"
    " WHERE code = $1"
    " UNION ALL SELECT ms(at), 'move', 'version ' || version || ': ' || transition || ' → status ' || status"
    " FROM line WHERE code = $1"
    " UNION ALL SELECT ms(pushed_at), 'line pushed', 'version ' || version FROM line"
    " WHERE code = $1 AND pushed_at IS NOT NULL"
    " UNION ALL SELECT ms(at), kind, 'number ' || number FROM addition WHERE code = $1"
    " UNION ALL SELECT ms(record_at), 'record accepted', 'status ' || record_status FROM dossier"
    " WHERE code = $1 AND record_at IS NOT NULL"
    " UNION ALL SELECT ms(at), 'refused', what || ' ' || version FROM refusal WHERE code = $1"
    " UNION ALL SELECT ms(i.received_at), 'pushed by the portal', i.files || ' files' FROM inbound i"
    " WHERE i.national_code IN ($1, (SELECT national_code FROM dossier WHERE code = $1))"
    " ORDER BY at_ms"
};

const struct sql *const store_statements[] = {
    &UNIT_PUT,  &PROCEDURE_PUT,   &SUBMITTED,      &PROGRESSED, &ADDITION, &DOSSIER, &LINES,
    &ADDITIONS, &RECORD_ACCEPTED, &LINES_ACCEPTED, &SETTLE,     &REFUSED,  &FORGET,  &RESYNC,
    &JOB_OF,    &REFUSALS,        &OWED,           &KNOWN,      &INBOUND,  NULL,
};

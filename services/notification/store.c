/* store.c — see store.h. A message is written once, with the event that caused it; from then on only its
 * state moves, each time on the condition that it is where the writer believes it to be. */
#include "store.h"

#include <string.h>
#include <talloc.h>

#include "jobs.h"
#include "notification.pb-c.h"
#include "pb.h"

/* ---- whom to tell --------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql DOSSIER_PUT = { "dossier_put", SQL_SET_BY(12),
    "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS code, unnest($13::text[]) AS unit_code, unnest($14::text[]) AS"
    " account_id, unnest($15::text[]) AS name, unnest($16::text[]) AS email, unnest($17::text[]) AS language") ","
    " d AS (INSERT INTO dossier (code, unit_code, account_id, name, email, language)"
    " SELECT code, unit_code, nullif(account_id, '')::uuid, name, email, language FROM asked"
    " ON CONFLICT (code) DO NOTHING RETURNING code),"
    SAVE_SET_DONE("code") SAVE_SET_ROWS " SELECT ord FROM done" };
static const struct sql COMPLAINANT_PUT = { "complainant_put", SQL_WRITE,
    "INSERT INTO dossier (code, unit_code, account_id, name, email, language, is_complaint) VALUES ($1, '',"
    " nullif($2, '')::uuid, $3, $4, $5, true) ON CONFLICT (code) DO NOTHING" };
static const struct sql DOSSIER = { "dossier", SQL_READ_SET,
    "SELECT w.ord, d.code, d.unit_code, d.handling_unit_code, d.account_id, d.name, d.email, d.language,"
    " d.procedure_name, d.unit_name, a.email AS account_email"
    " FROM unnest($1::text[]) WITH ORDINALITY AS w(code, ord) JOIN dossier d ON d.code = w.code"
    " LEFT JOIN account a ON a.id = d.account_id AND a.is_active" };
static const struct sql ACCOUNT_PUT = { "account_put", SQL_WRITE,
    "WITH d AS (INSERT INTO account (id, email, language, is_active, version)"
    " SELECT $10::uuid, $11, $12, $13::boolean, $14::bigint WHERE " SAVE_IS_NEW
    " ON CONFLICT (id) DO UPDATE SET email = excluded.email, language = excluded.language,"
    " is_active = excluded.is_active, version = excluded.version WHERE account.version < excluded.version"
    " RETURNING id)," SAVE_ROWS("d") " SELECT id FROM d" };
/* clang-format on */

static const char *language_of(const char *language)
{
    return strcmp(language, "en") == 0 ? "en" : "vi";
}

int store_dossier_put(struct task *t, const Motcua__DossierSubmitted *m, const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    const Motcua__Applicant *a = m->applicant;
    return db_run(t, &DOSSIER_PUT, &rows, SAVE_SET_ARGS(s), db_text(m->code), db_text(m->unit_code),
                  db_text(m->account_id), db_text(a ? a->name : ""), db_text(a ? a->email : ""),
                  db_text(language_of(m->language)));
}

int store_complainant_put(struct task *t, const struct dossier *who)
{
    const struct db_rows *rows;
    return db_run(t, &COMPLAINANT_PUT, &rows, db_text(who->code), db_text(who->account_id),
                  db_text(who->name), db_text(who->email), db_text(language_of(who->language)));
}

int store_dossier(struct task *t, const char *code, struct dossier *d, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &DOSSIER, &rows, db_text(code)));
    *found = db_count(rows) > 0;
    if (!*found)
        return 0;
    *d = (struct dossier){
        .code = db_str(rows, 0, "code"),
        .unit_code = db_str(rows, 0, "unit_code"),
        .handling_unit_code = db_str(rows, 0, "handling_unit_code"),
        .account_id = db_str_or(rows, 0, "account_id", ""),
        .name = db_str(rows, 0, "name"),
        .email = db_str(rows, 0, "email"),
        .language = db_str(rows, 0, "language"),
        .procedure_name = db_str(rows, 0, "procedure_name"),
        .unit_name = db_str(rows, 0, "unit_name"),
        .account_email = db_str_or(rows, 0, "account_email", ""),
    };
    return 0;
}

int store_account_put(struct task *t, const Motcua__AccountChanged *m, int64_t version,
                      const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    return db_run(t, &ACCOUNT_PUT, &rows, SAVE_ARGS(s), db_text(m->account_id), db_text(m->email),
                  db_text(language_of(m->language)), db_bool(m->is_active), db_int(version));
}

/* ---- telling -------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql TELL = { "tell", SQL_SET_BY(12),
    "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS code, unnest($13::text[]) AS source, unnest($14::bigint[]) AS"
    " version, unnest($15::text[]) AS template, unnest($16::text[]) AS language, unnest($17::text[]) AS subject,"
    " unnest($18::bigint[]) AS happened_at_ms, unnest($19::bigint[]) AS now_ms, unnest($20::bigint[]) AS progress,"
    " unnest($21::text[]) AS procedure_name, unnest($22::text[]) AS unit_name, unnest($23::text[]) AS"
    " handling_unit_code") ","
    " done AS (UPDATE dossier o SET version = greatest(o.version, a.progress),"
    " procedure_name = CASE WHEN o.version < a.progress THEN a.procedure_name ELSE o.procedure_name END,"
    " unit_name = CASE WHEN o.version < a.progress THEN a.unit_name ELSE o.unit_name END,"
    " handling_unit_code = CASE WHEN o.version < a.progress THEN a.handling_unit_code ELSE o.handling_unit_code END"
    " FROM asked a WHERE o.code = a.code RETURNING a.*, o.account_id),"
    " u AS (SELECT * FROM unnest($24::uuid[], $25::text[], $26::text[], $27::text[], $28::text[], $29::text[],"
    " $30::bigint[]) AS u(id, channel, state, why, address, body, ord)),"
    " m AS (INSERT INTO message (id, code, source, version, template, channel, state, why, language, address,"
    " account_id, subject, body, happened_at, queued_at, next_at)"
    " SELECT u.id, d.code, d.source, d.version, d.template, u.channel, u.state, u.why, d.language, u.address,"
    " CASE WHEN u.channel = 'inbox' THEN d.account_id END, d.subject, u.body, at_ms(d.happened_at_ms),"
    " at_ms(d.now_ms), at_ms(d.now_ms) FROM done d JOIN u USING (ord)"
    " ON CONFLICT DO NOTHING RETURNING id, code, channel, state),"
    " q AS (SELECT DISTINCT code FROM m WHERE state = 'queued'),"
    JOB_ROWS("j", "send", "code", "now()", "q") ","
    SAVE_SET_ROWS " SELECT u.ord, m.channel, m.state FROM m JOIN u USING (id)" };
static const struct sql NOT_TELL = { "not_tell", SQL_WRITE,
    "WITH d AS (INSERT INTO untold (code, version) SELECT $10, $11::bigint WHERE " SAVE_IS_NEW
    " ON CONFLICT DO NOTHING RETURNING code)," SAVE_ROWS("d") " SELECT code FROM d" };
/* clang-format on */

enum { COLUMNS = 5 };

struct message_arrays {
    struct db_arg ids, texts[COLUMNS];
};

static struct message_arrays message_arrays(struct task *t, const struct news *n)
{
    struct message_arrays a;
    struct id *ids = talloc_array(t, struct id, n->count);
    const char **columns = talloc_array(t, const char *, COLUMNS * n->count);
    for (size_t i = 0; i < n->count; i++) {
        const struct new_message *m = &n->messages[i];
        const char *const row[COLUMNS] = { m->channel, m->state, m->why, m->address, m->body };
        ids[i] = m->id;
        for (size_t c = 0; c < COLUMNS; c++)
            columns[c * n->count + i] = row[c];
    }
    a.ids = db_id_array(t, ids, n->count);
    for (size_t c = 0; c < COLUMNS; c++)
        a.texts[c] = db_text_array(t, columns + c * n->count, n->count);
    return a;
}

int store_tell(struct task *t, const struct news *n, const struct cause *cause, const struct db_rows **rows)
{
    struct save *s = save_new(t, cause);
    struct message_arrays a = message_arrays(t, n);
    return db_run(t, &TELL, rows, SAVE_SET_ARGS(s), db_text(n->code), db_text(n->source), db_int(n->version),
                  db_text(n->template), db_text(n->language), db_text(n->subject), db_int(n->happened_at_ms),
                  db_int(n->now_ms), db_int(n->progress), db_text(pb_text(n->procedure_name)),
                  db_text(pb_text(n->unit_name)), db_text(pb_text(n->handling_unit_code)), a.ids, a.texts[0],
                  a.texts[1], a.texts[2], a.texts[3], a.texts[4], db_owners(24));
}

int store_not_tell(struct task *t, const char *code, int64_t version, const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    return db_run(t, &NOT_TELL, &rows, SAVE_ARGS(s), db_text(code), db_int(version));
}

/* ---- sending -------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql NEXT_MAIL = { "next_mail", SQL_READ,
    "SELECT m.id, m.code, m.template, m.language, m.address, m.subject, m.body, m.why,"
    " ms(m.queued_at) AS queued_at_ms, ms(m.next_at) AS next_at_ms, m.attempts, d.said"
    " FROM message m JOIN dossier d ON d.code = m.code"
    " WHERE m.code = $1 AND m.state IN ('queued', 'sending') ORDER BY m.happened_at, m.id LIMIT 1" };
static const struct sql ATTEMPT = { "attempt", SQL_WRITE,
    "WITH d AS (UPDATE message SET state = 'sending', attempts = $2::int WHERE id = $1"
    " AND state IN ('queued', 'sending') AND attempts IN ($2::int - 1, $2::int) RETURNING id),"
    " a AS (INSERT INTO attempt (message_id, no, started_at) SELECT id, $2::int, at_ms($3) FROM d"
    " ON CONFLICT DO NOTHING) SELECT id FROM d" };
static const struct sql ATTEMPT_END = { "attempt_end", SQL_WRITE,
    "WITH d AS (UPDATE message SET state = CASE WHEN $6::bigint = 0 THEN 'sent' ELSE 'queued' END,"
    " done_at = CASE WHEN $6::bigint = 0 THEN at_ms($5) END,"
    " next_at = CASE WHEN $6::bigint = 0 THEN next_at ELSE at_ms($6) END,"
    " why = CASE WHEN $6::bigint = 0 THEN '' ELSE $3 END"
    " WHERE id = $1 AND state = 'sending' AND attempts = $2::int RETURNING id)"
    " UPDATE attempt SET ended_at = at_ms($5), outcome = $3, reply = $4::int FROM d"
    " WHERE message_id = d.id AND no = $2::int" };
static const struct sql FAIL = { "fail", SQL_WRITE,
    "WITH d AS (UPDATE dossier SET said = said + 1 WHERE code = $10 AND said = $11 AND " SAVE_IS_NEW
    " AND EXISTS (SELECT FROM message WHERE id = $12 AND state IN ('queued', 'sending')) RETURNING code),"
    " m AS (UPDATE message SET state = 'failed', why = $13, done_at = at_ms($16) FROM d WHERE message.id = $12),"
    " a AS (UPDATE attempt SET ended_at = at_ms($16), outcome = $14, reply = $15::int FROM d"
    " WHERE message_id = $12 AND no = $17::int AND ended_at IS NULL),"
    SAVE_ROWS("d") " SELECT code FROM d" };
static const struct sql WAITING = { "waiting", SQL_READ,
    "SELECT count(*) AS count, ms(min(queued_at)) AS oldest_at_ms FROM message"
    " WHERE state IN ('queued', 'sending')" };
/* clang-format on */

int store_next_mail(struct task *t, const char *code, struct mail_row *m, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &NEXT_MAIL, &rows, db_text(code)));
    *found = db_count(rows) > 0;
    if (!*found)
        return 0;
    *m = (struct mail_row){
        .id_text = db_str(rows, 0, "id"),
        .code = db_str(rows, 0, "code"),
        .template = db_str(rows, 0, "template"),
        .language = db_str(rows, 0, "language"),
        .address = db_str(rows, 0, "address"),
        .subject = db_str(rows, 0, "subject"),
        .body = db_str(rows, 0, "body"),
        .why = db_str(rows, 0, "why"),
        .queued_at_ms = db_num(rows, 0, "queued_at_ms"),
        .next_at_ms = db_num(rows, 0, "next_at_ms"),
        .attempts = db_num(rows, 0, "attempts"),
        .said = db_num(rows, 0, "said"),
    };
    db_get_id(rows, 0, "id", &m->id);
    return 0;
}

int store_attempt(struct task *t, struct mail_row *m)
{
    const struct db_rows *rows;
    m->attempts++;
    TRY(db_run(t, &ATTEMPT, &rows, db_id(&m->id), db_int(m->attempts), db_int(task_now_ms(t))));
    return db_count(rows) > 0 ? 0 : err_set(task_err(t), E_STALE, "the message is done already");
}

int store_attempt_end(struct task *t, const struct mail_row *m, const struct attempt_end *end)
{
    const struct db_rows *rows;
    return db_run(t, &ATTEMPT_END, &rows, db_id(&m->id), db_int(m->attempts), db_text(end->outcome),
                  db_int(end->reply), db_int(task_now_ms(t)), db_int(end->next_at_ms));
}

static int say_failed(struct save *s, const struct mail_row *m, const char *reason, int64_t now_ms)
{
    Motcua__NotificationFailed failed = MOTCUA__NOTIFICATION_FAILED__INIT;
    failed.code = pb_text(m->code);
    failed.message_id = pb_text(m->id_text);
    failed.channel = pb_text("email");
    failed.template_ = pb_text(m->template);
    failed.reason = pb_text(reason);
    failed.failed_at_ms = now_ms;
    return save_say(s, m->code, (uint64_t)m->said + 1, &failed.base);
}

int store_fail(struct task *t, const struct mail_row *m, const struct attempt_end *end, const char *reason)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, NULL);
    TRY(say_failed(s, m, reason, task_now_ms(t)));
    TRY(db_run(t, &FAIL, &rows, SAVE_ARGS(s), db_text(m->code), db_int(m->said), db_id(&m->id),
               db_text(reason), db_text(end->outcome), db_int(end->reply), db_int(task_now_ms(t)),
               db_int(m->attempts)));
    if (db_count(rows) == 0)
        return err_set(task_err(t), E_STALE, "the message is done already");
    save_done(s);
    return 0;
}

int store_waiting(struct task *t, int64_t *count, int64_t *oldest_at_ms)
{
    const struct db_rows *rows;
    TRY(db_run(t, &WAITING, &rows));
    *count = db_num(rows, 0, "count");
    *oldest_at_ms = db_num(rows, 0, "oldest_at_ms");
    return 0;
}

/* ---- reading -------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql INBOX = { "inbox", SQL_READ,
    "SELECT id, code, template, language, subject, body, ms(happened_at) AS at_ms, ms(read_at) AS read_at_ms"
    " FROM message WHERE account_id = $1::uuid AND channel = 'inbox' AND state = 'sent'"
    " AND id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') ORDER BY id DESC LIMIT $3" };
static const struct sql UNREAD = { "unread", SQL_READ,
    "SELECT count(*) AS count FROM (SELECT FROM message WHERE account_id = $1::uuid AND channel = 'inbox'"
    " AND state = 'sent' AND read_at IS NULL LIMIT $2) AS unread" };
static const struct sql READ = { "read", SQL_WRITE,
    "WITH d AS (UPDATE message SET read_at = coalesce(read_at, now()) WHERE id = $10 AND account_id = $11::uuid"
    " AND channel = 'inbox' AND state = 'sent' AND " SAVE_IS_NEW " RETURNING id),"
    SAVE_ROWS("d") " SELECT id FROM d" };
static const struct sql MESSAGES = { "messages", SQL_READ,
    "SELECT id, template, channel, state, why, language, address, subject, body, ms(happened_at) AS at_ms,"
    " ms(queued_at) AS queued_at_ms, ms(next_at) AS next_at_ms, ms(done_at) AS done_at_ms,"
    " ms(read_at) AS read_at_ms, (SELECT json_agg(json_build_object('no', no, 'started_at_ms', ms(started_at),"
    " 'ended_at_ms', ms(ended_at), 'outcome', outcome, 'reply', reply) ORDER BY no)"
    " FROM attempt WHERE message_id = message.id) AS attempts FROM message"
    " WHERE code = $1 AND id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')"
    " ORDER BY id LIMIT $3" };
/* clang-format on */

int store_inbox(struct task *t, const char *account_id, const struct id *before, int limit,
                const struct db_rows **rows)
{
    return db_run(t, &INBOX, rows, db_text(account_id), db_id_or_null(before), db_int(limit));
}

int store_unread(struct task *t, const char *account_id, int most, int64_t *count)
{
    const struct db_rows *rows;
    TRY(db_run(t, &UNREAD, &rows, db_text(account_id), db_int(most)));
    *count = db_num(rows, 0, "count");
    return 0;
}

int store_read(struct task *t, const char *account_id, const struct id *id, const struct cause *cause,
               bool *found)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &READ, &rows, SAVE_ARGS(s), db_id(id), db_text(account_id)));
    *found = db_count(rows) > 0;
    return 0;
}

int store_messages(struct task *t, const char *code, const struct id *after, int limit,
                   const struct db_rows **rows)
{
    return db_run(t, &MESSAGES, rows, db_text(code), db_id_or_null(after), db_int(limit));
}

/* ---- one dossier in order of time ------------------------------------------------------------------- */

/* clang-format off */
const struct sql store_trace = { "trace", SQL_READ,
    "SELECT ms(queued_at) AS at_ms, 'message' AS what, template || ' by ' || channel || ': ' || state"
    " || CASE WHEN why = '' THEN '' ELSE ' (' || why || ')' END AS detail FROM message WHERE code = $1"
    " UNION ALL SELECT ms(a.started_at), 'attempt', m.template || ' no. ' || a.no || ': '"
    " || coalesce(a.outcome, 'no end')"
    " || CASE WHEN a.reply > 0 THEN ', the server said ' || a.reply ELSE '' END"
    " FROM attempt a JOIN message m ON m.id = a.message_id WHERE m.code = $1 ORDER BY at_ms" };
/* clang-format on */

const struct sql *const store_statements[] = {
    &DOSSIER_PUT, &COMPLAINANT_PUT, &DOSSIER, &ACCOUNT_PUT, &TELL,
    &NOT_TELL,    &NEXT_MAIL,       &ATTEMPT, &ATTEMPT_END, &FAIL,
    &WAITING,     &INBOX,           &UNREAD,  &READ,        &MESSAGES,
    NULL,
};

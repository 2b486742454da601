/* store.c — see store.h. */
#include "store.h"

#include <string.h>
#include <talloc.h>

#include "identity.pb-c.h"
#include "pb.h"

/* ---- accounts ------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql ACCOUNT_CREATE = { "account_create", SQL_WRITE,
    "WITH d AS (INSERT INTO account (id, kind, name, id_number, tax_code, phone, email, title, department,"
    " language, password_hash) SELECT $10::uuid, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20 WHERE"
    " " SAVE_IS_NEW
    " RETURNING id),"
    " names AS (INSERT INTO login_name (name, account_id) SELECT n, id FROM d, unnest($21::text[]) AS n),"
    " grants AS (INSERT INTO role_grant (account_id, role, unit)"
    " SELECT DISTINCT id, g.role, g.unit FROM d, unnest($22::text[], $23::text[]) AS g(role, unit)),"
    SAVE_ROWS("d")
    " SELECT id FROM d" };
/* clang-format on */

#define ACCOUNT_COLUMNS(more) \
    "SELECT " more \
    "a.id, kind, a.name, id_number, tax_code, phone, email, title, department, language, password_hash," \
    " is_active, version, (SELECT string_agg(role || ' ' || unit, ',' ORDER BY role, unit) FROM role_grant g" \
    " WHERE g.account_id = a.id) AS grants FROM account a "
/* clang-format off */
static const struct sql ACCOUNT_BY_LOGIN = { "account_by_login", SQL_READ,
    ACCOUNT_COLUMNS("") "JOIN login_name n ON n.account_id = a.id WHERE n.name = $1" };
static const struct sql ACCOUNT_BY_ID = { "account_by_id", SQL_READ, ACCOUNT_COLUMNS("") "WHERE a.id = $1::uuid" };
static const struct sql ACCOUNT_BY_SESSION = { "account_by_session", SQL_READ,
    ACCOUNT_COLUMNS("ms(s.expires_at) AS ends_at, ") "JOIN session s ON s.account_id = a.id WHERE"
    " s.token_hash = $1 AND s.expires_at > at_ms($2)" };

static const struct sql ACCOUNT_BY_LINK = { "account_by_link", SQL_READ,
    ACCOUNT_COLUMNS("") "JOIN password_link l ON l.account_id = a.id WHERE l.secret_hash = $1 AND l.used_at IS NULL"
    " AND l.expires_at > at_ms($2) AND a.is_active" };

static const struct sql ACCOUNT_SET_PASSWORD = { "account_set_password", SQL_WRITE,
    "WITH d AS (UPDATE account SET password_hash = $12, version = version + 1 WHERE id = $10::uuid AND"
    " version = $11 AND " SAVE_IS_NEW " RETURNING id),"
    " ended AS (DELETE FROM session WHERE account_id IN (SELECT id FROM d)),"
    SAVE_ROWS("d")
    " SELECT id FROM d" };

static const struct sql ACCOUNT_RENEW_HASH = { "account_renew_hash", SQL_WRITE,
    "UPDATE account SET password_hash = $3 WHERE id = $1::uuid AND password_hash = $2" };

static const struct sql ACCOUNT_SET_GRANTS = { "account_set_grants", SQL_WRITE,
    "WITH d AS (UPDATE account SET version = version + 1 WHERE id = $10::uuid AND version = $11"
    " AND " SAVE_IS_NEW " RETURNING id),"
    " wanted AS (SELECT g.role, g.unit FROM unnest($12::text[], $13::text[]) AS g(role, unit)),"
    " gone AS (DELETE FROM role_grant r WHERE r.account_id IN (SELECT id FROM d)"
    " AND NOT EXISTS (SELECT FROM wanted w WHERE w.role = r.role AND w.unit = r.unit)),"
    " added AS (INSERT INTO role_grant (account_id, role, unit) SELECT d.id, w.role, w.unit FROM d, wanted w"
    " ON CONFLICT DO NOTHING), ended AS (DELETE FROM session WHERE account_id IN (SELECT id FROM d)),"
    SAVE_ROWS("d")
    " SELECT id FROM d" };

static const struct sql ACCOUNT_SET_ACTIVE = { "account_set_active", SQL_WRITE,
    "WITH d AS (UPDATE account SET is_active = $12::boolean, version = version + 1 WHERE id = $10::uuid"
    " AND version = $11 AND " SAVE_IS_NEW " RETURNING id),"
    " ended AS (DELETE FROM session WHERE account_id IN (SELECT id FROM d)),"
    SAVE_ROWS("d")
    " SELECT id FROM d" };
/* clang-format on */

struct grant_arrays {
    struct db_arg roles, units;
};

static struct grant_arrays grant_arrays(struct task *t, const struct account *a)
{
    const char **roles = talloc_array(t, const char *, a->grants_count);
    const char **units = talloc_array(t, const char *, a->grants_count);
    for (size_t i = 0; i < a->grants_count; i++) {
        roles[i] = role_name(a->grants[i].role);
        units[i] = a->grants[i].unit;
    }
    return (struct grant_arrays){ db_text_array(t, roles, a->grants_count),
                                  db_text_array(t, units, a->grants_count) };
}

static int say_changed(struct save *s, const struct account *a, bool is_active, int64_t version)
{
    Motcua__AccountChanged m = MOTCUA__ACCOUNT_CHANGED__INIT;
    m.account_id = (char *)a->id;
    m.name = pb_text(a->name);
    m.email = pb_text(a->email);
    m.phone = pb_text(a->phone);
    m.language = pb_text(a->language);
    m.is_active = is_active;
    return save_say(s, a->id, (uint64_t)version, &m.base);
}

/* The save found nothing to change: somebody else was faster, or it was done before. */
static int saved_or_stale(struct task *t, struct save *s, const struct db_rows *rows)
{
    if (db_count(rows) == 0)
        return err_set(task_err(t), E_STALE, "the account changed meanwhile");
    save_done(s);
    return 0;
}

int store_account_create(struct task *t, const struct account *a, const struct cause *cause)
{
    const struct db_rows *rows;
    const char *names[3];
    size_t n = account_login_names(t, a, names);
    struct grant_arrays g = grant_arrays(t, a);
    struct save *s = save_new(t, cause);
    TRY(say_changed(s, a, true, 1));
    TRY(db_run(t, &ACCOUNT_CREATE, &rows, SAVE_ARGS(s), db_text(a->id), db_text(account_kind_name(a->kind)),
               db_text(a->name), db_text(a->id_number), db_text(a->tax_code), db_text(a->phone),
               db_text(a->email), db_text(a->title), db_text(a->department), db_text(a->language),
               db_text(a->password_hash), db_text_array(t, names, n), g.roles, g.units));
    return saved_or_stale(t, s, rows);
}

static void read_grants(struct account *a, const char *list)
{
    while (list && *list && a->grants_count < GRANTS_MAX) {
        char role[20];
        struct grant *g = &a->grants[a->grants_count];
        if (sscanf(list, "%19[^ ] %31[^,]", role, g->unit) == 2 && role_parse(role, &g->role))
            a->grants_count++;
        list += strcspn(list, ",");
        list += *list == ',';
    }
}

static void read_account(const struct db_rows *rows, struct account *a)
{
    *a = (struct account){
        .name = db_str(rows, 0, "name"),
        .id_number = db_str(rows, 0, "id_number"),
        .tax_code = db_str(rows, 0, "tax_code"),
        .phone = db_str(rows, 0, "phone"),
        .email = db_str(rows, 0, "email"),
        .title = db_str(rows, 0, "title"),
        .department = db_str(rows, 0, "department"),
        .language = db_str(rows, 0, "language"),
        .password_hash = db_str(rows, 0, "password_hash"),
        .is_active = db_true(rows, 0, "is_active"),
        .version = db_num(rows, 0, "version"),
    };
    snprintf(a->id, sizeof a->id, "%s", db_str(rows, 0, "id"));
    account_kind_parse(db_str(rows, 0, "kind"), &a->kind);
    read_grants(a, db_str(rows, 0, "grants"));
}

static bool found_account(const struct db_rows *rows, struct account *a)
{
    if (db_count(rows) > 0)
        read_account(rows, a);
    return db_count(rows) > 0;
}

int store_account_by_login(struct task *t, const char *login, struct account *a, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &ACCOUNT_BY_LOGIN, &rows, db_text(login)));
    *found = found_account(rows, a);
    return 0;
}

int store_account_by_id(struct task *t, const char *id, struct account *a, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &ACCOUNT_BY_ID, &rows, db_text(id)));
    *found = found_account(rows, a);
    return 0;
}

int store_account_by_session(struct task *t, const uint8_t hash[32], int64_t now_ms, struct account *a,
                             int64_t *ends_at_ms, bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &ACCOUNT_BY_SESSION, &rows, db_bytes(hash, 32), db_int(now_ms)));
    *found = found_account(rows, a);
    *ends_at_ms = *found ? db_num(rows, 0, "ends_at") : 0;
    return 0;
}

int store_account_by_link(struct task *t, const uint8_t hash[32], int64_t now_ms, struct account *a,
                          bool *found)
{
    const struct db_rows *rows;
    TRY(db_run(t, &ACCOUNT_BY_LINK, &rows, db_bytes(hash, 32), db_int(now_ms)));
    *found = found_account(rows, a);
    return 0;
}

int store_account_set_password(struct task *t, const struct account *a, const char *hash,
                               const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &ACCOUNT_SET_PASSWORD, &rows, SAVE_ARGS(s), db_text(a->id), db_int(a->version),
               db_text(hash)));
    return saved_or_stale(t, s, rows);
}

int store_account_renew_hash(struct task *t, const struct account *a, const char *hash)
{
    const struct db_rows *rows;
    return db_run(t, &ACCOUNT_RENEW_HASH, &rows, db_text(a->id), db_text(a->password_hash), db_text(hash));
}

int store_account_set_grants(struct task *t, const struct account *a, const struct cause *cause)
{
    const struct db_rows *rows;
    struct grant_arrays g = grant_arrays(t, a);
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &ACCOUNT_SET_GRANTS, &rows, SAVE_ARGS(s), db_text(a->id), db_int(a->version), g.roles,
               g.units));
    return saved_or_stale(t, s, rows);
}

int store_account_set_active(struct task *t, const struct account *a, bool active, const struct cause *cause)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(say_changed(s, a, active, a->version + 1));
    TRY(db_run(t, &ACCOUNT_SET_ACTIVE, &rows, SAVE_ARGS(s), db_text(a->id), db_int(a->version),
               db_bool(active)));
    return saved_or_stale(t, s, rows);
}

/* ---- sessions ------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql SESSION_CREATE = { "session_create", SQL_WRITE,
    "INSERT INTO session (token_hash, account_id, expires_at) VALUES ($1, $2::uuid, at_ms($3)) ON CONFLICT"
    " DO NOTHING" };
static const struct sql SESSION_END = { "session_end", SQL_WRITE, "DELETE FROM session WHERE token_hash = $1" };
static const struct sql SESSIONS_PRUNE = { "sessions_prune", SQL_WRITE,
    "DELETE FROM session WHERE expires_at < now()" };
/* clang-format on */

int store_session_create(struct task *t, const uint8_t hash[32], const char *account_id,
                         int64_t expires_at_ms)
{
    const struct db_rows *rows;
    return db_run(t, &SESSION_CREATE, &rows, db_bytes(hash, 32), db_text(account_id), db_int(expires_at_ms));
}

int store_session_end(struct task *t, const uint8_t hash[32])
{
    const struct db_rows *rows;
    return db_run(t, &SESSION_END, &rows, db_bytes(hash, 32));
}

int store_sessions_prune(struct task *t)
{
    const struct db_rows *rows;
    return db_run(t, &SESSIONS_PRUNE, &rows);
}

/* ---- units ---------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct sql UNIT_VERSION = { "unit_version", SQL_READ,
    "SELECT coalesce(max(version), 0) + 1 AS next, bool_or(valid_from = at_ms($2) AND name = $3 AND level = $4"
    " AND coalesce(parent_code, '') = $5 AND coalesce(gso_code, '') = $6 AND coalesce(ms(valid_to), 0) = $7::bigint"
    " AND coalesce(address, '') = $8 AND coalesce(phone, '') = $9) AS same FROM unit WHERE code = $1" };
static const struct sql UNIT_PUT = { "unit_put", SQL_WRITE,
    "WITH d AS (INSERT INTO unit (code, valid_from, valid_to, name, level, parent_code, gso_code, address, phone,"
    " version) VALUES ($10, at_ms($11), at_ms(nullif($12::bigint, 0)), $13, $14, nullif($15, ''), nullif($16, ''),"
    " nullif($17, ''), nullif($18, ''), $19) ON CONFLICT (code, valid_from) DO UPDATE SET valid_to ="
    " excluded.valid_to, name = excluded.name, level = excluded.level, parent_code = excluded.parent_code,"
    " gso_code = excluded.gso_code, address = excluded.address, phone = excluded.phone, version ="
    " excluded.version WHERE unit.version < excluded.version RETURNING code),"
    SAVE_ROWS("d")
    " SELECT code FROM d" };
/* Where two rows of a unit are in force, the later one counts. */
static const struct sql UNITS = { "units", SQL_READ,
    "SELECT code, name, level, parent_code, gso_code, address, phone, ms(valid_from) AS valid_from_ms,"
    " ms(valid_to) AS valid_to_ms FROM (SELECT DISTINCT ON (code) * FROM unit WHERE valid_from <= at_ms($1)"
    " AND (valid_to IS NULL OR valid_to > at_ms($1)) AND code > $4 ORDER BY code, valid_from DESC) u"
    " WHERE ($2::text IS NULL OR parent_code = $2) AND ($3::text IS NULL OR level = $3)"
    " ORDER BY code LIMIT $5" };
/* clang-format on */

static Motcua__UnitLevel level_number(const char *level)
{
    static const char *const names[] = { "", "province", "department", "district", "commune", NULL };
    int i = 0;
    while (names[i] && strcmp(names[i], level) != 0)
        i++;
    return (Motcua__UnitLevel)i;
}

static int say_unit(struct save *s, const struct unit *u, int64_t version)
{
    Motcua__UnitChanged m = MOTCUA__UNIT_CHANGED__INIT;
    m.code = pb_text(u->code);
    m.name = pb_text(u->name);
    m.level = level_number(u->level);
    m.parent_code = pb_text(u->parent_code);
    m.gso_code = pb_text(u->gso_code);
    m.valid_from_ms = u->valid_from_ms;
    m.valid_to_ms = u->valid_to_ms;
    m.address = pb_text(u->address);
    m.phone = pb_text(u->phone);
    return save_say(s, u->code, (uint64_t)version, &m.base);
}

enum { TRIES = 3 };

static int unit_version(struct task *t, const struct unit *u, int64_t *next, bool *same)
{
    const struct db_rows *rows;
    TRY(db_run(t, &UNIT_VERSION, &rows, db_text(u->code), db_int(u->valid_from_ms), db_text(u->name),
               db_text(u->level), db_text(u->parent_code), db_text(u->gso_code), db_int(u->valid_to_ms),
               db_text(u->address), db_text(u->phone)));
    *next = db_num(rows, 0, "next");
    *same = db_true(rows, 0, "same");
    return 0;
}

static int save_unit(struct task *t, const struct unit *u, int64_t version, bool *saved)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, NULL);
    TRY(say_unit(s, u, version));
    TRY(db_run(t, &UNIT_PUT, &rows, SAVE_ARGS(s), db_text(u->code), db_int(u->valid_from_ms),
               db_int(u->valid_to_ms), db_text(u->name), db_text(u->level), db_text(u->parent_code),
               db_text(u->gso_code), db_text(u->address), db_text(u->phone), db_int(version)));
    *saved = db_count(rows) > 0;
    if (*saved)
        save_done(s);
    return 0;
}

/* A save that finds nothing to do lost a race, or had committed before and was not heard: both are seen by
 * looking again. */
int store_unit_put(struct task *t, const struct unit *u, bool *changed)
{
    int64_t version;
    bool same, saved;
    for (int i = 0; i < TRIES; i++) {
        TRY(unit_version(t, u, &version, &same));
        *changed = !same || i > 0;
        if (same)
            return 0;
        TRY(save_unit(t, u, version, &saved));
        if (saved)
            return 0;
    }
    return err_set(task_err(t), E_STALE, "unit %s kept changing", u->code);
}

int store_units(struct task *t, int64_t at_ms, const char *parent, const char *level, const char *after,
                int limit, const struct db_rows **rows)
{
    return db_run(t, &UNITS, rows, db_int(at_ms), db_text(parent), db_text(level), db_text(after),
                  db_int(limit));
}

const struct sql *const store_statements[] = {
    &ACCOUNT_CREATE,
    &ACCOUNT_BY_LOGIN,
    &ACCOUNT_BY_ID,
    &ACCOUNT_BY_SESSION,
    &ACCOUNT_BY_LINK,
    &ACCOUNT_SET_PASSWORD,
    &ACCOUNT_RENEW_HASH,
    &ACCOUNT_SET_GRANTS,
    &ACCOUNT_SET_ACTIVE,
    &SESSION_CREATE,
    &SESSION_END,
    &SESSIONS_PRUNE,
    &UNIT_VERSION,
    &UNIT_PUT,
    &UNITS,
    NULL,
};

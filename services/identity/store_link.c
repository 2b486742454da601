/* store_link.c — links with which a forgotten password is replaced (store.h). */
#include "store.h"

/* clang-format off */
/* The newest link of an account is the only one that opens it. */
static const struct sql LINK_CREATE = { "link_create", SQL_WRITE,
    "WITH before AS (UPDATE password_link SET expires_at = now() WHERE account_id = $2::uuid AND secret_hash <> $1"
    " AND used_at IS NULL AND expires_at > now())"
    " INSERT INTO password_link (secret_hash, account_id, made_by, expires_at)"
    " VALUES ($1, $2::uuid, $3::uuid, at_ms($4)) ON CONFLICT DO NOTHING" };

static const struct sql LINK_USE = { "link_use", SQL_WRITE,
    "WITH used AS (UPDATE password_link SET used_at = now() WHERE secret_hash = $10 AND used_at IS NULL AND"
    " expires_at > at_ms($11) AND " SAVE_IS_NEW " RETURNING account_id),"
    " d AS (UPDATE account SET password_hash = $12, version = version + 1 WHERE is_active AND id IN"
    " (SELECT account_id FROM used) RETURNING id),"
    " ended AS (DELETE FROM session WHERE account_id IN (SELECT id FROM d)),"
    SAVE_ROWS("d")
    " SELECT id FROM d" };
/* clang-format on */

int store_link_create(struct task *t, const uint8_t hash[32], const char *account_id, const char *made_by,
                      int64_t expires_at_ms)
{
    const struct db_rows *rows;
    return db_run(t, &LINK_CREATE, &rows, db_bytes(hash, 32), db_text(account_id), db_text(made_by),
                  db_int(expires_at_ms));
}

int store_link_use(struct task *t, const uint8_t hash[32], int64_t now_ms, const char *password_hash,
                   const struct cause *cause, bool *used)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &LINK_USE, &rows, SAVE_ARGS(s), db_bytes(hash, 32), db_int(now_ms),
               db_text(password_hash)));
    *used = db_count(rows) > 0;
    if (*used)
        save_done(s);
    return 0;
}

const struct sql *const store_link_statements[] = { &LINK_CREATE, &LINK_USE, NULL };

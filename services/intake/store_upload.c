/* store_upload.c — see store.h: files on their way in. */
#include <string.h>

#include "store.h"

/* clang-format off */
/* An empty upload costs a row and a file, too. */
static const struct sql UPLOAD_CREATE = { "upload_create", SQL_WRITE,
    "WITH held AS (SELECT coalesce(sum(greatest(length, 65536)), 0) + greatest($13::bigint, 65536) <= $14::bigint"
    " AS fits FROM upload u WHERE owner = $11 AND NOT EXISTS (SELECT FROM paper p WHERE p.sha256 = u.sha256)),"
    " d AS (INSERT INTO upload (id, owner, file_name, length) SELECT $10::uuid, $11, $12, $13::bigint FROM held"
    " WHERE fits AND " SAVE_IS_NEW " RETURNING id)," SAVE_ROWS("d")
    " SELECT fits, EXISTS (SELECT FROM d) AS made FROM held" };
static const struct sql UPLOAD = { "upload", SQL_READ,
    "SELECT id, owner, file_name, length, sha256, media_type FROM upload WHERE id = $1 AND NOT is_dropped" };
static const struct sql UPLOAD_FINISH = { "upload_finish", SQL_WRITE,
    "UPDATE upload SET sha256 = $2, media_type = $3 WHERE id = $1" };
static const struct sql UPLOADS = { "uploads", SQL_READ,
    "SELECT id, file_name, length, sha256, media_type FROM upload"
    " WHERE id = ANY ($1::uuid[]) AND owner = $2 AND sha256 IS NOT NULL AND NOT is_dropped" };
static const struct sql UPLOAD_DROP = { "upload_drop", SQL_WRITE,
    "DELETE FROM upload WHERE id = $1 AND sha256 IS NULL" };
static const struct sql UPLOAD_FORGET = { "upload_forget", SQL_WRITE,
    "DELETE FROM upload WHERE id = $1" };
static const struct sql UPLOAD_HIDE = { "upload_hide", SQL_WRITE,
    "UPDATE upload SET is_dropped = true WHERE id = $1" };
static const struct sql UPLOADS_OLD = { "uploads_old", SQL_READ,
    "SELECT id FROM upload WHERE created_at < now() - make_interval(days => $1::int) ORDER BY created_at LIMIT $2" };
static const struct sql CONTENTS_UNUSED = { "contents_unused", SQL_READ,
    "SELECT c.hex AS sha256 FROM unnest($1::text[]) AS c(hex)"
    " WHERE NOT EXISTS (SELECT FROM upload u WHERE u.sha256 = decode(c.hex, 'hex'))"
    " AND NOT EXISTS (SELECT FROM paper p WHERE p.sha256 = decode(c.hex, 'hex'))"
    " AND NOT EXISTS (SELECT FROM progress g WHERE g.state #>> '{result,file,sha256}' = c.hex)" };
/* clang-format on */

int store_upload_create(struct task *t, const struct upload *u, int64_t quota, const struct cause *cause,
                        bool *fits)
{
    const struct db_rows *rows;
    struct save *s = save_new(t, cause);
    TRY(db_run(t, &UPLOAD_CREATE, &rows, SAVE_ARGS(s), db_id(&u->id), db_text(u->owner),
               db_text(u->file_name), db_int((int64_t)u->length), db_int(quota)));
    *fits = db_true(rows, 0, "fits");
    return db_true(rows, 0, "made") || !*fits ? 0 : err_set(task_err(t), E_CONFLICT, "made before");
}

int store_upload(struct task *t, const struct id *id, struct upload *u, bool *found)
{
    const struct db_rows *rows;
    size_t size;
    TRY(db_run(t, &UPLOAD, &rows, db_id(id)));
    *found = db_count(rows) > 0;
    if (!*found)
        return 0;
    *u = (struct upload){ .id = *id,
                          .owner = db_str(rows, 0, "owner"),
                          .file_name = db_str(rows, 0, "file_name"),
                          .media_type = db_str_or(rows, 0, "media_type", ""),
                          .length = (uint64_t)db_num(rows, 0, "length") };
    const uint8_t *sha256 = db_blob(t, rows, 0, "sha256", &size);
    u->is_complete = size == SHA256_BYTES;
    if (u->is_complete)
        memcpy(u->sha256, sha256, size);
    return 0;
}

int store_upload_finish(struct task *t, const struct upload *u)
{
    const struct db_rows *rows;
    return db_run(t, &UPLOAD_FINISH, &rows, db_id(&u->id), db_bytes(u->sha256, SHA256_BYTES),
                  db_text(u->media_type));
}

int store_uploads(struct task *t, const struct id *ids, size_t n, const char *owner,
                  const struct db_rows **rows)
{
    return db_run(t, &UPLOADS, rows, db_id_array(t, ids, n), db_text(owner));
}

int store_upload_drop(struct task *t, const struct id *id)
{
    const struct db_rows *rows;
    return db_run(t, &UPLOAD_DROP, &rows, db_id(id));
}

int store_upload_forget(struct task *t, const struct id *id)
{
    const struct db_rows *rows;
    return db_run(t, &UPLOAD_FORGET, &rows, db_id(id));
}

int store_upload_hide(struct task *t, const struct upload *u)
{
    const struct db_rows *rows;
    return u->is_complete ? db_run(t, &UPLOAD_HIDE, &rows, db_id(&u->id)) : store_upload_drop(t, &u->id);
}

int store_uploads_old(struct task *t, int64_t days, int limit, const struct db_rows **rows)
{
    return db_run(t, &UPLOADS_OLD, rows, db_int(days), db_int(limit));
}

int store_contents_unused(struct task *t, const char *const *hex, size_t n, const struct db_rows **rows)
{
    return db_run(t, &CONTENTS_UNUSED, rows, db_text_array(t, hex, n));
}

const struct sql *const store_upload_statements[] = {
    &UPLOAD_CREATE, &UPLOAD,      &UPLOAD_FINISH, &UPLOADS,         &UPLOAD_DROP,
    &UPLOAD_FORGET, &UPLOAD_HIDE, &UPLOADS_OLD,   &CONTENTS_UNUSED, NULL
};

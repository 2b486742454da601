/* http_files.c — the files of a dossier: what its applicant brought, and the result. */
#include <string.h>
#include <talloc.h>

#include "blob.h"
#include "disposition.h"
#include "handlers.h"
#include "json.h"

/* A stored file, always as a download: its bytes came from somebody else. */
static int reply_blob(struct task *t, const struct http_request *rq, struct http_reply *re,
                      const char *sha256_hex, const char *name, const char *media_type)
{
    uint8_t sha256[SHA256_BYTES];
    uint64_t size;
    int fd;
    if (!sha256_hex || !crypt_unhex(sha256_hex, sha256, sizeof sha256))
        return err_set(task_err(t), E_NOT_FOUND, "it has no such file");
    TRY(blob_read(t, sha256, &fd, &size));
    http_reply_header(re, "Content-Disposition", disposition_of(t, name, media_type));
    http_reply_header(re, "Content-Security-Policy", "sandbox");
    http_reply_file(re, 200, talloc_strdup(rq->exchange, media_type), fd, size);
    return 0;
}

static int row_of_seq(const struct db_rows *rows, const char *seq)
{
    int i = 0;
    while (i < db_count(rows) && strcmp(db_str(rows, i, "seq"), seq) != 0)
        i++;
    return i;
}

int http_paper(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct dossier d;
    unsigned access;
    const struct db_rows *rows;
    TRY(dossier_for(t, rq, &d, &access));
    TRY(store_papers(t, d.code, &rows));
    int i = row_of_seq(rows, http_param(rq, "seq"));
    if (i == db_count(rows))
        return err_set(task_err(t), E_NOT_FOUND, "no such paper");
    return reply_blob(t, rq, re, db_str(rows, i, "sha256"), db_str(rows, i, "file_name"),
                      db_str_or(rows, i, "media_type", ""));
}

int http_result(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct dossier d;
    unsigned access;
    TRY(dossier_for(t, rq, &d, &access));
    const json_t *file = json_object_get(json_object_get(json_stored(t, d.state), "result"), "file");
    return reply_blob(t, rq, re, json_string_value(json_object_get(file, "sha256")),
                      json_string_value(json_object_get(file, "name")),
                      json_string_value(json_object_get(file, "type")));
}

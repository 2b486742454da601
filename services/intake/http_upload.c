/* http_upload.c — files on their way in, resumable: tus 1.0.0 (https://tus.io/protocols/resumable-upload)
 * with the creation and termination extensions. What arrived before a line broke is kept; the upload goes on
 * from there. A complete file is named by its content; its type is what its bytes say, and only types a
 * dossier may hold are kept. */
#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "blob.h"
#include "handlers.h"
#include "pb.h"
#include "text.h"

static const struct phrase NO_LENGTH = { "upload_length_required",
                                         "Thiếu Upload-Length: dung lượng tệp, tính bằng byte.",
                                         "Upload-Length is missing: the size of the file in bytes." };
static const struct phrase TOO_LARGE = { "file_too_large",
                                         "Tệp quá lớn: tối đa {} MB. Hãy nén hoặc tách tệp.",
                                         "The file is too large: at most {} MB. Compress or split it." };
static const struct phrase QUOTA = {
    "upload_quota_reached",
    "Các tệp đã tải lên mà chưa nộp sẽ vượt {}. Nộp hồ sơ dùng chúng, bỏ tệp tải dở, hoặc chờ vài ngày.",
    "Uploads that are not filed would pass {}. File their dossiers, drop unfinished ones, or wait some days."
};
static const struct phrase BAD_TYPE = {
    "file_type_not_allowed",
    "Loại tệp {} không được nhận. Dùng PDF, JPEG, PNG, TIFF, DOCX, XLSX, ODT hoặc văn bản.",
    "Files of type {} are not taken. Use PDF, JPEG, PNG, TIFF, DOCX, XLSX, ODT or text."
};
static const struct phrase NO_OFFSET = { "upload_offset_required",
                                         "Thiếu Upload-Offset: số byte máy chủ đã có.",
                                         "Upload-Offset is missing: how many bytes the server has." };
static const struct phrase BEYOND_LENGTH = { "beyond_length", "Dữ liệu vượt dung lượng đã khai ({} byte).",
                                             "More bytes than Upload-Length said ({})." };

static const char *const allowed_types[] = {
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "text/plain",
    "text/csv",
    "text/xml",
    "application/xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/zip",
    NULL,
};

static void set_tus_headers(struct http_reply *re)
{
    http_reply_header(re, "Tus-Resumable", "1.0.0");
}

static void set_number(struct task *t, struct http_reply *re, const char *name, uint64_t n)
{
    http_reply_header(re, name, talloc_asprintf(t, "%" PRIu64, n));
}

/* ---- creation ------------------------------------------------------------------------------------- */

/* Upload-Metadata: "filename <base64>,other <base64>". */
static const char *file_name_of(struct task *t, const struct http_request *rq)
{
    const char *header = http_header(rq, "Upload-Metadata"),
               *at = header ? strstr(header, "filename ") : NULL;
    size_t n;
    if (!at)
        return "tep";
    at += strlen("filename ");
    const uint8_t *bytes = crypt_unbase64(t, talloc_strndup(t, at, strcspn(at, ", ")), false, &n);
    const char *name = bytes ? text_line(t, talloc_strndup(t, (const char *)bytes, n)) : NULL;
    const char *slash = name ? strrchr(name, '/') : NULL;
    return name && *name ? text_cut(t, slash ? slash + 1 : name, 255) : "tep";
}

static int length_of(struct task *t, const struct http_request *rq, uint64_t *length)
{
    char limit[24], *end;
    const char *header = http_header(rq, "Upload-Length");
    uint64_t most = (uint64_t)config_of(t)->upload_max_bytes;
    if (!header)
        return err_say(task_err(t), E_INVALID, &NO_LENGTH, NULL);
    *length = strtoull(header, &end, 10);
    if (*header < '0' || *header > '9' || *end)
        return err_say(task_err(t), E_INVALID, &NO_LENGTH, NULL);
    snprintf(limit, sizeof limit, "%" PRIu64, most >> 20);
    return *length <= most ? 0 : err_say(task_err(t), E_TOO_LARGE, &TOO_LARGE, limit);
}

int http_upload_create(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    char id[ID_TEXT];
    bool fits;
    int64_t quota = config_of(t)->upload_quota_bytes;
    struct cause cause = rq->cause;
    struct upload u = { .id = id_new(), .owner = rq->actor->account_id, .file_name = file_name_of(t, rq) };
    TRY(length_of(t, rq, &u.length));
    id_format(&u.id, id);
    cause.status = 201;
    cause.answer = talloc_asprintf(t, "{\"id\":\"%s\"}", id);
    TRY(store_upload_create(t, &u, quota, &cause, &fits));
    if (!fits)
        return err_say(task_err(t), E_TOO_LARGE, &QUOTA, talloc_asprintf(t, "%" PRId64 " MB", quota >> 20));
    set_tus_headers(re);
    http_reply_header(re, "Location", talloc_asprintf(t, "/api/intake/uploads/%s", id));
    http_reply_text(re, 201, "application/json", cause.answer);
    return 0;
}

/* ---- going on ------------------------------------------------------------------------------------- */

static int load(struct task *t, const struct http_request *rq, struct upload *u)
{
    struct id id;
    bool found = false;
    if (id_parse(http_param(rq, "id"), &id))
        TRY(store_upload(t, &id, u, &found));
    if (found && strcmp(u->owner, rq->actor->account_id) == 0)
        return 0;
    return err_set(task_err(t), E_NOT_FOUND, "no such upload of this account");
}

static json_t *upload_json(struct task *t, const struct upload *u, uint64_t held)
{
    char id[ID_TEXT];
    id_format(&u->id, id);
    json_t *o = json_pack("{s:s, s:s, s:I, s:I, s:b}", "id", id, "file_name", u->file_name, "length",
                          (json_int_t)u->length, "offset", (json_int_t)held, "complete", u->is_complete);
    if (u->is_complete) {
        json_object_set_new(o, "sha256", json_string(crypt_hex(t, u->sha256, sizeof u->sha256)));
        json_object_set_new(o, "type", json_string(u->media_type));
    }
    return o;
}

/* Two may do this at once, whoever took the last bytes and whoever looks: the second finds no bytes any more.
 */
static int complete(struct task *t, const struct http_request *rq, struct upload *u)
{
    struct blob_info *info = talloc_zero(t, struct blob_info);
    int rc = blob_finish(t, &u->id, u->length, allowed_types, info);
    if (rc == E_CONFLICT) {
        err_clear(task_err(t));
        blob_discard(t, &u->id);
        return load(t, rq, u);
    }
    TRY(rc);
    if (!info->is_kept) {
        blob_discard(t, &u->id);
        TRY(store_upload_drop(t, &u->id));
        return err_say(task_err(t), E_INVALID, &BAD_TYPE, info->media_type);
    }
    memcpy(u->sha256, info->sha256, sizeof u->sha256);
    u->media_type = info->media_type;
    u->is_complete = true;
    TRY(store_upload_finish(t, u));
    blob_discard(t, &u->id);
    return 0;
}

/* The upload, and how much of it is here. Whoever took its last bytes may have died before he said so: then
 * it is finished now. */
static int look(struct task *t, const struct http_request *rq, struct upload *u, uint64_t *held)
{
    TRY(load(t, rq, u));
    *held = u->length;
    if (u->is_complete)
        return 0;
    TRY(blob_partial_size(t, &u->id, held));
    return *held > 0 && *held == u->length ? complete(t, rq, u) : 0;
}

static int append(struct task *t, const struct http_request *rq, struct upload *u, uint64_t *held)
{
    char length[24], *end;
    const char *header = http_header(rq, "Upload-Offset");
    uint64_t offset = header ? strtoull(header, &end, 10) : 0;
    if (!header || *end)
        return err_say(task_err(t), E_INVALID, &NO_OFFSET, NULL);
    snprintf(length, sizeof length, "%" PRIu64, u->length);
    if (offset + rq->body_size > u->length)
        return err_say(task_err(t), E_INVALID, &BEYOND_LENGTH, length);
    TRY(blob_append(t, &u->id, offset, rq->spool_fd, rq->body_size, held));
    return *held == u->length ? complete(t, rq, u) : 0;
}

int http_upload_append(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct upload u;
    uint64_t held;
    TRY(look(t, rq, &u, &held));
    if (!u.is_complete)
        TRY(append(t, rq, &u, &held));
    set_tus_headers(re);
    set_number(t, re, "Upload-Offset", held);
    http_reply_bytes(re, 204, NULL, "", 0);
    return 0;
}

/* HEAD asks for the headers, GET also for the words. */
int http_upload_get(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct upload u;
    uint64_t held;
    TRY(look(t, rq, &u, &held));
    set_tus_headers(re);
    set_number(t, re, "Upload-Offset", held);
    set_number(t, re, "Upload-Length", u.length);
    http_reply_json(re, 200, upload_json(t, &u, held));
    return 0;
}

int http_upload_drop(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct upload u;
    TRY(load(t, rq, &u));
    blob_discard(t, &u.id);
    TRY(store_upload_hide(t, &u));
    set_tus_headers(re);
    http_reply_bytes(re, 204, NULL, "", 0);
    return 0;
}

int http_upload_options(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    (void)rq;
    set_tus_headers(re);
    http_reply_header(re, "Tus-Version", "1.0.0");
    http_reply_header(re, "Tus-Extension", "creation,termination");
    set_number(t, re, "Tus-Max-Size", (uint64_t)config_of(t)->upload_max_bytes);
    http_reply_bytes(re, 204, NULL, "", 0);
    return 0;
}

/* inbound.c — see inbound.h. Fields are taken one after the other; the first that cannot be used is told. */
#include "inbound.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>

#include "crypt.h"
#include "json.h"
#include "pb.h"
#include "text.h"
#include "vn_id.h"

enum { NAME_MOST = 200, STREET_MOST = 500, SHORT_MOST = 40, EMAIL_MOST = 254, FILE_NAME_MOST = 255 };

/* ---- answers -------------------------------------------------------------------------------------- */

static const struct {
    int error_code;
    bool has_code; /* the message begins with MaHoSo */
    const char *text;
} verdicts[INBOUND_VERDICTS] = {
    [INBOUND_OK] = { 0, true, "create dossier success" },
    [INBOUND_DUPLICATE] = { 1, true, "duplicate refId" },
    [INBOUND_NO_DATA] = { -1, false, "Data empty" },
    [INBOUND_NO_TAX_CODE] = { -1, false, "MaSoThue empty" },
    [INBOUND_NO_OWNER] = { -1, false, "Can't get techId" },
    [INBOUND_NO_CODE] = { -1, false, "MaHoSo empty" },
    [INBOUND_NO_CONFIG] = { -1, true, "Can't parse server config" },
    [INBOUND_NO_PROCEDURE] = { -1, true, "Not found serviceInfo mapping with" },
    [INBOUND_NO_APPLICANT] = { -1, true, "Can't create applicant" },
    [INBOUND_WRONG] = { -1, true, "create dossier error" },
};

const char *inbound_words(enum inbound_verdict verdict)
{
    return verdicts[verdict].text;
}

char *inbound_reply(const void *ctx, enum inbound_verdict verdict, const char *national_code, const char *arg)
{
    bool has_code = verdicts[verdict].has_code && *national_code;
    const char *message =
        talloc_asprintf(ctx, "%s%s%s%s%s", has_code ? national_code : "", has_code ? "| " : "",
                        verdicts[verdict].text, *arg ? ": " : "", arg);
    return json_print(ctx, json_own(ctx, json_pack("{s:i, s:s}", "error_code", verdicts[verdict].error_code,
                                                   "message", message)));
}

/* ---- fields --------------------------------------------------------------------------------------- */

struct taking {
    const void *ctx;
    const char *wrong; /* the first field that cannot be used, or NULL */
};

static void is_wrong(struct taking *t, const char *field)
{
    if (!t->wrong)
        t->wrong = field;
}

/* Clean text of at most `most` characters; "" if it is missing. */
static char *take(struct taking *t, const json_t *object, const char *field, size_t most)
{
    const json_t *value = json_object_get(object, field);
    if (!value || json_is_null(value))
        return pb_text("");
    const char *text = json_string_value(value);
    char *clean = text ? text_clean(t->ctx, text) : NULL;
    if (clean && text_length(clean) <= most)
        return clean;
    is_wrong(t, field);
    return pb_text("");
}

static char *take_phone(struct taking *t, const json_t *data)
{
    char *digits = talloc_zero_array(t->ctx, char, 11), *text = take(t, data, "DienThoai", SHORT_MOST);
    return phone_normalise(text, digits) ? digits : text;
}

static void take_applicant(struct taking *t, const json_t *data, struct inbound *in)
{
    const json_t *place = json_object_get(data, "DiaChiDoanhNghiep");
    Motcua__Applicant *a = &in->applicant;
    a->kind = MOTCUA__OWNER_KIND__BUSINESS;
    a->name = take(t, data, "TenThuongNhan", NAME_MOST);
    a->phone = take_phone(t, data);
    a->email = take(t, data, "Email", EMAIL_MOST);
    a->address = take(t, place, "DiaChiChiTiet", STREET_MOST);
    in->ward = take(t, place, "MaXa", SHORT_MOST);
    in->district = take(t, place, "MaHuyen", SHORT_MOST);
    in->province = take(t, place, "MaTinh", SHORT_MOST);
}

/* ---- files ---------------------------------------------------------------------------------------- */

/* Base64 without the line breaks some encoders put in. */
static char *without_blanks(const void *ctx, const char *text)
{
    char *out = talloc_array(ctx, char, strlen(text) + 1), *to = out;
    for (; *text; text++)
        if (!isspace((unsigned char)*text))
            *to++ = *text;
    *to = '\0';
    return out;
}

static const char *base_name(const char *path)
{
    const char *base = path;
    for (; *path; path++)
        if (*path == '/' || *path == '\\')
            base = path + 1;
    return base;
}

/* A file without content is none. */
static void take_file(struct taking *t, const json_t *object, const char *name_field, const char *data_field,
                      size_t bytes_most, struct inbound *in)
{
    struct inbound_file *file = &in->files[in->files_count];
    const char *name = base_name(take(t, object, name_field, FILE_NAME_MOST));
    const char *base64 = json_string_value(json_object_get(object, data_field));
    if (!base64 || !*base64)
        return;
    char *packed = without_blanks(t->ctx, base64);
    file->data = crypt_unbase64(t->ctx, packed, false, &file->size);
    talloc_free(packed);
    file->name = *name ? name : data_field;
    if (!file->data || file->size == 0 || file->size > bytes_most)
        is_wrong(t, talloc_asprintf(t->ctx, "%s (%s)", data_field, file->name));
    in->files_count++;
}

static void take_files(struct taking *t, const json_t *data, size_t bytes_most, struct inbound *in)
{
    size_t i;
    json_t *item;
    const json_t *list = json_object_get(data, "TaiLieuNop");
    take_file(t, data, "TenTepDonDangKy", "TepDonDangKy", bytes_most, in);
    if (json_array_size(list) >= INBOUND_FILES_MOST ||
        (list && !json_is_null(list) && !json_is_array(list))) {
        is_wrong(t, "TaiLieuNop");
        return;
    }
    json_array_foreach (list, i, item)
        take_file(t, item, "TenTepDinhKem", "Base64", bytes_most, in);
}

static const char *without_files(const void *ctx, const json_t *data)
{
    json_t *rest = json_own(ctx, json_copy((json_t *)data));
    json_object_del(rest, "TepDonDangKy");
    json_object_del(rest, "TaiLieuNop");
    return json_print(ctx, rest);
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static enum inbound_verdict read_data(struct taking *t, const json_t *data, size_t file_bytes_most,
                                      struct inbound *in)
{
    if (json_object_size(data) == 0)
        return INBOUND_NO_DATA;
    in->applicant.tax_code = take(t, data, "MaSoThue", SHORT_MOST);
    if (!*in->applicant.tax_code)
        return t->wrong ? INBOUND_WRONG : INBOUND_NO_TAX_CODE;
    if (!tax_code_is_valid(in->applicant.tax_code))
        return INBOUND_NO_OWNER;
    in->national_code = take(t, data, "MaHoSo", INBOUND_CODE_MOST);
    if (!*in->national_code)
        return t->wrong ? INBOUND_WRONG : INBOUND_NO_CODE;
    in->procedure_code = take(t, data, "MaTTHC", SHORT_MOST);
    take_applicant(t, data, in);
    take_files(t, data, file_bytes_most, in);
    in->answers = without_files(t->ctx, data);
    return t->wrong ? INBOUND_WRONG : *in->applicant.name ? INBOUND_OK : INBOUND_NO_APPLICANT;
}

enum inbound_verdict inbound_read(const void *ctx, const char *body, size_t size, size_t file_bytes_most,
                                  struct inbound *in, const char **arg)
{
    json_t *root;
    struct err ignored = { 0 };
    struct taking t = { ctx, NULL };
    *in = (struct inbound){ .national_code = "", .procedure_code = "" };
    motcua__applicant__init(&in->applicant);
    *arg = "";
    if (json_parse(ctx, body, size, &root, &ignored) != 0)
        return INBOUND_NO_DATA;
    enum inbound_verdict verdict = read_data(&t, json_object_get(root, "data"), file_bytes_most, in);
    if (verdict == INBOUND_WRONG)
        *arg = t.wrong;
    return verdict;
}

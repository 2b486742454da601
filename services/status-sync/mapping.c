/* mapping.c — see mapping.h. Tables: our statuses, our moves in the portal's words, the fields of its two
 * records. A field is either a member of one of the messages, or a small function. */
#include "mapping.h"

#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "json.h"
#include "mapping_parts.h"
#include "text.h"

enum { SUMMARY_MOST = 1000, HANDLER_MOST = 50 };

/* ---- statuses and moves --------------------------------------------------------------------------- */

static const char *const statuses[] = {
    [MOTCUA__STATUS__STATUS_UNSPECIFIED] = NULL,
    [MOTCUA__STATUS__SUBMITTED] = "1",
    [MOTCUA__STATUS__ACCEPTED] = "2",
    [MOTCUA__STATUS__REFUSED_AT_COUNTER] = "3",
    [MOTCUA__STATUS__IN_PROGRESS] = "4",
    [MOTCUA__STATUS__SUPPLEMENT_ASKED] = "5",
    [MOTCUA__STATUS__PAYMENT_ASKED] = "6",
    [MOTCUA__STATUS__WITHDRAWAL_ASKED] = "7",
    [MOTCUA__STATUS__STOPPED] = "8",
    [MOTCUA__STATUS__FINISHED] = "9",
    [MOTCUA__STATUS__RETURNED] = "10",
};

const char *mapping_status(int status)
{
    return status >= 0 && (size_t)status < sizeof statuses / sizeof *statuses ? statuses[status] : NULL;
}

static const struct {
    const char *words;
    bool by_applicant; /* where no official is named */
} moves[] = {
    [MOTCUA__TRANSITION__TRANSITION_UNSPECIFIED] = { "Cập nhật hồ sơ", false },
    [MOTCUA__TRANSITION__SUBMIT] = { "Nộp hồ sơ trực tuyến", true },
    [MOTCUA__TRANSITION__RECEIVE] = { "Tiếp nhận hồ sơ", false },
    [MOTCUA__TRANSITION__ACCEPT] = { "Tiếp nhận hồ sơ", false },
    [MOTCUA__TRANSITION__REFUSE] = { "Từ chối tiếp nhận hồ sơ", false },
    [MOTCUA__TRANSITION__ASK_SUPPLEMENT] = { "Yêu cầu bổ sung giấy tờ", false },
    [MOTCUA__TRANSITION__SUPPLY] = { "Nộp giấy tờ bổ sung", true },
    [MOTCUA__TRANSITION__ACCEPT_SUPPLEMENT] = { "Tiếp nhận giấy tờ bổ sung", false },
    [MOTCUA__TRANSITION__SUPPLEMENT_EXPIRED] = { "Dừng xử lý do quá hạn bổ sung giấy tờ", false },
    [MOTCUA__TRANSITION__FORWARD] = { "Chuyển xử lý", false },
    [MOTCUA__TRANSITION__STEP] = { "Chuyển bước xử lý", false },
    [MOTCUA__TRANSITION__ASK_PAYMENT] = { "Yêu cầu thực hiện nghĩa vụ tài chính", false },
    [MOTCUA__TRANSITION__SETTLE_PAYMENT] = { "Đã thực hiện nghĩa vụ tài chính", true },
    [MOTCUA__TRANSITION__PAYMENT_EXPIRED] = { "Dừng xử lý do quá hạn thanh toán", false },
    [MOTCUA__TRANSITION__ASK_WITHDRAWAL] = { "Yêu cầu rút hồ sơ", true },
    [MOTCUA__TRANSITION__CONFIRM_WITHDRAWAL] = { "Đồng ý cho rút hồ sơ", false },
    [MOTCUA__TRANSITION__DECLINE_WITHDRAWAL] = { "Không đồng ý cho rút hồ sơ", false },
    [MOTCUA__TRANSITION__STOP] = { "Dừng xử lý hồ sơ", false },
    [MOTCUA__TRANSITION__SIGN_RESULT] = { "Đã ký kết quả", false },
    [MOTCUA__TRANSITION__HAND_OVER] = { "Đã trả kết quả", false },
    [MOTCUA__TRANSITION__REOPEN_RESULT] = { "Xử lý lại kết quả", false },
    [MOTCUA__TRANSITION__REAPPOINT] = { "Xin lỗi và hẹn lại ngày trả kết quả", false },
};
static const char system_name[] = "Hệ thống thông tin một cửa điện tử";

/* A move this program does not know yet is still a move. */
static size_t row_of_move(const Motcua__DossierProgressed *m)
{
    return (size_t)m->transition < sizeof moves / sizeof *moves ? (size_t)m->transition : 0;
}

const Motcua__DossierProgressed *mapping_state(const struct facts *f)
{
    for (size_t i = f->moves_count; i > 0; i--)
        if (mapping_status(f->moves[i - 1]->status))
            return f->moves[i - 1];
    return NULL;
}

const char *mapping_code(const struct facts *f)
{
    return *f->submitted->national_code ? f->submitted->national_code : f->submitted->code;
}

/* ---- values --------------------------------------------------------------------------------------- */

const char *portal_text(const void *ctx, const char *text, size_t most)
{
    const char *clean = text ? text_clean(ctx, text) : NULL;
    if (!clean)
        return "";
    return most > 0 ? text_cut(ctx, clean, most) : clean;
}

const char *portal_time(const void *ctx, int64_t ms)
{
    return civil_format(ms, CIVIL_COMPACT, talloc_array(ctx, char, CIVIL_TEXT));
}

bool has_file(const Motcua__Paper *p)
{
    return p->sha256.len > 0;
}

bool was_filed_on_paper(const struct facts *f)
{
    return f->submitted->channel == MOTCUA__CHANNEL__COUNTER ||
           f->submitted->channel == MOTCUA__CHANNEL__POST;
}

struct view { /* what a field is made of; for the record, move is its state */
    const void *ctx;
    const struct facts *facts;
    const Motcua__Applicant *owner;
    const Motcua__DossierProgressed *move;
};

static const char *first_of(const char *a, const char *b)
{
    return a && *a ? a : b;
}

static const char *code(const struct view *v)
{
    return mapping_code(v->facts);
}

static const char *status(const struct view *v)
{
    return mapping_status(v->move->status);
}

static const char *channel(const struct view *v)
{
    static const char *const channels[] = { "", "1", "2", "3" };
    int channel = v->facts->submitted->channel;
    return channels[channel >= 0 && channel < 4 ? channel : 0];
}

static const char *owner_kind(const struct view *v)
{
    static const char *const kinds[] = { "1", "1", "2", "3", "4" };
    int kind = v->owner->kind;
    return kinds[kind >= 0 && kind < 5 ? kind : 0];
}

static const char *owner_paper(const struct view *v)
{
    return first_of(v->owner->id_number, v->owner->tax_code);
}

static const char *summary(const struct view *v)
{
    return first_of(v->facts->submitted->summary, v->facts->procedure_name);
}

static const char *refused_at(const struct view *v)
{
    return portal_time(v->ctx, v->move->status == MOTCUA__STATUS__REFUSED_AT_COUNTER ? v->move->at_ms : 0);
}

static const char *result_form(const struct view *v)
{
    return v->facts->submitted->result_by_post ? "1" : "0";
}

static const char *handling_unit(const struct view *v)
{
    return first_of(v->move->handling_unit_name, first_of(v->move->unit_name, v->facts->unit_name));
}

static const char *filed_where(const struct view *v)
{
    return *v->facts->submitted->national_code ? "1" : "2";
}

static const char *is_digitised(const struct view *v)
{
    const Motcua__DossierSubmitted *m = v->facts->submitted;
    for (size_t i = 0; was_filed_on_paper(v->facts) && i < m->n_papers; i++)
        if (has_file(m->papers[i]))
            return "1";
    return "0";
}

/* 1 the national payment platform, 2 our own gateway, 3 another way or not at all */
static const char *paid_online(const struct view *v)
{
    for (size_t i = 0; i < v->facts->payments_count; i++)
        if (v->facts->payments[i]->method == MOTCUA__PAYMENT_METHOD__GATEWAY)
            return "2";
    return "3";
}

static const char *no(const struct view *v)
{
    (void)v;
    return "0";
}

static const char *handler(const struct view *v)
{
    if (v->move->by && *v->move->by->name)
        return v->move->by->name;
    return moves[row_of_move(v->move)].by_applicant ? v->owner->name : system_name;
}

static const char *handler_title(const struct view *v)
{
    return v->move->by ? v->move->by->title : "";
}

static const char *department(const struct view *v)
{
    return first_of(v->move->by ? v->move->by->department : "", handling_unit(v));
}

static const char *what_was_done(const struct view *v)
{
    char *text = talloc_strdup(v->ctx, moves[row_of_move(v->move)].words);
    if (*v->move->step_name)
        text = talloc_asprintf_append_buffer(text, " – %s", v->move->step_name);
    if (*v->move->note)
        text = talloc_asprintf_append_buffer(text, ": %s", v->move->note);
    return text;
}

static const char *step_due_at(const struct view *v)
{
    return portal_time(v->ctx, v->move->step_due_at_ms ? v->move->step_due_at_ms : v->move->due_at_ms);
}

/* ---- fields --------------------------------------------------------------------------------------- */

enum source { NOTHING, COMPUTED, OWNER_TEXT, FILED_TEXT, FACT_TEXT, MOVE_TEXT, FILED_TIME, MOVE_TIME };

struct field {
    const char *name;
    enum source source;
    size_t offset;
    const char *(*value)(const struct view *v);
    size_t most;
};
#define FROM_OWNER(member) OWNER_TEXT, offsetof(Motcua__Applicant, member), NULL, 0
#define FROM_FILED(member) FILED_TEXT, offsetof(Motcua__DossierSubmitted, member), NULL, 0
#define FROM_FACTS(member) FACT_TEXT, offsetof(struct facts, member), NULL, 0
#define FROM_MOVE(member)  MOVE_TEXT, offsetof(Motcua__DossierProgressed, member), NULL, 0
#define WHEN_FILED(member) FILED_TIME, offsetof(Motcua__DossierSubmitted, member), NULL, 0
#define WHEN_MOVED(member) MOVE_TIME, offsetof(Motcua__DossierProgressed, member), NULL, 0
#define BY(function)       COMPUTED, 0, function, 0

static const struct field record_fields[] = {
    { "MaHoSo", BY(code) },
    { "MaTTHC", FROM_FILED(procedure_code) },
    { "TenTTHC", FROM_FACTS(procedure_name) },
    { "MaLinhVuc", FROM_FACTS(field_code) },
    { "TenLinhVuc", FROM_FACTS(field_name) },
    { "KenhThucHien", BY(channel) },
    { "ChuHoSo", FROM_OWNER(name) },
    { "LoaiDoiTuong", BY(owner_kind) },
    { "MaDoiTuong", FROM_FACTS(owner_ref) },
    { "SoGiayToChuHoSo", BY(owner_paper) },
    { "ThongTinKhac", NOTHING, 0, NULL, 0 },
    { "Email", FROM_OWNER(email) },
    { "Fax", NOTHING, 0, NULL, 0 },
    { "SoDienThoai", FROM_OWNER(phone) },
    { "TrichYeuHoSo", COMPUTED, 0, summary, SUMMARY_MOST },
    { "SoBienNhan", FROM_FILED(code) },
    { "NgayNopHoSo", WHEN_FILED(filed_at_ms) },
    { "NgayTiepNhan", WHEN_MOVED(accepted_at_ms) },
    { "NgayHenTra", WHEN_MOVED(due_at_ms) },
    { "NgayTuChoi", BY(refused_at) },
    { "NgayKetThucXuLy", WHEN_MOVED(finished_at_ms) },
    { "NgayTra", WHEN_MOVED(returned_at_ms) },
    { "ThongTinTra", FROM_MOVE(received_by) },
    { "TrangThaiHoSo", BY(status) },
    { "HinhThuc", BY(result_form) },
    { "DonViXuLy", BY(handling_unit) },
    { "GhiChu", FROM_MOVE(note) },
    { "NoiNopHoSo", BY(filed_where) },
    { "HoSoCoThanhPhanSoHoa", BY(is_digitised) },
    { "TaiKhoanDuocXacThucVoiVNeID", BY(no) },
    { "DuocThanhToanTrucTuyen", BY(paid_online) },
};

static const struct field line_fields[] = {
    { "MaHoSo", BY(code) },
    { "NguoiXuLy", COMPUTED, 0, handler, HANDLER_MOST },
    { "ChucDanh", BY(handler_title) },
    { "ThoiDiemXuLy", WHEN_MOVED(at_ms) },
    { "PhongBanXuLy", BY(department) },
    { "NoiDungXuLy", BY(what_was_done) },
    { "TrangThai", BY(status) },
    { "NgayBatDau", WHEN_MOVED(step_started_at_ms) },
    { "NgayKetThucTheoQuyDinh", BY(step_due_at) },
};

static const void *base_of(enum source source, const struct view *v)
{
    switch (source) {
    case OWNER_TEXT: return v->owner;
    case FILED_TEXT:
    case FILED_TIME: return v->facts->submitted;
    case FACT_TEXT: return v->facts;
    case MOVE_TEXT:
    case MOVE_TIME: return v->move;
    default: return NULL;
    }
}

static const char *value_of(const struct field *field, const struct view *v)
{
    const char *member = base_of(field->source, v);
    if (field->source == COMPUTED)
        return field->value(v);
    if (!member)
        return "";
    if (field->source == FILED_TIME || field->source == MOVE_TIME)
        return portal_time(v->ctx, *(const int64_t *)(const void *)(member + field->offset));
    return *(const char *const *)(const void *)(member + field->offset);
}

static json_t *object_of(const struct field *fields, size_t n, const struct view *v)
{
    json_t *o = json_object();
    for (size_t i = 0; i < n; i++)
        json_object_set_new(o, fields[i].name,
                            json_string(portal_text(v->ctx, value_of(&fields[i], v), fields[i].most)));
    return o;
}

static struct view view_of(const void *ctx, const struct facts *f, const Motcua__DossierProgressed *move)
{
    static const Motcua__Applicant nobody = MOTCUA__APPLICANT__INIT;
    return (struct view){ ctx, f, f->submitted->applicant ? f->submitted->applicant : &nobody, move };
}

json_t *mapping_record(const void *ctx, const struct facts *f)
{
    const struct view v = view_of(ctx, f, mapping_state(f));
    json_t *record = object_of(record_fields, sizeof record_fields / sizeof *record_fields, &v);
    put_lists(ctx, f, record);
    return record;
}

void mapping_digest(const void *ctx, const json_t *record, uint8_t out[SHA256_BYTES])
{
    const char *text = json_print(ctx, record);
    crypt_sha256(text, strlen(text), out);
}

json_t *mapping_line(const void *ctx, const struct facts *f, const Motcua__DossierProgressed *move)
{
    const struct view v = view_of(ctx, f, move);
    return object_of(line_fields, sizeof line_fields / sizeof *line_fields, &v);
}

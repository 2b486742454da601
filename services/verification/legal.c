/* legal.c — see legal.h. A form is a table of its fields, a table of papers if it has one, closing words and
 * who signs; what a field says is a small function of the facts. */
#include "legal.h"

#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "text.h"

#define IN(kind) (1u << FORM_##kind)
#define LETTERS  (IN(RECEIPT) | IN(SUPPLEMENT) | IN(REFUSAL))

typedef const char *value_fn(const void *ctx, const struct legal *l);

/* ---- what fields say ------------------------------------------------------------------------------- */

const char *legal_time(const void *ctx, int64_t ms)
{
    char text[CIVIL_TEXT];
    return talloc_strdup(ctx, civil_format(ms, CIVIL_PEOPLE, text));
}

static const char *applicant_name(const void *ctx, const struct legal *l)
{
    (void)ctx;
    return l->applicant->name;
}

static const char *applicant_number(const void *ctx, const struct legal *l)
{
    (void)ctx;
    return *l->applicant->id_number ? l->applicant->id_number : l->applicant->tax_code;
}

static const char *applicant_address(const void *ctx, const struct legal *l)
{
    (void)ctx;
    return l->applicant->address;
}

static const char *applicant_phone(const void *ctx, const struct legal *l)
{
    (void)ctx;
    return l->applicant->phone;
}

static const char *applicant_email(const void *ctx, const struct legal *l)
{
    (void)ctx;
    return l->applicant->email;
}

static const char *procedure_name(const void *ctx, const struct legal *l)
{
    (void)ctx;
    return l->procedure->name;
}

static const char *content(const void *ctx, const struct legal *l)
{
    (void)ctx;
    return l->c->summary;
}

static const char *channel(const void *ctx, const struct legal *l)
{
    static const char *const names[] = { "", "Trực tiếp", "Trực tuyến", "Bưu chính công ích" };
    (void)ctx;
    return l->c->channel >= 1 && l->c->channel <= 3 ? names[l->c->channel] : "";
}

static const char *time_limit(const void *ctx, const struct legal *l)
{
    static const char *const units[] = { [MOTCUA__LIMIT_UNIT__WORKING_DAYS] = "ngày làm việc",
                                         [MOTCUA__LIMIT_UNIT__CALENDAR_DAYS] = "ngày",
                                         [MOTCUA__LIMIT_UNIT__HOURS] = "giờ làm việc",
                                         [MOTCUA__LIMIT_UNIT__MONTHS] = "tháng" };
    const Motcua__ProcedurePublished *p = l->procedure;
    if (p->limit > 0 && p->limit_unit >= MOTCUA__LIMIT_UNIT__WORKING_DAYS &&
        p->limit_unit <= MOTCUA__LIMIT_UNIT__MONTHS)
        return talloc_asprintf(ctx, "%02u %s", p->limit, units[p->limit_unit]);
    return *p->limit_text ? p->limit_text : p->is_immediate ? "Trong ngày" : "";
}

static const char *received(const void *ctx, const struct legal *l)
{
    return legal_time(ctx, l->at_ms);
}

static const char *accepted(const void *ctx, const struct legal *l)
{
    return legal_time(ctx, l->c->accepted_at);
}

static const char *due(const void *ctx, const struct legal *l)
{
    return legal_time(ctx, l->due_at);
}

static const char *due_before(const void *ctx, const struct legal *l)
{
    return legal_time(ctx, l->due_before);
}

static const char *given_where(const void *ctx, const struct legal *l)
{
    if (l->c->result_by_post)
        return "Gửi qua dịch vụ bưu chính công ích";
    return *l->counter_address ? talloc_asprintf(ctx, "%s, %s", l->counter_name, l->counter_address)
                               : l->counter_name;
}

static const char *book(const void *ctx, const struct legal *l)
{
    return talloc_asprintf(ctx, "Quyển số %d, số thứ tự %lld", l->year, (long long)l->no);
}

static const char *handled_by(const void *ctx, const struct legal *l)
{
    (void)ctx;
    return l->handling_name;
}

static const char *reason(const void *ctx, const struct legal *l)
{
    (void)ctx;
    return l->reason;
}

/* ---- the forms as tables --------------------------------------------------------------------------- */

enum when { BEFORE_PAPERS, AFTER_PAPERS };

static const struct field {
    unsigned forms;
    enum when when;
    unsigned style;
    const char *label;
    value_fn *value;
} fields[] = {
    { IN(RECEIPT), BEFORE_PAPERS, SHEET_BOLD, "Tiếp nhận hồ sơ của", applicant_name },
    { IN(SUPPLEMENT) | IN(REFUSAL), BEFORE_PAPERS, SHEET_BOLD, "Hồ sơ của", applicant_name },
    { IN(APOLOGY), BEFORE_PAPERS, SHEET_BOLD, "Kính gửi", applicant_name },
    { LETTERS, BEFORE_PAPERS, SHEET_HALF, "Số định danh/MST", applicant_number },
    { LETTERS, BEFORE_PAPERS, SHEET_HALF, "Hình thức nộp", channel },
    { LETTERS, BEFORE_PAPERS, 0, "Địa chỉ", applicant_address },
    { LETTERS, BEFORE_PAPERS, SHEET_HALF, "Số điện thoại", applicant_phone },
    { LETTERS, BEFORE_PAPERS, SHEET_HALF, "Email", applicant_email },
    { LETTERS | IN(CONTROL) | IN(APOLOGY), BEFORE_PAPERS, 0, "Thủ tục hành chính", procedure_name },
    { LETTERS, BEFORE_PAPERS, 0, "Nội dung yêu cầu giải quyết", content },
    { IN(RECEIPT), AFTER_PAPERS, SHEET_HALF, "Số lượng hồ sơ", NULL },
    { IN(RECEIPT), AFTER_PAPERS, SHEET_HALF, "Thời hạn giải quyết", time_limit },
    { IN(RECEIPT), AFTER_PAPERS, 0, "Thời gian nhận hồ sơ", received },
    { IN(RECEIPT), AFTER_PAPERS, SHEET_BOLD, "Thời gian trả kết quả giải quyết hồ sơ", due },
    { IN(RECEIPT), AFTER_PAPERS, 0, "Nơi trả kết quả", given_where },
    { IN(RECEIPT), AFTER_PAPERS, 0, "Vào Sổ theo dõi hồ sơ", book },
    { IN(SUPPLEMENT), AFTER_PAPERS, 0, "Lý do", reason },
    { IN(APOLOGY), BEFORE_PAPERS, SHEET_HALF, "Ngày tiếp nhận", accepted },
    { IN(APOLOGY), BEFORE_PAPERS, SHEET_HALF, "Ngày hẹn trả", due_before },
    { IN(CONTROL), BEFORE_PAPERS, 0, "Cơ quan giải quyết hồ sơ", handled_by },
    { IN(CONTROL), BEFORE_PAPERS, SHEET_HALF, "Thời gian nhận", accepted },
    { IN(CONTROL), BEFORE_PAPERS, SHEET_HALF, "Hẹn trả kết quả", due },
};

static void put_fields(struct sheet *s, const struct legal *l, enum when when)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if ((fields[i].forms & (1u << l->kind)) && fields[i].when == when)
            sheet_field(s, fields[i].style, fields[i].label,
                        fields[i].value ? fields[i].value(s, l) : "01 bộ");
}

/* ---- papers ----------------------------------------------------------------------------------------- */

static const char *number(const void *ctx, int64_t n)
{
    return n > 0 ? talloc_asprintf(ctx, "%lld", (long long)n) : "";
}

/* The procedure says how many of each are wanted. */
static const Motcua__Component *component(const struct legal *l, const char *wanted)
{
    for (size_t i = 0; i < l->procedure->n_components; i++)
        if (*wanted && strcmp(l->procedure->components[i]->code, wanted) == 0)
            return l->procedure->components[i];
    return NULL;
}

static void put_asked(struct sheet *s, const struct legal *l)
{
    static const struct sheet_column columns[] = { { "TT", 2, SHEET_CENTRE },
                                                   { "Tên giấy tờ", 9, 0 },
                                                   { "Bản chính", 3, SHEET_CENTRE },
                                                   { "Bản sao", 3, SHEET_CENTRE },
                                                   { "Nội dung cần bổ sung", 8, 0 } };
    sheet_text(s, 0, "Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:");
    sheet_table(s, columns, 5);
    for (size_t i = 0; i < l->asked_count; i++) {
        const Motcua__AskedPaper *p = l->asked[i];
        const Motcua__Component *c = component(l, p->component_code);
        sheet_row(s, (const char *[]){ number(s, (int64_t)i + 1), p->name, number(s, c ? c->originals : 0),
                                       number(s, c ? c->copies : 0), p->reason });
    }
}

/* ---- closing words ---------------------------------------------------------------------------------- */

static void put_help(struct sheet *s, const struct legal *l)
{
    const char *by = *l->by_name ? l->by_name : "bộ phận tiếp nhận";
    const char *phone = *l->unit_phone ? talloc_asprintf(s, ", số điện thoại %s,", l->unit_phone) : "";
    const char *portal = *l->head.portal ? talloc_asprintf(s, " hoặc truy cập %s", l->head.portal) : "";
    sheet_text(s, 0,
               talloc_asprintf(s,
                               "Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc, Ông/Bà liên hệ với %s"
                               " tại %s%s%s để được hướng dẫn.",
                               by, l->unit_name, phone, portal));
}

static void put_refusal(struct sheet *s, const struct legal *l)
{
    sheet_text(s, 0,
               talloc_asprintf(s, "Qua xem xét, %s thông báo không %s hồ sơ này với lý do cụ thể như sau:",
                               l->unit_name, l->is_stop ? "giải quyết" : "tiếp nhận"));
    sheet_text(s, SHEET_BOLD, l->reason);
    sheet_text(s, 0, "Xin thông báo cho Ông/Bà được biết và thực hiện.");
}

static void put_apology(struct sheet *s, const struct legal *l)
{
    char old_date[CIVIL_TEXT];
    civil_format(l->due_before, CIVIL_PEOPLE_DATE, old_date);
    sheet_text(s, 0,
               talloc_asprintf(s,
                               "Tuy nhiên, %s không trả được kết quả giải quyết hồ sơ vào ngày %s như đã ghi"
                               " trong Giấy tiếp nhận hồ sơ và hẹn trả kết quả.",
                               l->unit_name, old_date));
    sheet_field(s, 0, "Lý do", l->reason);
    sheet_text(s, 0,
               talloc_asprintf(s, "%s xin lỗi Ông/Bà và sẽ trả kết quả giải quyết hồ sơ:", l->unit_name));
    sheet_field(s, SHEET_BOLD, "Thời gian hẹn trả mới", legal_time(s, l->due_at));
    sheet_field(s, 0, "Nơi trả kết quả", given_where(s, l));
    sheet_text(
        s, 0,
        "Sự chậm trễ này đã gây phiền hà, tốn kém chi phí, công sức của Ông/Bà; mong nhận được sự thông"
        " cảm của Ông/Bà.");
}

static void put_middle(struct sheet *s, const struct legal *l)
{
    switch (l->kind) {
    case FORM_RECEIPT:
        sheet_text(s, 0, "Thành phần hồ sơ nộp gồm:");
        sheet_papers(s, l->papers, l->papers_count);
        break;
    case FORM_SUPPLEMENT: put_asked(s, l); break;
    case FORM_REFUSAL: put_refusal(s, l); break;
    case FORM_APOLOGY: put_apology(s, l); break;
    case FORM_CONTROL: legal_hand_overs(s, l); break;
    default: break;
    }
}

/* ---- who signs -------------------------------------------------------------------------------------- */

static const struct {
    const char *title, *left, *right;
} forms[] = {
    [FORM_RECEIPT] = { "GIẤY TIẾP NHẬN HỒ SƠ\nVÀ HẸN TRẢ KẾT QUẢ", "NGƯỜI NỘP HỒ SƠ",
                       "NGƯỜI TIẾP NHẬN HỒ SƠ" },
    [FORM_SUPPLEMENT] = { "PHIẾU YÊU CẦU BỔ SUNG,\nHOÀN THIỆN HỒ SƠ", "", "NGƯỜI HƯỚNG DẪN" },
    [FORM_REFUSAL] = { "PHIẾU TỪ CHỐI TIẾP NHẬN,\nGIẢI QUYẾT HỒ SƠ", "", "NGƯỜI THÔNG BÁO" },
    [FORM_APOLOGY] = { "PHIẾU XIN LỖI VÀ HẸN LẠI\nNGÀY TRẢ KẾT QUẢ", "", "THỦ TRƯỞNG CƠ QUAN" },
    [FORM_CONTROL] = { "PHIẾU KIỂM SOÁT QUÁ TRÌNH\nGIẢI QUYẾT HỒ SƠ", "", "" },
};

static void put_signatures(struct sheet *s, const struct legal *l)
{
    const char *right = forms[l->kind].right;
    if (l->kind == FORM_REFUSAL && l->is_stop && *l->by_title)
        right = text_capitals(s, l->by_title); /* refused by the authority, not at the counter */
    if (*right)
        sheet_signatures(s, (const char *[]){ forms[l->kind].left, right },
                         (const char *[]){ "", l->by_name }, 2);
}

/* What was not filed has no code: it leads to the procedure. */
static void put_code(struct sheet *s, const struct legal *l)
{
    bool is_filed = *l->c->code;
    const char *code = is_filed ? l->c->code : l->procedure->code;
    const char *page = is_filed ? "tra-cuu#" : "thu-tuc?code=";
    s->subtitle = s->foot = talloc_asprintf(s, "Mã %s: %s", is_filed ? "hồ sơ" : "thủ tục", code);
    s->qr = *l->head.portal ? talloc_asprintf(s, "%s/%s%s", l->head.portal, page, code) : code;
}

struct sheet *legal_sheet(const void *ctx, const struct legal *l)
{
    char no[FORM_NUMBER_TEXT];
    struct sheet *s = sheet_new(ctx, SHEET_A5);
    sheet_issued(s, l->head.agency, l->unit_name, l->head.place, l->at_ms);
    s->title = forms[l->kind].title;
    put_code(s, l);
    if (l->no > 0)
        s->number = talloc_asprintf(s, "Số: %s", form_number(l->kind, l->year, l->no, no));
    else if (l->kind != FORM_CONTROL)
        s->number = "BẢN XEM TRƯỚC";
    put_fields(s, l, BEFORE_PAPERS);
    put_middle(s, l);
    put_fields(s, l, AFTER_PAPERS);
    if (l->kind == FORM_SUPPLEMENT)
        put_help(s, l);
    put_signatures(s, l);
    return s;
}

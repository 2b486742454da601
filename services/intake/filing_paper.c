/* filing_paper.c — see filing_paper.h. */
#include "filing_paper.h"

#include <talloc.h>

#include "civil.h"

struct sheet *filing_paper(const void *ctx, const struct filing_facts *f)
{
    char at[CIVIL_TEXT];
    struct sheet *s = sheet_new(ctx, SHEET_A5);
    sheet_issued(s, "", f->unit_name, "", f->filed_at_ms);
    s->title = "GIẤY BIÊN NHẬN\nNỘP HỒ SƠ";
    s->subtitle = s->foot = talloc_asprintf(s, "Mã hồ sơ: %s", f->code);
    s->qr = f->qr_text;
    sheet_field(s, SHEET_BOLD, "Người nộp hồ sơ", f->name);
    sheet_field(s, SHEET_HALF, "Số định danh/MST", f->id_number);
    sheet_field(s, SHEET_HALF, "Số điện thoại", f->phone);
    sheet_field(s, 0, "Địa chỉ", f->address);
    sheet_field(s, 0, "Thủ tục hành chính", f->procedure_name);
    sheet_field(s, 0, "Nội dung yêu cầu giải quyết", f->summary);
    sheet_field(s, 0, "Nơi nhận hồ sơ", f->unit_name);
    civil_format(f->filed_at_ms, CIVIL_PEOPLE, at);
    sheet_field(s, SHEET_BOLD, "Thời gian nộp", talloc_strdup(s, at));
    sheet_text(s, 0, "Thành phần hồ sơ nộp gồm:");
    sheet_papers(s, f->papers, f->papers_count);
    sheet_text(
        s, SHEET_ITALIC,
        "Hệ thống đã nhận hồ sơ và ký số biên nhận này: quét mã QR để kiểm tra. Thời hạn giải quyết tính"
        " từ khi hồ sơ được tiếp nhận, ghi trong Giấy tiếp nhận hồ sơ và hẹn trả kết quả.");
    return s;
}

/* receipt_paper.c — see receipt_paper.h. */
#include "receipt_paper.h"

#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "money.h"

static const char *method_words(const char *method)
{
    static const char *const words[][2] = { { "gateway", "Thanh toán trực tuyến" },
                                            { "transfer", "Chuyển khoản" },
                                            { "cash", "Tiền mặt" } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], method) == 0)
            return words[i][1];
    return "";
}

/* "30.000": the column says what of. */
static const char *figures(const void *ctx, int64_t dong)
{
    const char *text = money_format(ctx, dong);
    return talloc_strndup(ctx, text, strcspn(text, " "));
}

static void put_lines(struct sheet *s, const struct invoice *v)
{
    static const struct sheet_column columns[] = { { "TT", 2, SHEET_CENTRE },
                                                   { "Nội dung thu", 12, 0 },
                                                   { "Loại", 4, SHEET_CENTRE },
                                                   { "Số tiền (đồng)", 5, SHEET_CENTRE } };
    sheet_table(s, columns, 4);
    for (size_t i = 0; i < v->lines_count; i++)
        sheet_row(s, (const char *[]){ talloc_asprintf(s, "%zu", i + 1), v->lines[i]->name,
                                       v->lines[i]->kind == MOTCUA__FEE_KIND__PHI ? "Phí" : "Lệ phí",
                                       figures(s, v->lines[i]->amount_dong) });
}

static void put_sums(struct sheet *s, const struct invoice *v)
{
    sheet_field(s, SHEET_HALF, "Phí", money_format(s, invoice_sum(v, MOTCUA__FEE_KIND__PHI)));
    sheet_field(s, SHEET_HALF, "Lệ phí", money_format(s, invoice_sum(v, MOTCUA__FEE_KIND__LE_PHI)));
    sheet_field(s, SHEET_BOLD, "Tổng số tiền", money_format(s, v->total_dong));
    sheet_field(s, SHEET_BOLD | SHEET_ITALIC, "Viết bằng chữ", money_words(s, v->total_dong));
}

struct sheet *receipt_paper(const void *ctx, const struct receipt_facts *f)
{
    char at[CIVIL_TEXT];
    const struct invoice *v = f->invoice;
    struct sheet *s = sheet_new(ctx, SHEET_A5);
    sheet_issued(s, f->agency, v->unit_name, f->place, f->issued_at_ms);
    s->title = "BIÊN LAI\nTHU PHÍ, LỆ PHÍ";
    s->number = talloc_asprintf(s, "Quyển số: %d - Số: %06lld", f->year, (long long)f->no);
    s->subtitle = v->status == INVOICE_REFUNDED ? "Đã hoàn trả" : "";
    s->foot = talloc_asprintf(s, "Mã hồ sơ: %s", v->code);
    s->qr = *f->portal ? talloc_asprintf(s, "%s/tra-cuu#%s", f->portal, v->code) : talloc_strdup(s, v->code);
    sheet_field(s, 0, "Đơn vị thu", v->unit_name);
    sheet_field(s, 0, "Mã số thuế", "");
    sheet_field(s, SHEET_BOLD, "Người nộp", v->payer_name);
    sheet_field(s, 0, "Mã hồ sơ", v->code);
    sheet_field(s, 0, "Thủ tục hành chính", v->procedure_name);
    put_lines(s, v);
    put_sums(s, v);
    sheet_field(s, SHEET_HALF, "Hình thức", method_words(f->method));
    civil_format(f->issued_at_ms, CIVIL_PEOPLE, at);
    sheet_field(s, SHEET_HALF, "Thời gian", talloc_strdup(s, at));
    if (*f->ref)
        sheet_field(s, 0, "Mã giao dịch", f->ref);
    sheet_signatures(s, (const char *[]){ "NGƯỜI NỘP TIỀN", "NGƯỜI THU TIỀN" }, (const char *[]){ "", "" },
                     2);
    return s;
}

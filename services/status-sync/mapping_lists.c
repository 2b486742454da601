/* mapping_lists.c — the lists of the portal's dossier record, see mapping.h. Papers, fees and requests for
 * papers are lists of their own messages; each becomes rows here. */
#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "mapping_parts.h"

enum { FILE_NAME_MOST = 4000, PAPER_NAME_MOST = 2000, CITIZEN_NUMBER_DIGITS = 12 };

/* {name: text, …}, NULL. Texts are made fit for the portal. */
static json_t *row(const void *ctx, ...)
{
    va_list args;
    json_t *o = json_object();
    va_start(args, ctx);
    for (const char *name; (name = va_arg(args, const char *));)
        json_object_set_new(o, name, json_string(portal_text(ctx, va_arg(args, const char *), 0)));
    va_end(args);
    return o;
}

static const char *number(const void *ctx, int64_t n)
{
    return talloc_asprintf(ctx, "%" PRId64, n);
}

/* Where something of the dossier is fetched from. */
static const char *dossier_url(const void *ctx, const struct facts *f, const char *what)
{
    return talloc_asprintf(ctx, "%s/api/intake/dossiers/%s/%s", f->public_url, f->submitted->code, what);
}

/* ---- papers --------------------------------------------------------------------------------------- */

struct papers { /* walks the papers as filed, then those of each supplement */
    const struct facts *f;
    size_t batch, i; /* of the next one; batch 0: as filed */
    size_t seq;      /* of the last one, as intake numbers them */
};

static const Motcua__Paper *next_paper(struct papers *p)
{
    for (; p->batch <= p->f->supplements_count; p->batch++, p->i = 0) {
        const Motcua__DossierSupplemented *s = p->batch > 0 ? p->f->supplements[p->batch - 1] : NULL;
        if (p->i < (s ? s->n_papers : p->f->submitted->n_papers)) {
            p->seq++;
            return (s ? s->papers : p->f->submitted->papers)[p->i++];
        }
    }
    return NULL;
}

static json_t *file_row(const void *ctx, const struct facts *f, const struct papers *at,
                        const Motcua__Paper *p)
{
    bool is_scan = at->batch == 0 && was_filed_on_paper(f);
    const char *url = dossier_url(ctx, f, talloc_asprintf(ctx, "papers/%zu", at->seq));
    return row(ctx, "TepDinhKemId", number(ctx, (int64_t)at->seq), "TenTepDinhKem",
               portal_text(ctx, *p->file_name ? p->file_name : p->name, FILE_NAME_MOST), "IsDeleted", "False",
               "MaThanhPhanHoSo", p->component_code, "DuongDanTaiTepTin", url, "DuocSoHoa",
               is_scan ? "1" : "0", "DuocTaiSuDung", "0", "DuocLayTuKhoDMQG", "0", "MaKetQuaThayThe", "",
               NULL);
}

static json_t *files(const void *ctx, const struct facts *f)
{
    json_t *list = json_array();
    struct papers at = { .f = f };
    for (const Motcua__Paper *p; (p = next_paper(&at));)
        if (has_file(p))
            json_array_append_new(list, file_row(ctx, f, &at, p));
    return list;
}

/* kind: 0 originals, 1 copies (as LoaiBan of the later protocol; this one never says) */
static void add_sheets(const void *ctx, json_t *list, const Motcua__Paper *p, uint32_t count,
                       const char *kind)
{
    if (count > 0)
        json_array_append_new(list, row(ctx, "TenGiayTo", portal_text(ctx, p->name, PAPER_NAME_MOST),
                                        "SoLuong", number(ctx, count), "LoaiGiayTo", kind, NULL));
}

static json_t *sheets(const void *ctx, const struct facts *f)
{
    json_t *list = json_array();
    struct papers at = { .f = f };
    for (const Motcua__Paper *p; (p = next_paper(&at));) {
        add_sheets(ctx, list, p, p->originals, "0");
        add_sheets(ctx, list, p, p->copies, "1");
    }
    return list;
}

/* ---- the owner, fees, results --------------------------------------------------------------------- */

static json_t *owner_numbers(const void *ctx, const struct facts *f)
{
    json_t *list = json_array();
    const char *id = f->submitted->applicant ? f->submitted->applicant->id_number : "";
    if (*id)
        json_array_append_new(list, row(ctx, "LoaiDinhDanh", strlen(id) == CITIZEN_NUMBER_DIGITS ? "1" : "2",
                                        "SoDinhDanh", id, NULL));
    return list;
}

/* What was paid: LoaiPhiLePhi 1 phí, 2 lệ phí; HinhThucThu 1 at reception, 4 with the result. */
static json_t *fees(const void *ctx, const struct facts *f)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->payments_count; i++)
        for (size_t k = 0; k < f->payments[i]->n_lines; k++) {
            const Motcua__FeeLine *line = f->payments[i]->lines[k];
            json_array_append_new(list, row(ctx, "TenPhiLePhi", line->name, "MaPhiLePhi", line->code,
                                            "HinhThucThu", line->when == MOTCUA__FEE_WHEN__AFTER ? "4" : "1",
                                            "Gia", number(ctx, line->amount_dong), "LoaiPhiLePhi",
                                            line->kind == MOTCUA__FEE_KIND__LE_PHI ? "2" : "1", NULL));
        }
    return list;
}

static json_t *results(const void *ctx, const struct facts *f)
{
    json_t *list = json_array();
    const Motcua__Result *r = mapping_state(f)->result;
    const char *url = r && r->sha256.len > 0 ? dossier_url(ctx, f, "result") : "";
    if (r)
        json_array_append_new(list, row(ctx, "TenGiayTo", portal_text(ctx, r->name, PAPER_NAME_MOST),
                                        "MaThanhPhanHoSo", "", "GiayToId", r->number, "DuongDanTepTinKetQua",
                                        url, "MaGiayToKetQua", "", NULL));
    return list;
}

static json_t *databases(const void *ctx, const struct facts *f)
{
    (void)ctx, (void)f;
    return json_array();
}

/* ---- requests for papers -------------------------------------------------------------------------- */

static json_t *asked_papers(const void *ctx, const Motcua__DossierProgressed *asked)
{
    json_t *list = json_array();
    for (size_t i = 0; i < asked->n_asked_papers; i++) {
        const Motcua__AskedPaper *p = asked->asked_papers[i];
        json_array_append_new(list, row(ctx, "MaThanhPhanHoSo", p->component_code, "TenGiayTo", p->name,
                                        "LyDo", p->reason, NULL));
    }
    return list;
}

static const char *name_of(const Motcua__Official *by)
{
    return by ? by->name : "";
}

/* taken: the move by which the papers were taken in, or NULL. TrangThaiBoSung: 0 waiting, 1 taken in. */
static json_t *request_row(const void *ctx, const struct facts *f, size_t no,
                           const Motcua__DossierProgressed *asked, const Motcua__DossierProgressed *taken)
{
    json_t *o =
        row(ctx, "HoSoBoSungId", talloc_asprintf(ctx, "%s-BS%zu", mapping_code(f), no), "NguoiYeuCauBoSung",
            name_of(asked->by), "NoiDungBoSung", asked->note, "NgayBoSung", portal_time(ctx, asked->at_ms),
            "NguoiTiepNhanBoSung", taken ? name_of(taken->by) : "", "ThongTinTiepNhan",
            taken ? taken->note : "", "NgayTiepNhanBoSung", portal_time(ctx, taken ? taken->at_ms : 0),
            "TrangThaiBoSung", taken ? "1" : "0", "NgayHenTraTruoc", portal_time(ctx, asked->due_at_ms),
            "NgayHenTraMoi", portal_time(ctx, taken ? taken->due_at_ms : 0), NULL);
    json_object_set_new(o, "DanhSachGiayToBoSung", asked_papers(ctx, asked));
    json_object_set_new(o, "DanhSachLePhiBoSung", json_array());
    return o;
}

static const Motcua__DossierProgressed *taken_after(const struct facts *f, size_t i)
{
    for (i++; i < f->moves_count && f->moves[i]->transition != MOTCUA__TRANSITION__ASK_SUPPLEMENT; i++)
        if (f->moves[i]->transition == MOTCUA__TRANSITION__ACCEPT_SUPPLEMENT)
            return f->moves[i];
    return NULL;
}

static json_t *requests(const void *ctx, const struct facts *f)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->moves_count; i++)
        if (f->moves[i]->transition == MOTCUA__TRANSITION__ASK_SUPPLEMENT)
            json_array_append_new(list, request_row(ctx, f, json_array_size(list) + 1, f->moves[i],
                                                    taken_after(f, i)));
    return list;
}

/* ---- all ------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    json_t *(*rows)(const void *ctx, const struct facts *f);
} lists[] = {
    { "DinhDanhCHS", owner_numbers },
    { "DSKetNoiCSDL", databases },
    { "TaiLieuNop", files },
    { "DanhSachLePhi", fees },
    { "DanhSachTepDinhKemKhac", sheets },
    { "DanhSachHoSoBoSung", requests },
    { "DanhSachGiayToKetQua", results },
};

void put_lists(const void *ctx, const struct facts *f, json_t *record)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        json_object_set_new(record, lists[i].name, lists[i].rows(ctx, f));
}

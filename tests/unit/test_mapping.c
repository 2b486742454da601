/* links: services/status-sync/mapping.c services/status-sync/mapping_lists.c */
/* test_mapping.c — the dossier record and the progress lines as the portal writes them. */
#include "dossier_example.h"

#include <utf8proc.h>

#include "text.h"

/* ---- tables --------------------------------------------------------------------------------------- */

static void every_status_but_none_has_its_number(void **state)
{
    (void)state;
    char number[16];
    for (int status = 1; status <= 10; status++) {
        snprintf(number, sizeof number, "%d", status);
        assert_string_equal(mapping_status(status), number);
    }
    assert_null(mapping_status(0));
    assert_null(mapping_status(11));
    assert_null(mapping_status(-1));
}

static void every_move_has_words_of_its_own(void **state)
{
    void *ctx = talloc_new(NULL);
    (void)state;
    const ProtobufCEnumDescriptor *all = &motcua__transition__descriptor;
    struct example *e = example_of(ctx);
    for (unsigned i = 1; i < all->n_values; i++) {
        e->moves[0].transition = (Motcua__Transition)all->values[i].value;
        json_t *line = mapping_line(ctx, &e->facts, &e->moves[0]);
        if (strcmp(member(line, "NoiDungXuLy"), "Cập nhật hồ sơ") == 0 ||
            *member(line, "NoiDungXuLy") == '\0')
            fail_msg("%s has no words", all->values[i].name);
        json_decref(line);
    }
    e->moves[0].transition = (Motcua__Transition)99;
    json_t *line = mapping_line(ctx, &e->facts, &e->moves[0]);
    assert_string_equal(member(line, "NoiDungXuLy"), "Cập nhật hồ sơ");
    json_decref(line);
    talloc_free(ctx);
}

/* ---- the record ----------------------------------------------------------------------------------- */

static const struct {
    const char *field, *value;
} wanted[] = {
    { "MaHoSo", "000.00.01.H07-200421-0001" },
    { "MaTTHC", "2.001955" },
    { "TenTTHC", "Đăng ký nội quy lao động" },
    { "MaLinhVuc", "G07-LĐ07" },
    { "TenLinhVuc", "Lao động" },
    { "KenhThucHien", "2" },
    { "ChuHoSo", "Trần Thị Thử" },
    { "LoaiDoiTuong", "1" },
    { "MaDoiTuong", "" },
    { "SoGiayToChuHoSo", "083300000017" },
    { "ThongTinKhac", "" },
    { "Email", "a@example.vn" },
    { "Fax", "" },
    { "SoDienThoai", "0912345678" },
    { "TrichYeuHoSo", "Đăng ký nội quy" },
    { "SoBienNhan", "000.00.01.H07-200421-0001" },
    { "NgayNopHoSo", "20200421093000" },
    { "NgayTiepNhan", "20200421094000" },
    { "NgayHenTra", "20200421170000" },
    { "NgayTuChoi", "" },
    { "NgayKetThucXuLy", "20200421101000" },
    { "NgayTra", "" },
    { "ThongTinTra", "" },
    { "TrangThaiHoSo", "9" },
    { "HinhThuc", "0" },
    { "DonViXuLy", "Sở Lao động" },
    { "GhiChu", "" },
    { "NoiNopHoSo", "2" },
    { "HoSoCoThanhPhanSoHoa", "0" },
    { "TaiKhoanDuocXacThucVoiVNeID", "0" },
    { "DuocThanhToanTrucTuyen", "3" },
};

static void the_record_says_what_is_known(void **state)
{
    void *ctx = talloc_new(NULL);
    (void)state;
    struct example *e = example_of(ctx);
    json_t *record = mapping_record(ctx, &e->facts);
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (strcmp(member(record, wanted[i].field), wanted[i].value) != 0)
            fail_msg("%s is \"%s\", not \"%s\"", wanted[i].field, member(record, wanted[i].field),
                     wanted[i].value);
    assert_int_equal(json_object_size(record), COUNT(wanted) + 7); /* and the lists */
    json_decref(record);
    talloc_free(ctx);
}

static void change_to_business(struct example *e)
{
    e->owner.kind = MOTCUA__OWNER_KIND__BUSINESS;
    e->owner.id_number = pb_text("");
    e->owner.tax_code = pb_text("0100109106");
    e->facts.owner_ref = "tech-7";
}
static void change_to_counter(struct example *e)
{
    e->submitted.channel = MOTCUA__CHANNEL__COUNTER;
}
static void change_to_national(struct example *e)
{
    e->submitted.national_code = pb_text("G22.99-200421-0007");
}
static void change_to_refused(struct example *e)
{
    e->moves[3].status = MOTCUA__STATUS__REFUSED_AT_COUNTER;
    e->moves[3].note = pb_text("Không thuộc thẩm quyền");
}
static void change_to_returned(struct example *e)
{
    e->moves[3].status = MOTCUA__STATUS__RETURNED;
    e->moves[3].returned_at_ms = AT(1600);
    e->moves[3].received_by = pb_text("Trần Thị Thử");
    e->submitted.result_by_post = true;
}
static void change_to_paid_online(struct example *e)
{
    e->payment.method = MOTCUA__PAYMENT_METHOD__GATEWAY;
}
static void change_to_bare(struct example *e)
{
    e->submitted.summary = pb_text("");
    e->submitted.applicant = NULL;
    e->moves[3].handling_unit_name = e->moves[3].unit_name = pb_text("");
    e->facts.unit_name = "Sở Tư pháp";
}

static void the_record_follows_its_dossier(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct example *e);
        const char *field, *value;
    } rows[] = {
        { change_to_business, "LoaiDoiTuong", "2" },
        { change_to_business, "SoGiayToChuHoSo", "0100109106" },
        { change_to_business, "MaDoiTuong", "tech-7" },
        { change_to_counter, "KenhThucHien", "1" },
        { change_to_counter, "HoSoCoThanhPhanSoHoa", "1" },
        { change_to_national, "MaHoSo", "G22.99-200421-0007" },
        { change_to_national, "SoBienNhan", "000.00.01.H07-200421-0001" },
        { change_to_national, "NoiNopHoSo", "1" },
        { change_to_refused, "NgayTuChoi", "20200421101000" },
        { change_to_refused, "GhiChu", "Không thuộc thẩm quyền" },
        { change_to_returned, "NgayTra", "20200421160000" },
        { change_to_returned, "ThongTinTra", "Trần Thị Thử" },
        { change_to_returned, "HinhThuc", "1" },
        { change_to_paid_online, "DuocThanhToanTrucTuyen", "2" },
        { change_to_bare, "TrichYeuHoSo", "Đăng ký nội quy lao động" },
        { change_to_bare, "DonViXuLy", "Sở Tư pháp" },
        { change_to_bare, "ChuHoSo", "" },
        { change_to_bare, "LoaiDoiTuong", "1" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        void *ctx = talloc_new(NULL);
        struct example *e = example_of(ctx);
        rows[i].change(e);
        json_t *record = mapping_record(ctx, &e->facts);
        if (strcmp(member(record, rows[i].field), rows[i].value) != 0)
            fail_msg("row %zu: %s is \"%s\"", i, rows[i].field, member(record, rows[i].field));
        json_decref(record);
        talloc_free(ctx);
    }
}

static void the_lists_say_papers_fees_requests_and_results(void **state)
{
    void *ctx = talloc_new(NULL);
    (void)state;
    struct example *e = example_of(ctx);
    json_t *record = mapping_record(ctx, &e->facts);
    const json_t *row = first_row(record, "TaiLieuNop", 3);
    assert_string_equal(member(row, "TepDinhKemId"), "1");
    assert_string_equal(member(row, "DuongDanTaiTepTin"),
                        "https://dvc.example.vn/api/intake/dossiers/000.00.01.H07-200421-0001/papers/1");
    assert_string_equal(member(row, "IsDeleted"), "False");
    assert_string_equal(member(row, "DuocSoHoa"), "0");
    row = json_array_get(json_object_get(record, "TaiLieuNop"), 1);
    assert_string_equal(member(row, "TepDinhKemId"), "3"); /* the second paper has no file */
    assert_string_equal(member(row, "TenTepDinhKem"), "Tờ khai");
    row = json_array_get(json_object_get(record, "TaiLieuNop"), 2);
    assert_string_equal(member(row, "TepDinhKemId"), "4"); /* of the supplement */
    row = first_row(record, "DanhSachTepDinhKemKhac", 2);
    assert_string_equal(member(row, "SoLuong"), "1");
    assert_string_equal(member(row, "LoaiGiayTo"), "0");
    row = first_row(record, "DinhDanhCHS", 1);
    assert_string_equal(member(row, "LoaiDinhDanh"), "1");
    row = first_row(record, "DanhSachLePhi", 1);
    assert_string_equal(member(row, "Gia"), "50000");
    assert_string_equal(member(row, "LoaiPhiLePhi"), "2");
    assert_string_equal(member(row, "HinhThucThu"), "4");
    row = first_row(record, "DanhSachGiayToKetQua", 1);
    assert_string_equal(member(row, "GiayToId"), "12/GP");
    assert_string_equal(member(row, "DuongDanTepTinKetQua"),
                        "https://dvc.example.vn/api/intake/dossiers/000.00.01.H07-200421-0001/result");
    first_row(record, "DSKetNoiCSDL", 0);
    json_decref(record);
    talloc_free(ctx);
}

static void a_request_for_papers_is_a_row_from_asking_to_taking_in(void **state)
{
    void *ctx = talloc_new(NULL);
    (void)state;
    struct example *e = example_of(ctx);
    json_t *record = mapping_record(ctx, &e->facts);
    const json_t *row = first_row(record, "DanhSachHoSoBoSung", 1);
    assert_string_equal(member(row, "HoSoBoSungId"), "000.00.01.H07-200421-0001-BS1");
    assert_string_equal(member(row, "NgayBoSung"), "20200421095000");
    assert_string_equal(member(row, "NgayTiepNhanBoSung"), "20200421100000");
    assert_string_equal(member(row, "TrangThaiBoSung"), "1");
    assert_string_equal(member(row, "NgayHenTraTruoc"), "20200421170000");
    assert_string_equal(member(row, "NgayHenTraMoi"), "20200421173000");
    assert_string_equal(member(first_row(row, "DanhSachGiayToBoSung", 1), "LyDo"), "Thiếu chữ ký");
    json_decref(record);
    e->facts.moves_count = 2;
    record = mapping_record(ctx, &e->facts);
    row = first_row(record, "DanhSachHoSoBoSung", 1);
    assert_string_equal(member(row, "TrangThaiBoSung"), "0");
    assert_string_equal(member(row, "NgayTiepNhanBoSung"), "");
    json_decref(record);
    talloc_free(ctx);
}

static void the_record_is_of_the_last_move_the_portal_may_know(void **state)
{
    void *ctx = talloc_new(NULL);
    (void)state;
    struct example *e = example_of(ctx);
    e->moves[3].status = e->moves[2].status = MOTCUA__STATUS__STATUS_UNSPECIFIED;
    assert_ptr_equal(mapping_state(&e->facts), &e->moves[1]);
    e->facts.moves_count = 1;
    assert_ptr_equal(mapping_state(&e->facts), &e->moves[0]);
    e->facts.moves_count = 0;
    assert_null(mapping_state(&e->facts));
    talloc_free(ctx);
}

static void a_digest_tells_records_apart(void **state)
{
    void *ctx = talloc_new(NULL);
    (void)state;
    uint8_t one[SHA256_BYTES], same[SHA256_BYTES], other[SHA256_BYTES];
    struct example *e = example_of(ctx);
    json_t *a = mapping_record(ctx, &e->facts), *b = mapping_record(ctx, &e->facts);
    e->owner.phone = pb_text("0900000000");
    json_t *c = mapping_record(ctx, &e->facts);
    mapping_digest(ctx, a, one);
    mapping_digest(ctx, b, same);
    mapping_digest(ctx, c, other);
    assert_memory_equal(one, same, sizeof one);
    assert_memory_not_equal(one, other, sizeof one);
    json_decref(a);
    json_decref(b);
    json_decref(c);
    talloc_free(ctx);
}

/* ---- value rules ---------------------------------------------------------------------------------- */

static void check_strings(const json_t *value, const char *name)
{
    size_t i;
    const char *key;
    json_t *inner;
    if (json_is_object(value)) {
        json_object_foreach ((json_t *)value, key, inner)
            check_strings(inner, key);
        return;
    }
    if (json_is_array(value)) {
        json_array_foreach (value, i, inner)
            check_strings(inner, name);
        return;
    }
    if (!json_is_string(value))
        fail_msg("%s is not text", name);
    utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)json_string_value(value));
    assert_string_equal(json_string_value(value), (const char *)nfc);
    free(nfc);
}

static char *repeated(void *ctx, const char *text, size_t times)
{
    char *out = talloc_strdup(ctx, "");
    for (size_t i = 0; i < times; i++)
        out = talloc_strdup_append_buffer(out, text);
    return out;
}

static void all_values_are_text_in_nfc_within_their_limits(void **state)
{
    void *ctx = talloc_new(NULL);
    (void)state;
    static const char decomposed[] = "e\xcc\x82\xcc\x81"; /* ế */
    struct example *e = example_of(ctx);
    e->submitted.summary = repeated(ctx, decomposed, 1001);
    e->papers[0].file_name = repeated(ctx, decomposed, 4001);
    e->papers[1].name = repeated(ctx, decomposed, 2001);
    e->result.name = e->papers[1].name;
    e->officer.name = repeated(ctx, decomposed, 51);
    e->owner.name = pb_text("\x01 Tr\xe1\xba\xa7n \xe2\x80\x8b");
    json_t *record = mapping_record(ctx, &e->facts), *line = mapping_line(ctx, &e->facts, &e->moves[3]);
    check_strings(record, "record");
    check_strings(line, "line");
    assert_int_equal(text_length(member(record, "TrichYeuHoSo")), 1000);
    assert_int_equal(text_length(member(first_row(record, "TaiLieuNop", 3), "TenTepDinhKem")), 4000);
    assert_int_equal(text_length(member(first_row(record, "DanhSachTepDinhKemKhac", 2), "TenGiayTo")), 2000);
    assert_int_equal(text_length(member(first_row(record, "DanhSachGiayToKetQua", 1), "TenGiayTo")), 2000);
    assert_int_equal(text_length(member(line, "NguoiXuLy")), 50);
    assert_string_equal(member(record, "ChuHoSo"), "Trần");
    json_decref(record);
    json_decref(line);
    talloc_free(ctx);
}

/* ---- lines ---------------------------------------------------------------------------------------- */

static void a_line_says_who_did_what_when(void **state)
{
    void *ctx = talloc_new(NULL);
    (void)state;
    struct example *e = example_of(ctx);
    e->moves[2].step_name = pb_text("Thẩm định");
    e->moves[2].note = pb_text("Đủ giấy tờ");
    e->moves[2].step_started_at_ms = AT(1000);
    json_t *line = mapping_line(ctx, &e->facts, &e->moves[2]);
    assert_int_equal(json_object_size(line), 9);
    assert_string_equal(member(line, "NguoiXuLy"), "Nguyễn Văn An");
    assert_string_equal(member(line, "ChucDanh"), "Chuyên viên");
    assert_string_equal(member(line, "PhongBanXuLy"), "Phòng Việc làm");
    assert_string_equal(member(line, "ThoiDiemXuLy"), "20200421100000");
    assert_string_equal(member(line, "NoiDungXuLy"), "Tiếp nhận giấy tờ bổ sung – Thẩm định: Đủ giấy tờ");
    assert_string_equal(member(line, "TrangThai"), "4");
    assert_string_equal(member(line, "NgayBatDau"), "20200421100000");
    assert_string_equal(member(line, "NgayKetThucTheoQuyDinh"), "20200421173000");
    json_decref(line);
    talloc_free(ctx);
}

static void a_line_nobody_signed_names_the_applicant_or_the_system(void **state)
{
    (void)state;
    static const struct {
        Motcua__Transition transition;
        const char *who;
    } rows[] = {
        { MOTCUA__TRANSITION__SUBMIT, "Trần Thị Thử" },
        { MOTCUA__TRANSITION__SUPPLY, "Trần Thị Thử" },
        { MOTCUA__TRANSITION__ASK_WITHDRAWAL, "Trần Thị Thử" },
        { MOTCUA__TRANSITION__SETTLE_PAYMENT, "Trần Thị Thử" },
        { MOTCUA__TRANSITION__PAYMENT_EXPIRED, "Hệ thống thông tin một cửa điện tử" },
        { MOTCUA__TRANSITION__SUPPLEMENT_EXPIRED, "Hệ thống thông tin một cửa điện tử" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        void *ctx = talloc_new(NULL);
        struct example *e = example_of(ctx);
        e->moves[0].by = NULL;
        e->moves[0].transition = rows[i].transition;
        json_t *line = mapping_line(ctx, &e->facts, &e->moves[0]);
        assert_string_equal(member(line, "NguoiXuLy"), rows[i].who);
        assert_string_equal(member(line, "PhongBanXuLy"), "Sở Lao động");
        json_decref(line);
        talloc_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_but_none_has_its_number),
        cmocka_unit_test(every_move_has_words_of_its_own),
        cmocka_unit_test(the_record_says_what_is_known),
        cmocka_unit_test(the_record_follows_its_dossier),
        cmocka_unit_test(the_lists_say_papers_fees_requests_and_results),
        cmocka_unit_test(a_request_for_papers_is_a_row_from_asking_to_taking_in),
        cmocka_unit_test(the_record_is_of_the_last_move_the_portal_may_know),
        cmocka_unit_test(a_digest_tells_records_apart),
        cmocka_unit_test(all_values_are_text_in_nfc_within_their_limits),
        cmocka_unit_test(a_line_says_who_did_what_when),
        cmocka_unit_test(a_line_nobody_signed_names_the_applicant_or_the_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* links: services/status-sync/inbound.c */
/* test_inbound.c — dossiers the portal pushes: what is taken from them, what is refused and how that is
 * said. */
#include "services/status-sync/inbound.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "single_quoted.h"
#include "vectors.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
enum { FILE_BYTES = 64 };

static const char good[] = "{'MaSoThue':'0100109106','MaHoSo':'G22.99-200421-0007','MaTTHC':'2.000004',"
                           "'TenThuongNhan':'Công ty Dừa Xanh'}";

/* The good push with members of `changes` put over it. */
static enum inbound_verdict read_changed(void *ctx, const char *changes, struct inbound *in, const char **arg)
{
    json_t *data = single_quoted(good), *change = single_quoted(changes),
           *root = json_pack("{s:o}", "data", data);
    assert_non_null(change);
    json_object_update(data, change);
    char *body = json_dumps(root, 0);
    enum inbound_verdict verdict = inbound_read(ctx, body, strlen(body), FILE_BYTES, in, arg);
    free(body);
    json_decref(root);
    json_decref(change);
    return verdict;
}

/* ---- what is refused ------------------------------------------------------------------------------ */

static const struct {
    const char *changes;
    enum inbound_verdict verdict;
    const char *arg;
} changed[] = {
    { "{}", INBOUND_OK, "" },
    { "{'MaSoThue':''}", INBOUND_NO_TAX_CODE, "" },
    { "{'MaSoThue':null}", INBOUND_NO_TAX_CODE, "" },
    { "{'MaSoThue':'0100109107'}", INBOUND_NO_OWNER, "" },
    { "{'MaSoThue':7}", INBOUND_WRONG, "MaSoThue" },
    { "{'MaHoSo':' '}", INBOUND_NO_CODE, "" },
    { "{'MaHoSo':'0123456789012345678901234567890123456789012345678'}", INBOUND_WRONG, "MaHoSo" },
    { "{'TenThuongNhan':''}", INBOUND_NO_APPLICANT, "" },
    { "{'Email':[]}", INBOUND_WRONG, "Email" },
    { "{'DiaChiDoanhNghiep':'12 Nguyễn Huệ'}", INBOUND_OK, "" },
    { "{'TaiLieuNop':{}}", INBOUND_WRONG, "TaiLieuNop" },
    { "{'TaiLieuNop':null}", INBOUND_OK, "" },
    { "{'TaiLieuNop':[1,{}]}", INBOUND_OK, "" },
    { "{'TepDonDangKy':'JVBERi0xLjQK'}", INBOUND_OK, "" },
    { "{'TepDonDangKy':'JVBERi0x\\r\\nLjQK'}", INBOUND_OK, "" },
    { "{'TepDonDangKy':'JVBERi0xLjQ'}", INBOUND_WRONG, "TepDonDangKy (TepDonDangKy)" },
    { "{'TaiLieuNop':[{'TenTepDinhKem':'a.pdf','Base64':'*'}]}", INBOUND_WRONG, "Base64 (a.pdf)" },
};

static void pushes_are_refused_for_the_first_thing_that_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(changed); i++) {
        void *ctx = talloc_new(NULL);
        struct inbound in;
        const char *arg;
        enum inbound_verdict verdict = read_changed(ctx, changed[i].changes, &in, &arg);
        if (verdict != changed[i].verdict || strcmp(arg, changed[i].arg) != 0)
            fail_msg("row %zu: %s: verdict %d, \"%s\"", i, changed[i].changes, verdict, arg);
        talloc_free(ctx);
    }
}

static void what_is_no_push_has_no_data(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "", "null", "{", "[]", "{}", "{\"data\":null}", "{\"data\":{}}", "{\"data\":[1]}"
    };
    for (size_t i = 0; i < COUNT(bodies); i++) {
        void *ctx = talloc_new(NULL);
        struct inbound in;
        const char *arg;
        assert_int_equal(inbound_read(ctx, bodies[i], strlen(bodies[i]), FILE_BYTES, &in, &arg),
                         INBOUND_NO_DATA);
        assert_string_equal(in.national_code, "");
        talloc_free(ctx);
    }
}

static void files_have_limits_in_size_and_number(void **state)
{
    (void)state;
    static const struct {
        size_t files;
        const char *base64;
        enum inbound_verdict verdict;
    } rows[] = {
        { INBOUND_FILES_MOST - 1, "QUJD", INBOUND_OK },
        { INBOUND_FILES_MOST, "QUJD", INBOUND_WRONG },
        { 1, "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ==",
          INBOUND_OK }, /* 64 */
        { 1, "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
          INBOUND_WRONG }, /* 65 */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        void *ctx = talloc_new(NULL);
        struct inbound in;
        const char *arg;
        char *list = talloc_strdup(ctx, "{'TepDonDangKy':'QUJD','TaiLieuNop':[");
        for (size_t k = 0; k < rows[i].files; k++)
            list = talloc_asprintf_append_buffer(list, "%s{'TenTepDinhKem':'%zu.pdf','Base64':'%s'}",
                                                 k ? "," : "", k, rows[i].base64);
        list = talloc_strdup_append_buffer(list, "]}");
        if (read_changed(ctx, list, &in, &arg) != rows[i].verdict)
            fail_msg("row %zu", i);
        if (rows[i].verdict == INBOUND_OK)
            assert_int_equal(in.files_count, rows[i].files + 1);
        talloc_free(ctx);
    }
}

/* ---- what is taken -------------------------------------------------------------------------------- */

static const char complete[] = "{'DienThoai':'+84 912 345 678','Email':'a@example.vn','NguoiLienHe':'An',"
                               "'TenTepDonDangKy':'C:\\\\tep\\\\don.pdf','TepDonDangKy':'JVBERi0xLjQK',"
                               "'TaiLieuNop':[{'TenTepDinhKem':'','Base64':'QUJD'},{'Base64':''}],"
                               "'DiaChiDoanhNghiep':{'MaTinh':'83','MaHuyen':'829','MaXa':'28756',"
                               "'DiaChiChiTiet':' 12 Nguye\xcc\x82\xcc\x83n '}}";

static void a_push_becomes_a_dossier(void **state)
{
    (void)state;
    void *ctx = talloc_new(NULL);
    struct inbound in;
    const char *arg;
    assert_int_equal(read_changed(ctx, complete, &in, &arg), INBOUND_OK);
    assert_string_equal(in.national_code, "G22.99-200421-0007");
    assert_string_equal(in.procedure_code, "2.000004");
    assert_int_equal(in.applicant.kind, MOTCUA__OWNER_KIND__BUSINESS);
    assert_string_equal(in.applicant.name, "Công ty Dừa Xanh");
    assert_string_equal(in.applicant.tax_code, "0100109106");
    assert_string_equal(in.applicant.phone, "0912345678");
    assert_string_equal(in.applicant.address, "12 Nguyễn");
    assert_string_equal(in.ward, "28756");
    assert_string_equal(in.district, "829");
    assert_string_equal(in.province, "83");
    assert_int_equal(in.files_count, 2);
    assert_string_equal(in.files[0].name, "don.pdf");
    assert_int_equal(in.files[0].size, 9);
    assert_memory_equal(in.files[0].data, "%PDF-1.4\n", 9);
    assert_string_equal(in.files[1].name, "Base64");
    json_t *answers = json_loads(in.answers, 0, NULL);
    assert_string_equal(text_of(answers, "NguoiLienHe"), "An");
    assert_null(json_object_get(answers, "TepDonDangKy"));
    assert_null(json_object_get(answers, "TaiLieuNop"));
    json_decref(answers);
    talloc_free(ctx);
}

static void a_phone_nobody_can_dial_stays_as_it_came(void **state)
{
    (void)state;
    void *ctx = talloc_new(NULL);
    struct inbound in;
    const char *arg;
    assert_int_equal(read_changed(ctx, "{'DienThoai':'hỏi lễ tân'}", &in, &arg), INBOUND_OK);
    assert_string_equal(in.applicant.phone, "hỏi lễ tân");
    talloc_free(ctx);
}

/* ---- what is said --------------------------------------------------------------------------------- */

static void answers_have_the_portals_words(void **state)
{
    (void)state;
    static const struct {
        enum inbound_verdict verdict;
        const char *code, *arg, *reply;
    } rows[] = {
        { INBOUND_OK, "G1", "", "{\"error_code\":0,\"message\":\"G1| create dossier success\"}" },
        { INBOUND_DUPLICATE, "G1", "", "{\"error_code\":1,\"message\":\"G1| duplicate refId\"}" },
        { INBOUND_NO_DATA, "", "", "{\"error_code\":-1,\"message\":\"Data empty\"}" },
        { INBOUND_NO_TAX_CODE, "G1", "", "{\"error_code\":-1,\"message\":\"MaSoThue empty\"}" },
        { INBOUND_NO_OWNER, "", "", "{\"error_code\":-1,\"message\":\"Can't get techId\"}" },
        { INBOUND_NO_CODE, "", "", "{\"error_code\":-1,\"message\":\"MaHoSo empty\"}" },
        { INBOUND_NO_CONFIG, "G1", "", "{\"error_code\":-1,\"message\":\"G1| Can't parse server config\"}" },
        { INBOUND_NO_PROCEDURE, "G1", "2.1",
          "{\"error_code\":-1,\"message\":\"G1| Not found serviceInfo mapping with: 2.1\"}" },
        { INBOUND_NO_APPLICANT, "G1", "", "{\"error_code\":-1,\"message\":\"G1| Can't create applicant\"}" },
        { INBOUND_WRONG, "G1", "Email",
          "{\"error_code\":-1,\"message\":\"G1| create dossier error: Email\"}" },
        { INBOUND_WRONG, "", "MaSoThue",
          "{\"error_code\":-1,\"message\":\"create dossier error: MaSoThue\"}" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        void *ctx = talloc_new(NULL);
        assert_string_equal(inbound_reply(ctx, rows[i].verdict, rows[i].code, rows[i].arg), rows[i].reply);
        talloc_free(ctx);
    }
}

/* ---- vectors -------------------------------------------------------------------------------------- */

static void check_reply(const json_t *wanted, enum inbound_verdict verdict, const char *code, const char *arg)
{
    void *ctx = talloc_new(NULL);
    json_t *ours = json_loads(inbound_reply(ctx, verdict, code, arg), 0, NULL);
    assert_true(json_equal(ours, (json_t *)wanted));
    json_decref(ours);
    talloc_free(ctx);
}

static void run_vector(const json_t *vector)
{
    void *ctx = talloc_new(NULL);
    struct inbound in;
    const char *arg;
    char *body = json_dumps(json_object_get(vector, "request"), 0);
    assert_int_equal(inbound_read(ctx, body, strlen(body), FILE_BYTES, &in, &arg), INBOUND_OK);
    assert_int_equal(in.files_count, 2);
    check_reply(json_object_get(vector, "response_ok"), INBOUND_OK, in.national_code, arg);
    check_reply(json_object_get(vector, "response_duplicate"), INBOUND_DUPLICATE, in.national_code, arg);
    check_reply(json_object_get(vector, "response_error"), INBOUND_NO_PROCEDURE, in.national_code,
                in.procedure_code);
    free(body);
    talloc_free(ctx);
}

static void vectors_are_taken_and_answered(void **state)
{
    size_t i, run = 0;
    json_t *vector, *root = vectors_load("dvcqg_sync_samples.json");
    (void)state;
    if (!root)
        skip();
    json_array_foreach (json_object_get(root, "vectors"), i, vector) {
        if (text_of(vector, "direction")) {
            run_vector(vector);
            run++;
        }
    }
    assert_true(run > 0);
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pushes_are_refused_for_the_first_thing_that_is_wrong),
        cmocka_unit_test(what_is_no_push_has_no_data),
        cmocka_unit_test(files_have_limits_in_size_and_number),
        cmocka_unit_test(a_push_becomes_a_dossier),
        cmocka_unit_test(a_phone_nobody_can_dial_stays_as_it_came),
        cmocka_unit_test(answers_have_the_portals_words),
        cmocka_unit_test(vectors_are_taken_and_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

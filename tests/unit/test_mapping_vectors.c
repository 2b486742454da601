/* links: services/status-sync/mapping.c services/status-sync/mapping_lists.c */
/* test_mapping_vectors.c — the portal's sample records and lines: understood as a dossier of ours, and
 * written again. */
#include "dossier_example.h"

#include "civil.h"

static int64_t when(const json_t *o, const char *name)
{
    int64_t ms = 0;
    const char *text = text_of(o, name);
    if (text && *text && !civil_parse(text, CIVIL_COMPACT, &ms))
        fail_msg("%s: %s is no time", name, text);
    return ms;
}

static char *text_or_none(const json_t *o, const char *name)
{
    const char *text = text_of(o, name);
    return (char *)(text ? text : "");
}

static void understand_record(struct example *e, const json_t *record)
{
    e->submitted.code = text_or_none(record, "MaHoSo");
    e->submitted.procedure_code = text_or_none(record, "MaTTHC");
    e->submitted.channel = (Motcua__Channel)strtol(text_or_none(record, "KenhThucHien"), NULL, 10);
    e->submitted.summary = text_or_none(record, "TrichYeuHoSo");
    e->submitted.result_by_post = strcmp(text_or_none(record, "HinhThuc"), "1") == 0;
    e->owner.kind = (Motcua__OwnerKind)strtol(text_or_none(record, "LoaiDoiTuong"), NULL, 10);
    e->owner.name = text_or_none(record, "ChuHoSo");
    e->owner.email = text_or_none(record, "Email");
    e->owner.phone = text_or_none(record, "SoDienThoai");
    e->facts.procedure_name = text_or_none(record, "TenTTHC");
    e->facts.field_code = text_or_none(record, "MaLinhVuc");
    e->facts.field_name = text_or_none(record, "TenLinhVuc");
    e->facts.owner_ref = text_or_none(record, "MaDoiTuong");
    Motcua__DossierProgressed *m = &e->moves[MOVES - 1];
    m->status = (Motcua__Status)strtol(text_or_none(record, "TrangThaiHoSo"), NULL, 10);
    m->accepted_at_ms = when(record, "NgayTiepNhan");
    m->due_at_ms = when(record, "NgayHenTra");
    m->finished_at_ms = when(record, "NgayKetThucXuLy");
    m->returned_at_ms = when(record, "NgayTra");
    m->received_by = text_or_none(record, "ThongTinTra");
    m->handling_unit_name = text_or_none(record, "DonViXuLy");
    m->note = text_or_none(record, "GhiChu");
}

static void understand_line(struct example *e, const json_t *line)
{
    Motcua__DossierProgressed *m = &e->moves[0];
    e->submitted.code = text_or_none(line, "MaHoSo");
    e->officer.name = text_or_none(line, "NguoiXuLy");
    e->officer.title = text_or_none(line, "ChucDanh");
    e->officer.department = text_or_none(line, "PhongBanXuLy");
    m->at_ms = when(line, "ThoiDiemXuLy");
    m->status = (Motcua__Status)strtol(text_or_none(line, "TrangThai"), NULL, 10);
    m->step_started_at_ms = when(line, "NgayBatDau");
    m->step_due_at_ms = when(line, "NgayKetThucTheoQuyDinh");
    m->note = text_or_none(line, "NoiDungXuLy");
}

/* Every field of theirs is in ours: texts equal (ours may say more about what was done), rows with the same
 * members. */
static void compare(const char *id, const json_t *theirs, const json_t *ours)
{
    const char *name, *inner_name;
    json_t *value, *inner;
    json_object_foreach ((json_t *)theirs, name, value) {
        const json_t *mine = json_object_get(ours, name);
        if (!mine || json_typeof(mine) != json_typeof(value))
            fail_msg("%s: %s is not there, or something else", id, name);
        if (strcmp(name, "NoiDungXuLy") == 0)
            assert_non_null(strstr(json_string_value(mine), json_string_value(value)));
        else if (json_is_string(value) && strcmp(json_string_value(value), json_string_value(mine)) != 0)
            fail_msg("%s: %s is \"%s\"", id, name, json_string_value(mine));
        if (json_array_size(value) > 0)
            json_object_foreach (json_array_get(value, 0), inner_name, inner)
                if (!text_of(json_array_get(mine, 0), inner_name))
                    fail_msg("%s: a row of %s has no %s", id, name, inner_name);
    }
}

static void run_vector(const char *id, const json_t *body)
{
    size_t i;
    json_t *row;
    const char *service = text_of(body, "service");
    bool is_record = service && strcmp(service, "DongBoHoSoMC") == 0;
    if (!is_record && !(service && strcmp(service, "CapNhatTienDoHoSoMC") == 0))
        return;
    json_array_foreach (json_object_get(body, "data"), i, row) {
        void *ctx = talloc_new(NULL);
        struct example *e = example_of(ctx);
        if (is_record)
            understand_record(e, row);
        else
            understand_line(e, row);
        json_t *ours =
            is_record ? mapping_record(ctx, &e->facts) : mapping_line(ctx, &e->facts, &e->moves[0]);
        compare(id, row, ours);
        json_decref(ours);
        talloc_free(ctx);
    }
}

static void vectors_are_written_as_the_portal_wants_them(void **state)
{
    size_t i;
    json_t *vector, *root = vectors_load("dvcqg_sync_samples.json");
    (void)state;
    if (!root)
        skip();
    json_array_foreach (json_object_get(root, "vectors"), i, vector)
        run_vector(text_of(vector, "id"), json_object_get(json_object_get(vector, "request"), "body"));
    assert_true(i > 0);
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_are_written_as_the_portal_wants_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

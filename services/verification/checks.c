/* checks.c — see checks.h. One function per check; the table runs them all. */
#include "checks.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "err.h"
#include "json_write.h"
#include "text.h"
#include "vn_id.h"

struct checking {
    const Motcua__DossierSubmitted *d;
    const Motcua__ProcedurePublished *p;
    const char *const *duplicates;
    size_t duplicates_count;
    int this_year;
    const char *check;
    size_t findings; /* of the running check */
    const void *ctx;
    struct json_writer out;
};

static void say(struct checking *c, enum verdict verdict, const struct phrase *phrase, const char *arg)
{
    static const char *const verdicts[] = { "ok", "warn", "fail" };
    write_object(&c->out, NULL);
    write_text(&c->out, "check", c->check);
    write_text(&c->out, "verdict", verdicts[verdict]);
    write_text(&c->out, "code", phrase->code);
    write_text(&c->out, "vi", arg ? text_fill(c->ctx, phrase->vi, arg) : phrase->vi);
    write_text(&c->out, "en", arg ? text_fill(c->ctx, phrase->en, arg) : phrase->en);
    write_end(&c->out);
    c->findings++;
}

/* ---- completeness --------------------------------------------------------------------------------- */

static const Motcua__Paper *paper_of(const Motcua__DossierSubmitted *d, const char *component)
{
    for (size_t i = 0; i < d->n_papers; i++)
        if (strcmp(d->papers[i]->component_code, component) == 0)
            return d->papers[i];
    return NULL;
}

static void check_completeness(struct checking *c)
{
    static const struct phrase MISSING = { "paper_missing", "Thiếu giấy tờ bắt buộc: {}.",
                                           "A mandatory paper is missing: {}." };
    for (size_t i = 0; i < c->p->n_components; i++) {
        const Motcua__Component *component = c->p->components[i];
        if (component->is_required && !paper_of(c->d, component->code))
            say(c, CHECK_FAIL, &MISSING, component->name);
    }
}

static void check_scans(struct checking *c)
{
    static const struct phrase NOT_SCANNED = { "not_digitised", "Chưa số hóa: {}.", "Not scanned: {}." };
    for (size_t i = 0; i < c->d->n_papers; i++)
        if (c->d->papers[i]->sha256.len == 0)
            say(c, CHECK_WARN, &NOT_SCANNED, c->d->papers[i]->name);
}

/* ---- numbers -------------------------------------------------------------------------------------- */

static void check_id_number(struct checking *c)
{
    static const struct phrase INVALID = { "id_number_invalid", "Số định danh không đúng cấu trúc.",
                                           "The citizen number is malformed." };
    static const struct phrase OLD = {
        "id_number_old", "CMND 9 số đã hết hiệu lực từ 01/01/2025: đề nghị số định danh.",
        "A 9-digit CMND is no longer valid since 1 January 2025: ask for the citizen number."
    };
    static const struct phrase BIRTH = { "birth_year_differs", "Năm sinh khai không khớp số định danh.",
                                         "The year of birth does not fit the citizen number." };
    struct citizen_number info;
    const Motcua__Applicant *a = c->d->applicant;
    if (*a->id_number == '\0')
        return;
    enum id_kind kind = id_number_kind(a->id_number, c->this_year, &info);
    if (kind == ID_NONE)
        say(c, CHECK_FAIL, &INVALID, NULL);
    if (kind == ID_CMND)
        say(c, CHECK_WARN, &OLD, NULL);
    if (kind == ID_CITIZEN && *a->birth_date && strtol(a->birth_date, NULL, 10) != info.birth_year)
        say(c, CHECK_WARN, &BIRTH, NULL);
}

static void check_tax_code(struct checking *c)
{
    static const struct phrase INVALID = { "tax_code_invalid", "Mã số thuế sai chữ số kiểm tra.",
                                           "The tax code has a wrong check digit." };
    static const struct phrase MISSING = { "tax_code_missing", "Doanh nghiệp chưa khai mã số thuế.",
                                           "The business gave no tax code." };
    const Motcua__Applicant *a = c->d->applicant;
    if (*a->tax_code && !tax_code_is_valid(a->tax_code))
        say(c, CHECK_FAIL, &INVALID, NULL);
    if (*a->tax_code == '\0' && a->kind == MOTCUA__OWNER_KIND__BUSINESS)
        say(c, CHECK_WARN, &MISSING, NULL);
}

static void check_name(struct checking *c)
{
    static const struct phrase LEGACY = {
        "name_legacy_encoding", "Họ tên có ký tự lạ, có thể do bảng mã cũ (TCVN3, VNI).",
        "The name has odd letters, perhaps of an old encoding (TCVN3, VNI)."
    };
    if (text_looks_legacy(c->d->applicant->name))
        say(c, CHECK_WARN, &LEGACY, NULL);
}

static void check_contact(struct checking *c)
{
    static const struct phrase NO_EMAIL = { "no_email",
                                            "Không có thư điện tử: cần gọi điện khi có thông báo.",
                                            "No e-mail address: telephone when there is something to tell." };
    if (*c->d->applicant->email == '\0')
        say(c, CHECK_WARN, &NO_EMAIL, NULL);
}

static void check_duplicates(struct checking *c)
{
    static const struct phrase DUPLICATE = { "duplicate", "Người này có hồ sơ cùng thủ tục đang xử lý: {}.",
                                             "The same person has an open dossier for this procedure: {}." };
    for (size_t i = 0; i < c->duplicates_count; i++)
        say(c, CHECK_WARN, &DUPLICATE, c->duplicates[i]);
}

/* ---- all of them ---------------------------------------------------------------------------------- */

const char *checks_run(const void *ctx, const Motcua__DossierSubmitted *d,
                       const Motcua__ProcedurePublished *p, const char *const *duplicates,
                       size_t duplicates_count, int this_year)
{
    static const struct phrase NOTHING = { "nothing_found", "Không phát hiện vấn đề.", "Nothing found." };
    static const struct {
        const char *name;
        void (*run)(struct checking *c);
    } rows[] = {
        { "completeness", check_completeness }, { "scans", check_scans }, { "id_number", check_id_number },
        { "tax_code", check_tax_code },         { "name", check_name },   { "contact", check_contact },
        { "duplicates", check_duplicates },
    };
    struct checking c = { .d = d,
                          .p = p,
                          .duplicates = duplicates,
                          .duplicates_count = duplicates_count,
                          .this_year = this_year,
                          .ctx = ctx,
                          .out = json_writer_of(ctx) };
    write_list(&c.out, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        c.check = rows[i].name;
        c.findings = 0;
        rows[i].run(&c);
        if (c.findings == 0)
            say(&c, CHECK_OK, &NOTHING, NULL);
    }
    write_end(&c.out);
    return write_done(&c.out);
}

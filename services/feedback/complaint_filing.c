/* complaint_filing.c — see complaint_filing.h. */
#include "complaint_filing.h"

#include <string.h>
#include <talloc.h>

#include "json_write.h"
#include "phrases.h"
#include "vn_id.h"

const char *const complaint_categories[] = { "late",    "attitude", "harassment", "extra_papers", "fee",
                                             "refusal", "result",   "procedure",  "other",        NULL };
enum { PERSON_STEP = 4096 };
static const char *const vias[] = { "web", "counter", "letter", "phone", NULL };
static const char *const languages[] = { "vi", "en", NULL };

static const struct phrase NOT_ANONYMOUS = {
    "anonymous_not_allowed",
    "Phản ánh, kiến nghị và khiếu nại phải có họ tên, địa chỉ, điện thoại (NĐ20 Đ7). Chỉ tố cáo mới có thể nặc danh.",
    "A petition or complaint needs a name, an address and a phone (NĐ20 Đ7). Only a denunciation may be anonymous."
};
static const struct phrase ABOUT_WHOM = {
    "anonymous_needs_whom", "Tố cáo nặc danh phải nêu rõ người bị tố cáo. Hãy điền họ tên hoặc chức vụ.",
    "An anonymous denunciation must say whom it is about. Give a name or post."
};
static const struct phrase PROOF = {
    "anonymous_needs_evidence", "Tố cáo nặc danh chỉ được xem xét khi có chứng cứ cụ thể. Hãy nêu chứng cứ.",
    "An anonymous denunciation is looked at only with evidence. Say what there is."
};
static const struct phrase UNIT_OR_DOSSIER = {
    "unit_or_dossier", "Hãy chọn đơn vị, hoặc ghi mã hồ sơ liên quan.",
    "Choose the unit, or give the code of the dossier it is about."
};
static const struct phrase SECRET_DOSSIER = {
    "denunciation_without_dossier",
    "Tố cáo không gắn mã hồ sơ, vì mã hồ sơ cho biết ai tố cáo. Hãy chọn đơn vị và kể trong nội dung.",
    "A denunciation carries no dossier code, for that tells who sent it. Choose the unit and tell it in the text."
};
static const struct phrase VIA = { "via_staff_only", "Chỉ cán bộ mới nhập được đơn nhận bằng cách khác.",
                                   "Only staff enter what came by another way." };

bool complaint_is_about_attitude(const char *category)
{
    return strcmp(category, "attitude") == 0 || strcmp(category, "harassment") == 0;
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static const char *chosen(struct reader *r, const char *name, const char *const *choices,
                          enum presence presence)
{
    int i = read_choice(r, name, choices, presence);
    return choices[i < 0 ? 0 : i];
}

static void read_about(struct reader *r, struct complaint_filing *f)
{
    struct reader about;
    f->official = f->official_name = "";
    if (!read_object(r, "about", OPTIONAL, &about))
        return;
    f->official = or_empty(read_text_line(&about, "official", 36, OPTIONAL));
    f->official_name = or_empty(read_text_line(&about, "name", 200, OPTIONAL));
    f->is_head = read_bool(&about, "is_head", false);
    reader_close(&about);
}

static void read_contact(struct reader *r, struct complaint_filing *f)
{
    struct reader contact;
    enum presence needed = f->is_anonymous ? OPTIONAL : REQUIRED;
    f->name = f->address = f->phone = f->email = "";
    if (!read_object(r, "contact", needed, &contact))
        return;
    f->name = or_empty(read_text_line(&contact, "name", 200, needed));
    f->address = or_empty(read_text_line(&contact, "address", 500, needed));
    f->phone = or_empty(read_text(&contact, "phone", 20, needed));
    f->email = or_empty(read_text(&contact, "email", 254, OPTIONAL));
    char *digits = talloc_zero_array(r->ctx, char, 11);
    if (*f->phone && !phone_normalise(f->phone, digits))
        err_fault(r->err, "contact.phone", &phrase_phone, NULL);
    else if (*f->phone)
        f->phone = digits;
    if (*f->email && !email_is_valid(f->email))
        err_fault(r->err, "contact.email", &phrase_email, NULL);
    reader_close(&contact);
}

static void check_secrecy(const struct complaint_filing *f, struct err *err)
{
    bool is_denunciation = f->class == CLASS_DENUNCIATION;
    if (f->is_anonymous && !is_denunciation)
        err_fault(err, "anonymous", &NOT_ANONYMOUS, NULL);
    if (f->is_anonymous && is_denunciation && !*f->official && !*f->official_name)
        err_fault(err, "about.name", &ABOUT_WHOM, NULL);
    if (f->is_anonymous && is_denunciation && !*f->evidence)
        err_fault(err, "evidence", &PROOF, NULL);
    if (is_denunciation && *f->dossier)
        err_fault(err, "dossier", &SECRET_DOSSIER, NULL);
    else if (!*f->unit && !*f->dossier)
        err_fault(err, "unit", &UNIT_OR_DOSSIER, NULL);
}

int complaint_filing_read(const void *ctx, const struct json_node *body, bool is_staff,
                          struct complaint_filing *f, struct err *err)
{
    struct reader r = reader_of(ctx, body, "", err);
    *f = (struct complaint_filing){ 0 };
    int class = read_choice(&r, "class", complaint_class_names, REQUIRED);
    f->class = class < 0 ? CLASS_PETITION : class;
    f->category = chosen(&r, "category", complaint_categories, REQUIRED);
    f->title = or_empty(read_text_line(&r, "title", 200, REQUIRED));
    f->content = or_empty(read_text(&r, "content", 10000, REQUIRED));
    f->evidence = or_empty(read_text(&r, "evidence", 4000, OPTIONAL));
    f->unit = or_empty(read_text(&r, "unit", UNIT_CODE_TEXT - 1, OPTIONAL));
    f->dossier = or_empty(read_text(&r, "dossier", 47, OPTIONAL));
    f->is_anonymous = read_bool(&r, "anonymous", false);
    f->via = chosen(&r, "via", vias, OPTIONAL);
    f->language = chosen(&r, "language", languages, OPTIONAL);
    read_about(&r, f);
    read_contact(&r, f);
    if (!is_staff && strcmp(f->via, "web") != 0)
        err_fault(err, "via", &VIA, NULL);
    check_secrecy(f, err);
    return reader_close(&r);
}

char *complaint_person_print(const void *ctx, const struct complaint_filing *f)
{
    struct json_writer w = json_writer_of(ctx);
    write_object(&w, NULL);
    write_text(&w, "name", f->name);
    write_text(&w, "address", f->address);
    write_text(&w, "phone", f->phone);
    write_text(&w, "email", f->email);
    write_end(&w);
    const char *person = write_done(&w);
    size_t size = (strlen(person) / PERSON_STEP + 1) * PERSON_STEP;
    return talloc_asprintf(ctx, "%-*s", (int)size, person);
}

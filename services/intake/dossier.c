/* dossier.c — see dossier.h. */
#include "dossier.h"

#include <string.h>
#include <talloc.h>

#include "applicant.h"
#include "crypt.h"
#include "pb.h"
#include "phrases.h"
#include "status.h"

static const char *const languages[] = { "vi", "en", NULL };

static const struct phrase WRONG_LEVEL = {
    "unit_wrong_level", "Đơn vị này không nhận thủ tục đã chọn. Chọn đơn vị đúng cấp.",
    "This unit does not take this procedure. Choose one of the right level."
};
static const struct phrase NOT_ONLINE = {
    "not_online", "Thủ tục này chưa nhận trực tuyến. Hãy nộp tại bộ phận một cửa.",
    "This procedure is not taken online yet. File it at the one-stop counter."
};
static const struct phrase NO_COMPONENT = { "component_unknown", "Thủ tục không có thành phần {}.",
                                            "The procedure has no component {}." };
static const struct phrase NO_NAME = { "paper_name_required", "Giấy tờ ngoài danh mục cần có tên.",
                                       "A paper that is not on the list needs a name." };
static const struct phrase MISSING_PAPER = { "paper_missing", "Thiếu giấy tờ bắt buộc: {}.",
                                             "A mandatory paper is missing: {}." };
static const struct phrase NO_FILE = { "file_required", "Nộp trực tuyến cần tệp cho giấy tờ này.",
                                       "Filing online needs a file for this paper." };

/* ---- reading -------------------------------------------------------------------------------------- */

void papers_read(struct reader *r, size_t *count, struct asked_paper **papers)
{
    size_t n = read_list(r, "papers", PAPERS_MAX, OPTIONAL);
    struct reader item;
    *papers = talloc_zero_array(r->ctx, struct asked_paper, n);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!read_item(r, "papers", i, &item))
            continue;
        struct asked_paper *p = &(*papers)[(*count)++];
        p->component = pb_text(read_text(&item, "component", 40, OPTIONAL));
        p->name = pb_text(read_text_line(&item, "name", 2000, OPTIONAL));
        p->upload = pb_text(read_text(&item, "upload", 36, OPTIONAL));
        p->originals = (uint32_t)read_int(&item, "originals", 0, 100, OPTIONAL);
        p->copies = (uint32_t)read_int(&item, "copies", 0, 100, OPTIONAL);
        reader_close(&item);
    }
}

static Motcua__Channel read_channel(struct reader *r, bool is_staff)
{
    static const char *const staff_channels[] = { "counter", "post", NULL };
    if (!is_staff)
        return MOTCUA__CHANNEL__ONLINE;
    int i = read_choice(r, "channel", staff_channels, OPTIONAL);
    return i == 1 ? MOTCUA__CHANNEL__POST : MOTCUA__CHANNEL__COUNTER;
}

int filing_read(const void *ctx, const struct json_node *body, bool is_staff, int this_year, struct filing *f,
                struct err *err)
{
    struct reader applicant, r = reader_of(ctx, body, "", err);
    f->procedure_code = pb_text(read_text(&r, "procedure", 40, REQUIRED));
    f->unit_code = pb_text(read_text(&r, "unit", UNIT_CODE_TEXT - 1, REQUIRED));
    f->summary = pb_text(read_text_line(&r, "summary", 1000, OPTIONAL));
    int language = read_choice(&r, "language", languages, OPTIONAL);
    f->language = languages[language > 0 ? language : 0];
    f->channel = read_channel(&r, is_staff);
    f->result_by_post = read_bool(&r, "result_by_post", false);
    f->answers = read_any(&r, "answers", OPTIONAL);
    if (read_object(&r, "applicant", REQUIRED, &applicant))
        applicant_read(&applicant, this_year, &f->applicant);
    papers_read(&r, &f->papers_count, &f->papers);
    return reader_close(&r);
}

/* ---- comparing with the catalogue ------------------------------------------------------------------- */

static const Motcua__Component *component_of(const struct procedure *p, const char *code)
{
    for (size_t i = 0; i < p->components_count; i++)
        if (strcmp(p->components[i]->code, code) == 0)
            return p->components[i];
    return NULL;
}

static void check_paper(const struct filing *f, const struct procedure *p, size_t i, struct err *err)
{
    const struct asked_paper *paper = &f->papers[i];
    char field[40];
    snprintf(field, sizeof field, "papers[%zu]", i);
    if (*paper->component && !component_of(p, paper->component))
        err_fault(err, field, &NO_COMPONENT, paper->component);
    if (*paper->component == '\0' && *paper->name == '\0')
        err_fault(err, field, &NO_NAME, NULL);
    if (f->channel == MOTCUA__CHANNEL__ONLINE && *paper->upload == '\0')
        err_fault(err, field, &NO_FILE, NULL);
}

static bool is_brought(const struct filing *f, const char *component)
{
    for (size_t i = 0; i < f->papers_count; i++) {
        const struct asked_paper *p = &f->papers[i];
        if (strcmp(p->component, component) == 0 && (*p->upload || p->originals + p->copies > 0))
            return true;
    }
    return false;
}

static void check_mandatory(const struct filing *f, const struct procedure *p, struct err *err)
{
    for (size_t i = 0; i < p->components_count; i++) {
        const Motcua__Component *c = p->components[i];
        if (c->is_required && !is_brought(f, c->code)) {
            char arg[sizeof err->faults[0].arg + 4]; /* longer: err cuts it between characters */
            snprintf(arg, sizeof arg, "%s %s", c->code, c->name);
            err_fault(err, "papers", &MISSING_PAPER, arg);
        }
    }
}

int filing_check(const struct filing *f, const struct procedure *p, const char *unit_level, struct err *err)
{
    if (!unit_level)
        err_fault(err, "unit", &phrase_unit_unknown, NULL);
    else if (!procedure_is_at_level(p, strcmp(unit_level, "department") == 0 ? "province" : unit_level))
        err_fault(err, "unit", &WRONG_LEVEL, NULL);
    if (f->channel == MOTCUA__CHANNEL__ONLINE && strcmp(p->online_level, "none") == 0)
        err_fault(err, "procedure", &NOT_ONLINE, NULL);
    for (size_t i = 0; i < f->papers_count; i++)
        check_paper(f, p, i, err);
    check_mandatory(f, p, err);
    return err->code;
}

/* ---- what the public sees ------------------------------------------------------------------------- */

static void set_text(json_t *o, const char *name, const char *text)
{
    if (text && *text)
        json_object_set_new(o, name, json_string(text));
}

static void set_number(json_t *o, const char *name, int64_t n)
{
    if (n)
        json_object_set_new(o, name, json_integer(n));
}

static json_t *asked_json(const Motcua__DossierProgressed *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->n_asked_papers; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s}", "component", p->asked_papers[i]->component_code,
                                        "name", p->asked_papers[i]->name, "reason",
                                        p->asked_papers[i]->reason));
    return list;
}

static json_t *result_json(const Motcua__Result *r)
{
    json_t *result = json_pack("{s:s, s:s, s:s, s:I, s:s}", "number", r->number, "name", r->name, "signer",
                               r->signer, "signed_at_ms", (json_int_t)r->signed_at_ms, "agency", r->agency);
    if (r->sha256.len == SHA256_BYTES) {
        char *hex = crypt_hex(NULL, r->sha256.data, r->sha256.len);
        json_object_set_new(result, "file",
                            json_pack("{s:s, s:s, s:I, s:s}", "sha256", hex, "name", r->file_name, "size",
                                      (json_int_t)r->size_bytes, "type", r->media_type));
        talloc_free(hex);
    }
    return result;
}

json_t *progress_json(const Motcua__DossierProgressed *p)
{
    json_t *o =
        json_pack("{s:i, s:s, s:s, s:I}", "status", p->status, "status_name", status_phrase(p->status)->vi,
                  "transition", transition_name(p->transition), "at_ms", (json_int_t)p->at_ms);
    if (p->by && *p->by->name)
        json_object_set_new(o, "by",
                            json_pack("{s:s, s:s, s:s}", "name", p->by->name, "title", p->by->title,
                                      "department", p->by->department));
    set_text(o, "note", p->note);
    set_text(o, "handling_unit_code", p->handling_unit_code);
    set_text(o, "handling_unit_name", p->handling_unit_name);
    set_number(o, "accepted_at_ms", p->accepted_at_ms);
    set_number(o, "due_at_ms", p->due_at_ms);
    set_number(o, "due_before_ms", p->due_before_ms);
    set_text(o, "step_name", p->step_name);
    set_number(o, "step_due_at_ms", p->step_due_at_ms);
    set_number(o, "answer_by_ms", p->answer_by_ms);
    set_number(o, "finished_at_ms", p->finished_at_ms);
    set_number(o, "returned_at_ms", p->returned_at_ms);
    set_number(o, "fee_dong", p->fee_dong);
    if (p->n_asked_papers > 0)
        json_object_set_new(o, "asked_papers", asked_json(p));
    if (p->result)
        json_object_set_new(o, "result", result_json(p->result));
    return o;
}

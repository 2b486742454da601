/* catalogue_read.c — see catalogue.h: a definition, or the part of one that a file brings, into a
 * procedure. */
#include "catalogue.h"

#include <string.h>
#include <talloc.h>

#include "catalogue_names.h"
#include "civil.h"
#include "money.h"
#include "pb.h"
#include "phrases.h"

static const struct phrase CODE = { "procedure_code_invalid", "Mã thủ tục phải có dạng 1.004363.",
                                    "A procedure code looks like 1.004363." };
static const struct phrase HOURS = { "hours_invalid", "Số giờ của bước phải là số, từ 0 đến 29200.",
                                     "The hours of a step are a number from 0 to 29200." };
static const struct phrase STEPS_TOO_LONG = { "steps_exceed_limit",
                                              "Tổng thời gian các bước vượt thời hạn giải quyết.",
                                              "The steps take longer than the limit." };
static const struct phrase NO_CHOICES = { "choices_missing", "Mục chọn phải có danh sách lựa chọn.",
                                          "A choice needs its list of choices." };
static const struct phrase WHEN_UNKNOWN = { "when_unknown", "Điều kiện trỏ đến mục không có trước đó: {}.",
                                            "The condition names a field that does not come before: {}." };

enum { STEP_HOURS_MAX = 29200 }; /* eight a day for ten years, as the longest limit */

/* ---- reading -------------------------------------------------------------------------------------- */

static bool has(struct reader *r, const char *name)
{
    return read_any(r, name, OPTIONAL) != NULL;
}

static void text_member(struct reader *r, const char *name, size_t max, const char **to)
{
    const char *text = has(r, name) ? read_text(r, name, max, OPTIONAL) : NULL;
    if (text)
        *to = text;
}

static void number_member(struct reader *r, const char *name, int64_t max, uint32_t *to)
{
    if (has(r, name))
        *to = (uint32_t)read_int(r, name, 0, max, OPTIONAL);
}

static void text_list(struct reader *r, const char *name, size_t max, size_t *count, const char ***to)
{
    if (!has(r, name))
        return;
    size_t n = read_list(r, name, max, OPTIONAL);
    *to = talloc_zero_array(r->ctx, const char *, n);
    *count = n;
    for (size_t i = 0; i < n; i++)
        (*to)[i] = pb_text(read_item_text(r, name, i, 200));
}

static void check_names(struct reader *r, const char *name, size_t count, const char *const *list,
                        const char *const *known)
{
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (known[k] && strcmp(known[k], list[i]) != 0)
            k++;
        if (!known[k]) {
            static const struct phrase NOT_KNOWN = { "not_a_choice", "Giá trị không hợp lệ: {}.",
                                                     "Not a valid value: {}." };
            err_fault(r->err, reader_path(r, name), &NOT_KNOWN, list[i]);
        }
    }
}

static void read_limit(struct reader *r, struct procedure *p)
{
    struct reader limit;
    if (!has(r, "limit") || !read_object(r, "limit", OPTIONAL, &limit))
        return;
    int unit = read_choice(&limit, "unit", limit_units, REQUIRED);
    p->limit_unit = unit < 0 ? 0 : (Motcua__LimitUnit)unit;
    p->limit = (uint32_t)read_int(&limit, "value", 0, 3650, OPTIONAL);
    p->limit_text = pb_text(read_text(&limit, "text", 2000, OPTIONAL));
    reader_close(&limit);
}

static Motcua__FeeLine *read_fee(struct reader *r)
{
    Motcua__FeeLine *fee = talloc(r->ctx, Motcua__FeeLine);
    motcua__fee_line__init(fee);
    int kind = read_choice(r, "kind", fee_kinds, REQUIRED),
        when = read_choice(r, "when", fee_whens, REQUIRED);
    fee->kind = kind < 0 ? 0 : (Motcua__FeeKind)kind;
    fee->when = when < 0 ? 0 : (Motcua__FeeWhen)when;
    fee->code = pb_text(read_text(r, "code", 50, OPTIONAL));
    fee->name = pb_text(read_text(r, "name", 500, REQUIRED));
    fee->amount_dong = read_int(r, "amount", 0, MONEY_MAX, REQUIRED);
    fee->has_online_amount = has(r, "online_amount");
    fee->online_amount_dong = read_int(r, "online_amount", 0, MONEY_MAX, OPTIONAL);
    reader_close(r);
    return fee;
}

static Motcua__Component *read_component(struct reader *r)
{
    Motcua__Component *c = talloc(r->ctx, Motcua__Component);
    motcua__component__init(c);
    c->code = pb_text(read_text(r, "code", 40, REQUIRED));
    c->name = pb_text(read_text(r, "name", 2000, REQUIRED));
    c->is_required = read_bool(r, "required", false);
    c->originals = (uint32_t)read_int(r, "originals", 0, 100, OPTIONAL);
    c->copies = (uint32_t)read_int(r, "copies", 0, 100, OPTIONAL);
    reader_close(r);
    return c;
}

/* Working hours, with fractions, as minutes. */
static uint32_t read_hours(struct reader *r)
{
    const struct json_node *hours = read_any(r, "hours", REQUIRED);
    bool is_number = hours && (hours->type == JSON_INTEGER || hours->type == JSON_REAL);
    double n = !is_number ? 0 : hours->type == JSON_REAL ? hours->real : (double)hours->integer;
    bool sound = is_number && n >= 0 && n <= STEP_HOURS_MAX;
    if (hours && !sound)
        err_fault(r->err, reader_path(r, "hours"), &HOURS, NULL);
    return sound ? (uint32_t)(n * 60 + 0.5) : 0;
}

static Motcua__Step *read_step(struct reader *r)
{
    Motcua__Step *s = talloc(r->ctx, Motcua__Step);
    motcua__step__init(s);
    s->name = pb_text(read_text(r, "name", 300, REQUIRED));
    int role = read_choice(r, "role", roles, REQUIRED);
    s->role = (char *)(role < 0 ? "" : roles[role]);
    s->minutes = read_hours(r);
    reader_close(r);
    return s;
}

static void read_choices(struct reader *r, struct form_field *f)
{
    size_t n = read_list(r, "choices", 200, OPTIONAL);
    f->choices = talloc_zero_array(r->ctx, struct choice, n);
    for (size_t i = 0; i < n; i++) {
        struct reader item;
        if (!read_item(r, "choices", i, &item))
            continue;
        f->choices[f->choices_count].value = pb_text(read_text(&item, "value", 100, REQUIRED));
        f->choices[f->choices_count].label = pb_text(read_text(&item, "label", 300, REQUIRED));
        f->choices[f->choices_count].label_en = pb_text(read_text(&item, "label_en", 300, OPTIONAL));
        f->choices_count++;
        reader_close(&item);
    }
    if (f->type == FIELD_CHOICE && f->choices_count == 0)
        err_fault(r->err, reader_path(r, "choices"), &NO_CHOICES, NULL);
}

static void read_when(struct reader *r, struct form_field *f)
{
    struct reader when;
    if (!has(r, "when") || !read_object(r, "when", OPTIONAL, &when))
        return;
    f->when_field = read_text(&when, "field", 60, REQUIRED);
    const struct json_node *equals = read_any(&when, "equals", REQUIRED);
    if (equals && (equals->type == JSON_TRUE || equals->type == JSON_FALSE))
        f->when_equals = equals->type == JSON_TRUE ? "true" : "false";
    else
        f->when_equals = read_text(&when, "equals", 100, REQUIRED);
    reader_close(&when);
}

static struct form_field read_field(struct reader *r)
{
    struct form_field f = { .name = pb_text(read_text(r, "name", 60, REQUIRED)) };
    int type = read_choice(r, "type", field_types, REQUIRED);
    f.type = type < 0 ? FIELD_TEXT : (enum field_type)type;
    f.label = pb_text(read_text(r, "label", 300, REQUIRED));
    f.label_en = pb_text(read_text(r, "label_en", 300, OPTIONAL));
    f.is_required = read_bool(r, "required", false);
    f.min = read_int(r, "min", -FORM_NUMBER_MAX, FORM_NUMBER_MAX, OPTIONAL);
    f.max = read_int(r, "max", 0, FORM_NUMBER_MAX, OPTIONAL);
    read_choices(r, &f);
    read_when(r, &f);
    reader_close(r);
    return f;
}

static void read_fees(struct reader *r, struct procedure *p)
{
    size_t n = read_list(r, "fees", FEES_MAX, OPTIONAL);
    struct reader item;
    p->fees = talloc_zero_array(r->ctx, Motcua__FeeLine *, n);
    p->fees_count = 0;
    for (size_t i = 0; i < n; i++)
        if (read_item(r, "fees", i, &item))
            p->fees[p->fees_count++] = read_fee(&item);
}

static void read_components(struct reader *r, struct procedure *p)
{
    size_t n = read_list(r, "components", COMPONENTS_MAX, OPTIONAL);
    struct reader item;
    p->components = talloc_zero_array(r->ctx, Motcua__Component *, n);
    p->components_count = 0;
    for (size_t i = 0; i < n; i++)
        if (read_item(r, "components", i, &item))
            p->components[p->components_count++] = read_component(&item);
}

static void read_steps(struct reader *r, struct procedure *p)
{
    size_t n = read_list(r, "steps", STEPS_MAX, OPTIONAL);
    struct reader item;
    p->steps = talloc_zero_array(r->ctx, Motcua__Step *, n);
    p->steps_count = 0;
    for (size_t i = 0; i < n; i++)
        if (read_item(r, "steps", i, &item))
            p->steps[p->steps_count++] = read_step(&item);
}

static void read_form(struct reader *r, struct procedure *p)
{
    size_t n = read_list(r, "form", FORM_FIELDS_MAX, OPTIONAL);
    struct reader item;
    p->form = talloc_zero_array(r->ctx, struct form_field, n);
    p->form_count = 0;
    for (size_t i = 0; i < n; i++)
        if (read_item(r, "form", i, &item))
            p->form[p->form_count++] = read_field(&item);
}

static void read_enums(struct reader *r, struct procedure *p)
{
    int online = has(r, "online_level") ? read_choice(r, "online_level", online_levels, OPTIONAL) : -1;
    int mode = has(r, "count_mode") ? read_choice(r, "count_mode", count_modes, OPTIONAL) : -1;
    int pause = has(r, "pause_policy") ? read_choice(r, "pause_policy", pause_policies, OPTIONAL) : -1;
    if (online >= 0)
        p->online_level = online_levels[online];
    if (mode >= 0)
        p->count_mode = (Motcua__CountMode)mode;
    if (pause >= 0)
        p->pause_policy = (Motcua__PausePolicy)pause;
    if (has(r, "immediate"))
        p->is_immediate = read_bool(r, "immediate", false);
}

static void read_valid_from(struct reader *r, struct procedure *p)
{
    const char *text = has(r, "valid_from") ? read_text(r, "valid_from", 10, OPTIONAL) : NULL;
    if (text && !civil_parse(text, CIVIL_DATE, &p->valid_from_ms))
        err_fault(r->err, reader_path(r, "valid_from"), &phrase_date, NULL);
}

/* ---- what must hold of the whole ------------------------------------------------------------------ */

static void check_steps(struct reader *r, const struct procedure *p)
{
    uint64_t minutes = 0, limit = 0;
    for (size_t i = 0; i < p->steps_count; i++)
        minutes += p->steps[i]->minutes;
    if (p->limit_unit == MOTCUA__LIMIT_UNIT__WORKING_DAYS)
        limit = (uint64_t)p->limit * 480;
    if (p->limit_unit == MOTCUA__LIMIT_UNIT__HOURS)
        limit = (uint64_t)p->limit * 60;
    if (limit > 0 && minutes > limit)
        err_fault(r->err, reader_path(r, "steps"), &STEPS_TOO_LONG, NULL);
}

static void check_conditions(struct reader *r, const struct procedure *p)
{
    for (size_t i = 0; i < p->form_count; i++) {
        const char *wanted = p->form[i].when_field;
        size_t k = 0;
        while (wanted && k < i && strcmp(p->form[k].name, wanted) != 0)
            k++;
        if (wanted && k == i)
            err_fault(r->err, reader_path(r, "form"), &WHEN_UNKNOWN, wanted);
    }
}

int procedure_read(struct reader *r, struct procedure *p)
{
    text_member(r, "code", 40, &p->code);
    text_member(r, "name", PROCEDURE_NAME_MAX, &p->name);
    text_member(r, "field_code", 40, &p->field_code);
    text_member(r, "field", 200, &p->field);
    text_member(r, "agency", 2000, &p->agency);
    text_member(r, "online_level_reason", 500, &p->online_level_reason);
    text_member(r, "decision_no", 100, &p->decision_no);
    text_member(r, "result_name", 1000, &p->result_name);
    text_member(r, "fee_text", 4000, &p->fee_text);
    number_member(r, "supplement_days", 365, &p->supplement_days);
    number_member(r, "payment_days", 365, &p->payment_days);
    text_list(r, "levels", 4, &p->levels_count, &p->levels);
    text_list(r, "subjects", 8, &p->subjects_count, &p->subjects);
    text_list(r, "legal_basis", 60, &p->legal_basis_count, &p->legal_basis);
    check_names(r, "levels", p->levels_count, p->levels, level_names);
    check_names(r, "subjects", p->subjects_count, p->subjects, subject_names);
    read_enums(r, p);
    read_limit(r, p);
    read_valid_from(r, p);
    if (has(r, "fees"))
        read_fees(r, p);
    if (has(r, "components"))
        read_components(r, p);
    if (has(r, "steps"))
        read_steps(r, p);
    if (has(r, "form"))
        read_form(r, p);
    reader_close(r);
    if (!procedure_code_is_valid(p->code))
        err_fault(r->err, reader_path(r, "code"), &CODE, NULL);
    check_steps(r, p);
    check_conditions(r, p);
    return r->err->code;
}

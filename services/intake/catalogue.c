/* catalogue.c — see catalogue.h: what a procedure is, and its definition as JSON. Reading is in
 * catalogue_read.c; the two are mirror images: a member has its line in both. */
#include "catalogue.h"

#include <string.h>

#include "catalogue_names.h"
#include "civil.h"
#include "pb.h"

const char *const level_names[] = { "province", "district", "commune", NULL };
const char *const subject_names[] = { "citizen", "business", "state_agency", "other_organisation", NULL };
const char *const online_levels[] = { "full", "partial", "none", NULL };
const char *const limit_units[] = { "none", "working_day", "day", "hour", "month", NULL };
const char *const count_modes[] = { "day", "hour", NULL };
const char *const pause_policies[] = { "restart", "resume", "shift", NULL };
const char *const fee_kinds[] = { "", "phi", "le_phi", NULL };
const char *const fee_whens[] = { "", "before", "after", NULL };
const char *const roles[] = { "clerk", "officer", "leader", NULL };
const char *const field_types[] = { "text",    "long_text", "integer", "money",      "date",     "choice",
                                    "boolean", "phone",     "email",   "citizen_id", "tax_code", NULL };

void procedure_init(struct procedure *p)
{
    *p = (struct procedure){
        .code = "",
        .name = "",
        .field_code = "",
        .field = "",
        .agency = "",
        .online_level = "none",
        .online_level_reason = "",
        .decision_no = "",
        .result_name = "",
        .limit_text = "",
        .fee_text = "",
        .supplement_days = 30,
        .payment_days = 10,
    };
}

bool procedure_code_is_valid(const char *code)
{
    size_t n = strspn(code, "0123456789.ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return strlen(code) >= 8 && n == strlen(code) && n <= 40 && code[1] == '.' &&
           strspn(code + 2, "0123456789") == 6 && strchr("123456789", code[0]) && (n == 8 || code[8] == '.');
}

bool procedure_is_at_level(const struct procedure *p, const char *level)
{
    for (size_t i = 0; i < p->levels_count; i++)
        if (strcmp(p->levels[i], level) == 0)
            return true;
    return false;
}

/* ---- writing -------------------------------------------------------------------------------------- */

static json_t *texts_json(size_t n, const char *const *texts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_string(texts[i]));
    return list;
}

static json_t *fees_json(const struct procedure *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->fees_count; i++) {
        const Motcua__FeeLine *f = p->fees[i];
        json_t *fee =
            json_pack("{s:s, s:s, s:s, s:I, s:s}", "kind", fee_kinds[f->kind], "code", f->code, "name",
                      f->name, "amount", (json_int_t)f->amount_dong, "when", fee_whens[f->when]);
        if (f->has_online_amount)
            json_object_set_new(fee, "online_amount", json_integer(f->online_amount_dong));
        json_array_append_new(list, fee);
    }
    return list;
}

static json_t *components_json(const struct procedure *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->components_count; i++) {
        const Motcua__Component *c = p->components[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:i, s:i}", "code", c->code, "name", c->name,
                                              "required", c->is_required, "originals", (int)c->originals,
                                              "copies", (int)c->copies));
    }
    return list;
}

static json_t *steps_json(const struct procedure *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->steps_count; i++) {
        const Motcua__Step *s = p->steps[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:f}", "name", s->name, "role", s->role, "hours",
                                              s->minutes / 60.0));
    }
    return list;
}

static json_t *choices_json(const struct form_field *f)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->choices_count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "value", f->choices[i].value, "label",
                                              f->choices[i].label, "label_en", f->choices[i].label_en));
    return list;
}

static json_t *field_json(const struct form_field *f)
{
    json_t *field = json_pack("{s:s, s:s, s:s, s:s, s:b}", "name", f->name, "label", f->label, "label_en",
                              f->label_en, "type", field_types[f->type], "required", f->is_required);
    if (f->min)
        json_object_set_new(field, "min", json_integer(f->min));
    if (f->max)
        json_object_set_new(field, "max", json_integer(f->max));
    if (f->choices_count > 0)
        json_object_set_new(field, "choices", choices_json(f));
    if (f->when_field)
        json_object_set_new(field, "when",
                            json_pack("{s:s, s:s}", "field", f->when_field, "equals", f->when_equals));
    return field;
}

static json_t *form_json(const struct procedure *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->form_count; i++)
        json_array_append_new(list, field_json(&p->form[i]));
    return list;
}

json_t *procedure_definition(const struct procedure *p)
{
    char from[CIVIL_TEXT];
    json_t *d =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "code", p->code, "name", p->name,
                  "field_code", p->field_code, "field", p->field, "agency", p->agency, "online_level",
                  p->online_level, "online_level_reason", p->online_level_reason, "decision_no",
                  p->decision_no, "result_name", p->result_name, "fee_text", p->fee_text);
    json_object_set_new(d, "levels", texts_json(p->levels_count, p->levels));
    json_object_set_new(d, "subjects", texts_json(p->subjects_count, p->subjects));
    json_object_set_new(d, "legal_basis", texts_json(p->legal_basis_count, p->legal_basis));
    json_object_set_new(d, "limit",
                        json_pack("{s:i, s:s, s:s}", "value", (int)p->limit, "unit",
                                  limit_units[p->limit_unit], "text", p->limit_text));
    json_object_set_new(d, "count_mode", json_string(count_modes[p->count_mode]));
    json_object_set_new(d, "pause_policy", json_string(pause_policies[p->pause_policy]));
    json_object_set_new(d, "immediate", json_boolean(p->is_immediate));
    json_object_set_new(d, "supplement_days", json_integer(p->supplement_days));
    json_object_set_new(d, "payment_days", json_integer(p->payment_days));
    json_object_set_new(d, "fees", fees_json(p));
    json_object_set_new(d, "components", components_json(p));
    json_object_set_new(d, "steps", steps_json(p));
    json_object_set_new(d, "form", form_json(p));
    if (p->valid_from_ms)
        json_object_set_new(d, "valid_from", json_string(civil_format(p->valid_from_ms, CIVIL_DATE, from)));
    return d;
}

void procedure_message(const struct procedure *p, Motcua__ProcedurePublished *out)
{
    motcua__procedure_published__init(out);
    out->code = pb_text(p->code);
    out->version = p->version;
    out->name = pb_text(p->name);
    out->field_code = pb_text(p->field_code);
    out->field_name = pb_text(p->field);
    out->valid_from_ms = p->valid_from_ms;
    out->n_components = p->components_count;
    out->components = p->components;
    out->n_fees = p->fees_count;
    out->fees = p->fees;
    out->limit = p->limit;
    out->limit_unit = p->limit_unit;
    out->limit_text = pb_text(p->limit_text);
    out->count_mode = p->count_mode;
    out->pause_policy = p->pause_policy;
    out->n_steps = p->steps_count;
    out->steps = p->steps;
    out->is_immediate = p->is_immediate;
    out->supplement_days = p->supplement_days;
    out->payment_days = p->payment_days;
    out->result_name = pb_text(p->result_name);
    out->online_level = pb_text(p->online_level);
}

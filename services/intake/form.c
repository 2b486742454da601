/* form.c — see form.h. One row of a table per type: how its value is read and checked. */
#include "form.h"

#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "phrases.h"
#include "text.h"
#include "vn_id.h"

static const struct phrase TOO_SHORT = { "too_short", "Quá ngắn. Ít nhất {} ký tự.",
                                         "Too short. At least {} characters." };
static const struct phrase NOT_ASKED = { "not_asked",
                                         "Mục này không cần điền với lựa chọn của bạn. Hãy bỏ trống.",
                                         "This is not asked with what you chose. Leave it empty." };

enum { TEXT_MAX = 500, LONG_TEXT_MAX = 5000 };
_Static_assert((int)FORM_FIELDS_MAX <= (int)READER_FIELDS_MAX, "a reader can ask for every field of a form");

struct checking {
    const struct procedure *p;
    struct reader answers;
    int this_year;
    json_t *clean;
};

static json_t *fault(struct checking *c, const struct form_field *f, const struct phrase *phrase)
{
    err_fault(c->answers.err, reader_path(&c->answers, f->name), phrase, NULL);
    return NULL;
}

static enum presence presence_of(const struct form_field *f)
{
    return f->is_required ? REQUIRED : OPTIONAL;
}

static const char *text_value(struct checking *c, const struct form_field *f, size_t most)
{
    char least[24];
    const char *text = read_text(&c->answers, f->name, f->max > 0 ? (size_t)f->max : most, presence_of(f));
    if (text && f->min > 0 && text_length(text) < (size_t)f->min) {
        snprintf(least, sizeof least, "%" PRId64, f->min);
        err_fault(c->answers.err, reader_path(&c->answers, f->name), &TOO_SHORT, least);
    }
    return text;
}

static json_t *take_text(struct checking *c, const struct form_field *f)
{
    const char *text = text_value(c, f, f->type == FIELD_LONG_TEXT ? LONG_TEXT_MAX : TEXT_MAX);
    return text ? json_string(text) : NULL;
}

static json_t *take_number(struct checking *c, const struct form_field *f)
{
    int64_t most = f->max > 0 ? f->max : FORM_NUMBER_MAX;
    if (!read_any(&c->answers, f->name, presence_of(f)))
        return NULL;
    return json_integer(read_int(&c->answers, f->name, f->min, most, OPTIONAL));
}

static json_t *take_date(struct checking *c, const struct form_field *f)
{
    int64_t ms;
    const char *text = text_value(c, f, 10);
    if (!text)
        return NULL;
    return civil_parse(text, CIVIL_DATE, &ms) ? json_string(text) : fault(c, f, &phrase_date);
}

static json_t *take_choice(struct checking *c, const struct form_field *f)
{
    const char **values = talloc_zero_array(c->answers.ctx, const char *, f->choices_count + 1);
    for (size_t i = 0; i < f->choices_count; i++)
        values[i] = f->choices[i].value;
    int i = read_choice(&c->answers, f->name, values, presence_of(f));
    return i >= 0 ? json_string(values[i]) : NULL;
}

static json_t *take_boolean(struct checking *c, const struct form_field *f)
{
    if (!read_any(&c->answers, f->name, presence_of(f)))
        return NULL;
    return json_boolean(read_bool(&c->answers, f->name, false));
}

static json_t *take_phone(struct checking *c, const struct form_field *f)
{
    char digits[11];
    const char *text = text_value(c, f, 20);
    if (!text)
        return NULL;
    return phone_normalise(text, digits) ? json_string(digits) : fault(c, f, &phrase_phone);
}

static json_t *take_email(struct checking *c, const struct form_field *f)
{
    const char *text = text_value(c, f, 254);
    if (!text)
        return NULL;
    return email_is_valid(text) ? json_string(text) : fault(c, f, &phrase_email);
}

static json_t *take_citizen_id(struct checking *c, const struct form_field *f)
{
    const char *text = text_value(c, f, 12);
    if (!text)
        return NULL;
    return id_number_kind(text, c->this_year, NULL) == ID_CITIZEN ? json_string(text)
                                                                  : fault(c, f, &phrase_citizen_number);
}

static json_t *take_tax_code(struct checking *c, const struct form_field *f)
{
    const char *text = text_value(c, f, 14);
    if (!text)
        return NULL;
    return tax_code_is_valid(text) ? json_string(text) : fault(c, f, &phrase_tax_code);
}

typedef json_t *take_fn(struct checking *c, const struct form_field *f);
static take_fn *const takers[] = {
    [FIELD_TEXT] = take_text,         [FIELD_LONG_TEXT] = take_text,
    [FIELD_INTEGER] = take_number,    [FIELD_MONEY] = take_number,
    [FIELD_DATE] = take_date,         [FIELD_CHOICE] = take_choice,
    [FIELD_BOOLEAN] = take_boolean,   [FIELD_PHONE] = take_phone,
    [FIELD_EMAIL] = take_email,       [FIELD_CITIZEN_ID] = take_citizen_id,
    [FIELD_TAX_CODE] = take_tax_code,
};

/* Conditions look at what came before, already clean. */
static bool is_asked(const struct checking *c, const struct form_field *f)
{
    if (!f->when_field)
        return true;
    const json_t *v = json_object_get(c->clean, f->when_field);
    if (json_is_boolean(v))
        return strcmp(f->when_equals, json_is_true(v) ? "true" : "false") == 0;
    return json_is_string(v) && strcmp(json_string_value(v), f->when_equals) == 0;
}

static void take(struct checking *c, const struct form_field *f)
{
    if (!is_asked(c, f)) {
        if (read_any(&c->answers, f->name, OPTIONAL))
            fault(c, f, &NOT_ASKED);
        return;
    }
    json_t *v = takers[f->type](c, f);
    if (v)
        json_object_set_new(c->clean, f->name, v);
}

int form_check(const void *ctx, const struct procedure *p, const json_t *answers, int this_year,
               json_t **clean, struct err *err)
{
    json_t *none = json_own(ctx, json_object());
    struct checking c = { .p = p,
                          .this_year = this_year,
                          .answers = reader_of(ctx, answers ? answers : none, "answers.", err) };
    *clean = c.clean = json_own(ctx, json_object());
    for (size_t i = 0; i < p->form_count; i++)
        take(&c, &p->form[i]);
    return reader_close(&c.answers);
}

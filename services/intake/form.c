/* form.c — see form.h. One row of a table per type: how its value is read and checked. */
#include "form.h"

#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "json_write.h"
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
    struct json_writer clean;
    const char *values[FORM_FIELDS_MAX]; /* as conditions compare them; NULL: no answer */
};

/* NULL, so that a taker may return it. */
static const char *fault(struct checking *c, const struct form_field *f, const struct phrase *phrase)
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

static const char *take_text(struct checking *c, const struct form_field *f)
{
    return text_value(c, f, f->type == FIELD_LONG_TEXT ? LONG_TEXT_MAX : TEXT_MAX);
}

/* Written at once: numbers and yes or no are no texts. */
static const char *take_number(struct checking *c, const struct form_field *f)
{
    int64_t most = f->max > 0 ? f->max : FORM_NUMBER_MAX;
    if (read_any(&c->answers, f->name, presence_of(f)))
        write_int(&c->clean, f->name, read_int(&c->answers, f->name, f->min, most, OPTIONAL));
    return NULL;
}

static const char *take_date(struct checking *c, const struct form_field *f)
{
    int64_t ms;
    const char *text = text_value(c, f, 10);
    return !text || civil_parse(text, CIVIL_DATE, &ms) ? text : fault(c, f, &phrase_date);
}

static const char *take_choice(struct checking *c, const struct form_field *f)
{
    const char **values = talloc_zero_array(c->answers.ctx, const char *, f->choices_count + 1);
    for (size_t i = 0; i < f->choices_count; i++)
        values[i] = f->choices[i].value;
    int i = read_choice(&c->answers, f->name, values, presence_of(f));
    return i >= 0 ? values[i] : NULL;
}

static const char *take_boolean(struct checking *c, const struct form_field *f)
{
    if (!read_any(&c->answers, f->name, presence_of(f)))
        return NULL;
    bool value = read_bool(&c->answers, f->name, false);
    write_bool(&c->clean, f->name, value);
    c->values[f - c->p->form] = value ? "true" : "false";
    return NULL;
}

static const char *take_phone(struct checking *c, const struct form_field *f)
{
    char *digits = talloc_array(c->answers.ctx, char, 11);
    const char *text = text_value(c, f, 20);
    if (!text)
        return NULL;
    return phone_normalise(text, digits) ? digits : fault(c, f, &phrase_phone);
}

static const char *take_email(struct checking *c, const struct form_field *f)
{
    const char *text = text_value(c, f, 254);
    return !text || email_is_valid(text) ? text : fault(c, f, &phrase_email);
}

static const char *take_citizen_id(struct checking *c, const struct form_field *f)
{
    const char *text = text_value(c, f, 12);
    bool sound = !text || id_number_kind(text, c->this_year, NULL) == ID_CITIZEN;
    return sound ? text : fault(c, f, &phrase_citizen_number);
}

static const char *take_tax_code(struct checking *c, const struct form_field *f)
{
    const char *text = text_value(c, f, 14);
    return !text || tax_code_is_valid(text) ? text : fault(c, f, &phrase_tax_code);
}

typedef const char *take_fn(struct checking *c, const struct form_field *f);
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
    for (const struct form_field *before = c->p->form; f->when_field && before < f; before++)
        if (strcmp(before->name, f->when_field) == 0) {
            const char *value = c->values[before - c->p->form];
            return value && strcmp(value, f->when_equals) == 0;
        }
    return !f->when_field;
}

static void take(struct checking *c, const struct form_field *f)
{
    if (!is_asked(c, f)) {
        if (read_any(&c->answers, f->name, OPTIONAL))
            fault(c, f, &NOT_ASKED);
        return;
    }
    const char *text = takers[f->type](c, f);
    if (!text)
        return;
    write_text(&c->clean, f->name, text);
    c->values[f - c->p->form] = text;
}

int form_check(const void *ctx, const struct procedure *p, const struct json_node *answers, int this_year,
               const char **clean, struct err *err)
{
    static const struct json_node none = { .type = JSON_OBJECT, .skip = 1 };
    struct checking c = { .p = p,
                          .this_year = this_year,
                          .answers = reader_of(ctx, answers ? answers : &none, "answers.", err),
                          .clean = json_writer_of(ctx) };
    write_object(&c.clean, NULL);
    for (size_t i = 0; i < p->form_count; i++)
        take(&c, &p->form[i]);
    write_end(&c.clean);
    *clean = write_done(&c.clean);
    return reader_close(&c.answers);
}

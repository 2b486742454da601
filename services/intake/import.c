/* import.c — see import.h. */
#include "import.h"

#include <sodium.h>
#include <string.h>
#include <talloc.h>

#include "refused.h"
#include "text.h"

static const struct phrase NOT_A_CATALOGUE = { "not_a_catalogue",
                                               "Tệp JSON phải có dạng {\"procedures\": […]}.",
                                               "A JSON catalogue has the form {\"procedures\": […]}." };
static const struct phrase REPEATED = { "code_repeated", "Mã này đã có ở dòng {}. Chỉ giữ lại một dòng.",
                                        "Line {} has this code already. Keep one of the two." };

static void refuse(struct import *in, size_t line, const struct err *err)
{
    in->refused_rows++;
    refused_add(in->refused, line, err);
}

static bool is_repeated(struct import *in, size_t line, const char *code)
{
    char first[24];
    struct err err = { 0 };
    const json_t *known = *code ? json_object_get(in->lines, code) : NULL;
    if (!known) {
        json_object_set_new(in->lines, code, json_integer((json_int_t)line));
        return false;
    }
    snprintf(first, sizeof first, "%" JSON_INTEGER_FORMAT, json_integer_value(known));
    err_fault(&err, "code", &REPEATED, first);
    refuse(in, line, &err);
    return true;
}

/* The code as reading will clean it: by it the known version is looked up. */
static void add(const void *ctx, struct import *in, size_t line, const json_t *patch, bool is_rough)
{
    const char *raw = json_string_value(json_object_get(patch, "code"));
    const char *code = raw ? text_clean(ctx, raw) : "";
    if (!is_repeated(in, line, code))
        in->candidates[in->count++] = (struct candidate){ line, code, patch, is_rough };
}

static int read_csv(const void *ctx, const char *text, size_t size, struct import *in, struct err *err)
{
    static const char *const columns[] = { "code", "name", NULL };
    struct csv_file *csv;
    TRY(csv_read(ctx, text, size, columns, &csv, err));
    in->candidates = talloc_array(ctx, struct candidate, csv->rows_count);
    for (size_t i = 0; i < csv->rows_count; i++) {
        struct err row_err = { 0 };
        json_t *patch;
        if (catalogue_row(ctx, csv, &csv->rows[i], &patch, &in->warnings, &row_err) == 0)
            add(ctx, in, csv->rows[i].line, patch, true);
        else
            refuse(in, csv->rows[i].line, &row_err);
    }
    return 0;
}

static int read_json(const void *ctx, const char *text, size_t size, struct import *in, struct err *err)
{
    json_t *root;
    TRY(json_parse(ctx, text, size, &root, err));
    const json_t *list = json_object_get(root, "procedures");
    if (!json_is_array(list))
        return err_say(err, E_INVALID, &NOT_A_CATALOGUE, NULL);
    in->candidates = talloc_array(ctx, struct candidate, json_array_size(list));
    for (size_t i = 0; i < json_array_size(list); i++)
        add(ctx, in, i + 1, json_array_get(list, i), false);
    return 0;
}

int import_read(const void *ctx, const char *text, size_t size, bool is_csv, struct import **out,
                struct err *err)
{
    struct import *in = *out = talloc_zero(ctx, struct import);
    in->refused = json_own(ctx, json_array());
    in->lines = json_own(ctx, json_object());
    return is_csv ? read_csv(ctx, text, size, in, err) : read_json(ctx, text, size, in, err);
}

/* ---- applying ------------------------------------------------------------------------------------- */

static void read_known(const void *ctx, const struct known_version *known, struct procedure *p)
{
    const struct json_node *definition;
    struct err err = { 0 };
    procedure_init(p);
    if (known->version == 0 ||
        json_read(ctx, known->definition, strlen(known->definition), &definition, &err) != 0)
        return;
    struct reader r = reader_of(ctx, definition, "", &err);
    procedure_read(&r, p);
}

/* Fee lines and a sure limit somebody entered are better than what a table says in passing. */
static const json_t *without_rough_members(const void *ctx, const json_t *patch,
                                           const struct procedure *known)
{
    const char *unit = json_string_value(json_object_get(json_object_get(patch, "limit"), "unit"));
    json_t *copy = json_own(ctx, json_copy((json_t *)patch));
    if (known->fees_count > 0)
        json_object_del(copy, "fees");
    if (known->steps_count > 0 || (known->limit_unit != 0 && unit && strcmp(unit, "none") == 0))
        json_object_del(copy, "limit");
    return copy;
}

static const char *canonical(const void *ctx, const struct procedure *p, uint8_t digest[16])
{
    json_t *definition = json_own(ctx, procedure_definition(p));
    size_t n = json_dumpb(definition, NULL, 0, JSON_COMPACT | JSON_SORT_KEYS);
    char *text = talloc_array(ctx, char, n + 1);
    json_dumpb(definition, text, n, JSON_COMPACT | JSON_SORT_KEYS);
    text[n] = '\0';
    crypto_generichash(digest, 16, (const uint8_t *)text, n, NULL, 0);
    return text;
}

static json_t *differing_members(const void *ctx, const struct procedure *before,
                                 const struct procedure *after)
{
    json_t *old = json_own(ctx, procedure_definition(before)),
           *new = json_own(ctx, procedure_definition(after));
    json_t *names = json_own(ctx, json_array()), *value;
    const char *name;
    json_object_foreach (new, name, value)
        if (!json_equal(value, json_object_get(old, name)))
            json_array_append_new(names, json_string(name));
    return names;
}

enum outcome import_apply(const void *ctx, struct import *in, const struct candidate *c,
                          const struct known_version *known, struct new_version *out)
{
    struct procedure before;
    struct err err = { 0 };
    read_known(ctx, known, &before);
    out->procedure = before;
    out->procedure.version = known->version + 1;
    const json_t *patch = c->is_rough ? without_rough_members(ctx, c->patch, &before) : c->patch;
    struct reader r = reader_of(ctx, json_nodes(ctx, patch), "", &err);
    if (procedure_read(&r, &out->procedure) != 0) {
        refused_add(in->refused, c->line, &err);
        return IMPORT_REFUSED;
    }
    out->definition = canonical(ctx, &out->procedure, out->digest);
    if (known->version == 0)
        return IMPORT_ADDED;
    if (memcmp(out->digest, known->digest, sizeof out->digest) == 0)
        return IMPORT_SAME;
    out->members = differing_members(ctx, &before, &out->procedure);
    return IMPORT_CHANGED;
}

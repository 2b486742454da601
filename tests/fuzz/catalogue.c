/* catalogue.c — catalogue files, JSON (they begin with a brace) and CSV: read, applied to an empty catalogue,
 * then once more, which changes nothing; and what citizens answer to the form that comes out. */
#include <string.h>

#include "fuzz.h"
#include "services/intake/form.h"
#include "services/intake/import.h"

/* A definition says of itself what it was made of. */
static void check_definition(void *ctx, const struct new_version *v)
{
    const struct json_node *nodes;
    struct err err = { 0 };
    struct procedure again;
    procedure_init(&again);
    again.version = v->procedure.version;
    ASSERT(json_read(ctx, v->definition, strlen(v->definition), &nodes, &err) == 0);
    struct reader r = reader_of(ctx, nodes, "", &err);
    ASSERT(procedure_read(&r, &again) == 0);
    json_t *old = json_own(ctx, procedure_definition(&v->procedure)),
           *new = json_own(ctx, procedure_definition(&again));
    ASSERT(json_equal(old, new));
    Motcua__ProcedurePublished m;
    procedure_message(&again, &m);
}

static void answer_form(void *ctx, const struct procedure *p, const char *text, size_t size)
{
    const struct json_node *nodes;
    const char *clean;
    struct err err = { 0 };
    if (json_read(ctx, text, size, &nodes, &err) == 0)
        form_check(ctx, p, json_member(nodes, "answers"), 2026, &clean, &err);
}

static void apply(void *ctx, struct import *in, const struct candidate *c, const char *text, size_t size)
{
    struct known_version nothing = { 0 };
    struct new_version v = { 0 }, again = { 0 };
    enum outcome outcome = import_apply(ctx, in, c, &nothing, &v);
    if (outcome == IMPORT_REFUSED)
        return;
    ASSERT(outcome == IMPORT_ADDED);
    check_definition(ctx, &v);
    answer_form(ctx, &v.procedure, text, size);
    struct known_version known = { .version = 1, .definition = v.definition };
    memcpy(known.digest, v.digest, sizeof known.digest);
    ASSERT(import_apply(ctx, in, c, &known, &again) == IMPORT_SAME);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *ctx = talloc_new(NULL);
    struct import *in;
    struct err err = { 0 };
    const char *text = talloc_memdup(ctx, data, size);
    bool is_csv = size == 0 || *data != '{';
    if (import_read(ctx, text, size, is_csv, &in, &err) == 0)
        for (size_t i = 0; i < in->count; i++)
            apply(ctx, in, &in->candidates[i], text, size);
    talloc_free(ctx);
    return 0;
}

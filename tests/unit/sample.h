/* sample.h — the catalogue the project ships, as tests of intake read it. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <talloc.h>

#include "services/intake/catalogue.h"
#include "tests/unit/faults.h"

/* The definitions as they stand in the file. */
static inline const json_t *sample_definitions(const void *ctx)
{
    size_t size = 0;
    struct err err = { 0 };
    json_t *root;
    char *text = file_text(ctx, "deploy/sample/catalogue.json", &size);
    assert_non_null(text);
    assert_int_equal(json_parse(ctx, text, size, &root, &err), 0);
    assert_true(json_array_size(json_object_get(root, "procedures")) > 50);
    return json_object_get(root, "procedures");
}

static inline void read_definition(const void *ctx, const json_t *definition, struct procedure *p,
                                   struct err *err)
{
    struct reader r = reader_of(ctx, json_nodes(ctx, definition), "", err);
    procedure_init(p);
    procedure_read(&r, p);
}

/* All of them, read without a fault; how many. */
static inline size_t sample_procedures(const void *ctx, struct procedure **procedures)
{
    const json_t *list = sample_definitions(ctx);
    size_t n = json_array_size(list);
    *procedures = talloc_array(ctx, struct procedure, n);
    for (size_t i = 0; i < n; i++) {
        struct err err = { 0 };
        read_definition(ctx, json_array_get(list, i), &(*procedures)[i], &err);
        assert_string_equal(faults_text(ctx, &err), "");
    }
    return n;
}

#endif

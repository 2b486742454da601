/* columns.c — see columns.h. */
#include "columns.h"

#include <string.h>
#include <talloc.h>

#include "crypt.h"
#include "json.h"
#include "pb.h"

enum column_kind { TEXT, INT, LONG, BOOL };

static const struct column {
    const char *name;
    enum column_kind kind;
    size_t offset;
} columns[] = {
#define COLUMN(kind, member) \
    { \
#member, kind, offsetof(struct case_file, member) \
    }
    COLUMN(LONG, version),
    COLUMN(INT, status),
    COLUMN(TEXT, procedure_code),
    COLUMN(TEXT, unit_code),
    COLUMN(TEXT, handling_unit_code),
    COLUMN(TEXT, account_id),
    COLUMN(TEXT, applicant_name),
    COLUMN(TEXT, applicant_number),
    COLUMN(TEXT, summary),
    COLUMN(TEXT, national_code),
    COLUMN(INT, channel),
    COLUMN(BOOL, result_by_post),
    COLUMN(LONG, filed_at),
    COLUMN(LONG, accepted_at),
    COLUMN(LONG, clock_started_at),
    COLUMN(LONG, due_at),
    COLUMN(INT, supplement_return),
    COLUMN(INT, payment_return),
    COLUMN(INT, withdrawal_return),
    COLUMN(INT, supplement_count),
    COLUMN(BOOL, papers_supplied),
    COLUMN(BOOL, reappointed),
    COLUMN(LONG, paused_at),
    COLUMN(LONG, answer_by),
    COLUMN(INT, step),
    COLUMN(LONG, step_started_at),
    COLUMN(LONG, step_due_at),
    COLUMN(TEXT, assignee_id),
    COLUMN(TEXT, assignee_name),
    COLUMN(INT, fee_no),
    COLUMN(LONG, fee_dong),
    COLUMN(LONG, paid_dong),
    COLUMN(BOOL, fee_open),
    COLUMN(BOOL, fee_before_asked),
    COLUMN(BOOL, fee_after_asked),
    COLUMN(LONG, finished_at),
    COLUMN(LONG, returned_at),
    COLUMN(TEXT, received_by),
#undef COLUMN
};
enum { COLUMNS = sizeof columns / sizeof *columns };

/* ---- writing -------------------------------------------------------------------------------------- */

static json_t *value_of(const struct case_file *c, const struct column *column)
{
    const char *at = (const char *)c + column->offset;
    switch (column->kind) {
    case TEXT: return json_string(pb_text(*(const char *const *)(const void *)at));
    case INT: return json_integer(*(const int *)(const void *)at);
    case LONG: return json_integer(*(const int64_t *)(const void *)at);
    default: return json_boolean(*(const bool *)(const void *)at);
    }
}

json_t *asked_json(Motcua__AskedPaper *const *asked, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "component", asked[i]->component_code,
                                              "name", asked[i]->name, "reason", asked[i]->reason));
    return list;
}

static json_t *bytea(const void *ctx, const ProtobufCMessage *msg)
{
    size_t size;
    const uint8_t *packed = pb_pack(ctx, msg, &size);
    return json_string(talloc_asprintf(ctx, "\\x%s", crypt_hex(ctx, packed, size)));
}

/* What waits for whom until when: the queue is sorted by it. */
int64_t case_sort_at(const struct case_file *c)
{
    if (c->answer_by)
        return c->answer_by;
    if (c->step_due_at)
        return c->step_due_at;
    return c->due_at ? c->due_at : c->filed_at;
}

json_t *case_row(const void *ctx, const struct case_file *c)
{
    json_t *row = json_pack("{s:s, s:I, s:o, s:I}", "code", c->code, "procedure_version",
                            (json_int_t)c->procedure_version, "asked", asked_json(c->asked, c->asked_count),
                            "sort_at", (json_int_t)case_sort_at(c));
    for (size_t i = 0; i < COLUMNS; i++)
        json_object_set_new(row, columns[i].name, value_of(c, &columns[i]));
    if (c->result)
        json_object_set_new(row, "result", bytea(ctx, &c->result->base));
    if (c->due_why) {
        json_t *why = json_loads(c->due_why, 0, NULL);
        json_object_set_new(row, "due_why", why ? why : json_null());
    }
    return row;
}

/* ---- reading -------------------------------------------------------------------------------------- */

static void take_value(const struct db_rows *rows, const struct column *column, struct case_file *c)
{
    char *at = (char *)c + column->offset;
    switch (column->kind) {
    case TEXT: *(const char **)(void *)at = db_str_or(rows, 0, column->name, ""); break;
    case INT: *(int *)(void *)at = (int)db_num(rows, 0, column->name); break;
    case LONG: *(int64_t *)(void *)at = db_num(rows, 0, column->name); break;
    default: *(bool *)(void *)at = db_true(rows, 0, column->name);
    }
}

static char *member(const json_t *o, const char *name)
{
    return pb_text(json_string_value(json_object_get(o, name)));
}

size_t asked_from_json(const void *ctx, const char *text, Motcua__AskedPaper ***out)
{
    json_t *list = NULL;
    struct err ignored = { 0 };
    if (json_parse(ctx, text, strlen(text), &list, &ignored) != 0)
        return 0;
    size_t n = json_array_size(list);
    *out = talloc_array(ctx, Motcua__AskedPaper *, n);
    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(list, i);
        Motcua__AskedPaper *p = (*out)[i] = talloc(ctx, Motcua__AskedPaper);
        motcua__asked_paper__init(p);
        p->component_code = member(item, "component");
        p->name = member(item, "name");
        p->reason = member(item, "reason");
    }
    return n;
}

void case_from_row(const void *ctx, const struct db_rows *rows, struct case_file *c)
{
    size_t size;
    *c = (struct case_file){ .procedure_version = (uint32_t)db_num(rows, 0, "procedure_version"),
                             .due_why = db_str(rows, 0, "due_why") };
    snprintf(c->code, sizeof c->code, "%s", db_str(rows, 0, "code"));
    for (size_t i = 0; i < COLUMNS; i++)
        take_value(rows, &columns[i], c);
    c->asked_count = asked_from_json(ctx, db_str(rows, 0, "asked"), &c->asked);
    const uint8_t *result = db_blob(ctx, rows, 0, "result", &size);
    c->result = size > 0 ? pb_unpack(ctx, &motcua__result__descriptor, result, size) : NULL;
}

/* catalogue_csv.c — see catalogue_csv.h. Published tables are untidy: a value that cannot be trusted is left
 * out and named, the row is kept. */
#include "catalogue_csv.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "catalogue.h"
#include "money.h"
#include "text.h"

static const struct phrase NO_CODE = {
    "code_missing", "Thiếu mã thủ tục. Điền mã quốc gia dạng 1.004363.",
    "The procedure code is missing. Give the national code, like 1.004363."
};
static const struct phrase BAD_CODE = { "procedure_code_invalid",
                                        "Mã thủ tục phải có dạng 1.004363, không phải “{}”.",
                                        "A procedure code looks like 1.004363, not “{}”." };
static const struct phrase NO_NAME = { "name_missing", "Thiếu tên thủ tục. Điền tên.",
                                       "The name of the procedure is missing. Give it." };

struct line {
    const void *ctx;
    const struct csv_file *csv;
    const struct csv_row *row;
    struct warnings *warnings;
    json_t *patch;
};

static const char *value_of(const struct line *l, const char *column)
{
    return csv_value(l->csv, l->row, column);
}

static void warn(struct line *l, const char *column, const char *remedy)
{
    struct warnings *w = l->warnings;
    if (w->count < WARNINGS_MAX)
        w->list[w->count] = (struct warning){ l->row->line, column, value_of(l, column), remedy };
    w->count++;
}

static void copy(struct line *l, const char *column, const char *member, size_t max)
{
    const char *v = value_of(l, column);
    if (*v == '\0')
        return;
    if (text_length(v) > max) {
        warn(l, column, "is too long and was cut");
        v = text_cut(l->ctx, v, max);
    }
    json_object_set_new(l->patch, member, json_string(v));
}

/* ---- levels and subjects ---------------------------------------------------------------------------- */

static void set_levels(struct line *l)
{
    static const struct {
        const char *column, *word, *level;
    } rows[] = { { "lvl_province", "tinh", "province" },
                 { "lvl_district", "huyen", "district" },
                 { "lvl_commune", "xa", "commune" } };
    const char *words = text_search_key(l->ctx, value_of(l, "levels"));
    if (!csv_has(l->csv, "levels") && !csv_has(l->csv, "lvl_province"))
        return;
    json_t *levels = json_array();
    for (size_t i = 0; i < 3; i++) {
        bool flagged = strcmp(value_of(l, rows[i].column), "1") == 0;
        bool named = !csv_has(l->csv, rows[i].column) && words && strstr(words, rows[i].word);
        if (flagged || named)
            json_array_append_new(levels, json_string(rows[i].level));
    }
    json_object_set_new(l->patch, "levels", levels);
}

/* "Tổ chức (không bao gồm doanh nghiệp, HTX)" is about organisations only: what is in brackets does not
 * count. */
static char *without_brackets(const void *ctx, const char *s)
{
    char *out = talloc_strdup(ctx, s), *to = out;
    int depth = 0;
    for (; *s; s++) {
        depth += *s == '(';
        if (depth == 0)
            *to++ = *s;
        depth -= *s == ')' && depth > 0;
    }
    *to = '\0';
    return out;
}

static void set_subjects(struct line *l)
{
    static const struct {
        const char *word, *subject;
    } rows[] = { { "cong dan", "citizen" },    { "ca nhan", "citizen" },
                 { "nguoi ", "citizen" },      { "doanh nghiep", "business" },
                 { "hop tac xa", "business" }, { "co quan", "state_agency" },
                 { "can bo", "state_agency" }, { "to chuc", "other_organisation" } };
    const char *text = value_of(l, "target_subjects");
    if (*text == '\0')
        return;
    const char *key = text_search_key(l->ctx, without_brackets(l->ctx, text));
    json_t *subjects = json_object();
    for (size_t i = 0; key && i < sizeof rows / sizeof *rows; i++)
        if (strstr(key, rows[i].word))
            json_object_set_new(subjects, rows[i].subject, json_true());
    json_t *list = json_array();
    const char *name;
    json_t *unused;
    json_object_foreach (subjects, name, unused)
        json_array_append_new(list, json_string(name));
    json_decref(subjects);
    json_object_set_new(l->patch, "subjects", list);
}

static void set_online_level(struct line *l)
{
    const char *text = value_of(l, "online_level");
    const char *key = text_search_key(l->ctx, text);
    if (!key || *key == '\0')
        return;
    const char *level = strstr(key, "toan trinh") ? "full" : strstr(key, "mot phan") ? "partial" : NULL;
    if (level)
        json_object_set_new(l->patch, "online_level", json_string(level));
    else
        warn(l, "online_level", "say toàn trình or một phần");
}

/* ---- limit and fee -------------------------------------------------------------------------------- */

static bool number_of(const char *text, int64_t *n)
{
    char *end;
    *n = strtoll(text, &end, 10);
    return *text && *end == '\0' && *n >= 0;
}

static bool is_unit(const char *unit)
{
    return strcmp(unit, "working_day") == 0 || strcmp(unit, "day") == 0 || strcmp(unit, "hour") == 0 ||
           strcmp(unit, "month") == 0;
}

static void set_limit(struct line *l)
{
    const char *prefix = *value_of(l, "deadline_direct_value") ? "deadline_direct" : "deadline_online";
    const char *column = talloc_asprintf(l->ctx, "%s_value", prefix);
    const char *value = value_of(l, column), *unit = value_of(l, talloc_asprintf(l->ctx, "%s_unit", prefix));
    const char *text = value_of(l, "deadline_text");
    int64_t n = 0;
    bool sure = number_of(value, &n) && is_unit(unit) && n <= 3650;
    if (*value == '\0' && *text == '\0')
        return;
    if (*value && *unit && !sure)
        warn(l, column, "give a whole number and the unit working_day, day, hour or month");
    json_object_set_new(l->patch, "limit",
                        json_pack("{s:I, s:s, s:s}", "value", sure ? (json_int_t)n : 0, "unit",
                                  sure ? unit : "none", "text", text_cut(l->ctx, text, 2000)));
}

/* A wrong fee is worse than none: only one sure amount in đồng becomes a line, everything else stays
 * words. */
static void set_fee(struct line *l)
{
    int64_t least, most;
    const char *key = text_search_key(l->ctx, value_of(l, "fee_text"));
    copy(l, "fee_text", "fee_text", 4000);
    if (strcmp(value_of(l, "fee_status"), "fee") != 0)
        return;
    bool sure = number_of(value_of(l, "fee_min"), &least) && number_of(value_of(l, "fee_max"), &most) &&
                least == most && least >= 1000 && money_is_valid(least) &&
                strcmp(value_of(l, "fee_currency"), "VND") == 0;
    if (!sure) {
        warn(l, "fee_text",
             "names several amounts, another currency or an unlikely one: enter the fee lines by hand");
        return;
    }
    const char *kind = key && strstr(key, "le phi") ? "le_phi" : "phi";
    json_object_set_new(l->patch, "fees",
                        json_pack("[{s:s, s:s, s:s, s:I, s:s}]", "kind", kind, "code", "", "name",
                                  strcmp(kind, "phi") == 0 ? "Phí" : "Lệ phí", "amount", (json_int_t)least,
                                  "when", "before"));
}

static void set_legal_basis(struct line *l)
{
    const char *rest = value_of(l, "legal_basis_codes");
    if (*rest == '\0')
        return;
    json_t *list = json_array();
    while (*rest && json_array_size(list) < 60) {
        size_t n = strcspn(rest, ";");
        if (n > 0)
            json_array_append_new(list, json_string(text_cut(l->ctx, talloc_strndup(l->ctx, rest, n), 200)));
        rest += n + (rest[n] == ';');
    }
    json_object_set_new(l->patch, "legal_basis", list);
}

/* ---- the row -------------------------------------------------------------------------------------- */

static int check_row(const struct line *l, struct err *err)
{
    TRY(csv_check_row(l->csv, l->row, err));
    const char *code = value_of(l, "code");
    if (*code == '\0')
        err_fault(err, "code", &NO_CODE, NULL);
    else if (!procedure_code_is_valid(code))
        err_fault(err, "code", &BAD_CODE, code);
    if (*value_of(l, "name") == '\0')
        err_fault(err, "name", &NO_NAME, NULL);
    return err->code;
}

int catalogue_row(const void *ctx, const struct csv_file *csv, const struct csv_row *row, json_t **patch,
                  struct warnings *warnings, struct err *err)
{
    struct line l = { ctx, csv, row, warnings, NULL };
    TRY(check_row(&l, err));
    l.patch = *patch = json_own(ctx, json_object());
    copy(&l, "code", "code", 40);
    copy(&l, "name", "name", PROCEDURE_NAME_MAX);
    copy(&l, "field_code", "field_code", 40);
    copy(&l, "field", "field", 200);
    copy(&l, "decision_no", "decision_no", 100);
    copy(&l, *value_of(&l, "implementing_agency") ? "implementing_agency" : "competent_agency", "agency",
         2000);
    copy(&l, "result_name", "result_name", 1000);
    set_levels(&l);
    set_subjects(&l);
    set_online_level(&l);
    set_limit(&l);
    set_fee(&l);
    set_legal_basis(&l);
    return 0;
}

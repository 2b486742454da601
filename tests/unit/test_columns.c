/* links: services/verification/columns.c */
/* A case as a row and back: every member survives, and the columns are those of the schema. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "crypt.h"
#include "json.h"
#include "services/verification/columns.h"
#include "tests/unit/faults.h"

static void *ctx;

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

/* ---- instead of db.c: the row as PostgreSQL would give it back ----------------------------------- */

struct db_rows {
    json_t *row;
};

const char *db_str(const struct db_rows *rows, int row, const char *column)
{
    const json_t *v = json_object_get(rows->row, column);
    assert_int_equal(row, 0);
    if (!v || json_is_null(v))
        return NULL;
    if (json_is_string(v))
        return json_string_value(v);
    return json_is_boolean(v) ? (json_is_true(v) ? "t" : "f") : json_print(ctx, v);
}

const char *db_str_or(const struct db_rows *rows, int row, const char *column, const char *fallback)
{
    const char *s = db_str(rows, row, column);
    return s ? s : fallback;
}

int64_t db_num(const struct db_rows *rows, int row, const char *column)
{
    const char *s = db_str(rows, row, column);
    return s ? strtoll(s, NULL, 10) : 0;
}

bool db_true(const struct db_rows *rows, int row, const char *column)
{
    const char *s = db_str(rows, row, column);
    return s && *s == 't';
}

const uint8_t *db_blob(const void *owner, const struct db_rows *rows, int row, const char *column,
                       size_t *size)
{
    const char *hex = db_str(rows, row, column);
    *size = hex ? strlen(hex) / 2 - 1 : 0;
    uint8_t *out = talloc_size(owner, *size + 1);
    assert_true(!hex || (strncmp(hex, "\\x", 2) == 0 && crypt_unhex(hex + 2, out, *size)));
    return out;
}

/* ---- a case of any values ------------------------------------------------------------------------ */

static uint64_t state_of_chance = 42;

static uint64_t chance(uint64_t below)
{
    state_of_chance = state_of_chance * 6364136223846793005u + 1442695040888963407u;
    return (state_of_chance >> 33) % below;
}

static char *any_text(void)
{
    static const char *const texts[] = { "", "x", "Trần Văn Mẫu", "\"quoted\" \\x \n", "000.00.05.H07", "0" };
    return talloc_strdup(ctx, texts[chance(6)]);
}

static int64_t any_number(void)
{
    return chance(4) ? (int64_t)chance(1u << 30) * 1000 + 7 : 0;
}

static Motcua__Result *any_result(void)
{
    Motcua__Result *r = talloc(ctx, Motcua__Result);
    motcua__result__init(r);
    r->number = any_text();
    r->name = any_text();
    r->signed_at_ms = 1 + any_number(); /* a result was signed some time: it is never all empty */
    r->sha256.len = chance(2) * SHA256_BYTES;
    r->sha256.data = talloc_zero_size(ctx, SHA256_BYTES);
    r->sha256.data[0] = 0xfe;
    return r;
}

static void fill_lists(struct case_file *c)
{
    c->asked_count = chance(4);
    c->asked = talloc_array(ctx, Motcua__AskedPaper *, c->asked_count);
    for (size_t i = 0; i < c->asked_count; i++) {
        c->asked[i] = talloc(ctx, Motcua__AskedPaper);
        motcua__asked_paper__init(c->asked[i]);
        c->asked[i]->component_code = any_text();
        c->asked[i]->name = any_text();
        c->asked[i]->reason = any_text();
    }
    c->result = chance(2) ? any_result() : NULL;
    c->due_why = chance(2) ? "[{\"vi\":\"Bắt đầu\",\"en\":\"Starts\"}]" : NULL;
}

/* Every member by its kind: the table of columns in columns.c must have them all. */
static void fill(struct case_file *c)
{
    const char **const texts[] = { &c->procedure_code,   &c->unit_code,      &c->handling_unit_code,
                                   &c->account_id,       &c->applicant_name, &c->summary,
                                   &c->applicant_number, &c->assignee_id,    &c->national_code,
                                   &c->assignee_name,    &c->received_by };
    int *const ints[] = { &c->status,
                          &c->channel,
                          &c->supplement_return,
                          &c->payment_return,
                          &c->withdrawal_return,
                          &c->supplement_count,
                          &c->step,
                          &c->fee_no };
    int64_t *const longs[] = { &c->version,     &c->filed_at,  &c->accepted_at, &c->clock_started_at,
                               &c->due_at,      &c->paused_at, &c->answer_by,   &c->step_started_at,
                               &c->step_due_at, &c->fee_dong,  &c->paid_dong,   &c->finished_at,
                               &c->returned_at };
    bool *const bools[] = { &c->result_by_post, &c->papers_supplied,  &c->reappointed,
                            &c->fee_open,       &c->fee_before_asked, &c->fee_after_asked };
    memset(c, 0, sizeof *c);
    snprintf(c->code, sizeof c->code, "000.00.05.H07-200601-%04d", (int)chance(9999));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = any_text();
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++)
        *ints[i] = (int)chance(11);
    for (size_t i = 0; i < sizeof longs / sizeof *longs; i++)
        *longs[i] = any_number();
    for (size_t i = 0; i < sizeof bools / sizeof *bools; i++)
        *bools[i] = chance(2);
    c->procedure_version = (uint32_t)chance(99);
    fill_lists(c);
}

static struct case_file read_back(json_t *row)
{
    struct db_rows rows = { row };
    struct case_file c;
    case_from_row(ctx, &rows, &c);
    return c;
}

/* ---- tests --------------------------------------------------------------------------------------- */

static void every_member_survives_the_way_there_and_back(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct case_file c;
        fill(&c);
        json_t *row = json_own(ctx, case_row(ctx, &c));
        struct case_file again = read_back(row);
        assert_string_equal(json_print(ctx, json_own(ctx, case_row(ctx, &again))), json_print(ctx, row));
        assert_string_equal(again.code, c.code);
        assert_int_equal(again.version, c.version);
        assert_int_equal(again.asked_count, c.asked_count);
        assert_int_equal(again.result == NULL, c.result == NULL);
        assert_int_equal(again.due_why == NULL, c.due_why == NULL);
    }
}

/* Two cases that differ in one byte of a member differ in their rows: no member is forgotten. */
static void every_member_is_in_the_row(void **state)
{
    (void)state;
    static const size_t offsets[] = {
#define AT(member) offsetof(struct case_file, member)
        AT(version),           AT(status),           AT(procedure_version),
        AT(channel),           AT(result_by_post),   AT(filed_at),
        AT(accepted_at),       AT(clock_started_at), AT(due_at),
        AT(supplement_return), AT(payment_return),   AT(withdrawal_return),
        AT(supplement_count),  AT(papers_supplied),  AT(reappointed),
        AT(paused_at),         AT(answer_by),        AT(step),
        AT(step_started_at),   AT(step_due_at),      AT(fee_no),
        AT(fee_dong),          AT(paid_dong),        AT(fee_open),
        AT(fee_before_asked),  AT(fee_after_asked),  AT(finished_at),
        AT(returned_at),
#undef AT
    };
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        struct case_file c, other;
        fill(&c);
        other = c;
        ((char *)&other)[offsets[i]] ^= 1;
        assert_false(json_equal(json_own(ctx, case_row(ctx, &c)), json_own(ctx, case_row(ctx, &other))));
    }
}

static void texts_that_are_not_there_are_empty(void **state)
{
    (void)state;
    struct case_file c = { .code = "000.00.05.H07-200601-0001" };
    json_t *row = json_own(ctx, case_row(ctx, &c));
    assert_string_equal(json_string_value(json_object_get(row, "assignee_id")), "");
    struct case_file again = read_back(row);
    assert_string_equal(again.assignee_id, "");
    assert_string_equal(again.received_by, "");
    assert_int_equal(again.asked_count, 0);
    assert_null(again.result);
    assert_null(again.due_why);
}

static void an_explanation_that_is_no_json_is_none(void **state)
{
    (void)state;
    struct case_file c = { .code = "000.00.05.H07-200601-0001", .due_why = "not json" };
    json_t *row = json_own(ctx, case_row(ctx, &c));
    assert_true(json_is_null(json_object_get(row, "due_why")));
}

static void the_queue_is_sorted_by_what_is_due_next(void **state)
{
    (void)state;
    for (int bits = 0; bits < 16; bits++) {
        struct case_file c = { .code = "000.00.05.H07-200601-0001",
                               .answer_by = bits & 1 ? 1 : 0,
                               .step_due_at = bits & 2 ? 2 : 0,
                               .due_at = bits & 4 ? 4 : 0,
                               .filed_at = bits & 8 ? 8 : 0 };
        json_t *row = json_own(ctx, case_row(ctx, &c));
        int want = bits & 1 ? 1 : bits & 2 ? 2 : bits & 4 ? 4 : bits & 8;
        assert_int_equal(json_integer_value(json_object_get(row, "sort_at")), want);
    }
}

/* ---- the schema ---------------------------------------------------------------------------------- */

/* The next column of the table at *text; NULL after the last. */
static char *next_column(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    if (!end || *line == ')')
        return NULL;
    *text = end + 1;
    line += strspn(line, " ");
    return talloc_strndup(ctx, line, strspn(line, "abcdefghijklmnopqrstuvwxyz_"));
}

static void the_row_has_the_columns_of_the_schema(void **state)
{
    (void)state;
    static const char head[] = "CREATE TABLE case_file (\n";
    struct case_file c;
    size_t size, columns = 0;
    char *name, *sql = file_text(ctx, "services/verification/schema/001_verification.sql", &size);
    assert_non_null(sql);
    char *at = strstr(sql, head) + strlen(head);
    fill(&c);
    c.result = any_result();
    c.due_why = "[]";
    json_t *row = json_own(ctx, case_row(ctx, &c));
    for (; (name = next_column(&at)); columns++)
        if (!json_object_get(row, name)) /* these two belong to store.c: they never change */
            assert_true(strcmp(name, "applicant") == 0 || strcmp(name, "checks") == 0);
    assert_int_equal(json_object_size(row), columns - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_survives_the_way_there_and_back),
        cmocka_unit_test(every_member_is_in_the_row),
        cmocka_unit_test(texts_that_are_not_there_are_empty),
        cmocka_unit_test(an_explanation_that_is_no_json_is_none),
        cmocka_unit_test(the_queue_is_sorted_by_what_is_due_next),
        cmocka_unit_test(the_row_has_the_columns_of_the_schema),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

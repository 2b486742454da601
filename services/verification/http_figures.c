/* http_figures.c — what a leader looks at: a unit's numbers by field and day, all his units side by side, and
 * the rows behind each number. Numbers and rows come from the same cases at the same moment. */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "handlers.h"
#include "phrases.h"
#include "status.h"
#include "store_figures.h"

enum { DAYS_MOST = 366, DAYS_USUAL = 30, FIELDS_MOST = 256, PAGE_MOST = 200 };

static const struct phrase PERIOD = { "period_invalid",
                                      "Từ ngày phải không sau đến ngày, nhiều nhất {} ngày.",
                                      "The first day must not come after the last, at most {} days." };
static const struct phrase NO_FIGURE = { "figure_unknown", "Không có số liệu {}.", "There is no figure {}." };
static const char *const figure_names[FIGURES] = { "received", "ended",   "in_time", "late",
                                                   "running",  "overdue", "soon" };

struct numbers {
    int64_t n[FIGURES];
};

/* ---- the question --------------------------------------------------------------------------------- */

static int32_t read_day(struct task *t, const struct http_request *rq, const char *name, int32_t usual)
{
    int64_t ms;
    const char *text = http_query(rq, name);
    if (text && !civil_parse(text, CIVIL_DATE, &ms))
        err_fault(task_err(t), name, &phrase_date, NULL);
    return text && !task_err(t)->code ? civil_day_of(ms) : usual;
}

static int read_period(struct task *t, const struct http_request *rq, struct period *p)
{
    int32_t to = read_day(t, rq, "to", civil_day_of(task_now_ms(t)));
    int32_t from = read_day(t, rq, "from", to - DAYS_USUAL + 1);
    TRY(task_err(t)->code);
    if (from > to || to - from >= DAYS_MOST)
        return err_fault(task_err(t), "from", &PERIOD, "366");
    *p = (struct period){ civil_day_ms(from, 0), civil_day_ms(to + 1, 0) };
    return 0;
}

static int check_counts(struct task *t, const struct http_request *rq, const char *unit)
{
    TRY(check_reads_unit(t, rq, unit));
    bool may = actor_roles_in(rq->actor, unit) & ROLES_COUNTING;
    return may ? 0 : err_set(task_err(t), E_DENIED, "neither leads nor audits %s", unit);
}

/* ---- by field ------------------------------------------------------------------------------------- */

struct field {
    const char *code, *name;
    struct numbers numbers;
};

struct fields {
    size_t count;
    struct field list[FIELDS_MOST]; /* the last one takes what there is no room for */
};

static struct field *field_of(struct fields *all, const Motcua__ProcedurePublished *p)
{
    size_t i = 0;
    while (i < all->count && strcmp(all->list[i].code, p->field_code) != 0)
        i++;
    if (i == FIELDS_MOST)
        return &all->list[i - 1];
    if (i == all->count)
        all->list[all->count++] = (struct field){ .code = p->field_code, .name = p->field_name };
    return &all->list[i];
}

static int row_procedure(struct task *t, const struct db_rows *rows, int i,
                         const Motcua__ProcedurePublished **p)
{
    return office_procedure(t, db_str(rows, i, "procedure_code"), (uint32_t)db_num(rows, i, "version"), p);
}

static void add(struct numbers *to, const struct numbers *more)
{
    for (int i = 0; i < FIGURES; i++)
        to->n[i] += more->n[i];
}

static struct numbers received_of(const struct db_rows *rows, int i)
{
    return (struct numbers){ .n[FIGURE_RECEIVED] = db_num(rows, i, "n") };
}

static struct numbers ended_of(const struct db_rows *rows, int i)
{
    int64_t n = db_num(rows, i, "n"), in_time = db_num(rows, i, "in_time");
    return (
        struct numbers){ .n[FIGURE_ENDED] = n, .n[FIGURE_IN_TIME] = in_time, .n[FIGURE_LATE] = n - in_time };
}

static struct numbers running_of(const struct db_rows *rows, int i)
{
    return (struct numbers){ .n[FIGURE_RUNNING] = db_num(rows, i, "n"),
                             .n[FIGURE_OVERDUE] = db_num(rows, i, "overdue"),
                             .n[FIGURE_SOON] = db_num(rows, i, "soon") };
}

typedef struct numbers numbers_fn(const struct db_rows *rows, int i);

static int add_fields(struct task *t, const struct db_rows *rows, numbers_fn *numbers_of,
                      struct fields *fields, struct numbers *total)
{
    const Motcua__ProcedurePublished *p;
    for (int i = 0; i < db_count(rows); i++) {
        if (!db_str(rows, i, "procedure_code"))
            continue;
        struct numbers numbers = numbers_of(rows, i);
        TRY(row_procedure(t, rows, i, &p));
        add(&field_of(fields, p)->numbers, &numbers);
        add(total, &numbers);
    }
    return 0;
}

/* ---- by day --------------------------------------------------------------------------------------- */

static void add_days(const struct db_rows *rows, numbers_fn *numbers_of, int32_t first, struct numbers *days)
{
    for (int i = 0; i < db_count(rows); i++) {
        if (db_str(rows, i, "procedure_code"))
            continue;
        struct numbers numbers = numbers_of(rows, i);
        add(&days[db_num(rows, i, "day") - first], &numbers);
    }
}

/* ---- the answer ----------------------------------------------------------------------------------- */

static json_t *numbers_json(const struct numbers *numbers)
{
    json_t *o = json_object();
    for (int i = 0; i < FIGURES; i++)
        json_object_set_new(o, figure_names[i], json_integer(numbers->n[i]));
    return o;
}

static json_t *day_text(int32_t day)
{
    char text[CIVIL_TEXT];
    return json_string(civil_format(civil_day_ms(day, 0), CIVIL_DATE, text));
}

static json_t *period_json(struct task *t, const struct period *p)
{
    return json_pack("{s:o, s:o, s:I}", "from", day_text(civil_day_of(p->from_ms)), "to",
                     day_text(civil_day_of(p->to_ms - 1)), "at_ms", (json_int_t)task_now_ms(t));
}

static json_t *fields_json(const struct fields *fields)
{
    json_t *list = json_array();
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *f = &fields->list[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "code", f->code, "name", f->name, "numbers",
                                              numbers_json(&f->numbers)));
    }
    return list;
}

/* Every day of the period, those on which nothing happened too. */
static json_t *days_json(struct task *t, const struct period *p, const struct figures_rows *rows)
{
    int32_t first = civil_day_of(p->from_ms), after = civil_day_of(p->to_ms);
    struct numbers *days = talloc_zero_array(t, struct numbers, (size_t)(after - first));
    json_t *list = json_array();
    add_days(rows->received, received_of, first, days);
    add_days(rows->ended, ended_of, first, days);
    for (int32_t day = first; day < after; day++) {
        const int64_t *n = days[day - first].n;
        json_array_append_new(list,
                              json_pack("{s:o, s:I, s:I, s:I}", "day", day_text(day), "received",
                                        (json_int_t)n[FIGURE_RECEIVED], "ended", (json_int_t)n[FIGURE_ENDED],
                                        "late", (json_int_t)n[FIGURE_LATE]));
    }
    return list;
}

int http_figures(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct period period;
    struct figures_rows rows;
    struct numbers total = { 0 };
    struct fields *fields = talloc_zero(t, struct fields);
    const char *name = NULL, *unit = http_query(rq, "unit");
    TRY(check_counts(t, rq, unit));
    TRY(read_period(t, rq, &period));
    TRY(office_unit_name(t, unit, &name));
    TRY(store_figures(t, unit, &period, task_now_ms(t), &rows));
    TRY(add_fields(t, rows.received, received_of, fields, &total));
    TRY(add_fields(t, rows.ended, ended_of, fields, &total));
    TRY(add_fields(t, rows.running, running_of, fields, &total));
    json_t *answer = period_json(t, &period);
    json_object_set_new(answer, "unit", json_pack("{s:s, s:s}", "code", unit, "name", name ? name : unit));
    json_object_set_new(answer, "total", numbers_json(&total));
    json_object_set_new(answer, "fields", fields_json(fields));
    json_object_set_new(answer, "days", days_json(t, &period, &rows));
    http_reply_json(re, 200, answer);
    return 0;
}

/* ---- units side by side --------------------------------------------------------------------------- */

/* Those he leads or audits; NULL: all there are. */
static const char *const *units_of(struct task *t, const struct actor *a, size_t *n)
{
    const char **list = talloc_array(t, const char *, GRANTS_MAX);
    *n = 0;
    for (size_t i = 0; i < a->grants_count; i++) {
        if (!(a->grants[i].role & ROLES_COUNTING))
            continue;
        if (strcmp(a->grants[i].unit, "*") == 0)
            return NULL;
        list[(*n)++] = a->grants[i].unit;
    }
    return list;
}

static struct numbers unit_numbers(const struct db_rows *rows, int i)
{
    struct numbers numbers = { 0 };
    for (int k = 0; k < FIGURES; k++)
        if (k != FIGURE_LATE)
            numbers.n[k] = db_num(rows, i, figure_names[k]);
    numbers.n[FIGURE_LATE] = numbers.n[FIGURE_ENDED] - numbers.n[FIGURE_IN_TIME];
    return numbers;
}

int http_figures_units(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    size_t n;
    struct period period;
    const struct db_rows *rows;
    TRY(read_period(t, rq, &period));
    const char *const *units = units_of(t, rq->actor, &n);
    TRY(store_figures_units(t, units, n, &period, task_now_ms(t), &rows));
    json_t *list = json_array(), *answer = period_json(t, &period);
    for (int i = 0; i < db_count(rows); i++) {
        struct numbers numbers = unit_numbers(rows, i);
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "code", db_str(rows, i, "code"), "name",
                                              db_str(rows, i, "name"), "numbers", numbers_json(&numbers)));
    }
    json_object_set_new(answer, "units", list);
    http_reply_json(re, 200, answer);
    return 0;
}

/* ---- the rows behind a number --------------------------------------------------------------------- */

static const struct db_rows *rows_with(const struct figures_rows *rows, enum figure figure)
{
    return figure == FIGURE_RECEIVED ? rows->received : figure < FIGURE_RUNNING ? rows->ended : rows->running;
}

/* The procedures of the field that have been counted. */
static int read_field(struct task *t, const char *field, struct figure_page *page)
{
    struct figures_rows all;
    const Motcua__ProcedurePublished *p;
    TRY(store_figures(t, page->unit, &page->period, page->now_ms, &all));
    const struct db_rows *rows = rows_with(&all, page->figure);
    const char **codes = talloc_array(t, const char *, (size_t)db_count(rows));
    page->procedures = codes;
    for (int i = 0; i < db_count(rows); i++) {
        if (!db_str(rows, i, "procedure_code"))
            continue;
        TRY(row_procedure(t, rows, i, &p));
        if (strcmp(p->field_code, field) == 0)
            codes[page->procedures_count++] = db_str(rows, i, "procedure_code");
    }
    return 0;
}

static int read_figure(struct task *t, const struct http_request *rq, enum figure *figure)
{
    const char *name = http_query(rq, "figure");
    int i = 0;
    if (!name)
        return err_fault(task_err(t), "figure", &phrase_required, NULL);
    while (i < FIGURES && strcmp(figure_names[i], name) != 0)
        i++;
    *figure = (enum figure)i;
    return i < FIGURES ? 0 : err_fault(task_err(t), "figure", &NO_FIGURE, name);
}

static json_t *row_json(struct task *t, const struct http_request *rq, const struct db_rows *rows, int i)
{
    (void)t, (void)rq;
    int status = (int)db_num(rows, i, "status");
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "code", db_str(rows, i, "code"),
                     "status", status, "status_name", status_phrase(status)->vi, "procedure_code",
                     db_str(rows, i, "procedure_code"), "applicant_name", db_str(rows, i, "applicant_name"),
                     "summary", db_str(rows, i, "summary"), "assignee_name", db_str(rows, i, "assignee_name"),
                     "filed_at_ms", (json_int_t)db_num(rows, i, "filed_at"), "due_at_ms",
                     (json_int_t)db_num(rows, i, "due_at"), "finished_at_ms",
                     (json_int_t)db_num(rows, i, "finished_at"));
}

int http_figure_rows(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct figure_page page = { .unit = http_query(rq, "unit"), .now_ms = task_now_ms(t) };
    const struct db_rows *rows;
    const char *field = http_query(rq, "field");
    TRY(check_counts(t, rq, page.unit));
    TRY(read_period(t, rq, &page.period));
    TRY(read_figure(t, rq, &page.figure));
    TRY(http_page_asked(t, rq, 50, PAGE_MOST, -1, &page.page));
    if (field)
        TRY(read_field(t, field, &page));
    TRY(store_figure_rows(t, &page, &rows));
    http_page_reply(t, rq, re, &page.page, rows, "cases", row_json, "at", "code");
    return 0;
}

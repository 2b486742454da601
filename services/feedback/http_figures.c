/* http_figures.c — for leaders and auditors: the figures of their unit as they stand now, each with the
 * dossiers behind it; what only the office can declare. */
#include <string.h>
#include <talloc.h>

#include "indexes.h"
#include "phrases.h"

static const struct phrase NO_COUNT = { "count_unknown", "Không có số liệu “{}”.",
                                        "There is no count “{}”." };
static const struct phrase NO_PART = { "part_not_declared", "Chỉ số “{}” không do cơ quan tự khai.",
                                       "“{}” is not declared; declared are 1.1–1.4 and 4.3–4.5." };
static const struct phrase TOO_MUCH = { "part_above_whole", "Tử số không được lớn hơn mẫu số.",
                                        "part may not be more than whole." };

/* Leaders of the unit and auditors; for others the unit has no figures. */
static int check_counts(struct task *t, const struct http_request *rq, const char *unit)
{
    if (!unit)
        return err_fault(task_err(t), "unit", &phrase_required, NULL);
    if (!(actor_roles_in(rq->actor, unit) & ROLES_COUNTING))
        return err_set(task_err(t), E_DENIED, "counts nothing at %s", unit);
    return 0;
}

int http_figures(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const char *unit = http_query(rq, "unit");
    struct source s = { .is_frozen = false };
    struct book *b;
    TRY(check_counts(t, rq, unit));
    TRY(period_read(t, http_query(rq, "period"), &s.period));
    TRY(book_load(t, &s, unit, &b, NULL));
    size_t u = book_unit(b, unit);
    if (!u)
        return err_fault(task_err(t), "unit", &phrase_unit_unknown, unit);
    struct json_writer w = json_writer_of(t);
    write_object(&w, NULL);
    write_int(&w, "period", s.period);
    write_text(&w, "unit", unit);
    write_counts(&w, book_cell(b, u, BOOK_TOTAL));
    write_tt01(&w, b, u, BOOK_TOTAL);
    write_766(&w, b, u, BOOK_TOTAL, &feedback_of(t)->indexes->weights, 0);
    write_end(&w);
    http_reply_text(re, 200, "application/json", write_done(&w));
    return 0;
}

/* ---- the dossiers behind a number ---- */

enum { ROWS_MOST = 200 };

static json_t *row_json(const struct db_rows *rows, int i, int64_t adds)
{
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "code", db_str(rows, i, "code"), "procedure_code",
                     db_str(rows, i, "procedure_code"), "filed_at_ms",
                     (json_int_t)db_num(rows, i, "filed_at"), "due_at_ms",
                     (json_int_t)db_num(rows, i, "due_at"), "ended_at_ms",
                     (json_int_t)db_num(rows, i, "ended_at"), "supplements",
                     (json_int_t)db_num(rows, i, "supplements"), "adds", (json_int_t)adds);
}

/* Those its rule is about, in order, behind `after`; with what each adds. */
static json_t *rows_behind(const struct db_rows *rows, enum count count, const struct span *span,
                           const char *after, size_t limit, const char **next)
{
    json_t *list = json_array();
    struct dossier_fact d;
    *next = NULL;
    for (int i = 0; i < db_count(rows); i++) {
        const char *code = db_str(rows, i, "code");
        row_dossier(rows, i, &d);
        if (strcmp(code, after) <= 0 || tally_dossier(tally_base(count), &d, span) == 0)
            continue;
        if (json_array_size(list) == limit) {
            *next = json_string_value(json_object_get(json_array_get(list, limit - 1), "code"));
            break;
        }
        json_array_append_new(list, row_json(rows, i, tally_dossier(count, &d, span)));
    }
    return list;
}

int http_figures_rows(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const char *unit = http_query(rq, "unit"), *name = http_query(rq, "count"),
               *after = http_query(rq, "after");
    struct source s = { .is_frozen = false };
    struct unit_facts facts;
    const char *next;
    int count = name ? tally_named(name) : -1;
    TRY(check_counts(t, rq, unit));
    if (count < 0 || count > COUNT_IN_TIME)
        err_fault(task_err(t), "count", &NO_COUNT, name ? name : "");
    period_read(t, http_query(rq, "period"), &s.period);
    size_t limit = (size_t)http_query_int(t, rq, "limit", 50, 1, ROWS_MOST);
    TRY(task_err(t)->code);
    TRY(store_index_facts(t, &s, unit, &facts));
    struct span span = source_span(t, &s);
    json_t *list = rows_behind(facts.dossiers, (enum count)count, &span, after ? after : "", limit, &next);
    http_reply_json(re, 200, json_pack("{s:o, s:s?}", "dossiers", list, "next", next));
    return 0;
}

/* ---- what the office declares ---- */

int http_declared(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    const char *unit = http_param(rq, "unit");
    int64_t period;
    TRY(check_counts(t, rq, unit));
    TRY(period_read(t, http_param(rq, "period"), &period));
    TRY(store_declared(t, period, unit, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:s, s:I}", "name", db_str(rows, i, "part"),
                                              "part", (json_int_t)db_num(rows, i, "part_n"), "whole",
                                              (json_int_t)db_num(rows, i, "whole_n"), "by_name",
                                              db_str(rows, i, "by_name"), "at_ms",
                                              (json_int_t)db_num(rows, i, "at_ms")));
    http_reply_json(re, 200, json_pack("{s:o}", "declared", list));
    return 0;
}

int http_declare(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct json_node *body;
    bool saved;
    struct cause cause = rq->cause;
    struct declaration d = { .part = http_param(rq, "part"),
                             .unit_code = http_param(rq, "unit"),
                             .by_id = rq->actor->account_id,
                             .by_name = rq->actor->name,
                             .at_ms = task_now_ms(t) };
    int part = i766_named(d.part);
    if (!(actor_roles_in(rq->actor, d.unit_code) & ROLE_LEADER))
        return err_set(task_err(t), E_DENIED, "declares nothing for %s", d.unit_code);
    period_read(t, http_param(rq, "period"), &d.period);
    if (part < 0 || !i766_is_declared((enum i766_part)part))
        err_fault(task_err(t), "part", &NO_PART, d.part);
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    d.f.part = read_int(&r, "part", 0, INT32_MAX, REQUIRED);
    d.f.whole = read_int(&r, "whole", 0, INT32_MAX, REQUIRED);
    if (d.f.part > d.f.whole)
        err_fault(task_err(t), "part", &TOO_MUCH, NULL);
    TRY(reader_close(&r));
    cause.status = 200;
    cause.answer = talloc_asprintf(t, "{\"declared\":true}");
    TRY(store_declare(t, &d, &cause, &saved));
    if (!saved)
        return err_say(task_err(t), E_CONFLICT, &phrase_frozen, http_param(rq, "period"));
    http_reply_text(re, 200, "application/json", cause.answer);
    return 0;
}

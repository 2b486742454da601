/* http_queue.c — the officer's list: what lies at a unit in one state, or at oneself, most urgent first; and
 * the totals of the tabs, from the same rows. */
#include <string.h>

#include "handlers.h"
#include "phrases.h"
#include "status.h"

enum { PAGE_MOST = 200 };

int check_reads_unit(struct task *t, const struct http_request *rq, const char *unit)
{
    if (!unit)
        return err_fault(task_err(t), "unit", &phrase_required, NULL);
    if (actor_may_read(rq->actor, unit))
        return 0;
    return err_set(task_err(t), E_DENIED, "no role in %s", unit);
}

static int read_queue(struct task *t, const struct http_request *rq, struct queue *q)
{
    const char *mine = http_query(rq, "mine");
    if (mine && strcmp(mine, "true") == 0)
        q->assignee = rq->actor->account_id;
    else
        q->unit = http_query(rq, "unit");
    q->status = (int)http_query_int(t, rq, "status", MOTCUA__STATUS__IN_PROGRESS, 1, 10);
    http_page_asked(t, rq, 50, PAGE_MOST, -1, &q->page);
    if (!q->assignee)
        TRY(check_reads_unit(t, rq, q->unit));
    return task_err(t)->code;
}

static json_t *row_json(struct task *t, const struct http_request *rq, const struct db_rows *rows, int i)
{
    (void)rq;
    int status = (int)db_num(rows, i, "status");
    int64_t sort_at = db_num(rows, i, "sort_at");
    bool has_deadline =
        db_num(rows, i, "answer_by") || db_num(rows, i, "step_due_at") || db_num(rows, i, "due_at");
    return json_pack(
        "{s:s, s:I, s:i, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:I, s:I, s:I, s:I, s:b, s:s, s:s, s:I, s:b}",
        "code", db_str(rows, i, "code"), "version", (json_int_t)db_num(rows, i, "version"), "status", status,
        "status_name", status_phrase(status)->vi, "procedure_code", db_str(rows, i, "procedure_code"),
        "unit_code", db_str(rows, i, "unit_code"), "handling_unit_code",
        db_str(rows, i, "handling_unit_code"), "channel", (int)db_num(rows, i, "channel"), "applicant_name",
        db_str(rows, i, "applicant_name"), "summary", db_str(rows, i, "summary"), "due_at_ms",
        (json_int_t)db_num(rows, i, "due_at"), "step", (json_int_t)db_num(rows, i, "step"), "step_due_at_ms",
        (json_int_t)db_num(rows, i, "step_due_at"), "answer_by_ms", (json_int_t)db_num(rows, i, "answer_by"),
        "papers_supplied", db_true(rows, i, "papers_supplied"), "assignee_id", db_str(rows, i, "assignee_id"),
        "assignee_name", db_str(rows, i, "assignee_name"), "sort_at_ms", (json_int_t)sort_at, "is_late",
        has_deadline && sort_at < task_now_ms(t));
}

int http_queue(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct queue q = { .unit = NULL };
    const struct db_rows *rows;
    TRY(read_queue(t, rq, &q));
    TRY(store_queue(t, &q, &rows));
    http_page_reply(t, rq, re, &q.page, rows, "cases", row_json, "sort_at", "code");
    return 0;
}

int http_queue_counts(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    const char *unit = http_query(rq, "unit");
    TRY(check_reads_unit(t, rq, unit));
    TRY(store_queue_counts(t, unit, task_now_ms(t), &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++) {
        int status = (int)db_num(rows, i, "status");
        json_array_append_new(list,
                              json_pack("{s:i, s:s, s:I, s:I}", "status", status, "status_name",
                                        status_phrase(status)->vi, "count", (json_int_t)db_num(rows, i, "n"),
                                        "late", (json_int_t)db_num(rows, i, "late")));
    }
    http_reply_json(re, 200, json_pack("{s:s, s:o}", "unit", unit, "tabs", list));
    return 0;
}

/* http_queue.c — the officer's list: what lies at a unit in one state, or at oneself, most urgent first; and
 * the totals of the tabs, from the same rows. */
#include <inttypes.h>
#include <string.h>
#include <talloc.h>

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

static int read_queue(struct task *t, const struct http_request *rq, struct queue *q,
                      char after_code[DOSSIER_CODE_TEXT])
{
    const char *mine = http_query(rq, "mine");
    if (mine && strcmp(mine, "true") == 0)
        q->assignee = rq->actor->account_id;
    else
        q->unit = http_query(rq, "unit");
    q->status = (int)http_query_int(t, rq, "status", MOTCUA__STATUS__IN_PROGRESS, 1, 10);
    q->limit = (int)http_query_int(t, rq, "limit", 50, 1, PAGE_MOST);
    http_query_place(t, rq, &q->after_ms, after_code, DOSSIER_CODE_TEXT);
    q->after_code = after_code;
    if (!q->assignee)
        TRY(check_reads_unit(t, rq, q->unit));
    return task_err(t)->code;
}

static json_t *row_json(const struct db_rows *rows, int i, int64_t now)
{
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
        has_deadline && sort_at < now);
}

int http_queue(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    char after_code[DOSSIER_CODE_TEXT] = "";
    struct queue q = { .after_ms = -1 };
    const struct db_rows *rows;
    const char *next = NULL;
    TRY(read_queue(t, rq, &q, after_code));
    TRY(store_queue(t, &q, &rows));
    json_t *list = json_array();
    int n = db_count(rows);
    for (int i = 0; i < n; i++)
        json_array_append_new(list, row_json(rows, i, task_now_ms(t)));
    if (n == q.limit)
        next =
            talloc_asprintf(t, "%" PRId64 ",%s", db_num(rows, n - 1, "sort_at"), db_str(rows, n - 1, "code"));
    http_reply_json(re, 200, json_pack("{s:o, s:s?}", "cases", list, "next", next));
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

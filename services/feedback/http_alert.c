/* http_alert.c — what stands out, with the dossiers behind it, for leaders and auditors of the unit; and what
 * its leader found it to be. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "phrases.h"

enum { PAGE_MOST = 100, CODES_MOST = 500, WORDS_MAX = 1000 };

static const struct phrase ANSWERED = { "alert_answered", "Cảnh báo này đã được kết luận.",
                                        "This alert has been answered." };

static const struct phrase OWN = {
    "alert_about_oneself", "Cảnh báo này nói về chính bạn. Lãnh đạo khác hoặc lãnh đạo cấp tỉnh sẽ kết luận.",
    "This alert is about you. Another leader of the unit or of the province answers it."
};

static json_t *alert_json(const struct db_rows *rows, int i)
{
    return json_pack("{s:I, s:s, s:s, s:s, s:I, s:I, s:I, s:s?, s:s, s:s, s:I}", "id",
                     (json_int_t)db_num(rows, i, "id"), "kind", db_str(rows, i, "kind"), "unit",
                     db_str(rows, i, "unit_code"), "official", db_str(rows, i, "official_name"), "at_ms",
                     (json_int_t)db_num(rows, i, "at"), "found_at_ms",
                     (json_int_t)db_num(rows, i, "found_at"), "amount", (json_int_t)db_num(rows, i, "amount"),
                     "verdict", *db_str(rows, i, "verdict") ? db_str(rows, i, "verdict") : NULL, "words",
                     db_str(rows, i, "words"), "answered_by", db_str(rows, i, "answered_by"),
                     "answered_at_ms", (json_int_t)db_num(rows, i, "answered_at"));
}

int http_alerts(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    const char *unit = http_query(rq, "unit");
    int64_t before = http_query_int(t, rq, "before", 0, 0, INT64_MAX);
    int limit = (int)http_query_int(t, rq, "limit", 50, 1, PAGE_MOST);
    if (!unit)
        err_fault(task_err(t), "unit", &phrase_required, NULL);
    TRY(task_err(t)->code);
    if (!(actor_roles_in(rq->actor, unit) & ROLES_COUNTING))
        return err_set(task_err(t), E_DENIED, "counts nothing at %s", unit);
    TRY(store_alerts(t, unit, before, limit, &rows));
    int n = db_count(rows);
    json_t *list = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(list, alert_json(rows, i));
    http_reply_json(re, 200,
                    json_pack("{s:o, s:o}", "alerts", list, "next",
                              n == limit ? json_integer(db_num(rows, n - 1, "id")) : json_null()));
    return 0;
}

/* The alert of the path, if it is one of a unit where the caller has one of the roles. */
static int load(struct task *t, const struct http_request *rq, unsigned roles, const struct db_rows **rows)
{
    TRY(store_alert(t, strtoll(http_param(rq, "id"), NULL, 10), rows));
    if (db_count(*rows) == 0 || !(actor_roles_in(rq->actor, db_str(*rows, 0, "unit_code")) & roles))
        return err_set(task_err(t), E_NOT_FOUND, "no such alert for this caller");
    return 0;
}

int http_alert(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows, *codes;
    const char *after = http_query(rq, "after");
    int limit = (int)http_query_int(t, rq, "limit", 100, 1, CODES_MOST);
    TRY(task_err(t)->code);
    TRY(load(t, rq, ROLES_COUNTING, &rows));
    TRY(store_alert_codes(t, db_num(rows, 0, "id"), after ? after : "", limit, &codes));
    int n = db_count(codes);
    json_t *answer = alert_json(rows, 0), *list = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(list, json_string(db_str(codes, i, "code")));
    json_object_set_new(answer, "dossiers", list);
    json_object_set_new(answer, "next", n == limit ? json_string(db_str(codes, n - 1, "code")) : json_null());
    http_reply_json(re, 200, answer);
    return 0;
}

int http_alert_answer(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    static const char *const verdicts[] = { "explained", "confirmed", NULL };
    const struct db_rows *rows;
    const struct json_node *body;
    bool saved;
    struct cause cause = rq->cause;
    struct alert_answer a = { .at_ms = task_now_ms(t), .by = rq->actor->name };
    TRY(load(t, rq, ROLE_LEADER, &rows));
    if (strcmp(db_str(rows, 0, "official_id"), rq->actor->account_id) == 0)
        return err_say(task_err(t), E_DENIED, &OWN, NULL);
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    int verdict = read_choice(&r, "verdict", verdicts, REQUIRED);
    a.words = read_text(&r, "words", WORDS_MAX, REQUIRED);
    TRY(reader_close(&r));
    a.id = db_num(rows, 0, "id");
    a.verdict = verdicts[verdict];
    cause.status = 200;
    cause.answer = talloc_asprintf(t, "{\"id\":%lld,\"verdict\":\"%s\"}", (long long)a.id, a.verdict);
    TRY(store_alert_answer(t, &a, &cause, &saved));
    if (!saved)
        return err_say(task_err(t), E_CONFLICT, &ANSWERED, NULL);
    http_reply_text(re, 200, "application/json", cause.answer);
    return 0;
}

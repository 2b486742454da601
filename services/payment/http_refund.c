/* http_refund.c — what waits to be paid back in a unit, and a clerk's word that it was. Money that came
 * through the gateway goes back through it; a clerk pays it back only where the gateway refused. */
#include <inttypes.h>
#include <talloc.h>

#include "handlers.h"
#include "json.h"
#include "pb.h"
#include "phrases.h"

static const struct phrase NO_UNIT = { "unit_required", "Hãy cho biết đơn vị (unit).",
                                       "Say which unit (unit)." };

static int read_place(struct task *t, const struct http_request *rq, int64_t *ms, struct id *id)
{
    char text[ID_TEXT] = "";
    TRY(http_query_place(t, rq, ms, text, sizeof text));
    return !*text || id_parse(text, id) ? 0 : err_fault(task_err(t), "after", &phrase_place, NULL);
}

static const char *cursor(struct task *t, const struct refund *f)
{
    char id[ID_TEXT];
    id_format(&f->id, id);
    return talloc_asprintf(t, "%" PRId64 ",%s", f->created_at_ms, id);
}

int http_refunds(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct refunds list;
    struct id after = { { 0 } };
    int64_t after_ms = 0;
    const char *unit = http_query(rq, "unit");
    int limit = (int)http_query_int(t, rq, "limit", 20, 1, REFUNDS_MAX);
    if (!unit)
        err_fault(task_err(t), "unit", &NO_UNIT, NULL);
    TRY(task_err(t)->code);
    if (!actor_may_read(rq->actor, unit))
        return err_set(task_err(t), E_DENIED, "not of %s", unit);
    TRY(read_place(t, rq, &after_ms, &after));
    TRY(store_refunds_waiting(t, unit, after_ms, &after, limit, &list));
    json_t *out = json_array();
    for (size_t i = 0; i < list.count; i++)
        json_array_append_new(out, refund_json(&list.list[i]));
    const char *next = list.count == (size_t)limit ? cursor(t, &list.list[list.count - 1]) : NULL;
    http_reply_json(re, 200, json_pack("{s:o, s:s?}", "refunds", out, "next", next));
    return 0;
}

static int load(struct task *t, const struct http_request *rq, struct refund *f)
{
    struct id id;
    bool found = false;
    if (id_parse(http_param(rq, "id"), &id))
        TRY(store_refund(t, &id, f, &found));
    return found && is_clerk_of(rq, f->unit_code)
               ? 0
               : err_set(task_err(t), E_NOT_FOUND, "no such refund for this clerk");
}

static int read_ref(struct task *t, const struct http_request *rq, const char **ref)
{
    static const struct json_node none = { .type = JSON_OBJECT, .skip = 1 };
    const struct json_node *body = &none;
    if (rq->body_size > 0)
        TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    *ref = pb_text(read_text_line(&r, "ref", 100, OPTIONAL));
    return reader_close(&r);
}

int http_refund_confirm(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct refund f;
    struct payback how = { .last_word = "", .confirmed_by = rq->actor->account_id };
    struct cause cause = rq->cause;
    TRY(load(t, rq, &f));
    TRY(read_ref(t, rq, &how.ref));
    TRY(refund_check_clerk(&f, task_err(t)));
    cause.status = 200;
    cause.answer = talloc_asprintf(t, "{\"id\":\"%s\",\"state\":\"done\"}", http_param(rq, "id"));
    TRY(paid_back(t, &f, &how, &cause));
    http_reply_text(re, 200, "application/json", cause.answer);
    return 0;
}

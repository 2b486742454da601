/* http_inbox.c — the citizen's inbox on the portal: what was told, how much of it is unread, one message is
 * read now. */
#include <talloc.h>

#include "handlers.h"

enum { USUAL_LIMIT = 20, UNREAD_MOST = 1000 };

static json_t *row_json(const struct db_rows *rows, int i)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "id", db_str(rows, i, "id"), "code",
                     db_str(rows, i, "code"), "template", db_str(rows, i, "template"), "language",
                     db_str(rows, i, "language"), "subject", db_str(rows, i, "subject"), "body",
                     db_str(rows, i, "body"), "at_ms", moment_json(rows, i, "at_ms"), "read_at_ms",
                     moment_json(rows, i, "read_at_ms"));
}

int http_inbox(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct page page;
    const struct db_rows *rows;
    TRY(page_asked(t, rq, USUAL_LIMIT, &page));
    TRY(store_inbox(t, rq->actor->account_id, page.after, page.limit, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, row_json(rows, i));
    http_reply_json(re, 200, json_pack("{s:o, s:s?}", "messages", list, "next", page_next(&page, rows)));
    return 0;
}

int http_unread(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    int64_t count;
    TRY(store_unread(t, rq->actor->account_id, UNREAD_MOST, &count));
    http_reply_json(re, 200, json_pack("{s:I}", "unread", (json_int_t)count));
    return 0;
}

int http_read(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct id id;
    bool found = false;
    struct cause cause = rq->cause;
    cause.status = 200;
    cause.answer = talloc_asprintf(t, "{\"id\":\"%s\",\"is_read\":true}", http_param(rq, "id"));
    if (id_parse(http_param(rq, "id"), &id))
        TRY(store_read(t, rq->actor->account_id, &id, &cause, &found));
    if (!found)
        return err_set(task_err(t), E_NOT_FOUND, "no such message in this inbox");
    http_reply_text(re, 200, "application/json", cause.answer);
    return 0;
}

/* http_draft.c — what people are writing, so that another device can go on with it. The browser is the one
 * that writes and reads the text; here it is only kept. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "json.h"

enum { DRAFT_BYTES = 48 * 1024 };

static const struct phrase FULL = { "drafts_full", "Đã có quá nhiều bản nháp ({}). Hãy xóa bớt.",
                                    "There are too many drafts ({}). Delete some." };

static int read_draft(struct task *t, const struct http_request *rq, struct draft *d)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    d->written_at_ms = read_int(&r, "written_at_ms", 0, INT64_C(4102444800000), REQUIRED);
    d->content = read_text(&r, "content", DRAFT_BYTES, REQUIRED);
    return reader_close(&r);
}

/* A procedure that may be applied for, or a dossier of the caller's that papers are brought to. */
static int check_subject(struct task *t, const struct draft *d)
{
    bool found;
    struct dossier own;
    const struct procedure *p;
    TRY(known_procedure(t, d->procedure_code, &p));
    if (p)
        return 0;
    TRY(store_dossier(t, d->procedure_code, &own, &found));
    return found && strcmp(own.account_id, d->account_id) == 0
               ? 0
               : err_say(task_err(t), E_NOT_FOUND, &procedure_unknown, NULL);
}

int http_draft_put(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    bool is_room, is_kept;
    struct draft d = { .account_id = rq->actor->account_id, .procedure_code = http_param(rq, "procedure") };
    TRY(read_draft(t, rq, &d));
    TRY(check_subject(t, &d));
    TRY(store_draft_save(t, &d, &is_room, &is_kept));
    if (!is_room)
        return err_say(task_err(t), E_CONFLICT, &FULL, talloc_asprintf(t, "%d", DRAFTS_MOST));
    http_reply_json(re, 200, json_pack("{s:s, s:b}", "procedure", d.procedure_code, "kept", is_kept));
    return 0;
}

int http_drafts(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    TRY(store_drafts(t, rq->actor->account_id, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:I, s:s}", "procedure", db_str(rows, i, "procedure_code"),
                                        "written_at_ms", (json_int_t)db_num(rows, i, "written_at_ms"),
                                        "content", db_str(rows, i, "content")));
    http_reply_json(re, 200, json_pack("{s:o}", "drafts", list));
    return 0;
}

int http_draft_drop(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    TRY(store_draft_drop(t, rq->actor->account_id, http_param(rq, "procedure")));
    http_reply_bytes(re, 204, NULL, "", 0);
    return 0;
}

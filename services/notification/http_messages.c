/* http_messages.c — for staff: what an applicant was told about a dossier, through which channel, and what
 * became of it. Addresses are masked: to telephone, one looks into the dossier. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "json.h"
#include "mail_text.h"

enum { USUAL_LIMIT = 50 };

static json_t *attempts_json(struct task *t, const struct db_rows *rows, int i)
{
    json_t *list;
    const char *text = db_str_or(rows, i, "attempts", "[]");
    int rc = json_parse(t, text, strlen(text), &list, task_err(t));
    ASSERT(rc == 0); /* PostgreSQL wrote it */
    return list;
}

/* A link that lets whoever has it rate is for its owner only. */
static const char *body_shown(struct task *t, const struct db_rows *rows, int i)
{
    const char *body = db_str(rows, i, "body");
    bool is_secret = strcmp(db_str(rows, i, "template"), templates[TEMPLATE_RATING_OPENED].name) == 0;
    const char *secret = is_secret ? strchr(body, '~') : NULL;
    return secret ? talloc_asprintf(t, "%.*s…%s", (int)(secret - body), body, secret + strcspn(secret, "\n"))
                  : body;
}

static json_t *row_json(struct task *t, const struct db_rows *rows, int i)
{
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", db_str(rows, i, "id"),
                          "template", db_str(rows, i, "template"), "channel", db_str(rows, i, "channel"),
                          "state", db_str(rows, i, "state"), "why", db_str(rows, i, "why"), "language",
                          db_str(rows, i, "language"), "address", mail_masked(t, db_str(rows, i, "address")),
                          "subject", db_str(rows, i, "subject"), "body", body_shown(t, rows, i));
    static const char *const moments[] = { "at_ms", "queued_at_ms", "next_at_ms", "done_at_ms",
                                           "read_at_ms" };
    for (size_t k = 0; k < sizeof moments / sizeof *moments; k++)
        json_object_set_new(o, moments[k], moment_json(rows, i, moments[k]));
    json_object_set(o, "attempts", attempts_json(t, rows, i));
    return o;
}

/* What is told about a complaint is for whoever sent it: no unit is named. Staff of the unit it was filed at
 * or is handled by, and auditors; for others it does not exist. */
int check_reads_dossier(struct task *t, const struct http_request *rq)
{
    struct dossier d;
    bool found;
    TRY(store_dossier(t, http_param(rq, "code"), &d, &found));
    if (found && *d.unit_code &&
        (actor_may_read(rq->actor, d.unit_code) || actor_may_read(rq->actor, d.handling_unit_code)))
        return 0;
    return err_set(task_err(t), E_NOT_FOUND, "no such dossier for this caller");
}

int http_messages(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct page page;
    const struct db_rows *rows;
    const char *code = http_param(rq, "code");
    TRY(page_asked(t, rq, USUAL_LIMIT, &page));
    TRY(check_reads_dossier(t, rq));
    TRY(store_messages(t, code, page.after, page.limit, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, row_json(t, rows, i));
    http_reply_json(re, 200,
                    json_pack("{s:s, s:o, s:s?}", "code", code, "messages", list, "next",
                              page_next(&page, rows)));
    return 0;
}

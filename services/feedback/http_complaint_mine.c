/* http_complaint_mine.c — following one's own: by account, or by the secret that came with its receipt. A
 * denunciation is followed by its secret only. Whoever sent it supplies detail, withdraws, reopens or takes
 * it further. */
#include <string.h>
#include <talloc.h>

#include "complaint_work.h"
#include "http_page.h"
#include "json.h"
#include "throttle.h"

enum { HOUR_S = 3600, PAGE_USUAL = 20, PAGE_MOST = 100 };

static const char *account_of(const struct http_request *rq)
{
    return rq->actor ? rq->actor->account_id : NULL;
}

int http_complaints_mine(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct http_page page;
    const struct db_rows *rows;
    TRY(http_page_asked(t, rq, PAGE_USUAL, PAGE_MOST, HTTP_PAGE_LAST_MS, &page));
    TRY(store_complaint_mine(t, rq->actor->account_id, &page, &rows));
    http_page_reply(t, rq, re, &page, rows, "complaints", complaint_row_json, "received_ms", "code");
    return 0;
}

static int show(struct task *t, const struct http_request *rq, const char *code, const char *secret,
                struct http_reply *re)
{
    struct complaint_file f;
    json_t *o;
    TRY(complaint_for_sender(t, code, account_of(rq), secret, &f));
    TRY(complaint_json(t, rq, &f, 0, &o));
    http_reply_etag(re, f.c.version);
    http_reply_json(re, 200, o);
    return 0;
}

int http_complaint_mine(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    return show(t, rq, http_param(rq, "code"), NULL, re);
}

/* In the body, so that neither code nor secret stands in any log of addresses. */
int http_complaint_look_up(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct json_node *body;
    TRY(throttle_try(t, feedback_of(t)->throttle, "complaint_look_up", rq->client,
                     config_of(t)->complaint_looks_an_hour, HOUR_S));
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    const char *code = read_text(&r, "code", COMPLAINT_CODE_TEXT - 1, REQUIRED);
    const char *secret = read_text(&r, "secret", 64, REQUIRED);
    TRY(reader_close(&r));
    return show(t, rq, code, secret, re);
}

static const char *answer(struct task *t, const struct complaint_file *f)
{
    json_t *o =
        json_own(t, json_pack("{s:s, s:s, s:I}", "code", f->c.code, "state",
                              complaint_state_names[f->c.state], "version", (json_int_t)f->c.version));
    return json_print(t, o);
}

static int read_act(struct task *t, const struct http_request *rq, struct complaint_change *ch)
{
    /* Places as in enum complaint_act; what is not the sender's only holds one. */
    static const char *const acts[COMPLAINT_ACTS + 1] = {
        [ACT_SUBMIT] = "",
        [ACT_CLASSIFY] = "",
        [ACT_PASS] = "",
        [ACT_FORWARD] = "",
        [ACT_ASK_DETAIL] = "",
        [ACT_SUPPLY_DETAIL] = "supply_detail",
        [ACT_REFUSE] = "",
        [ACT_ACCEPT] = "",
        [ACT_EXTEND] = "",
        [ACT_TELL] = "",
        [ACT_ANSWER] = "",
        [ACT_PUBLISH] = "",
        [ACT_REOPEN] = "reopen",
        [ACT_APPEAL] = "appeal",
        [ACT_WITHDRAW] = "withdraw",
        [ACT_ESCALATE] = "",
        NULL,
    };
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    ch->doing.act = read_choice(&r, "act", acts, REQUIRED);
    ch->doing.words = read_text(&r, "words", 10000, OPTIONAL);
    ch->secret = read_text(&r, "secret", 64, OPTIONAL);
    return reader_close(&r);
}

int http_complaint_act(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct complaint_file f;
    struct complaint_change ch = { .code = http_param(rq, "code"),
                                   .doing = { .class = -1, .attitude = -1, .is_remote = -1 },
                                   .account = account_of(rq),
                                   .cause = rq->cause,
                                   .answer = answer };
    TRY(throttle_try(t, feedback_of(t)->throttle, "complaint_act", rq->client,
                     config_of(t)->complaint_looks_an_hour, HOUR_S));
    TRY(read_act(t, rq, &ch));
    ch.cause.status = 200;
    TRY(complaint_change(t, &ch, &f));
    http_reply_text(re, 200, "application/json", ch.cause.answer);
    return 0;
}

/* http_slip.c — slips of paper: a clerk types in what somebody wrote, each number once. And what people wrote
 * in words, for those who lead the unit. */
#include <talloc.h>

#include "handlers.h"
#include "phrases.h"

enum { SLIP_TEXT = 32, FIELD_TEXT = 64, PAGE_USUAL = 20, PAGE_MOST = 100 };

static const struct phrase ENTERED = { "slip_entered_already", "Phiếu số {} của quý này đã được nhập.",
                                       "Slip {} of this quarter has been entered." };
static const struct phrase FIELD = { "field_unknown", "Không có lĩnh vực này trong danh mục thủ tục.",
                                     "There is no such field in the catalogue." };
static const struct phrase QUARTER = { "quarter", "Quý viết năm và quý: 20264 là quý IV năm 2026.",
                                       "Write year and quarter: 20264 is the fourth of 2026." };
static const struct phrase CLOSED = { "rating_closed", "Quý này đã chốt số liệu hoặc chưa đến.",
                                      "This quarter has been closed, or has not begun." };

static void check_quarter(struct task *t, int64_t quarter)
{
    int64_t now_ms = task_now_ms(t);
    if (!quarter_is_valid(quarter))
        err_fault(task_err(t), "quarter", &QUARTER, NULL);
    else if (quarter > quarter_of(now_ms) ||
             quarter <= quarter_closed(now_ms, (int)config_of(t)->rating_days))
        err_fault(task_err(t), "quarter", &CLOSED, NULL);
}

static int check_field(struct task *t, const char *field)
{
    bool exists = true;
    if (field)
        TRY(store_field_exists(t, field, &exists));
    return exists ? 0 : err_fault(task_err(t), "field", &FIELD, NULL);
}

static int read_slip(struct task *t, const struct http_request *rq, struct slip *s, struct rating *rating)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    s->unit_code = read_text_line(&r, "unit", UNIT_CODE_TEXT, REQUIRED);
    s->field_code = read_text_line(&r, "field", FIELD_TEXT, REQUIRED);
    s->number = read_text_line(&r, "slip_no", SLIP_TEXT, REQUIRED);
    s->quarter = (int)read_int(&r, "quarter", 0, INT32_MAX, REQUIRED);
    read_rating(&r, rating);
    check_quarter(t, s->quarter);
    return reader_close(&r);
}

int http_slip(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct slip s = { .entered_by = rq->actor->account_id };
    struct rating rating = { .origin = RATING_PAPER };
    struct cause cause = rq->cause;
    bool saved;
    TRY(read_slip(t, rq, &s, &rating));
    if (!(actor_roles_in(rq->actor, s.unit_code) & ROLE_CLERK))
        return err_set(task_err(t), E_DENIED, "no clerk of this unit");
    TRY(check_field(t, s.field_code));
    cause.status = 201;
    cause.answer =
        json_print(t, json_own(t, json_pack("{s:s, s:i}", "slip_no", s.number, "quarter", s.quarter)));
    TRY(store_slip(t, &s, &rating, &cause, &saved));
    if (!saved)
        return err_say(task_err(t), E_CONFLICT, &ENTERED, s.number);
    TRY(watch_slips(t, s.unit_code, rq->actor));
    http_reply_text(re, 201, "application/json", cause.answer);
    return 0;
}

/* ---- what people wrote ------------------------------------------------------------------------------ */

static json_t *words_json(const struct db_rows *rows)
{
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, json_pack("{s:s, s:s}", "field", db_str(rows, i, "field_code"), "words",
                                              db_str(rows, i, "words")));
    return list;
}

int http_words(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct id id;
    const struct db_rows *rows;
    const char *unit = http_param(rq, "unit"), *after = http_query(rq, "after");
    int limit = (int)http_query_int(t, rq, "limit", PAGE_USUAL, 1, PAGE_MOST);
    int quarter = (int)http_query_int(t, rq, "quarter", quarter_of(task_now_ms(t)), 0, INT32_MAX);
    if (after && !id_parse(after, &id))
        err_fault(task_err(t), "after", &phrase_place, NULL);
    TRY(task_err(t)->code);
    if (!(actor_roles_in(rq->actor, unit) & ROLES_COUNTING))
        return err_set(task_err(t), E_NOT_FOUND, "no such unit for this caller");
    TRY(store_words(t, unit, quarter, after ? &id : NULL, limit, &rows));
    const char *next = db_count(rows) == limit ? db_str(rows, limit - 1, "id") : NULL;
    http_reply_json(re, 200, json_pack("{s:o, s:s?}", "words", words_json(rows), "next", next));
    return 0;
}

/* http_wave.c — a wave of a survey: who is asked (drawn at random by job_draw), the slips that come back, and
 * how many of those asked have answered. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "ids.h"

enum { NAME_TEXT = 200, SEED_TEXT = 64, QUOTA_MOST = 10000, PAGE_USUAL = 50, PAGE_MOST = 200 };

static const struct phrase PERIOD = { "wave_period", "Thời điểm kết thúc phải sau thời điểm bắt đầu.",
                                      "The period must end after it began, and the wave close after that." };
static const struct phrase NO_SURVEY = { "survey_unknown", "Không có mẫu khảo sát này đang có hiệu lực.",
                                         "No such survey is in force." };
static const struct phrase NOT_DRAWN = { "wave_not_drawn",
                                         "Mẫu chưa được rút: sẽ rút khi hết thời gian lấy mẫu.",
                                         "The sample is drawn when the period is over. Try again then." };
static const struct phrase OVER = { "wave_closed", "Đợt khảo sát đã kết thúc.", "The wave is over." };
static const struct phrase SLIP = { "slip_unknown", "Không có phiếu số này trong đợt khảo sát.",
                                    "There is no slip of this number in the wave." };
static const struct phrase ENTERED = { "slip_entered_already", "Phiếu số {} đã được nhập.",
                                       "Slip {} has been entered." };
static const struct phrase ANSWERS = {
    "answers", "Cần một câu trả lời cho mỗi tiêu chí (0: không trả lời), ít nhất một nửa có trả lời.",
    "One answer for each criterion (0: none), at least half of them given."
};

/* ---- making one ------------------------------------------------------------------------------------- */

static int read_wave(struct task *t, const struct http_request *rq, struct wave *w)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    w->name = read_text_line(&r, "name", NAME_TEXT, REQUIRED);
    w->seed = read_text_line(&r, "seed", SEED_TEXT, REQUIRED);
    w->from_ms = read_int(&r, "from_ms", 1, INT64_MAX / 1000, REQUIRED);
    w->to_ms = read_int(&r, "to_ms", 1, INT64_MAX / 1000, REQUIRED);
    w->closes_at_ms = read_int(&r, "closes_at_ms", 1, INT64_MAX / 1000, REQUIRED);
    w->quota = (int)read_int(&r, "quota", 1, QUOTA_MOST, REQUIRED);
    if (w->from_ms && w->to_ms && (w->to_ms <= w->from_ms || w->closes_at_ms <= w->to_ms))
        err_fault(task_err(t), "to_ms", &PERIOD, NULL);
    return reader_close(&r);
}

int http_wave_put(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct wave w = { .made_by = rq->actor->account_id };
    struct survey *s = talloc_zero(t, struct survey);
    struct cause cause = rq->cause;
    char text[ID_TEXT];
    bool found, saved;
    struct id id = id_new();
    if (!(actor_roles_in(rq->actor, "*") & ROLE_ADMINISTRATOR))
        return err_set(task_err(t), E_DENIED, "no administrator of every unit");
    TRY(read_wave(t, rq, &w));
    TRY(store_survey(t, http_param(rq, "code"), 0, s, &found));
    if (!found)
        return err_say(task_err(t), E_NOT_FOUND, &NO_SURVEY, NULL);
    id_format(&id, text);
    w.id = text;
    w.survey = s->code;
    w.version = s->version;
    cause.status = 202;
    cause.answer = talloc_asprintf(t, "{\"id\":\"%s\"}", text);
    TRY(store_wave_put(t, &w, &cause, &saved));
    if (!saved)
        return err_set(task_err(t), E_CONFLICT, "the command was done meanwhile");
    jobs_wake(task_env(t), "draw");
    http_reply_text(re, 202, "application/json", cause.answer);
    return 0;
}

/* When the period is over, so that nobody who ends in it has no chance. One unit after the other, so that no
 * statement is long; drawing again draws the same. */
int job_draw(struct task *t, struct job *job)
{
    struct wave w;
    const struct db_rows *units;
    bool found;
    TRY(store_wave(t, job->key, &w, &found));
    if (!found || w.is_drawn)
        return 0;
    TRY(store_units(t, &units));
    for (int i = 0; i < db_count(units); i++)
        TRY(store_draw(t, &w, db_str(units, i, "unit_code")));
    return store_drawn(t, w.id);
}

/* ---- looking at it ---------------------------------------------------------------------------------- */

static int load(struct task *t, const struct http_request *rq, struct wave *w)
{
    bool found;
    TRY(store_wave(t, http_param(rq, "id"), w, &found));
    return found ? 0 : err_set(task_err(t), E_NOT_FOUND, "no such wave");
}

/* Of the units the caller may see counted. */
static json_t *strata_json(const struct http_request *rq, const struct db_rows *rows)
{
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        if (actor_roles_in(rq->actor, db_str(rows, i, "unit_code")))
            json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "unit",
                                                  db_str(rows, i, "unit_code"), "field",
                                                  db_str(rows, i, "field_code"), "population",
                                                  (json_int_t)db_num(rows, i, "population"), "sampled",
                                                  (json_int_t)db_num(rows, i, "sampled"), "answered",
                                                  (json_int_t)db_num(rows, i, "answered"), "first_slip",
                                                  (json_int_t)db_num(rows, i, "first_slip"), "last_slip",
                                                  (json_int_t)(db_num(rows, i, "first_slip") +
                                                               db_num(rows, i, "sampled") - 1)));
    return list;
}

int http_wave(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct wave w;
    const struct db_rows *rows;
    TRY(load(t, rq, &w));
    TRY(store_strata(t, w.id, &rows));
    http_reply_json(re, 200,
                    json_pack("{s:s, s:s, s:i, s:s, s:s, s:I, s:I, s:I, s:i, s:b, s:o}", "id", w.id, "survey",
                              w.survey, "version", w.version, "name", w.name, "seed", w.seed, "from_ms",
                              (json_int_t)w.from_ms, "to_ms", (json_int_t)w.to_ms, "closes_at_ms",
                              (json_int_t)w.closes_at_ms, "quota", w.quota, "is_drawn", w.is_drawn, "strata",
                              strata_json(rq, rows)));
    return 0;
}

int http_waves(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    (void)rq;
    TRY(store_waves(t, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:s, s:I, s:I, s:I, s:b}", "id",
                                              db_str(rows, i, "id"), "survey", db_str(rows, i, "survey"),
                                              "version", (json_int_t)db_num(rows, i, "version"), "name",
                                              db_str(rows, i, "name"), "from_ms",
                                              (json_int_t)db_num(rows, i, "from_ms"), "to_ms",
                                              (json_int_t)db_num(rows, i, "to_ms"), "closes_at_ms",
                                              (json_int_t)db_num(rows, i, "closes_at_ms"), "is_drawn",
                                              db_true(rows, i, "is_drawn")));
    http_reply_json(re, 200, json_pack("{s:o}", "waves", list));
    return 0;
}

int http_sample(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct wave w;
    const struct db_rows *rows;
    const char *unit = http_param(rq, "unit"), *after = http_query(rq, "after");
    int limit = (int)http_query_int(t, rq, "limit", PAGE_USUAL, 1, PAGE_MOST);
    TRY(task_err(t)->code);
    TRY(load(t, rq, &w));
    if (!(actor_roles_in(rq->actor, unit) & ROLES_READING))
        return err_set(task_err(t), E_NOT_FOUND, "no such unit for this caller");
    TRY(store_sample(t, w.id, unit, after ? after : "", limit, &rows));
    json_t *codes = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(codes, json_string(db_str(rows, i, "code")));
    const char *next = db_count(rows) == limit ? db_str(rows, limit - 1, "code") : NULL;
    http_reply_json(re, 200, json_pack("{s:o, s:s?}", "codes", codes, "next", next));
    return 0;
}

/* ---- slips ------------------------------------------------------------------------------------------ */

static size_t read_answers(struct reader *r, int64_t answers[CRITERIA_MOST])
{
    size_t n = read_list(r, "answers", CRITERIA_MOST, REQUIRED);
    for (size_t i = 0; i < n; i++) {
        const struct json_node *item = json_item(json_member(r->object, "answers"), i);
        answers[i] = item->type == JSON_INTEGER ? item->integer : -1;
    }
    return n;
}

static int read_slip(struct task *t, const struct http_request *rq, size_t count, struct survey_slip *s)
{
    const struct json_node *body;
    int64_t *answers = talloc_zero_array(t, int64_t, CRITERIA_MOST);
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    const char *words = read_text(&r, "words", RATING_WORDS_MAX, OPTIONAL);
    s->slip_no = read_int(&r, "slip_no", 1, INT32_MAX, REQUIRED);
    s->words = words ? words : "";
    s->answers = answers;
    s->count = read_answers(&r, answers);
    if (s->count != count || !slip_is_valid(answers, count))
        err_fault(task_err(t), "answers", &ANSWERS, NULL);
    return reader_close(&r);
}

static int check_wave(struct task *t, const struct wave *w)
{
    if (!w->is_drawn)
        return err_say(task_err(t), E_CONFLICT, &NOT_DRAWN, NULL);
    return task_now_ms(t) < w->closes_at_ms ? 0 : err_say(task_err(t), E_CONFLICT, &OVER, NULL);
}

int http_survey_slip(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct wave w;
    struct survey *v = talloc_zero(t, struct survey);
    struct survey_slip s = { .entered_by = rq->actor->account_id };
    struct cause cause = rq->cause;
    bool found, saved;
    TRY(load(t, rq, &w));
    TRY(check_wave(t, &w));
    TRY(store_survey(t, w.survey, w.version, v, &found));
    TRY(read_slip(t, rq, v->count, &s));
    TRY(store_slip_of(t, w.id, s.slip_no, &s.unit_code, &s.field_code, &found));
    if (!found)
        return err_fault(task_err(t), "slip_no", &SLIP, NULL);
    if (!(actor_roles_in(rq->actor, s.unit_code) & ROLE_CLERK))
        return err_set(task_err(t), E_DENIED, "no clerk of the unit the slip belongs to");
    s.wave = w.id;
    cause.status = 201;
    cause.answer = talloc_asprintf(t, "{\"slip_no\":%lld}", (long long)s.slip_no);
    TRY(store_survey_slip(t, &s, &cause, &saved));
    if (!saved)
        return err_say(task_err(t), E_CONFLICT, &ENTERED, talloc_asprintf(t, "%lld", (long long)s.slip_no));
    http_reply_text(re, 201, "application/json", cause.answer);
    return 0;
}

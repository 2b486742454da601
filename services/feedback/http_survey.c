/* http_survey.c — what a survey asks; a new version of it. The version that was in force when a wave was made
 * stays that of the wave. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"

enum { NAME_TEXT = 200, CODE_TEXT = 40 };

static const struct phrase CODE = { "survey_code",
                                    "Mã gồm 2 đến 32 chữ thường không dấu, chữ số hoặc gạch nối.",
                                    "2 to 32 lower case letters, digits or hyphens." };
static const struct phrase CRITERIA = { "survey_criteria", "Cần ít nhất một và nhiều nhất 40 tiêu chí.",
                                        "At least one criterion, at most 40." };
static const struct phrase LATER = { "survey_version_later",
                                     "Đã có phiên bản bắt đầu từ ngày này hoặc sau đó. Chọn ngày muộn hơn.",
                                     "There is a version from that day or later. Choose a later one." };

/* ---- showing ---------------------------------------------------------------------------------------- */

static json_t *factor_json(const struct criterion *c)
{
    return json_pack("{s:s, s:s, s:o}", "vi", c->factor_vi, "en", c->factor_en, "criteria", json_array());
}

static json_t *factors_json(const struct survey *s)
{
    json_t *list = json_array(), *factor = NULL;
    for (size_t i = 0; i < s->count; i++) {
        const struct criterion *c = &s->criteria[i];
        if (i == 0 || c->factor != s->criteria[i - 1].factor)
            json_array_append_new(list, factor = factor_json(c));
        json_array_append_new(json_object_get(factor, "criteria"),
                              json_pack("{s:i, s:s, s:s}", "no", (int)i + 1, "vi", c->vi, "en", c->en));
    }
    return list;
}

int http_survey(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct survey s;
    bool found;
    int version = (int)http_query_int(t, rq, "version", 0, 1, INT32_MAX);
    TRY(task_err(t)->code);
    TRY(store_survey(t, http_param(rq, "code"), version, &s, &found));
    if (!found)
        return err_set(task_err(t), E_NOT_FOUND, "no such survey, or none in force");
    http_reply_json(re, 200,
                    json_pack("{s:s, s:i, s:I, s:s, s:s, s:o}", "code", s.code, "version", s.version,
                              "valid_from_ms", (json_int_t)s.valid_from_ms, "name_vi", s.name_vi, "name_en",
                              s.name_en, "factors", factors_json(&s)));
    return 0;
}

int http_surveys(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    (void)rq;
    TRY(store_surveys(t, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:I, s:I, s:s, s:s}", "code", db_str(rows, i, "code"),
                                        "version", (json_int_t)db_num(rows, i, "version"), "valid_from_ms",
                                        (json_int_t)db_num(rows, i, "valid_from_ms"), "name_vi",
                                        db_str(rows, i, "name_vi"), "name_en", db_str(rows, i, "name_en")));
    http_reply_json(re, 200, json_pack("{s:o}", "surveys", list));
    return 0;
}

/* ---- a new version ---------------------------------------------------------------------------------- */

static void read_factor(struct reader *r, int no, struct survey *s)
{
    const char *vi = read_text_line(r, "vi", NAME_TEXT, REQUIRED),
               *en = read_text_line(r, "en", NAME_TEXT, REQUIRED);
    size_t n = read_list(r, "criteria", CRITERIA_MOST, REQUIRED);
    for (size_t i = 0; i < n && s->count < CRITERIA_MOST; i++) {
        struct reader item;
        if (!read_item(r, "criteria", i, &item))
            continue;
        struct criterion *c = &s->criteria[s->count++];
        *c = (struct criterion){ .factor = no, .factor_vi = vi, .factor_en = en };
        c->vi = read_text_line(&item, "vi", NAME_TEXT, REQUIRED);
        c->en = read_text_line(&item, "en", NAME_TEXT, REQUIRED);
        reader_close(&item);
    }
    reader_close(r);
}

static int read_survey(struct task *t, const struct http_request *rq, struct survey *s)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t)), factor;
    s->code = read_text_line(&r, "code", CODE_TEXT, REQUIRED);
    s->name_vi = read_text_line(&r, "name_vi", NAME_TEXT, REQUIRED);
    s->name_en = read_text_line(&r, "name_en", NAME_TEXT, REQUIRED);
    s->valid_from_ms = read_int(&r, "valid_from_ms", 1, INT64_MAX / 1000, REQUIRED);
    size_t n = read_list(&r, "factors", FACTORS_MOST, REQUIRED);
    for (size_t i = 0; i < n; i++)
        if (read_item(&r, "factors", i, &factor))
            read_factor(&factor, (int)i + 1, s);
    if (s->code && !survey_code_is_valid(s->code))
        err_fault(task_err(t), "code", &CODE, NULL);
    if (s->count == 0)
        err_fault(task_err(t), "factors", &CRITERIA, NULL);
    return reader_close(&r);
}

int http_survey_put(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct survey *s = talloc_zero(t, struct survey);
    struct cause cause = rq->cause;
    int version;
    if (!(actor_roles_in(rq->actor, "*") & ROLE_ADMINISTRATOR))
        return err_set(task_err(t), E_DENIED, "no administrator of every unit");
    TRY(read_survey(t, rq, s));
    cause.status = 201;
    cause.answer =
        talloc_asprintf(t, "{\"code\":\"%s\",\"valid_from_ms\":%lld}", s->code, (long long)s->valid_from_ms);
    TRY(store_survey_put(t, s, &cause, &version));
    if (version == 0)
        return err_say(task_err(t), E_CONFLICT, &LATER, NULL);
    http_reply_text(re, 201, "application/json", cause.answer);
    return 0;
}

/* http_results.c — what a wave came to, once it is over: the satisfaction index of each unit and of each
 * field, with how many were asked and have answered. What fewer than ten answered is left out, and what would
 * give it away by subtraction, too (suppress.h): slips, dossiers drawn, answers to a criterion. Units and
 * fields are two tables; how they cross is not said.
 */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "suppress.h"
#include "wilson.h"

static const struct phrase RUNS = { "wave_runs",
                                    "Đợt khảo sát chưa kết thúc. Kết quả công bố sau khi kết thúc.",
                                    "The wave is not over. Results are shown when it is." };

/* ---- how factors weigh ------------------------------------------------------------------------------ */

int results_weights(const struct feedback_config *cfg, struct sipas_weights *w, struct err *err)
{
    int *v = w->weight, end = 0;
    bool is_mean = strcmp(cfg->sipas_method, "mean") == 0;
    if (!is_mean && strcmp(cfg->sipas_method, "pooled") != 0)
        return err_set(err, E_INVALID, "sipas_method: \"%s\" is neither mean nor pooled", cfg->sipas_method);
    *w = (struct sipas_weights){ .method = is_mean ? SIPAS_MEAN : SIPAS_POOLED };
    if (sscanf(cfg->sipas_weights, "%3d %3d %3d %3d %3d%n", v + 1, v + 2, v + 3, v + 4, v + 5, &end) !=
            SIPAS_FACTORS ||
        cfg->sipas_weights[end] || v[1] < 0 || v[2] < 0 || v[3] < 0 || v[4] < 0 || v[5] < 0)
        return err_set(err, E_INVALID, "sipas_weights: \"%s\" is not five whole numbers", cfg->sipas_weights);
    return 0;
}

/* ---- a table: one row for each unit, or for each field; the first is the whole ----------------------- */

struct row {
    const char *name;
    int64_t sampled, slips;
    struct sipas_question questions[SIPAS_QUESTIONS_MAX];
};

struct table {
    size_t count; /* with the whole */
    struct row *rows;
};

static struct row *row_of(struct table *m, const char *name)
{
    for (size_t i = 1; i < m->count; i++)
        if (strcmp(m->rows[i].name, name) == 0)
            return &m->rows[i];
    m->rows[m->count] = (struct row){ .name = name };
    return &m->rows[m->count++];
}

static struct table table_of(struct task *t, const struct db_rows *strata, const char *column)
{
    struct table m = { 1, talloc_zero_array(t, struct row, (size_t)db_count(strata) + 1) };
    m.rows[0].name = "";
    for (int i = 0; i < db_count(strata); i++) {
        struct row *both[] = { &m.rows[0], row_of(&m, db_str(strata, i, column)) };
        for (size_t k = 0; k < 2; k++) {
            both[k]->sampled += db_num(strata, i, "sampled");
            both[k]->slips += db_num(strata, i, "answered");
        }
    }
    return m;
}

static void add_answers(struct table *m, const struct survey *s, const struct db_rows *answers,
                        const char *column)
{
    for (int i = 0; i < db_count(answers); i++) {
        struct row *both[] = { &m->rows[0], row_of(m, db_str(answers, i, column)) };
        size_t q = (size_t)db_num(answers, i, "no") - 1;
        for (size_t k = 0; k < 2 && q < s->count && q < SIPAS_QUESTIONS_MAX; k++) {
            both[k]->questions[q].factor = s->criteria[q].factor;
            both[k]->questions[q].answers[db_num(answers, i, "answer")] += db_num(answers, i, "count");
        }
    }
}

/* ---- as JSON ---------------------------------------------------------------------------------------- */

static json_t *shares_json(const int *shares, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, shares[i] == SIPAS_NONE ? json_null() : json_integer(shares[i]));
    return list;
}

static json_t *row_json(const struct row *r, const struct survey *s, const struct sipas_weights *w)
{
    size_t count = s->count < SIPAS_QUESTIONS_MAX ? s->count : SIPAS_QUESTIONS_MAX;
    struct sipas x = sipas_of(r->questions, count, w);
    /* Of people: the answers on one slip are one person's, and say no more than he does. */
    int64_t content = x.overall == SIPAS_NONE ? 0 : (r->slips * x.overall + SHARE_WHOLE / 2) / SHARE_WHOLE;
    struct interval in = wilson_interval(content, r->slips);
    return json_pack("{s:s, s:I, s:o, s:[i,i], s:o, s:o}", "name", r->name, "answered", (json_int_t)r->slips,
                     "overall", x.overall == SIPAS_NONE ? json_null() : json_integer(x.overall), "interval",
                     in.low, in.high, "factors", shares_json(x.factor + 1, SIPAS_FACTORS), "criteria",
                     shares_json(x.question, count));
}

/* ---- what stays unsaid ------------------------------------------------------------------------------ */

/* Which of the numbers of a table's rows: those below ten, and what would give one away. Owner: t. */
static bool *unsaid(struct task *t, const int64_t *n, size_t rows)
{
    bool *is_unsaid = talloc_zero_array(t, bool, rows);
    struct cube *c = cube_new(t, rows - 1, 1, 1);
    for (size_t i = 1; i < rows; i++)
        cube_count(c, (struct place){ { i, 1, 1 } }, n[i]);
    cube_suppress(c, CUBE_LEAST, true);
    for (size_t i = 0; i < rows; i++)
        is_unsaid[i] = n[i] < CUBE_LEAST || cube_is_hidden(c, (struct place){ { i, 1, 1 } });
    talloc_free(c);
    return is_unsaid;
}

static int64_t valid_answers(const struct sipas_question *q)
{
    int64_t n = 0;
    for (int a = 1; a <= RATING_BEST; a++)
        n += q->answers[a];
    return n;
}

/* A criterion may be left out on a slip: of ten slips perhaps one has answered it. Such a one counts nowhere
 * in its row, so that neither factor nor whole gives it away. */
static void drop_questions(struct task *t, struct table *m, size_t count)
{
    int64_t *n = talloc_array(t, int64_t, m->count);
    for (size_t q = 0; q < count; q++) {
        for (size_t i = 0; i < m->count; i++)
            n[i] = valid_answers(&m->rows[i].questions[q]);
        const bool *is_unsaid = unsaid(t, n, m->count);
        for (size_t i = 0; i < m->count; i++)
            if (is_unsaid[i])
                memset(m->rows[i].questions[q].answers, 0, sizeof m->rows[i].questions[q].answers);
    }
}

static json_t *number_or_null(int64_t n, bool is_unsaid)
{
    return is_unsaid ? json_null() : json_integer(n);
}

static json_t *table_json(struct task *t, struct table *m, const struct survey *s)
{
    json_t *list = json_array();
    int64_t *slips = talloc_array(t, int64_t, m->count), *sampled = talloc_array(t, int64_t, m->count);
    for (size_t i = 0; i < m->count; i++) {
        slips[i] = m->rows[i].slips;
        sampled[i] = m->rows[i].sampled; /* where there were few dossiers, so many have ended */
    }
    const bool *no_slips = unsaid(t, slips, m->count), *no_sampled = unsaid(t, sampled, m->count);
    drop_questions(t, m, s->count < SIPAS_QUESTIONS_MAX ? s->count : SIPAS_QUESTIONS_MAX);
    for (size_t i = 0; i < m->count; i++) {
        json_t *o = no_slips[i] ? json_pack("{s:s, s:n}", "name", m->rows[i].name, "answered")
                                : row_json(&m->rows[i], s, &feedback_of(t)->sipas);
        json_object_set_new(o, "sampled", number_or_null(sampled[i], no_sampled[i]));
        json_array_append_new(list, o);
    }
    return list;
}

int http_results(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct wave w;
    struct survey *s = talloc_zero(t, struct survey);
    const struct db_rows *strata, *answers;
    bool found;
    TRY(store_wave(t, http_param(rq, "id"), &w, &found));
    if (!found)
        return err_set(task_err(t), E_NOT_FOUND, "no such wave");
    if (task_now_ms(t) < w.closes_at_ms)
        return err_say(task_err(t), E_CONFLICT, &RUNS, NULL);
    TRY(store_survey(t, w.survey, w.version, s, &found));
    TRY(store_strata(t, w.id, &strata));
    TRY(store_answers(t, w.id, &answers));
    struct table units = table_of(t, strata, "unit_code"), fields = table_of(t, strata, "field_code");
    add_answers(&units, s, answers, "unit_code");
    add_answers(&fields, s, answers, "field_code");
    http_reply_json(re, 200,
                    json_pack("{s:s, s:s, s:i, s:s, s:o, s:o}", "id", w.id, "survey", w.survey, "version",
                              w.version, "name", w.name, "units", table_json(t, &units, s), "fields",
                              table_json(t, &fields, s)));
    return 0;
}

/* gaming.c — see gaming.h. Moves are sorted by dossier, then by official; each run of one dossier or one
 * official is looked at by itself. Thresholds are chances: how seldom honest work would look like that. */
#include "gaming.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "civil.h"

enum {
    LAST_PART = 95,   /* percent of the limit that are over when a pause is late: the last day of two weeks */
    PAUSES_LEAST = 4, /* fewer prove nothing */
    EVENING_MINUTE = 990, /* 16:30: the end of the day begins */
    CLOSINGS_LEAST = 10,
};
static const double CHANCE_SHARE = 1e-3, CHANCE_DAY = 1e-7;

struct search {
    const struct gaming_move **moves; /* sorted */
    size_t count;
    int64_t now_ms;
    int64_t pauses, late_pauses, days, closings; /* of everybody */
    struct findings *out;
};

/* ---- chances ---- */

/* At least k of n, each with chance p. */
static double binomial_tail(int64_t k, int64_t n, double p)
{
    double sum = 0, log_of = lgamma((double)n + 1);
    for (int64_t i = k; i <= n; i++)
        sum += exp(log_of - lgamma((double)i + 1) - lgamma((double)(n - i) + 1) + (double)i * log(p) +
                   (double)(n - i) * log1p(-p));
    return sum;
}

/* At least k, where `mean` are usual. */
static double poisson_tail(int64_t k, double mean)
{
    double sum = 0;
    for (int64_t i = k; i < k + 200; i++)
        sum += exp((double)i * log(mean) - mean - lgamma((double)i + 1));
    return sum;
}

bool gaming_share_stands_out(int64_t k, int64_t n, int64_t others_k, int64_t others_n)
{
    double usual = others_n > 0 ? (double)others_k / (double)others_n : 0;
    usual = usual < 0.05 ? 0.05 : usual;
    return k >= PAUSES_LEAST && usual < 1 && (double)k > usual * (double)n &&
           binomial_tail(k, n, usual) < CHANCE_SHARE;
}

bool gaming_day_stands_out(int64_t k, int64_t other, int64_t days, int64_t all, int64_t all_days)
{
    double own = days > 0 ? (double)other / (double)days : 0;
    double usual = all_days > 0 ? (double)all / (double)all_days : 0;
    usual = own > usual ? own : usual;
    usual = usual < 1 ? 1 : usual;
    return k >= CLOSINGS_LEAST && (double)k > usual && poisson_tail(k, usual) < CHANCE_DAY;
}

/* ---- findings ---- */

static struct finding *finding_new(struct search *s, enum gaming kind, const struct gaming_move *m)
{
    struct findings *out = s->out;
    out->list = talloc_realloc(out, out->list, struct finding, out->count + 1);
    struct finding *f = &out->list[out->count++];
    *f = (struct finding){ .kind = kind, .official = m->official, .unit = m->unit, .at = m->at };
    return f;
}

static void finding_add(struct search *s, struct finding *f, const struct gaming_move *m)
{
    f->codes = talloc_realloc(s->out, f->codes, const char *, f->codes_count + 1);
    f->codes[f->codes_count++] = m->code;
    f->unit = m->unit;
}

static int by_code(const void *a, const void *b)
{
    const struct gaming_move *x = *(const struct gaming_move *const *)a,
                             *y = *(const struct gaming_move *const *)b;
    int by_text = strcmp(x->code, y->code);
    return by_text ? by_text : (x->at > y->at) - (x->at < y->at);
}

static int by_official(const void *a, const void *b)
{
    const struct gaming_move *x = *(const struct gaming_move *const *)a,
                             *y = *(const struct gaming_move *const *)b;
    int by_text = strcmp(x->official, y->official);
    return by_text ? by_text : (x->at > y->at) - (x->at < y->at);
}

/* ---- closed early: one dossier's moves ---- */

static bool is_in_time(const struct gaming_move *m)
{
    return m->act == ACT_SIGNED && m->due > 0 && m->at <= m->due;
}

/* The move by which the dossier came to look done in time, though it was not; NULL: none. */
static const struct gaming_move *closed_early(const struct search *s, size_t from, size_t to)
{
    const struct gaming_move *early = NULL;
    bool is_back = false;
    for (size_t i = from; i < to; i++) {
        const struct gaming_move *m = s->moves[i];
        if (m->act == ACT_TAKEN_BACK)
            is_back = early != NULL;
        if (m->act != ACT_SIGNED)
            continue;
        if (is_back && m->at > early->due)
            return early;
        early = is_in_time(m) ? m : early;
        is_back = false;
    }
    return is_back && s->now_ms > early->due ? early : NULL;
}

static void look_at_dossier(struct search *s, size_t from, size_t to)
{
    const struct gaming_move *m = closed_early(s, from, to);
    if (m)
        finding_add(s, finding_new(s, GAMING_CLOSED_EARLY, m), m);
}

/* ---- one official's moves ---- */

static bool is_late_pause(const struct gaming_move *m)
{
    return m->act == ACT_PAUSED && m->due > m->started && m->at <= m->due &&
           (m->at - m->started) * 100 >= (m->due - m->started) * LAST_PART;
}

static bool is_evening_closing(const struct gaming_move *m)
{
    return m->act == ACT_SIGNED && civil_minute_of(m->at) >= EVENING_MINUTE;
}

static void find_pauses(struct search *s, size_t from, size_t to)
{
    int64_t pauses = 0, late = 0;
    struct finding *f = NULL;
    for (size_t i = from; i < to; i++) {
        pauses += s->moves[i]->act == ACT_PAUSED;
        late += is_late_pause(s->moves[i]);
    }
    if (!gaming_share_stands_out(late, pauses, s->late_pauses - late, s->pauses - pauses))
        return;
    for (size_t i = from; i < to; i++)
        if (is_late_pause(s->moves[i])) {
            f = f ? f : finding_new(s, GAMING_LATE_PAUSE, s->moves[i]);
            finding_add(s, f, s->moves[i]);
        }
}

/* End of the moves from i on that are of the same day. */
static size_t day_end(const struct search *s, size_t i, size_t to)
{
    int32_t day = civil_day_of(s->moves[i]->at);
    while (i < to && civil_day_of(s->moves[i]->at) == day)
        i++;
    return i;
}

static int64_t closings_of(const struct search *s, size_t from, size_t to)
{
    int64_t n = 0;
    for (size_t i = from; i < to; i++)
        n += is_evening_closing(s->moves[i]);
    return n;
}

static void find_day(struct search *s, size_t from, size_t to)
{
    struct finding *f = NULL;
    for (size_t i = from; i < to; i++)
        if (is_evening_closing(s->moves[i])) {
            f = f ? f : finding_new(s, GAMING_MASS_CLOSING, s->moves[i]);
            finding_add(s, f, s->moves[i]);
        }
}

static void find_closings(struct search *s, size_t from, size_t to)
{
    int64_t all = closings_of(s, from, to), days = 0;
    for (size_t i = from; i < to; i = day_end(s, i, to))
        days++;
    for (size_t i = from, end; i < to; i = end) {
        end = day_end(s, i, to);
        int64_t k = closings_of(s, i, end);
        if (gaming_day_stands_out(k, all - k, days - 1, s->closings - k, s->days - 1))
            find_day(s, i, end);
    }
}

static void look_at_official(struct search *s, size_t from, size_t to)
{
    find_pauses(s, from, to);
    find_closings(s, from, to);
}

static void count_official(struct search *s, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        s->pauses += s->moves[i]->act == ACT_PAUSED;
        s->late_pauses += is_late_pause(s->moves[i]);
    }
    s->closings += closings_of(s, from, to);
    for (size_t i = from; i < to; i = day_end(s, i, to))
        s->days++;
}

/* ---- runs ---- */

static const char *code_of(const struct gaming_move *m)
{
    return m->code;
}

static const char *official_of(const struct gaming_move *m)
{
    return m->official;
}

/* fn for each run of moves with the same key; those without one are nobody's. */
static void each_run(struct search *s, const char *(*key)(const struct gaming_move *m),
                     void (*fn)(struct search *s, size_t from, size_t to))
{
    for (size_t from = 0, to; from < s->count; from = to) {
        for (to = from + 1; to < s->count && strcmp(key(s->moves[to]), key(s->moves[from])) == 0;)
            to++;
        if (*key(s->moves[from]))
            fn(s, from, to);
    }
}

struct findings *gaming_find(const void *ctx, const struct gaming_move *moves, size_t n, int64_t now_ms)
{
    struct search s = { .count = n, .now_ms = now_ms, .out = talloc_zero(ctx, struct findings) };
    s.moves = talloc_array(NULL, const struct gaming_move *, n);
    for (size_t i = 0; i < n; i++)
        s.moves[i] = &moves[i];
    qsort(s.moves, n, sizeof *s.moves, by_code);
    each_run(&s, code_of, look_at_dossier);
    qsort(s.moves, n, sizeof *s.moves, by_official);
    each_run(&s, official_of, count_official);
    each_run(&s, official_of, look_at_official);
    talloc_free(s.moves);
    return s.out;
}

const char *gaming_name(enum gaming kind)
{
    static const char *const names[GAMINGS] = { "closed_early", "late_pause", "mass_closing", "hasty_ratings",
                                                "tablet_alone" };
    return names[kind];
}

/* gaming_tablet.c — see gaming.h. Nobody can say who answered at the counter's tablet; but whoever does has
 * come for his dossier, and takes a minute. Ratings are sorted by clerk; a clerk stands out when he opened
 * ratings nobody had come for much more often than the others did. */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gaming.h"

enum { NEAR_MS = GAMING_NEAR_MS, HASTE_MS = 60000 };

static int by_clerk(const void *a, const void *b)
{
    const struct gaming_tablet *x = a, *y = b;
    int by_text = strcmp(x->clerk, y->clerk);
    return by_text ? by_text : (x->at > y->at) - (x->at < y->at);
}

static bool is_near(int64_t at, int64_t other)
{
    return other && llabs(at - other) <= NEAR_MS;
}

/* before: the clerk's rating before this one; NULL: it is his first. */
static bool is_alone(const struct gaming_tablet *r, const struct gaming_tablet *before)
{
    bool has_come = is_near(r->at, r->returned_at) || is_near(r->at, r->ended_at);
    return !has_come || (before && r->at - before->at < HASTE_MS);
}

static size_t run_end(const struct gaming_tablet *list, size_t from, size_t n)
{
    size_t to = from + 1;
    while (to < n && strcmp(list[to].clerk, list[from].clerk) == 0)
        to++;
    return to;
}

static int64_t mark(struct gaming_tablet *list, size_t n)
{
    int64_t alone = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_first = i == 0 || strcmp(list[i].clerk, list[i - 1].clerk) != 0;
        list[i].is_alone = is_alone(&list[i], is_first ? NULL : &list[i - 1]);
        alone += list[i].is_alone;
    }
    return alone;
}

static int64_t count_alone(const struct gaming_tablet *list, size_t from, size_t to)
{
    int64_t alone = 0;
    for (size_t i = from; i < to; i++)
        alone += list[i].is_alone;
    return alone;
}

static void add(struct findings *out, const struct gaming_tablet *list, size_t from, size_t to)
{
    out->list = talloc_realloc(out, out->list, struct finding, out->count + 1);
    struct finding *f = &out->list[out->count++];
    *f = (struct finding){ .kind = GAMING_TABLET_ALONE,
                           .official = list[from].clerk,
                           .codes = talloc_array(out, const char *, to - from) };
    for (size_t i = from; i < to; i++) {
        if (!list[i].is_alone)
            continue;
        f->at = f->at ? f->at : list[i].at;
        f->unit = list[i].unit;
        f->codes[f->codes_count++] = list[i].code;
    }
}

struct findings *gaming_find_tablets(const void *ctx, struct gaming_tablet *list, size_t n)
{
    struct findings *out = talloc_zero(ctx, struct findings);
    qsort(list, n, sizeof *list, by_clerk);
    int64_t all = mark(list, n);
    for (size_t from = 0, to; from < n; from = to) {
        to = run_end(list, from, n);
        int64_t alone = count_alone(list, from, to), count = (int64_t)(to - from);
        if (gaming_share_stands_out(alone, count, all - alone, (int64_t)n - count))
            add(out, list, from, to);
    }
    return out;
}

/* suppress.c — see suppress.h. Cells that are too small are hidden first; then whatever would give one of
 * them away, cheapest first, until nothing does. Hidden cells only grow, so it ends.
 *
 * A witness of a small cell is a box: in some directions it has two leaves, in the others one leaf and the
 * total. Moving an answer along its corners, with alternating sign, changes these eight cells and no other.
 *So if all eight are hidden and the corners that lose one are not empty, the cell cannot be told. Corners
 * that were empty are taken only where there is nothing better, the total of everything last of all.
 */
#include "suppress.h"

#include <talloc.h>

enum { CORNERS = 8, COST_EMPTY = 1 << 20, COST_WHOLE = 1 << 30 };

struct box {
    struct place from, to; /* of a direction: two leaves, or a leaf and the total */
};

static size_t index_of(const struct cube *c, struct place p)
{
    return (p.at[0] * c->size[1] + p.at[1]) * c->size[2] + p.at[2];
}

struct cube *cube_new(const void *ctx, size_t units, size_t fields, size_t quarters)
{
    size_t cells = (units + 1) * (fields + 1) * (quarters + 1);
    struct cube *c = talloc_zero(ctx, struct cube);
    c->size[CUBE_UNITS] = units + 1;
    c->size[CUBE_FIELDS] = fields + 1;
    c->size[CUBE_QUARTERS] = quarters + 1;
    c->n = talloc_zero_array(c, int64_t, cells);
    c->is_hidden = talloc_zero_array(c, bool, cells);
    c->is_said = talloc_zero_array(c, bool, cells);
    return c;
}

/* Corner i takes `to` in the directions whose bit is set. */
static struct place corner(const struct box *b, unsigned i)
{
    struct place p = b->from;
    for (int w = 0; w < CUBE_WAYS; w++)
        if (i >> w & 1)
            p.at[w] = b->to.at[w];
    return p;
}

void cube_count(struct cube *c, struct place leaf, int64_t n)
{
    struct box all = { .from = leaf };
    for (unsigned i = 0; i < CORNERS; i++)
        c->n[index_of(c, corner(&all, i))] += n;
}

int64_t cube_n(const struct cube *c, struct place p)
{
    return c->n[index_of(c, p)];
}

bool cube_is_hidden(const struct cube *c, struct place p)
{
    return c->is_hidden[index_of(c, p)];
}

/* ---- a total less its parts ---- */

struct line {
    struct place total;
    int way;
};

/* Of the parts: how much is hidden, and the smallest that is not but could be. */
static int64_t hidden_of(const struct cube *c, const struct line *l, struct place *smallest, bool *found)
{
    int64_t sum = 0, least = INT64_MAX;
    struct place p = l->total;
    *found = false;
    for (p.at[l->way] = 1; p.at[l->way] < c->size[l->way]; p.at[l->way]++) {
        size_t i = index_of(c, p);
        if (c->is_hidden[i])
            sum += c->n[i];
        else if (!c->is_said[i] && c->n[i] > 0 && c->n[i] < least) {
            least = c->n[i];
            *smallest = p;
            *found = true;
        }
    }
    return sum;
}

/* True if something had to be hidden. */
static bool mend_line(struct cube *c, const struct line *l, int64_t least)
{
    struct place smallest = l->total;
    bool found, has_changed = false;
    size_t total = index_of(c, l->total);
    for (int64_t sum;
         !c->is_hidden[total] && (sum = hidden_of(c, l, &smallest, &found)) > 0 && sum < least;) {
        c->is_hidden[found ? index_of(c, smallest) : total] = true;
        has_changed = true;
    }
    return has_changed;
}

/* The same for the total of everything, less the cells within: who knows which of the hidden are empty could
 * add up along both directions at once. */
static bool mend_whole(struct cube *c, struct place whole, int64_t least)
{
    struct place smallest = whole, p = whole;
    int64_t sum = 0, few = INT64_MAX;
    for (p.at[CUBE_UNITS] = 1; p.at[CUBE_UNITS] < c->size[CUBE_UNITS]; p.at[CUBE_UNITS]++) {
        struct place part;
        bool found;
        sum += hidden_of(c, &(struct line){ p, CUBE_FIELDS }, &part, &found);
        if (found && cube_n(c, part) < few) {
            smallest = part;
            few = cube_n(c, part);
        }
    }
    if (cube_is_hidden(c, whole) || sum == 0 || sum >= least)
        return false;
    return c->is_hidden[index_of(c, smallest)] = true;
}

/* ---- witnesses ---- */

/* Answers move from the corners an even number of steps away from the cell to the others. */
static bool is_giving(unsigned corner_no)
{
    return __builtin_popcount(corner_no) % 2 == 0;
}

static int64_t cost_of_cell(const struct cube *c, size_t at, struct place p)
{
    bool is_whole = p.at[CUBE_UNITS] == CUBE_TOTAL && p.at[CUBE_FIELDS] == CUBE_TOTAL;
    return is_whole ? COST_WHOLE : c->n[at] == 0 ? COST_EMPTY : 1 + c->n[at];
}

/* What it costs to hide the box; -1: it is no witness. */
static int64_t cost_of(const struct cube *c, const struct box *b, unsigned leaves)
{
    int64_t cost = 0;
    for (unsigned i = 0; i < CORNERS; i++) {
        size_t at = index_of(c, corner(b, i));
        if ((i & ~leaves) == 0 && is_giving(i) && c->n[at] == 0)
            return -1;
        if (c->is_hidden[at])
            continue;
        if (c->is_said[at])
            return -1;
        cost += cost_of_cell(c, at, corner(b, i));
    }
    return cost;
}

struct search {
    const struct cube *c;
    struct place cell;
    unsigned leaves; /* directions in which the box has two leaves */
    struct box best;
    int64_t cost; /* -1: none yet */
};

/* Choose the box's places direction by direction. */
static void choose(struct search *s, struct box *b, int way)
{
    if (way == CUBE_WAYS) {
        int64_t cost = cost_of(s->c, b, s->leaves);
        if (cost >= 0 && (s->cost < 0 || cost < s->cost)) {
            s->cost = cost;
            s->best = *b;
        }
        return;
    }
    size_t own = s->cell.at[way], *from = &b->from.at[way], *to = &b->to.at[way];
    bool has_leaves = s->leaves >> way & 1, is_fixed = !has_leaves && own != CUBE_TOTAL;
    size_t *choice = has_leaves ? to : from;
    *from = own;
    *to = CUBE_TOTAL;
    for (size_t i = is_fixed ? own : 1; i < s->c->size[way] && s->cost != 0; i++) {
        if (has_leaves && i == own)
            continue;
        *choice = i;
        choose(s, b, way + 1);
        if (is_fixed)
            break;
    }
}

/* Hide the cheapest box around the cell. True if something had to be hidden. ways: those a box may lie in. */
static bool protect(struct cube *c, struct place cell, unsigned ways)
{
    struct search s = { .c = c, .cell = cell, .cost = -1 };
    for (unsigned leaves = CORNERS; leaves-- > 0 && s.cost != 0;) {
        bool fits = !(leaves & ~ways);
        for (int w = 0; w < CUBE_WAYS; w++)
            fits = fits && !(leaves >> w & 1 && cell.at[w] == CUBE_TOTAL);
        s.leaves = leaves;
        if (fits)
            choose(&s, &(struct box){ .from = cell }, 0);
    }
    for (unsigned i = 0; i < CORNERS && s.cost > 0; i++)
        c->is_hidden[index_of(c, corner(&s.best, i))] = true;
    return s.cost > 0;
}

/* ---- the whole ---- */

/* fn for every cell of the quarters from…to; true if one of them said so. */
typedef bool each_fn(struct cube *c, struct place p, int64_t least, unsigned ways);

static bool each(struct cube *c, size_t from, size_t to, each_fn *fn, int64_t least, unsigned ways)
{
    bool any = false;
    struct place p;
    for (p.at[0] = 0; p.at[0] < c->size[0]; p.at[0]++)
        for (p.at[1] = 0; p.at[1] < c->size[1]; p.at[1]++)
            for (p.at[2] = from; p.at[2] <= to; p.at[2]++)
                any |= fn(c, p, least, ways);
    return any;
}

static bool is_small(const struct cube *c, struct place p, int64_t least)
{
    int64_t n = cube_n(c, p);
    return n > 0 && n < least;
}

static bool hide_small(struct cube *c, struct place p, int64_t least, unsigned ways)
{
    (void)ways;
    c->is_hidden[index_of(c, p)] = is_small(c, p, least);
    return false;
}

static bool say_rest(struct cube *c, struct place p, int64_t least, unsigned ways)
{
    (void)least, (void)ways;
    c->is_said[index_of(c, p)] = !cube_is_hidden(c, p);
    return false;
}

static bool hide_all(struct cube *c, struct place p, int64_t least, unsigned ways)
{
    (void)least, (void)ways;
    return c->is_hidden[index_of(c, p)] = true;
}

static bool mend_lines(struct cube *c, struct place p, int64_t least, unsigned ways)
{
    bool any = false;
    for (int w = 0; w < CUBE_WAYS; w++)
        if (ways >> w & 1 && p.at[w] == CUBE_TOTAL)
            any |= mend_line(c, &(struct line){ p, w }, least);
    if (p.at[CUBE_UNITS] == CUBE_TOTAL && p.at[CUBE_FIELDS] == CUBE_TOTAL)
        any |= mend_whole(c, p, least);
    return any;
}

static bool protect_small(struct cube *c, struct place p, int64_t least, unsigned ways)
{
    return is_small(c, p, least) && protect(c, p, ways);
}

static void settle(struct cube *c, size_t from, size_t to, int64_t least, unsigned ways)
{
    bool has_changed = true;
    while (has_changed) {
        has_changed = each(c, from, to, mend_lines, least, ways);
        has_changed |= each(c, from, to, protect_small, least, ways);
    }
}

void cube_suppress(struct cube *c, int64_t least, bool has_year)
{
    const unsigned flat = 1U << CUBE_UNITS | 1U << CUBE_FIELDS, deep = flat | 1U << CUBE_QUARTERS;
    size_t last = c->size[CUBE_QUARTERS] - 1;
    each(c, 0, last, hide_small, least, 0);
    each(c, 0, 0, hide_all, least, 0);
    for (size_t q = 1; q <= last; q++) {
        settle(c, q, q, least, flat);
        each(c, q, q, say_rest, least, 0);
    }
    if (!has_year)
        return;
    each(c, 0, 0, hide_small, least, 0);
    settle(c, 0, last, least, deep);
}

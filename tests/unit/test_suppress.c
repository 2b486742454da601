/* links: services/feedback/suppress.c */
/* test_suppress.c — an attacker who knows every said number solves for the unsaid ones: none below ten comes
 * out, whatever the table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "services/feedback/suppress.h"
#include "tests/unit/generated.h"

enum { PRIME = 1000003, UNKNOWN_MAX = 500 };

/* ---- walking a cube ---- */

static size_t cells_of(const struct cube *c)
{
    return c->size[0] * c->size[1] * c->size[2];
}

static struct place place_of(const struct cube *c, size_t i)
{
    return (struct place){ { i / c->size[2] / c->size[1], i / c->size[2] % c->size[1], i % c->size[2] } };
}

static size_t cell_at(const struct cube *c, struct place p)
{
    return (p.at[0] * c->size[1] + p.at[1]) * c->size[2] + p.at[2];
}

/* most: answers of the busiest cells; many cells have few, as in small communes. */
static struct cube *any_cube(const void *ctx, struct chance *ch, size_t units, size_t fields, int64_t most)
{
    struct cube *c = cube_new(ctx, units, fields, 4);
    for (size_t u = 1; u <= units; u++)
        for (size_t f = 1; f <= fields; f++)
            for (size_t q = 1; q <= 4; q++) {
                int64_t room = chance_of(ch, 60) ? 12 : most;
                cube_count(c, (struct place){ { u, f, q } }, chance_of(ch, 20) ? 0 : chance_below(ch, room));
            }
    return c;
}

/* ---- the attacker: linear equations in what is hidden, modulo a prime ---- */

struct system {
    size_t count;                          /* of unknowns */
    int unknown[4096];                     /* of a cell; -1: it is said */
    int64_t row[UNKNOWN_MAX][UNKNOWN_MAX]; /* the pivot of row i is unknown i; all 0: none */
};

static int64_t inverse(int64_t a)
{
    int64_t result = 1;
    for (int64_t e = PRIME - 2; e > 0; e >>= 1, a = a * a % PRIME)
        if (e & 1)
            result = result * a % PRIME;
    return result;
}

static void take_away(int64_t *from, const int64_t *row, int64_t times, size_t n)
{
    for (size_t k = 0; k < n; k++)
        from[k] = (from[k] + (PRIME - times) * row[k]) % PRIME;
}

static void learn(struct system *s, int64_t *eq)
{
    for (size_t i = 0; i < s->count; i++)
        if (eq[i] && s->row[i][i])
            take_away(eq, s->row[i], eq[i], s->count);
    for (size_t i = 0; i < s->count; i++) {
        if (!eq[i])
            continue;
        int64_t by = inverse(eq[i]);
        for (size_t k = 0; k < s->count; k++)
            s->row[i][k] = eq[k] * by % PRIME;
        for (size_t k = 0; k < s->count; k++)
            if (k != i && s->row[k][k] && s->row[k][i])
                take_away(s->row[k], s->row[i], s->row[k][i], s->count);
        return;
    }
}

/* The total of a line is its parts. */
static void learn_line(struct system *s, const struct cube *c, struct place p, int way)
{
    int64_t eq[UNKNOWN_MAX] = { 0 };
    for (p.at[way] = 0; p.at[way] < c->size[way]; p.at[way]++) {
        int v = s->unknown[cell_at(c, p)];
        if (v >= 0)
            eq[v] = p.at[way] == 0 ? 1 : PRIME - 1;
    }
    learn(s, eq);
}

static struct system *attack(const void *ctx, const struct cube *c)
{
    struct system *s = talloc_zero(ctx, struct system);
    for (size_t i = 0; i < cells_of(c); i++)
        s->unknown[i] = cube_is_hidden(c, place_of(c, i)) ? (int)s->count++ : -1;
    assert_true(s->count <= UNKNOWN_MAX && cells_of(c) <= 4096);
    for (size_t i = 0; i < cells_of(c); i++)
        for (int w = 0; w < CUBE_WAYS; w++)
            if (place_of(c, i).at[w] == 0)
                learn_line(s, c, place_of(c, i), w);
    return s;
}

static bool comes_out(const struct system *s, size_t v)
{
    for (size_t k = 0; k < s->count; k++)
        if (s->row[v][k] && k != v)
            return false;
    return s->row[v][v] != 0;
}

static void check_untold(const struct cube *c)
{
    struct system *s = attack(c, c);
    for (size_t i = 0; i < cells_of(c); i++) {
        int64_t n = c->n[i];
        if (n == 0 || n >= CUBE_LEAST)
            continue;
        assert_true(s->unknown[i] >= 0);
        assert_false(comes_out(s, (size_t)s->unknown[i]));
    }
}

/* ---- */

static void no_small_cell_comes_out_of_what_is_said(void **state)
{
    struct chance ch = { 10 };
    (void)state;
    for (int i = 0; i < 120; i++) {
        size_t units = 2 + (size_t)chance_below(&ch, 6), fields = 1 + (size_t)chance_below(&ch, 5);
        struct cube *c = any_cube(NULL, &ch, units, fields, 10 + chance_below(&ch, 60));
        cube_suppress(c, CUBE_LEAST, i % 3 > 0);
        check_untold(c);
        talloc_free(c);
    }
}

/* The attacker is no straw man: where only the small cells are hidden, he finds some. */
static void hiding_small_cells_alone_would_not_do(void **state)
{
    struct chance ch = { 3 };
    size_t found = 0;
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct cube *c = any_cube(NULL, &ch, 4, 3, 60);
        for (size_t k = 0; k < cells_of(c); k++)
            c->is_hidden[k] = c->n[k] > 0 && c->n[k] < CUBE_LEAST;
        struct system *s = attack(c, c);
        for (size_t v = 0; v < s->count; v++)
            found += comes_out(s, v);
        talloc_free(c);
    }
    assert_true(found > 20);
}

static void check_rests(const struct cube *c)
{
    for (size_t i = 0; i < cells_of(c); i++)
        for (int w = 0; w < CUBE_WAYS; w++) {
            struct place p = place_of(c, i);
            if (p.at[w] != 0 || cube_is_hidden(c, p))
                continue;
            int64_t rest = cube_n(c, p);
            for (p.at[w] = 1; p.at[w] < c->size[w]; p.at[w]++)
                rest -= cube_is_hidden(c, p) ? 0 : cube_n(c, p);
            assert_true(rest == 0 || rest >= CUBE_LEAST);
        }
}

static void a_total_less_what_is_said_is_nothing_or_ten(void **state)
{
    struct chance ch = { 4 };
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct cube *c = any_cube(NULL, &ch, 2 + (size_t)chance_below(&ch, 9), 4, 80);
        cube_suppress(c, CUBE_LEAST, true);
        check_rests(c);
        talloc_free(c);
    }
}

/* What has been said cannot be taken back: later quarters do not change it. */
static void a_quarter_stays_as_it_was_said(void **state)
{
    struct chance ch = { 5 };
    (void)state;
    struct cube *year = any_cube(NULL, &ch, 9, 5, 40), *early = cube_new(year, 9, 5, 2);
    for (size_t u = 1; u <= 9; u++)
        for (size_t f = 1; f <= 5; f++)
            for (size_t q = 1; q <= 2; q++)
                cube_count(early, (struct place){ { u, f, q } }, cube_n(year, (struct place){ { u, f, q } }));
    cube_suppress(year, CUBE_LEAST, true);
    cube_suppress(early, CUBE_LEAST, false);
    for (size_t i = 0; i < cells_of(early); i++) {
        struct place p = place_of(early, i);
        assert_true(p.at[2] == 0 ? early->is_hidden[i] : early->is_hidden[i] == cube_is_hidden(year, p));
    }
    talloc_free(year);
}

static void where_all_are_many_nothing_is_hidden(void **state)
{
    (void)state;
    struct cube *c = cube_new(NULL, 5, 4, 4);
    for (size_t i = 0; i < 80; i++)
        cube_count(c, (struct place){ { 1 + i % 5, 1 + i / 5 % 4, 1 + i / 20 } }, 10 + (int64_t)i);
    cube_suppress(c, CUBE_LEAST, true);
    for (size_t i = 0; i < cells_of(c); i++)
        assert_false(c->is_hidden[i]);
    talloc_free(c);
}

/* Each unit has a field of its own, as in a small survey: 20, 16, 4. Who knows that would subtract 20 and 16.
 */
static void the_whole_is_said_though_its_smallest_part_is_not(void **state)
{
    static const int64_t n[] = { 20, 16, 4 };
    struct cube *c = cube_new(NULL, 3, 3, 1);
    (void)state;
    for (size_t i = 0; i < 3; i++)
        cube_count(c, (struct place){ { i + 1, i + 1, 1 } }, n[i]);
    cube_suppress(c, CUBE_LEAST, false);
    assert_false(cube_is_hidden(c, (struct place){ { 0, 0, 1 } }));
    assert_false(cube_is_hidden(c, (struct place){ { 1, 1, 1 } }));
    assert_true(cube_is_hidden(c, (struct place){ { 2, 2, 1 } }));
    assert_true(cube_is_hidden(c, (struct place){ { 2, 0, 1 } }));
    assert_true(cube_is_hidden(c, (struct place){ { 0, 2, 1 } }));
    talloc_free(c);
}

/* Little is hidden for the sake of others: of the quarters' cells hardly one; of the year's those where a
 * quarter or two were small, since the rest is subtracted easily. */
static void most_of_what_is_many_is_said(void **state)
{
    struct chance ch = { 6 };
    struct cube *c = any_cube(NULL, &ch, 124, 30, 40);
    size_t said[2] = { 0 }, many[2] = { 0 };
    (void)state;
    cube_suppress(c, CUBE_LEAST, true);
    for (size_t i = 0; i < cells_of(c); i++) {
        bool is_year = place_of(c, i).at[CUBE_QUARTERS] == 0;
        many[is_year] += c->n[i] >= CUBE_LEAST;
        said[is_year] += c->n[i] >= CUBE_LEAST && !c->is_hidden[i];
    }
    assert_false(cube_is_hidden(c, (struct place){ { 0, 0, 0 } }));
    assert_true(said[0] * 100 >= many[0] * 97);
    assert_true(said[1] * 100 >= many[1] * 50);
    talloc_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_small_cell_comes_out_of_what_is_said),
        cmocka_unit_test(hiding_small_cells_alone_would_not_do),
        cmocka_unit_test(a_total_less_what_is_said_is_nothing_or_ten),
        cmocka_unit_test(a_quarter_stays_as_it_was_said),
        cmocka_unit_test(the_whole_is_said_though_its_smallest_part_is_not),
        cmocka_unit_test(where_all_are_many_nothing_is_hidden),
        cmocka_unit_test(most_of_what_is_many_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

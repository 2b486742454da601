/* links: services/feedback/gaming.c services/feedback/gaming_tablet.c */
/* test_gaming.c — cheats planted among 30,000 dossiers of honest, uneven work: all are found, with their
 * dossiers, and hardly anybody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "civil.h"
#include "services/feedback/gaming.h"
#include "tests/unit/generated.h"

enum { DOSSIERS = 30000, OFFICIALS = 400, MOVES_MAX = DOSSIERS * 4, TEXT = 16, PLANTED = 12, MINUTE = 60000 };

static struct {
    char codes[DOSSIERS + 1000][TEXT], officials[OFFICIALS][TEXT];
    struct gaming_move moves[MOVES_MAX];
    size_t count, codes_count;
    struct chance chance;
} month;

static const char *new_code(void)
{
    char *code = month.codes[month.codes_count];
    snprintf(code, TEXT, "D%06zu", month.codes_count++);
    return code;
}

static void move(const char *code, int official, enum gaming_act act, int64_t at, int64_t started,
                 int64_t due)
{
    month.moves[month.count++] =
        (struct gaming_move){ code, month.officials[official], "U", act, at, due, started };
}

/* An instant of working time near at: 8:00 to 17:00, a quarter of what is signed after 16:00 as people do. */
static int64_t at_work(int64_t at)
{
    int32_t day = civil_day_of(at);
    int minute = chance_of(&month.chance, 25) ? 960 + (int)chance_below(&month.chance, 60)
                                              : 480 + (int)chance_below(&month.chance, 480);
    return civil_day_ms(day, minute);
}

/* Honest: some pauses wherever they fall, some results late, some found wrong and mended. */
static void honest_dossier(int official)
{
    struct chance *c = &month.chance;
    const char *code = new_code();
    int64_t started = at_work(START_MS + chance_below(c, 20 * DAY_MS)),
            limit = (3 + chance_below(c, 12)) * DAY_MS;
    int64_t due = started + limit, at = at_work(started + chance_below(c, limit));
    if (chance_of(c, 15))
        move(code, official, ACT_PAUSED, started + chance_below(c, limit), started, due);
    if (chance_of(c, 3))
        at = at_work(due + chance_below(c, 2 * DAY_MS));
    move(code, official, ACT_SIGNED, at, started, due);
    if (chance_below(c, 1000) >= 4)
        return;
    move(code, official, ACT_TAKEN_BACK, at + HOUR_MS, started, due);
    move(code, official, ACT_SIGNED, at + 3 * HOUR_MS, started, due);
}

/* Leaders sign what has gathered, every evening: unusual for others, usual for them. */
static void leaders(void)
{
    for (int official = 0; official < 5; official++)
        for (int day = 0; day < 20; day++)
            for (int64_t i = chance_below(&month.chance, 12) + 10; i > 0; i--)
                move(new_code(), official, ACT_SIGNED, START_MS + day * DAY_MS + (1005 + i) * MINUTE,
                     START_MS, START_MS + 40 * DAY_MS);
}

/* ---- cheats ---- */

static void plant_late_pauses(int official)
{
    for (int i = 0; i < 8; i++)
        move(new_code(), official, ACT_PAUSED, START_MS + (9 + i) * DAY_MS + 23 * (int64_t)HOUR_MS,
             START_MS + i * DAY_MS, START_MS + (10 + i) * DAY_MS);
}

static void plant_mass_closing(int official)
{
    for (int i = 0; i < 25; i++)
        move(new_code(), official, ACT_SIGNED, START_MS + 11 * DAY_MS + (1000 + i) * MINUTE, START_MS,
             START_MS + 12 * DAY_MS);
}

static void plant_closed_early(int official)
{
    const char *code = new_code();
    int64_t due = START_MS + 10 * DAY_MS;
    move(code, official, ACT_SIGNED, due - HOUR_MS, START_MS, due);
    move(code, official, ACT_TAKEN_BACK, due + HOUR_MS, START_MS, due);
    if (official % 2)
        move(code, official, ACT_SIGNED, due + 3 * DAY_MS, START_MS, due);
}

static void (*const plants[])(int official) = { plant_closed_early, plant_late_pauses, plant_mass_closing };

/* Officials from 100 on cheat: kind 0 is 100 to 111, kind 1 is 200 to 211, kind 2 is 300 to 311. */
static bool is_planted(const struct finding *f)
{
    int official = (int)strtol(f->official, NULL, 10);
    return official / 100 == (int)f->kind + 1 && official % 100 < PLANTED;
}

static void live_a_month(void)
{
    month.count = month.codes_count = 0;
    for (int i = 0; i < OFFICIALS; i++)
        snprintf(month.officials[i], TEXT, "%d", i);
    leaders();
    for (int i = 0; i < DOSSIERS - 5000; i++)
        honest_dossier((int)chance_below(&month.chance, OFFICIALS));
    for (size_t kind = 0; kind < sizeof plants / sizeof *plants; kind++)
        for (int i = 0; i < PLANTED; i++)
            plants[kind]((int)(kind + 1) * 100 + i);
}

static int64_t later(void)
{
    return START_MS + 60 * DAY_MS;
}

static void every_cheat_is_found_and_hardly_anybody_else(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        int found[OFFICIALS] = { 0 }, wrong = 0;
        month.chance.state = seed * 1000003;
        live_a_month();
        struct findings *all = gaming_find(NULL, month.moves, month.count, later());
        for (size_t i = 0; i < all->count; i++)
            if (is_planted(&all->list[i]))
                found[strtol(all->list[i].official, NULL, 10)]++;
            else
                wrong++;
        for (int kind = 1; kind <= 3; kind++)
            for (int i = 0; i < PLANTED; i++)
                if (found[kind * 100 + i] == 0)
                    fail_msg("seed %d: the cheat of %d, kind %d, was not found", (int)seed, i, kind - 1);
        if (wrong * 1000 > DOSSIERS)
            fail_msg("seed %d: %d false findings", (int)seed, wrong);
        talloc_free(all);
    }
}

static const struct findings *find_after(void *ctx, int64_t now_ms)
{
    return gaming_find(ctx, month.moves, month.count, now_ms);
}

static void the_dossiers_behind_a_finding_are_those_and_no_others(void **state)
{
    void *ctx = talloc_new(NULL);
    (void)state;
    month.chance.state = 9;
    live_a_month();
    const struct findings *all = find_after(ctx, later());
    size_t checked = 0;
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].kind == GAMING_MASS_CLOSING && is_planted(&all->list[i])) {
            assert_in_range(all->list[i].codes_count, 25, 27); /* with what he signed honestly that evening */
            checked++;
        }
    assert_int_equal(checked, PLANTED);
    talloc_free(ctx);
}

/* ---- closed early, move by move ---- */

static size_t found_for(const char *acts, int64_t now_ms)
{
    void *ctx = talloc_new(NULL);
    int64_t due = START_MS + 10 * DAY_MS, at = due - 2 * HOUR_MS;
    month.count = month.codes_count = 0;
    snprintf(month.officials[0], TEXT, "an");
    const char *code = new_code();
    for (; *acts; acts++) {
        at = *acts == '|' ? due + 1 : at + MINUTE;
        if (*acts != '|')
            move(code, 0, *acts == 's' ? ACT_SIGNED : ACT_TAKEN_BACK, at, START_MS, due);
    }
    size_t count = find_after(ctx, now_ms)->count;
    talloc_free(ctx);
    return count;
}

static void a_result_taken_back_and_signed_in_time_is_no_cheat(void **state)
{
    (void)state;
    assert_int_equal(found_for("s", later()), 0);
    assert_int_equal(found_for("sbs", later()), 0); /* | is when it was due */
    assert_int_equal(found_for("s|", later()), 0);
    assert_int_equal(found_for("|s", later()), 0);
    assert_int_equal(found_for("|sbs", later()), 0); /* late from the first */
    assert_int_equal(found_for("sb|s", later()), 1);
    assert_int_equal(found_for("s|bs", later()), 1);
    assert_int_equal(found_for("sbsb|s", later()), 1);
    assert_int_equal(found_for("sb", later()), 1);
    assert_int_equal(found_for("sb", START_MS), 0); /* there is still time */
}

static void of_nothing_nothing_is_found(void **state)
{
    (void)state;
    month.count = 0;
    struct findings *none = gaming_find(NULL, month.moves, 0, later());
    assert_int_equal(none->count, 0);
    talloc_free(none);
}

static void few_prove_nothing_and_what_all_do_stands_out_nowhere(void **state)
{
    (void)state;
    assert_false(gaming_share_stands_out(3, 3, 0, 1000));
    assert_true(gaming_share_stands_out(4, 4, 0, 1000) || gaming_share_stands_out(5, 5, 0, 1000));
    assert_false(gaming_share_stands_out(50, 100, 500, 1000));
    assert_true(gaming_share_stands_out(8, 10, 100, 1000));
    assert_false(gaming_day_stands_out(9, 0, 20, 100, 1000));
    assert_true(gaming_day_stands_out(20, 20, 20, 100, 1000));
    assert_false(gaming_day_stands_out(20, 300, 20, 100, 1000));
}

/* ---- the counter's tablet ---- */

enum { CLERKS = 40, EACH = 50 };
static struct gaming_tablet tablets[CLERKS * EACH + 100];

/* One of them: came after the result was handed over, or long after anybody was there. */
static void opened(size_t i, int clerk, int64_t at, bool is_alone)
{
    tablets[i] = (struct gaming_tablet){ .code = new_code(),
                                         .clerk = month.officials[clerk],
                                         .unit = "U",
                                         .at = at,
                                         .returned_at = at - (is_alone ? 3 * DAY_MS : 5 * MINUTE),
                                         .ended_at = at - 4 * DAY_MS };
}

/* Clerk 0: ten of thirty with nobody there. Clerk 1: eight within two minutes, with people there before. */
static size_t counters(void)
{
    size_t n = 0;
    for (int clerk = 0; clerk < CLERKS; clerk++) {
        snprintf(month.officials[clerk], TEXT, "c%02d", clerk);
        for (int i = 0; i < EACH && (clerk > 1 || i < 20); i++)
            opened(n++, clerk, START_MS + i * (int64_t)HOUR_MS, i % 17 == 16);
    }
    for (int i = 0; i < 10; i++)
        opened(n++, 0, START_MS + (100 + i) * (int64_t)HOUR_MS, true);
    for (int i = 0; i < 8; i++)
        opened(n++, 1, START_MS + 100 * (int64_t)HOUR_MS + i * 15000, false);
    return n;
}

static void a_clerk_who_rates_alone_or_in_a_rush_is_found_with_those_dossiers(void **state)
{
    (void)state;
    month.codes_count = 0;
    size_t n = counters();
    struct findings *found = gaming_find_tablets(NULL, tablets, n);
    assert_int_equal(found->count, 2);
    assert_string_equal(found->list[0].official, "c00");
    assert_int_equal(found->list[0].codes_count, 11); /* with the honest one of his */
    assert_string_equal(found->list[1].official, "c01");
    assert_int_equal(found->list[1].codes_count, 8);
    assert_int_equal(found->list[1].kind, GAMING_TABLET_ALONE);
    talloc_free(found);
}

static void whoever_comes_to_hear_of_a_refusal_has_come(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        opened((size_t)i, 0, START_MS + i * (int64_t)HOUR_MS, true);
        tablets[i].returned_at = 0;
        tablets[i].ended_at = tablets[i].at - 10 * MINUTE;
    }
    struct findings *found = gaming_find_tablets(NULL, tablets, 10);
    assert_int_equal(found->count, 0);
    talloc_free(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cheat_is_found_and_hardly_anybody_else),
        cmocka_unit_test(the_dossiers_behind_a_finding_are_those_and_no_others),
        cmocka_unit_test(a_result_taken_back_and_signed_in_time_is_no_cheat),
        cmocka_unit_test(of_nothing_nothing_is_found),
        cmocka_unit_test(few_prove_nothing_and_what_all_do_stands_out_nowhere),
        cmocka_unit_test(a_clerk_who_rates_alone_or_in_a_rush_is_found_with_those_dossiers),
        cmocka_unit_test(whoever_comes_to_hear_of_a_refusal_has_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

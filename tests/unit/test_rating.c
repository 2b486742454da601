/* links: services/feedback/rating.c services/feedback/survey.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "civil.h"
#include "services/feedback/rating.h"
#include "services/feedback/survey.h"

static int64_t at(const char *date)
{
    int64_t ms;
    assert_true(civil_parse(date, CIVIL_DATE, &ms));
    return ms;
}

/* ---- quarters ------------------------------------------------------------------------------------- */

static void a_quarter_begins_and_ends_at_local_midnight(void **state)
{
    (void)state;
    static const struct {
        const char *first, *next;
        int quarter;
    } rows[] = { { "2026-01-01", "2026-04-01", 20261 },
                 { "2026-04-01", "2026-07-01", 20262 },
                 { "2026-07-01", "2026-10-01", 20263 },
                 { "2026-10-01", "2027-01-01", 20264 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(quarter_of(at(rows[i].first)), rows[i].quarter);
        assert_int_equal(quarter_of(at(rows[i].next) - 1), rows[i].quarter);
        assert_int_equal(quarter_closes_at(rows[i].quarter, 0), at(rows[i].next));
        assert_true(quarter_is_valid(rows[i].quarter));
    }
    assert_int_equal(quarter_closes_at(20264, 15), at("2027-01-16"));
}

static void what_is_closed_and_what_is_open_meet(void **state)
{
    (void)state;
    for (int quarter = 20251; quarter < 20290; quarter++) {
        if (!quarter_is_valid(quarter))
            continue;
        int64_t closes = quarter_closes_at(quarter, 15);
        assert_int_equal(quarter_closed(closes, 15), quarter);
        assert_true(quarter_closed(closes - 1, 15) < quarter);
    }
}

static void what_is_no_quarter_is_known(void **state)
{
    (void)state;
    static const int64_t none[] = { 0, -20264, 20260, 20265, 2026, 19994, 202641 };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(quarter_is_valid(none[i]));
}

/* ---- bytes ---------------------------------------------------------------------------------------- */

static void a_rating_comes_back_from_its_bytes(void **state)
{
    (void)state;
    size_t size;
    struct rating back, r = { { 5, 1, 3, 4 }, RATING_TABLET, "Nhanh hơn tôi nghĩ." };
    void *ctx = talloc_new(NULL);
    const uint8_t *bytes = rating_pack(ctx, &r, &size);
    assert_true(rating_unpack(ctx, bytes, size, &back));
    assert_memory_equal(back.scores, r.scores, sizeof r.scores);
    assert_int_equal(back.origin, RATING_TABLET);
    assert_string_equal(back.words, r.words);
    talloc_free(ctx);
}

static void many_words_are_as_long_as_none(void **state)
{
    (void)state;
    size_t none, many;
    char *words, *end;
    void *ctx = talloc_new(NULL);
    words = end = talloc_zero_size(ctx, RATING_WORDS_MAX * 4 + 1);
    for (int i = 0; i < RATING_WORDS_MAX; i++, end += 4)
        memcpy(end, "\xf0\x9f\x98\x80", 4); /* no character takes more bytes */
    struct rating back, r = { { 1, 1, 1, 1 }, RATING_WEB, words };
    const uint8_t *bytes = rating_pack(ctx, &r, &many);
    assert_true(rating_unpack(ctx, bytes, many, &back));
    assert_string_equal(back.words, words);
    rating_pack(ctx, &(struct rating){ { 1, 1, 1, 1 }, RATING_WEB, "" }, &none);
    assert_int_equal(none, many);
    talloc_free(ctx);
}

static void only_answers_that_all_came_the_same_way_say_how(void **state)
{
    (void)state;
    struct rating mixed[3] = { { .origin = RATING_WEB },
                               { .origin = RATING_TABLET },
                               { .origin = RATING_WEB } };
    struct rating alike[2] = { { .origin = RATING_TABLET }, { .origin = RATING_TABLET } };
    rating_blur_origins(mixed, 3);
    rating_blur_origins(alike, 2);
    for (int i = 0; i < 3; i++)
        assert_int_equal(mixed[i].origin, RATING_WEB);
    assert_true(alike[0].origin == RATING_TABLET && alike[1].origin == RATING_TABLET);
}

static void bytes_that_are_no_rating_are_refused(void **state)
{
    (void)state;
    uint8_t good[256] = { 1, 2, 3, 4, RATING_WEB, 'x' }, bad[256];
    struct rating r;
    void *ctx = talloc_new(NULL);
    assert_true(rating_unpack(ctx, good, sizeof good, &r));
    static const struct {
        int at;
        uint8_t value;
    } broken[] = { { 0, 0 }, { 3, 6 }, { 4, 3 }, { 255, 'x' } };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        memcpy(bad, good, sizeof bad);
        bad[broken[i].at] = broken[i].value;
        assert_false(rating_unpack(ctx, bad, sizeof bad, &r));
    }
    assert_false(rating_unpack(ctx, good, 5, &r));
    talloc_free(ctx);
}

/* ---- slips of surveys ------------------------------------------------------------------------------- */

static void a_slip_counts_when_half_of_it_was_answered(void **state)
{
    (void)state;
    static const int64_t half[] = { 5, 0, 1, 0 }, less[] = { 5, 0, 0, 0 }, none[] = { 0 },
                         odd[] = { 1, 0, 0 };
    static const int64_t above[] = { 6, 5 }, below[] = { -1, 5 };
    assert_true(slip_is_valid(half, 4));
    assert_false(slip_is_valid(less, 4));
    assert_false(slip_is_valid(none, 1));
    assert_false(slip_is_valid(odd, 3));
    assert_false(slip_is_valid(half, 0));
    assert_false(slip_is_valid(above, 2));
    assert_false(slip_is_valid(below, 2));
}

static void a_surveys_code_is_short_and_plain(void **state)
{
    (void)state;
    assert_true(survey_code_is_valid("sipas") && survey_code_is_valid("hai-long-2"));
    assert_false(survey_code_is_valid("s") || survey_code_is_valid("SIPAS") ||
                 survey_code_is_valid("hài-lòng") || survey_code_is_valid("") ||
                 survey_code_is_valid("a-very-long-code-of-thirty-three-c"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quarter_begins_and_ends_at_local_midnight),
        cmocka_unit_test(what_is_closed_and_what_is_open_meet),
        cmocka_unit_test(what_is_no_quarter_is_known),
        cmocka_unit_test(a_rating_comes_back_from_its_bytes),
        cmocka_unit_test(many_words_are_as_long_as_none),
        cmocka_unit_test(only_answers_that_all_came_the_same_way_say_how),
        cmocka_unit_test(bytes_that_are_no_rating_are_refused),
        cmocka_unit_test(a_slip_counts_when_half_of_it_was_answered),
        cmocka_unit_test(a_surveys_code_is_short_and_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

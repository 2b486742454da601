/* links: services/feedback/index_sipas.c services/feedback/wilson.c */
/* test_index_sipas.c — the satisfaction index by both ways to weigh it: known cases, bounds, monotone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "services/feedback/index_sipas.h"
#include "tests/unit/generated.h"

static const struct sipas_weights pooled = { SIPAS_POOLED, true, { 0, 20, 20, 20, 20, 20 } };
static const struct sipas_weights means = { SIPAS_MEAN, false, { 0, 30, 10, 20, 20, 20 } };

/* Two questions of factor 1: 10 of 10 content, and 10 of 30; one of factor 2: nobody; one of factor 3: 1
 * of 4. */
static const struct sipas_question some[] = {
    { 1, { 5, 0, 0, 0, 4, 6 } },
    { 1, { 0, 10, 5, 5, 10, 0 } },
    { 2, { 40, 0, 0, 0, 0, 0 } },
    { 3, { 0, 1, 1, 1, 0, 1 } },
};

static void a_factor_is_pooled_or_the_mean_of_its_questions(void **state)
{
    struct sipas a = sipas_of(some, 4, &pooled), b = sipas_of(some, 4, &means);
    (void)state;
    assert_int_equal(a.question[1], 3333);
    assert_int_equal(a.factor[1], 5000); /* 20 of 40 */
    assert_int_equal(b.factor[1], 6667); /* of 100 % and 33.33 % */
    assert_int_equal(a.valid, 44);
    assert_int_equal(a.content, 21);
}

static void a_factor_nobody_answered_does_not_weigh(void **state)
{
    (void)state;
    struct sipas x = sipas_of(some, 4, &means);
    assert_int_equal(x.factor[2], SIPAS_NONE);
    assert_int_equal(x.question[2], SIPAS_NONE);
    assert_int_equal(x.overall, (6667 * 30 + 2500 * 20 + 25) / 50);
    assert_int_equal(sipas_of(some, 0, &means).overall, SIPAS_NONE);
}

static void questions_about_everything_are_the_whole_where_asked(void **state)
{
    static const struct sipas_question asked[] = { { 1, { 0, 9, 0, 0, 0, 1 } }, { 0, { 0, 0, 0, 1, 1, 0 } } };
    (void)state;
    assert_int_equal(sipas_of(asked, 2, &pooled).overall, 5000);
    assert_int_equal(sipas_of(asked, 2, &means).overall, 1000);
}

static void any_questions(struct chance *c, struct sipas_question *q, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        q[i] = (struct sipas_question){ .factor = (int)chance_below(c, SIPAS_FACTORS + 1) };
        for (int a = 0; a <= RATING_BEST; a++)
            q[i].answers[a] = chance_below(c, 20);
    }
}

static void check_bounds(const struct sipas *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_in_range(x->question[i] + 1, 0, 10001);
    for (int f = 0; f <= SIPAS_FACTORS; f++)
        assert_in_range(x->factor[f] + 1, 0, 10001);
    assert_in_range(x->overall + 1, 0, 10001);
}

static void a_better_answer_never_lowers_it(void **state)
{
    struct chance c = { 5 };
    struct sipas_question q[22];
    (void)state;
    for (int i = 0; i < 20000; i++) {
        const struct sipas_weights *w = i % 2 ? &pooled : &means;
        any_questions(&c, q, 22);
        struct sipas before = sipas_of(q, 22, w);
        check_bounds(&before, 22);
        struct sipas_question *one = &q[chance_below(&c, 22)];
        int from = 1 + (int)chance_below(&c, RATING_BEST - 1);
        if (one->answers[from] == 0)
            continue;
        one->answers[from]--;
        one->answers[from + 1]++;
        struct sipas after = sipas_of(q, 22, w);
        assert_true(after.overall >= before.overall &&
                    after.factor[one->factor] >= before.factor[one->factor]);
    }
}

static void the_order_of_questions_does_not_matter(void **state)
{
    struct chance c = { 11 };
    struct sipas_question q[22], turned[22];
    (void)state;
    for (int i = 0; i < 1000; i++) {
        any_questions(&c, q, 22);
        for (int k = 0; k < 22; k++)
            turned[k] = q[21 - k];
        assert_int_equal(sipas_of(q, 22, &pooled).overall, sipas_of(turned, 22, &pooled).overall);
        assert_int_equal(sipas_of(q, 22, &means).overall, sipas_of(turned, 22, &means).overall);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_factor_is_pooled_or_the_mean_of_its_questions),
        cmocka_unit_test(a_factor_nobody_answered_does_not_weigh),
        cmocka_unit_test(questions_about_everything_are_the_whole_where_asked),
        cmocka_unit_test(a_better_answer_never_lowers_it),
        cmocka_unit_test(the_order_of_questions_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

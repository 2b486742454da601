/* links: services/feedback/index_tt01.c services/feedback/tally.c */
/* test_index_tt01.c — the nine indicators: the vectors, every threshold from both sides, bounds, and that
 * more points never make a lower score. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "services/feedback/index_tt01.h"
#include "tests/unit/generated.h"
#include "tests/unit/vectors.h"

static const char *const of_dossiers[] = { "1", "2", "3", "4", "7" };
static const char *const of_agency[] = { "5", "6", "8", "9" };

static int tenths_of(const json_t *o, const char *name)
{
    return (int)(json_number_value(json_object_get(o, name)) * 10 + 0.5);
}

static int mean_of(const json_t *dossiers, const char *indicator)
{
    int64_t sum = 0, n = 0;
    size_t i;
    json_t *d;
    json_array_foreach (dossiers, i, d) {
        const json_t *points = json_object_get(d, indicator);
        if (!json_is_integer(points))
            continue;
        sum += json_integer_value(points);
        n++;
    }
    return tt01_mean(sum, n);
}

static void check_vector(const json_t *v)
{
    struct tt01 x = { .tenths = { 0 } };
    const json_t *expected = json_object_get(v, "expected_indicator"),
                 *agency = json_object_get(v, "agency_indicators");
    for (size_t i = 0; i < 5; i++) {
        x.tenths[*of_dossiers[i] - '0'] = mean_of(json_object_get(v, "dossiers"), of_dossiers[i]);
        assert_int_equal(x.tenths[*of_dossiers[i] - '0'], tenths_of(expected, of_dossiers[i]));
    }
    for (size_t i = 0; i < 4; i++)
        x.tenths[*of_agency[i] - '0'] = tenths_of(agency, of_agency[i]);
    tt01_total(&x);
    assert_int_equal(x.staff_tenths, tenths_of(v, "expected_staff_total"));
    assert_string_equal(tt01_task_name(x.staff_task), text_of(v, "expected_staff_class"));
    if (!agency)
        return;
    assert_int_equal(x.agency_tenths, tenths_of(v, "expected_agency_total"));
    assert_string_equal(tt01_class_name(x.agency_class), text_of(v, "expected_agency_class"));
}

static void the_vectors_hold(void **state)
{
    size_t i;
    json_t *v, *root = vectors_load("ratings_tt01.json");
    (void)state;
    if (!root)
        skip();
    assert_true(json_array_size(json_object_get(root, "vectors")) > 0);
    json_array_foreach (json_object_get(root, "vectors"), i, v)
        check_vector(v);
    json_decref(root);
}

static void classes_change_exactly_at_their_thresholds(void **state)
{
    static const struct {
        int tenths;
        const char *name;
    } rows[] = { { 150, "xuất sắc" },  { 149, "tốt" },       { 120, "tốt" }, { 119, "khá" }, { 90, "khá" },
                 { 89, "trung bình" }, { 60, "trung bình" }, { 59, "yếu" },  { 0, "yếu" } };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tt01 x = { .tenths = { [5] = rows[i].tenths } };
        tt01_total(&x);
        assert_string_equal(tt01_class_name(x.agency_class), rows[i].name);
    }
}

/* ---- the indicators of an agency, row by row of DOMAIN §10.1 ---- */

static int indicator(int no, const struct tally *t, const struct tt01_setting *s)
{
    return tt01_of(t, s).tenths[no];
}

static void organisation_needs_a_fifth_of_the_procedures(void **state)
{
    struct tally t = { { 0 } };
    (void)state;
    assert_int_equal(indicator(5, &t, &(struct tt01_setting){ .procedures = 100, .approved_here = 20 }), 20);
    assert_int_equal(indicator(5, &t, &(struct tt01_setting){ .procedures = 100, .approved_here = 19 }), 10);
    assert_int_equal(indicator(5, &t, &(struct tt01_setting){ .procedures = 0 }), TT01_NONE);
}

static void publication_counts_board_and_web(void **state)
{
    struct tally t = { { 0 } };
    (void)state;
    assert_int_equal(indicator(6, &t, &(struct tt01_setting){ .on_board = true, .on_web = true }), 20);
    assert_int_equal(indicator(6, &t, &(struct tt01_setting){ .on_web = true }), 10);
    assert_int_equal(indicator(6, &t, &(struct tt01_setting){ .procedures = 1 }), 0);
}

static void feedback_counts_what_was_answered_in_time(void **state)
{
    static const struct {
        int due, in_time, lasting, tenths;
    } rows[] = { { 0, 0, 0, 20 }, { 10, 10, 0, 20 }, { 10, 9, 0, 10 }, { 10, 9, 1, 0 }, { 100, 89, 0, 0 } };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tally t = { { [COUNT_COMPLAINTS_DUE] = rows[i].due,
                             [COUNT_COMPLAINTS_IN_TIME] = rows[i].in_time,
                             [COUNT_COMPLAINTS_LASTING] = rows[i].lasting } };
        assert_int_equal(indicator(8, &t, NULL), rows[i].tenths);
    }
}

static void feedback_that_was_found_untrue_lowers_nothing(void **state)
{
    struct tally t = {
        { [COUNT_COMPLAINTS_DUE] = 10, [COUNT_COMPLAINTS_IN_TIME] = 8, [COUNT_COMPLAINTS_LASTING] = 1 }
    };
    (void)state;
    assert_int_equal(indicator(8, &t, NULL), 0);
    t.n[COUNT_UNTRUE_DUE] = 3;
    t.n[COUNT_UNTRUE_IN_TIME] = 1;
    t.n[COUNT_UNTRUE_LASTING] = 1;
    assert_int_equal(indicator(8, &t, NULL), 20);
}

static void online_counts_procedures_dossiers_and_lateness(void **state)
{
    static const struct {
        int online, received_online, late, tenths;
    } rows[] = { { 20, 30, 0, 20 }, { 20, 29, 0, 10 }, { 19, 30, 0, 10 }, { 1, 15, 0, 10 },
                 { 1, 14, 0, 0 },   { 0, 50, 0, 0 },   { 20, 30, 1, 0 } };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tt01_setting s = { .eligible = 100, .online = rows[i].online };
        struct tally t = { { [COUNT_RECEIVED] = 100,
                             [COUNT_RECEIVED_ONLINE] = rows[i].received_online,
                             [COUNT_ONLINE_LATE] = rows[i].late } };
        assert_int_equal(indicator(9, &t, &s), rows[i].tenths);
    }
    assert_int_equal(indicator(9, &(struct tally){ { 0 } }, &(struct tt01_setting){ .online = 1 }),
                     TT01_NONE);
}

/* ---- one dossier ---- */

static struct tt01 of_one(struct dossier_fact d)
{
    struct tally t = { { 0 } };
    tally_add_dossier(&t, &d, &quarter);
    return tt01_of(&t, NULL);
}

static struct dossier_fact ended(int64_t at_ms)
{
    return (struct dossier_fact){ .filed_at = START_MS,
                                  .accepted_at = START_MS,
                                  .worst_step = PACE_UNKNOWN,
                                  .due_at = START_MS + 10 * DAY_MS + 17 * HOUR_MS,
                                  .ended_at = at_ms };
}

static void shorter_equal_and_longer_give_two_one_and_nothing(void **state)
{
    int64_t due = ended(0).due_at;
    (void)state;
    assert_int_equal(of_one(ended(due - 18 * HOUR_MS)).tenths[1], 20); /* the day before */
    assert_int_equal(of_one(ended(due - HOUR_MS)).tenths[1], 10);
    assert_int_equal(of_one(ended(due)).tenths[1], 10);
    assert_int_equal(of_one(ended(due + 1)).tenths[1], 0);
    assert_int_equal(of_one(ended(due)).tenths[2], TT01_NONE); /* no unit had a limit of its own */
}

static void only_an_upheld_complaint_takes_the_points_of_attitude(void **state)
{
    struct dossier_fact d = ended(START_MS + DAY_MS);
    (void)state;
    d.is_complained_of = true;
    assert_int_equal(of_one(d).tenths[7], 20);
    d.is_attitude_upheld = true;
    assert_int_equal(of_one(d).tenths[7], 0);
}

static void scores_stay_in_bounds_and_never_fall_with_more_points(void **state)
{
    struct chance c = { 7 };
    (void)state;
    for (int i = 0; i < 100000; i++) {
        int64_t n = 1 + chance_below(&c, 500), points = chance_below(&c, 2 * n);
        int low = tt01_mean(points, n), high = tt01_mean(points + 1, n);
        assert_true(low >= 0 && low <= high && high <= 20);
        /* no further from the mean than half a tenth, and half goes up */
        assert_true(low * 2 * n <= points * 20 + n && low * 2 * n > points * 20 - n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_hold),
        cmocka_unit_test(classes_change_exactly_at_their_thresholds),
        cmocka_unit_test(organisation_needs_a_fifth_of_the_procedures),
        cmocka_unit_test(publication_counts_board_and_web),
        cmocka_unit_test(feedback_counts_what_was_answered_in_time),
        cmocka_unit_test(feedback_that_was_found_untrue_lowers_nothing),
        cmocka_unit_test(online_counts_procedures_dossiers_and_lateness),
        cmocka_unit_test(shorter_equal_and_longer_give_two_one_and_nothing),
        cmocka_unit_test(only_an_upheld_complaint_takes_the_points_of_attitude),
        cmocka_unit_test(scores_stay_in_bounds_and_never_fall_with_more_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* links: services/feedback/index_766.c services/feedback/tally.c services/feedback/wilson.c */
/* test_index_766.c — index 766: shares from what is counted, points by the weights, and the file of weights
 * with every mistake one can make in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "services/feedback/index_766.h"
#include "tests/unit/faults.h"
#include "tests/unit/generated.h"

enum { WHOLE = 10000 };

static struct i766_weights weights;
static void *memory;

static int read_weights(const char *text, size_t size, struct i766_weights *out, struct err *err)
{
    static const char *const needed[] = { "part", "most", "full_from", "factor", NULL };
    struct csv_file *file;
    *err = (struct err){ 0 };
    TRY(csv_read(memory, text, size, needed, &file, err));
    return i766_weights_read(file, out, err);
}

static int read_shipped(void **state)
{
    size_t size;
    struct err err;
    (void)state;
    memory = talloc_new(NULL);
    char *text = file_text(memory, "deploy/sample/index_766.csv", &size);
    return text ? read_weights(text, size, &weights, &err) : -1;
}

static int forget(void **state)
{
    (void)state;
    return talloc_free(memory);
}

/* Everything counted, and the parts as many per ten thousand of it as given. */
static struct i766 all_at(int64_t part)
{
    struct i766_inputs c = { .procedures = WHOLE, .online = part, .online_used = part, .with_fee = WHOLE };
    c.with_fee_online = part;
    for (int p = 0; p < I766_PARTS; p++)
        c.declared[p] = (struct fraction){ part, WHOLE };
    struct tally t;
    for (int i = 0; i < COUNTS; i++)
        t.n[i] = part;
    t.n[COUNT_RECEIVED] = t.n[COUNT_WITH_FEE] = t.n[COUNT_ENDED] = t.n[COUNT_DUE] = t.n[COUNT_COMPLAINTS] =
        t.n[COUNT_COMPLAINTS_DUE] = t.n[COUNT_USED_MINUTES] = WHOLE;
    t.n[COUNT_COMPLAINTS_DISLIKED] = t.n[COUNT_COMPLAINED_OF] = 0;
    return i766_of(&t, &c, &weights);
}

static void everything_done_is_a_hundred_points(void **state)
{
    struct i766 x = all_at(WHOLE);
    (void)state;
    assert_int_equal(x.points_all, 10000);
    assert_int_equal(x.most_counted, 10000);
    assert_int_equal(x.group[1], 1800);
    assert_int_equal(x.group[2], 2000);
    assert_int_equal(x.group[3], 2200);
    assert_int_equal(x.group[4], 2200);
    assert_int_equal(x.group[5], 1800);
}

static void more_done_never_gives_fewer_points(void **state)
{
    struct i766 before = all_at(1);
    (void)state;
    for (int part = 1; part <= WHOLE; part += 3) {
        struct i766 x = all_at(part);
        for (int p = 0; p < I766_PARTS; p++)
            assert_true(x.points[p] >= before.points[p] && x.points[p] <= weights.part[p].most);
        before = x;
    }
}

static void points_are_full_from_the_threshold_on(void **state)
{
    (void)state;
    assert_int_equal(all_at(8000).points[I766_3_1], 400);
    assert_true(all_at(7980).points[I766_3_1] < 400);
    assert_int_equal(all_at(4000).points[I766_3_1], 200); /* below: in proportion */
    assert_int_equal(all_at(3572).points[I766_3_3], 500); /* counted 1.4 times, full from 50 % */
    assert_true(all_at(3560).points[I766_3_3] < 500);
}

static void what_cannot_be_counted_has_no_share_and_no_most(void **state)
{
    struct i766_inputs c = { .procedures = 0 };
    struct tally t = { { [COUNT_DUE] = 4, [COUNT_IN_TIME] = 3 } };
    struct i766 x = i766_of(&t, &c, &weights);
    (void)state;
    assert_int_equal(x.share[I766_2_1], 7500);
    assert_int_equal(x.points[I766_2_1], 1050);
    assert_int_equal(x.share[I766_4_1], I766_NONE);
    assert_int_equal(x.most_counted, 1400 + 500); /* 2.1 and 5.4 */
}

/* Whoever takes the said points from the sum gets the points of what is unsaid. */
static void what_is_left_out_is_not_in_the_sums_either(void **state)
{
    struct i766_inputs c = { .procedures = 4, .online = 3 };
    struct tally t = { { [COUNT_DUE] = 20,
                         [COUNT_IN_TIME] = 15,
                         [COUNT_WITH_FEE] = 3,
                         [COUNT_PAID_ONLINE] = 1,
                         [COUNT_TIMED] = 9,
                         [COUNT_LIMIT_MINUTES] = 900,
                         [COUNT_USED_MINUTES] = 800 } };
    struct i766 x = i766_of(&t, &c, &weights);
    int sum = 0, most = 0;
    (void)state;
    assert_true(x.share[I766_3_6] == 3333 && x.share[I766_2_2] == 10000);
    i766_leave_out(&x, &weights, 10);
    assert_true(x.share[I766_3_6] == I766_NONE && x.share[I766_2_2] == I766_NONE);
    assert_true(x.share[I766_2_1] == 7500 &&
                x.share[I766_3_1] == 7500); /* how many procedures is no secret */
    for (int p = 0; p < I766_PARTS; p++) {
        sum += x.share[p] == I766_NONE ? 0 : x.points[p];
        most += x.share[p] == I766_NONE ? 0 : weights.part[p].most;
    }
    assert_int_equal(x.points_all, sum);
    assert_int_equal(x.most_counted, most);
}

static void of_generated_dossiers_it_lies_within_bounds(void **state)
{
    struct chance c = { 766 };
    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct tally t = { { 0 } };
        for (int64_t n = chance_below(&c, 40); n > 0; n--) {
            tally_add_dossier(&t, &(struct dossier_fact[]){ any_dossier(&c) }[0], &quarter);
            tally_add_complaint(&t, &(struct complaint_fact[]){ any_complaint(&c) }[0], &quarter);
        }
        struct i766 x = i766_of(&t, &(struct i766_inputs){ 9, 5, 4, 3, 2, { { 3, 9 } } }, &weights);
        assert_true(x.points_all >= 0 && x.points_all <= x.most_counted && x.most_counted <= 10000);
        for (int p = 0; p < I766_PARTS; p++)
            assert_true(x.share[p] == I766_NONE || (x.share[p] >= 0 && x.share[p] <= 10000));
    }
}

/* ---- the file ---- */

static void check_refused(const char *line, const char *field, const char *code)
{
    struct i766_weights w;
    struct err err;
    const char *text = talloc_asprintf(memory, "part,most,full_from,factor\n%s\n", line);
    assert_int_equal(read_weights(text, strlen(text), &w, &err), E_INVALID);
    if (!has_fault(&err, field, code))
        fail_msg("%s: %s", line, faults_text(memory, &err));
}

static void each_mistake_in_the_file_is_named(void **state)
{
    (void)state;
    check_refused("9.9,1,100,1", "part", "index_part_unknown");
    check_refused("1.1,1,100,1\n1.1,1,100,1", "part", "index_part_twice");
    check_refused("1.1,1,100,1", "part", "index_part_missing");
    check_refused("1.1,101,100,1", "most", "index_weight_bad");
    check_refused("1.1,1.234,100,1", "most", "index_weight_bad");
    check_refused("1.1,-1,100,1", "most", "index_weight_bad");
    check_refused("1.1,1,0,1", "full_from", "index_weight_bad");
    check_refused("1.1,1,100,", "factor", "index_weight_bad");
}

static void groups_must_make_what_the_decision_says(void **state)
{
    size_t size;
    struct i766_weights w;
    struct err err;
    char *text = file_text(memory, "deploy/sample/index_766.csv", &size), *at = strstr(text, "2.1,14");
    (void)state;
    memcpy(at, "2.1,13", 6);
    assert_int_equal(read_weights(text, size, &w, &err), E_INVALID);
    assert_string_equal(faults_text(memory, &err), "most:index_group_sum");
    assert_string_equal(err.faults[0].arg, "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_done_is_a_hundred_points),
        cmocka_unit_test(more_done_never_gives_fewer_points),
        cmocka_unit_test(points_are_full_from_the_threshold_on),
        cmocka_unit_test(what_cannot_be_counted_has_no_share_and_no_most),
        cmocka_unit_test(what_is_left_out_is_not_in_the_sums_either),
        cmocka_unit_test(of_generated_dossiers_it_lies_within_bounds),
        cmocka_unit_test(each_mistake_in_the_file_is_named),
        cmocka_unit_test(groups_must_make_what_the_decision_says),
    };
    return cmocka_run_group_tests(tests, read_shipped, forget);
}

/* links: services/feedback/tally.c */
/* test_tally.c — every count over 100,000 generated dossiers, 10,000 complaints and 100,000 answers against a
 * recount by hand; and that neither order nor division matters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "civil.h"
#include "tests/unit/generated.h"

enum { DOSSIERS = 100000, COMPLAINTS = 10000 };

static struct {
    struct dossier_fact *dossiers;
    struct complaint_fact *complaints;
    struct rating_fact *ratings;
    struct tally sum;
} all;

static void add(struct tally *sum, int from, int to, int step)
{
    for (int i = from; i != to; i += step) {
        tally_add_dossier(sum, &all.dossiers[i], &quarter);
        tally_add_rating(sum, &all.ratings[i], 1);
        if (i < COMPLAINTS)
            tally_add_complaint(sum, &all.complaints[i], &quarter);
    }
}

static int generate(void **state)
{
    struct chance c = { 20201001 };
    (void)state;
    all.dossiers = calloc(DOSSIERS, sizeof *all.dossiers);
    all.ratings = calloc(DOSSIERS, sizeof *all.ratings);
    all.complaints = calloc(COMPLAINTS, sizeof *all.complaints);
    for (int i = 0; i < DOSSIERS; i++) {
        all.dossiers[i] = any_dossier(&c);
        all.ratings[i] = any_rating(&c);
        if (i < COMPLAINTS)
            all.complaints[i] = any_complaint(&c);
    }
    add(&all.sum, 0, DOSSIERS, 1);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    free(all.dossiers);
    free(all.ratings);
    free(all.complaints);
    return 0;
}

/* ---- by hand: each as the law says it, without the rules of tally.c ---- */

static bool within(int64_t at)
{
    return quarter.from_ms <= at && at < quarter.to_ms;
}

static int64_t points(int64_t end, int64_t due)
{
    int32_t end_day = civil_day_of(end), due_day = civil_day_of(due);
    return end_day < due_day ? 2 : end_day == due_day && end <= due ? 1 : 0;
}

static void recount_filed(int64_t n[COUNTS], const struct dossier_fact *d)
{
    bool ended_late = d->ended_at > 0 && d->ended_at < quarter.to_ms && d->ended_at > d->due_at;
    bool open_late = (d->ended_at == 0 || d->ended_at >= quarter.to_ms) && d->due_at < quarter.to_ms;
    n[COUNT_RECEIVED]++;
    n[COUNT_RECEIVED_ONLINE] += d->is_online;
    n[COUNT_ONLINE_LATE] += d->is_online && d->due_at > 0 && (ended_late || open_late);
    n[COUNT_WITH_FEE] += d->has_fee;
    n[COUNT_PAID_ONLINE] += d->has_fee && d->is_paid_online;
}

static void recount_timed(int64_t n[COUNTS], const struct dossier_fact *d)
{
    n[COUNT_TIMED]++;
    n[COUNT_TIME_POINTS] += points(d->ended_at, d->due_at);
    n[COUNT_LIMIT_MINUTES] += (d->due_at - d->accepted_at) / 60000;
    n[COUNT_USED_MINUTES] += (d->ended_at - d->accepted_at) / 60000;
}

static void recount_ended(int64_t n[COUNTS], const struct dossier_fact *d)
{
    n[COUNT_ENDED]++;
    if (d->due_at > 0)
        recount_timed(n, d);
    n[COUNT_STEPPED] += d->worst_step >= 0;
    n[COUNT_STEP_POINTS] += d->worst_step >= 0 ? (int)d->worst_step : 0;
    n[COUNT_CONTACT_POINTS] += d->supplements > 1 ? 0 : 2 - d->supplements;
    n[COUNT_AGENCY_POINTS] += d->is_online && !d->supplements ? 2 : 1;
    if (!d->is_attitude_upheld)
        n[COUNT_ATTITUDE_POINTS] += d->due_at > 0 ? points(d->ended_at, d->due_at) : 1;
    n[COUNT_HANDLED_HERE] += d->is_handled_here;
    n[COUNT_ELECTRONIC] += d->has_electronic_result;
    n[COUNT_DIGITISED] += d->is_digitised;
    n[COUNT_COMPLAINED_OF] += d->is_complained_of;
}

static void recount_dossier(int64_t n[COUNTS], const struct dossier_fact *d)
{
    bool ended = d->ended_at > 0 && within(d->ended_at);
    bool left = (d->ended_at == 0 || d->ended_at >= quarter.to_ms) && within(d->due_at);
    if (within(d->filed_at))
        recount_filed(n, d);
    if (ended)
        recount_ended(n, d);
    if (d->due_at > 0 && (ended || left)) {
        n[COUNT_DUE]++;
        n[COUNT_IN_TIME] += ended && d->ended_at <= d->due_at && d->supplements <= 1;
    }
}

static void recount_complaint(int64_t n[COUNTS], const struct complaint_fact *c)
{
    bool answered = c->answered_at > 0 && c->answered_at < quarter.to_ms;
    if (!within(c->received_at))
        return;
    n[COUNT_COMPLAINTS]++;
    n[COUNT_CLASSIFIED] += c->classified_at > 0 && c->classified_at < quarter.to_ms;
    if (!answered && c->due_at >= quarter.to_ms)
        return;
    n[COUNT_COMPLAINTS_DUE]++;
    n[COUNT_COMPLAINTS_LASTING] += !answered;
    n[COUNT_UNTRUE_DUE] += c->is_untrue;
    n[COUNT_UNTRUE_LASTING] += c->is_untrue && !answered;
    n[COUNT_UNTRUE_IN_TIME] += c->is_untrue && c->answered_at > 0 && c->answered_at <= c->due_at;
    if (c->answered_at > 0 && c->answered_at <= c->due_at) {
        n[COUNT_COMPLAINTS_IN_TIME]++;
        n[COUNT_COMPLAINTS_DISLIKED] += c->is_disliked;
    }
}

static void recount_rating(int64_t n[COUNTS], const struct rating_fact *r)
{
    const int *a = r->answers;
    n[COUNT_RATINGS]++;
    n[COUNT_CONTENT] += (a[0] + a[1] + a[2] + a[3]) / 4.0 >= 4.0;
    n[COUNT_CLEAR] += a[0] == 4 || a[0] == 5;
    n[COUNT_SIMPLE] += a[1] == 4 || a[1] == 5;
    n[COUNT_HELPFUL] += a[2] == 4 || a[2] == 5;
    n[COUNT_PROMPT] += a[3] == 4 || a[3] == 5;
}

static void every_count_equals_a_recount_by_hand(void **state)
{
    int64_t n[COUNTS] = { 0 };
    (void)state;
    for (int i = 0; i < DOSSIERS; i++) {
        recount_dossier(n, &all.dossiers[i]);
        recount_rating(n, &all.ratings[i]);
        if (i < COMPLAINTS)
            recount_complaint(n, &all.complaints[i]);
    }
    for (int i = 0; i < COUNTS; i++) {
        if (all.sum.n[i] != n[i])
            fail_msg("%s: %ld counted, %ld recounted", tally_name(i), (long)all.sum.n[i], (long)n[i]);
        assert_true(n[i] > 0); /* else nothing was tried */
    }
}

static void the_order_of_facts_does_not_matter(void **state)
{
    struct tally backwards = { { 0 } };
    (void)state;
    add(&backwards, DOSSIERS - 1, -1, -1);
    assert_memory_equal(&backwards, &all.sum, sizeof backwards);
}

static void parts_make_the_whole(void **state)
{
    struct tally parts[7] = { { { 0 } } }, whole = { { 0 } };
    (void)state;
    for (int i = 0; i < DOSSIERS; i++)
        add(&parts[i % 7], i, i + 1, 1);
    for (int i = 0; i < 7; i++)
        tally_add(&whole, &parts[i]);
    assert_memory_equal(&whole, &all.sum, sizeof whole);
}

/* The rows of a page are those that add to the count's base, so a number and its rows cannot differ. */
static void behind_each_count_stand_as_many_rows(void **state)
{
    (void)state;
    for (enum count k = 0; k <= COUNT_IN_TIME; k++) {
        int64_t rows = 0;
        enum count base = tally_base(k);
        for (int i = 0; i < DOSSIERS; i++) {
            int64_t in = tally_dossier(base, &all.dossiers[i], &quarter);
            rows += in > 0;
            assert_true(in > 0 || tally_dossier(k, &all.dossiers[i], &quarter) == 0);
        }
        assert_int_equal(rows, all.sum.n[base]);
    }
}

static void names_are_found_again(void **state)
{
    (void)state;
    for (int i = 0; i < COUNTS; i++)
        assert_int_equal(tally_named(tally_name((enum count)i)), i);
    assert_int_equal(tally_named("nothing"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_count_equals_a_recount_by_hand),
        cmocka_unit_test(the_order_of_facts_does_not_matter),
        cmocka_unit_test(parts_make_the_whole),
        cmocka_unit_test(behind_each_count_stand_as_many_rows),
        cmocka_unit_test(names_are_found_again),
    };
    return cmocka_run_group_tests(tests, generate, forget);
}

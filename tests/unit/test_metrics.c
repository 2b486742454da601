/* test_metrics.c — what /metrics answers is Prometheus' text form, and says what was counted. */
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "metrics.h"

static void *ctx;

static int set_up(void **state)
{
    (void)state;
    ctx = talloc_new(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

/* How many lines of the page are exactly this. */
static int lines_equal(const char *page, const char *line)
{
    int n = 0;
    size_t length = strlen(line);
    for (const char *p = page; *p; p += strcspn(p, "\n") + 1)
        n += strcspn(p, "\n") == length && memcmp(p, line, length) == 0;
    return n;
}

#define assert_line(...) \
    assert_int_equal(lines_equal(metrics_print(ctx), talloc_asprintf(ctx, __VA_ARGS__)), 1)

static void a_counter_counts_what_is_added(void **state)
{
    (void)state;
    struct metric *m = metric_counter("unit_things_total", "Things.", "kind=\"a\"");
    assert_int_equal(metric_value(m), 0);
    assert_line("unit_things_total{kind=\"a\"} 0");
    metric_add(m, 2);
    metric_add(m, UINT64_C(1) << 60);
    assert_int_equal(metric_value(m), (UINT64_C(1) << 60) + 2);
    assert_line("unit_things_total{kind=\"a\"} 1152921504606846978");
}

static double read_level(void *arg)
{
    return *(double *)arg;
}

static void a_gauge_is_read_when_the_page_is_asked_for(void **state)
{
    (void)state;
    static double level = 1.5;
    metric_gauge("unit_level", "A level.", NULL, read_level, &level);
    assert_line("unit_level{} 1.5");
    level = -3;
    assert_line("unit_level{} -3");
    level = 1234567890123;
    assert_line("unit_level{} 1234567890123");
}

static void labels_are_copied(void **state)
{
    (void)state;
    char labels[] = "route=\"/a\"";
    metric_counter("unit_copied_total", "Copied.", labels);
    memset(labels, 'x', sizeof labels - 1);
    assert_line("unit_copied_total{route=\"/a\"} 0");
}

/* ---- histograms ----------------------------------------------------------------------------------- */

static void check_histogram(const char *name, const char *labels, const int64_t *us, size_t n)
{
    static const double bounds[] = { 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                     0.05,    0.1,    0.25,  0.5,    1,     2.5,  10 };
    const char *comma = *labels ? "," : "";
    int64_t sum = 0;
    for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++) {
        int below = 0;
        for (size_t i = 0; i < n; i++)
            below += (double)us[i] <= bounds[b] * 1e6;
        assert_line("%s_bucket{%s%sle=\"%g\"} %d", name, labels, comma, bounds[b], below);
    }
    for (size_t i = 0; i < n; i++)
        sum += us[i];
    assert_line("%s_bucket{%s%sle=\"+Inf\"} %zu", name, labels, comma, n);
    assert_line("%s_sum{%s} %.6f", name, labels, (double)sum / 1e6);
    assert_line("%s_count{%s} %zu", name, labels, n);
}

static void buckets_hold_all_that_took_no_longer(void **state)
{
    (void)state;
    int64_t us[] = { 0,       1,       249,     250,      251,      500,     999,    1000,
                     1001,    5000,    10000,   25000,    50000,    100001,  250000, 500000,
                     1000000, 2500000, 2500001, 10000000, 10000001, 99999999 };
    struct metric *bare = metric_histogram("unit_took_seconds", "Time.", NULL);
    struct metric *labelled = metric_histogram("unit_waited_seconds", "Time.", "route=\"/b\"");
    for (size_t i = 0; i < sizeof us / sizeof *us; i++) {
        metric_observe_us(bare, us[i]);
        metric_observe_us(labelled, us[i]);
        check_histogram("unit_took_seconds", "", us, i + 1);
    }
    check_histogram("unit_waited_seconds", "route=\"/b\"", us, sizeof us / sizeof *us);
    assert_int_equal(metric_value(bare), sizeof us / sizeof *us);
}

/* ---- the whole page ------------------------------------------------------------------------------- */

static void lines_of_one_name_stand_together_under_one_heading(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        metric_counter("unit_one_total", "One.", talloc_asprintf(ctx, "n=\"%d\"", i));
        metric_histogram("unit_two_seconds", "Two.", talloc_asprintf(ctx, "n=\"%d\"", i));
        metric_counter("unit_three_total", "Three.", talloc_asprintf(ctx, "n=\"%d\"", i));
    }
    const char *page = metrics_print(ctx);
    assert_non_null(strstr(page,
                           "# HELP unit_one_total One.\n# TYPE unit_one_total counter\n"
                           "unit_one_total{n=\"0\"} 0\nunit_one_total{n=\"1\"} 0\nunit_one_total{n=\"2\"} 0\n"
                           "unit_one_total{n=\"3\"} 0\nunit_one_total{n=\"4\"} 0\n# HELP unit_two_seconds"));
    assert_int_equal(lines_equal(page, "# TYPE unit_two_seconds histogram"), 1);
    assert_int_equal(lines_equal(page, "# TYPE unit_three_total counter"), 1);
    assert_int_equal(lines_equal(page, "# TYPE unit_level gauge"), 1);
}

static void every_line_is_one_prometheus_reads(void **state)
{
    (void)state;
    regex_t comment, sample;
    assert_int_equal(regcomp(&comment, "^# (HELP|TYPE) [a-z_]+ .+$", REG_EXTENDED | REG_NOSUB), 0);
    assert_int_equal(regcomp(&sample,
                             "^[a-z_]+\\{([a-z_]+=\"[^\"]*\")?(,[a-z_]+=\"[^\"]*\")*\\} -?[0-9.e+]+$",
                             REG_EXTENDED | REG_NOSUB),
                     0);
    char *page = metrics_print(ctx), *end;
    assert_int_equal(page[strlen(page) - 1], '\n');
    for (char *line = page; *line; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        assert_int_equal(regexec(*line == '#' ? &comment : &sample, line, 0, NULL, 0), 0);
    }
    regfree(&comment);
    regfree(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_counter_counts_what_is_added),
        cmocka_unit_test(a_gauge_is_read_when_the_page_is_asked_for),
        cmocka_unit_test(labels_are_copied),
        cmocka_unit_test(buckets_hold_all_that_took_no_longer),
        cmocka_unit_test(lines_of_one_name_stand_together_under_one_heading),
        cmocka_unit_test(every_line_is_one_prometheus_reads),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

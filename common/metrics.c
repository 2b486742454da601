/* metrics.c — see metrics.h. A list in which the lines of one name stand together, as Prometheus wants them;
 * a new line goes behind the last one of its name. */
#include "metrics.h"

#include <string.h>
#include <talloc.h>

#include "err.h"

enum kind { COUNTER, GAUGE, HISTOGRAM };

static const int64_t bounds_us[] = { 250,   500,    1000,   2500,   5000,    10000,   25000,
                                     50000, 100000, 250000, 500000, 1000000, 2500000, 10000000 };
enum { BOUNDS = sizeof bounds_us / sizeof *bounds_us };

struct metric {
    struct metric *next;
    enum kind kind;
    const char *name, *help, *labels;
    uint64_t count;
    int64_t sum_us;
    uint64_t buckets[BOUNDS];
    metric_read_fn *read;
    void *arg;
};

static struct metric *first, **last = &first; /* the registry of the process */

static struct metric *add(enum kind kind, const char *name, const char *help, const char *labels)
{
    struct metric *m = talloc_zero(NULL, struct metric);
    m->kind = kind;
    m->name = name;
    m->help = help;
    m->labels = talloc_strdup(m, labels ? labels : "");
    struct metric **at = &first; /* behind the last one of the same name, else at the end */
    struct metric **behind = NULL;
    for (; *at; at = &(*at)->next)
        if (strcmp((*at)->name, name) == 0)
            behind = &(*at)->next;
    if (!behind || behind == last) {
        *last = m;
        last = &m->next;
    } else {
        m->next = *behind;
        *behind = m;
    }
    return m;
}

struct metric *metric_counter(const char *name, const char *help, const char *labels)
{
    return add(COUNTER, name, help, labels);
}

struct metric *metric_gauge(const char *name, const char *help, const char *labels, metric_read_fn *read,
                            void *arg)
{
    struct metric *m = add(GAUGE, name, help, labels);
    m->read = read;
    m->arg = arg;
    return m;
}

struct metric *metric_histogram(const char *name, const char *help, const char *labels)
{
    return add(HISTOGRAM, name, help, labels);
}

void metric_add(struct metric *m, uint64_t n)
{
    m->count += n;
}

void metric_observe_us(struct metric *m, int64_t us)
{
    int i = 0;
    while (i < BOUNDS && us > bounds_us[i])
        i++;
    if (i < BOUNDS)
        m->buckets[i]++;
    m->count++;
    m->sum_us += us;
}

uint64_t metric_value(const struct metric *m)
{
    return m->count;
}

static char *print_histogram(char *out, const struct metric *m)
{
    const char *comma = *m->labels ? "," : "";
    uint64_t seen = 0;
    for (int i = 0; i < BOUNDS; i++) {
        seen += m->buckets[i];
        out = talloc_asprintf_append_buffer(out, "%s_bucket{%s%sle=\"%g\"} %llu\n", m->name, m->labels, comma,
                                            (double)bounds_us[i] / 1e6, (unsigned long long)seen);
    }
    return talloc_asprintf_append_buffer(
        out, "%s_bucket{%s%sle=\"+Inf\"} %llu\n%s_sum{%s} %.6f\n%s_count{%s} %llu\n", m->name, m->labels,
        comma, (unsigned long long)m->count, m->name, m->labels, (double)m->sum_us / 1e6, m->name, m->labels,
        (unsigned long long)m->count);
}

char *metrics_print(const void *ctx)
{
    static const char *const kinds[] = { "counter", "gauge", "histogram" };
    char *out = talloc_strdup(ctx, "");
    const char *before = "";
    for (const struct metric *m = first; m; m = m->next) {
        if (strcmp(before, m->name) != 0)
            out = talloc_asprintf_append_buffer(out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help,
                                                m->name, kinds[m->kind]);
        before = m->name;
        if (m->kind == HISTOGRAM)
            out = print_histogram(out, m);
        else if (m->kind == GAUGE)
            out = talloc_asprintf_append_buffer(out, "%s{%s} %.15g\n", m->name, m->labels, m->read(m->arg));
        else
            out = talloc_asprintf_append_buffer(out, "%s{%s} %llu\n", m->name, m->labels,
                                                (unsigned long long)m->count);
    }
    return out;
}

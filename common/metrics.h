/* metrics.h — counters, gauges and histograms in Prometheus' text form. One thread counts, so no locks.
 *
 * A metric is made once, at start, and lives as long as the process. Labels come from our own tables (route,
 * statement, event type), never from a request. Durations are in seconds in the output, in microseconds here.
 */
#ifndef METRICS_H
#define METRICS_H

#include <stdint.h>

struct metric;
typedef double metric_read_fn(void *arg);

/* labels: `route="…",method="…"` or NULL. name and help outlive the process; labels is copied. */
struct metric *metric_counter(const char *name, const char *help, const char *labels);
struct metric *metric_gauge(const char *name, const char *help, const char *labels, metric_read_fn *read,
                            void *arg);
struct metric *metric_histogram(const char *name, const char *help, const char *labels);

void metric_add(struct metric *m, uint64_t n);
void metric_observe_us(struct metric *m, int64_t us);
uint64_t metric_value(const struct metric *m);

/* Everything, as /metrics answers it. Owner: ctx. */
char *metrics_print(const void *ctx);

#endif

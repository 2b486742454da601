/* log.h — one JSON line an event, to standard error; the container or the supervisor keeps it.
 *
 *   log_info("dossier_filed", LOG_S("code", code), LOG_I("took_us", us));
 *
 * No person's data, no token, no secret ever goes into a field: codes, counts, durations and our own words
 * only. Inside a task every line carries the task's trace id.
 */
#ifndef LOG_H
#define LOG_H

#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *key;
    const char *text; /* NULL: number counts */
    int64_t number;
};

#define LOG_S(k, v)           ((struct log_field){ (k), (v), 0 })
#define LOG_I(k, v)           ((struct log_field){ (k), 0, (int64_t)(v) })

#define log_debug(event, ...) LOG_AT(LOG_DEBUG, event, ##__VA_ARGS__)
#define log_info(event, ...)  LOG_AT(LOG_INFO, event, ##__VA_ARGS__)
#define log_warn(event, ...)  LOG_AT(LOG_WARN, event, ##__VA_ARGS__)
#define log_error(event, ...) LOG_AT(LOG_ERROR, event, ##__VA_ARGS__)
/* clang-format off */
#define LOG_AT(level, event, ...) \
    log_event((level), (event), (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(,) { 0 } })
/* clang-format on */

void log_open(const char *service, enum log_level least);
void log_event(enum log_level level, const char *event, const struct log_field *fields); /* ends with { 0 } */

/* What the running task is part of (W3C trace id); NULL outside tasks. Kept by task.c. */
void log_set_trace(const char *trace_id);

#endif

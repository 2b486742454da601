/* figures.c — see handlers.h. Messages are counted as they change their state; how many wait, and since when,
 * is asked of the store every few seconds, by each replica for itself. */
#include <string.h>
#include <talloc.h>

#include "clock.h"
#include "handlers.h"
#include "metrics.h"

enum { MEASURE_EVERY_MS = 5000, MEASURE_MS = 4000 };

static const struct figure_row {
    const char *channel, *state;
} rows[] = {
    { "email", "queued" }, { "email", "sent" }, { "email", "failed" },
    { "email", "none" },   { "inbox", "sent" }, { "inbox", "none" },
};
enum { ROWS = sizeof rows / sizeof *rows };

struct figures {
    const struct env *env;
    uv_timer_t timer;
    int64_t waiting, oldest_at_ms;
    struct metric *messages[ROWS];
};

void figures_count(struct figures *f, const char *channel, const char *state)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].channel, channel) == 0 && strcmp(rows[i].state, state) == 0)
            metric_add(f->messages[i], 1);
}

static void run_measure(struct task *t, void *figures)
{
    struct figures *f = figures;
    int64_t waiting, oldest_at_ms;
    if (store_waiting(t, &waiting, &oldest_at_ms) != 0)
        return; /* the store's own figures show why */
    f->waiting = waiting;
    f->oldest_at_ms = oldest_at_ms;
}

static void on_timer(uv_timer_t *timer)
{
    struct figures *f = timer->data;
    task_spawn(f->env->tasks, "measure", MEASURE_MS, NULL, run_measure, f);
}

static double read_waiting(void *figures)
{
    return (double)((struct figures *)figures)->waiting;
}

static double read_oldest(void *figures)
{
    const struct figures *f = figures;
    return f->oldest_at_ms ? (double)(clock_now_ms() - f->oldest_at_ms) / 1000 : 0;
}

static double read_breaker(void *breaker)
{
    return ((const struct breaker *)breaker)->state;
}

struct figures *figures_open(void *ctx, const struct env *env, const struct breaker *breaker)
{
    struct figures *f = talloc_zero(ctx, struct figures);
    f->env = env;
    for (size_t i = 0; i < ROWS; i++)
        f->messages[i] =
            metric_counter("motcua_notification_messages_total", "Messages that came into a state",
                           talloc_asprintf(f, "channel=\"%s\",state=\"%s\"", rows[i].channel, rows[i].state));
    metric_gauge("motcua_notification_waiting", "Mails that have not left", NULL, read_waiting, f);
    metric_gauge("motcua_notification_oldest_seconds", "Age of the oldest mail that has not left", NULL,
                 read_oldest, f);
    metric_gauge("motcua_notification_breaker", "Mail server: 0 in use, 1 at rest, 2 being tried", NULL,
                 read_breaker, (void *)breaker);
    uv_timer_init(env->loop, &f->timer);
    f->timer.data = f;
    uv_timer_start(&f->timer, on_timer, 0, MEASURE_EVERY_MS);
    return f;
}

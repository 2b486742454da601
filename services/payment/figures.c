/* figures.c — what payment counts. Gauges come from the store: a scrape shows what was read last and has it
 * read again, so every replica shows the same and nothing runs while nobody looks. */
#include <talloc.h>

#include "clock.h"
#include "handlers.h"
#include "metrics.h"

enum { FRESH_MS = 1000, READ_MS = 5000 };

static const struct gauge_row {
    const char *column, *metric, *labels, *help;
} gauges[] = {
    { "pending", "motcua_payment_attempts", "state=\"pending\"", "Attempts that are not over" },
    { "unknown", "motcua_payment_attempts", "state=\"unknown\"", "Attempts that are not over" },
    { "refunds_requested", "motcua_payment_refunds", "state=\"requested\"", "Refunds that are not done" },
    { "refunds_unknown", "motcua_payment_refunds", "state=\"unknown\"", "Refunds that are not done" },
    { "refunds_refused", "motcua_payment_refunds", "state=\"refused\"", "Refunds that are not done" },
    { "oldest_unknown_ms", "motcua_payment_oldest_unknown_seconds", "",
      "Age of the oldest attempt that is unknown" },
};
enum { GAUGES = sizeof gauges / sizeof *gauges, OLDEST = GAUGES - 1 };

struct gauge {
    struct figures *of;
    int64_t value;
};

struct figures {
    const struct env *env;
    int64_t read_at_ms;
    bool is_reading;
    struct gauge gauges[GAUGES];
    struct metric *settled[PAY_METHODS], *settled_dong[PAY_METHODS], *ended[ATTEMPT_STATES];
};

static void run_read(struct task *t, void *arg)
{
    struct figures *f = arg;
    const struct db_rows *rows;
    if (store_figures(t, &rows) == 0)
        for (int i = 0; i < GAUGES; i++)
            f->gauges[i].value = db_num(rows, 0, gauges[i].column);
    f->is_reading = false;
}

static void read_again(struct figures *f)
{
    int64_t now = clock_steady_ms();
    if (f->is_reading || now - f->read_at_ms < FRESH_MS)
        return;
    f->read_at_ms = now;
    f->is_reading = task_spawn(f->env->tasks, "figures", READ_MS, NULL, run_read, f) == 0;
}

static double read_gauge(void *arg)
{
    struct gauge *g = arg;
    struct figures *f = g->of;
    read_again(f);
    if (g == &f->gauges[OLDEST])
        return g->value ? (double)(clock_now_ms() - g->value) / 1000 : 0;
    return (double)g->value;
}

static struct metric *counter(void *ctx, const char *name, const char *help, const char *label,
                              const char *value)
{
    return metric_counter(name, help, talloc_asprintf(ctx, "%s=\"%s\"", label, value));
}

struct figures *figures_new(void *ctx, const struct env *env)
{
    struct figures *f = talloc_zero(ctx, struct figures);
    f->env = env;
    for (int i = 0; i < GAUGES; i++) {
        f->gauges[i].of = f;
        metric_gauge(gauges[i].metric, gauges[i].help, gauges[i].labels, read_gauge, &f->gauges[i]);
    }
    for (int m = METHOD_GATEWAY; m < PAY_METHODS; m++) {
        const char *name = pay_method_name((enum pay_method)m);
        f->settled[m] = counter(f, "motcua_payment_settled_total", "Invoices settled", "method", name);
        f->settled_dong[m] =
            counter(f, "motcua_payment_settled_dong_total", "Money of settled invoices", "method", name);
    }
    for (int s = ATTEMPT_SUCCEEDED; s <= ATTEMPT_FAILED; s++)
        f->ended[s] = counter(f, "motcua_payment_attempts_ended_total", "Attempts that ended", "state",
                              attempt_state_name((enum attempt_state)s));
    return f;
}

void figures_settled(struct figures *f, enum pay_method method, int64_t dong)
{
    metric_add(f->settled[method], 1);
    metric_add(f->settled_dong[method], (uint64_t)dong);
}

void figures_ended(struct figures *f, enum attempt_state state)
{
    metric_add(f->ended[state], 1);
}

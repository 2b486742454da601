/* deadline.c — see deadline.h. */
#include "deadline.h"

int64_t deadline_of(const struct calendar *c, const Motcua__ProcedurePublished *p, int64_t from_ms,
                    struct explanation *why)
{
    int n = (int)p->limit;
    switch (p->limit_unit) {
    case MOTCUA__LIMIT_UNIT__WORKING_DAYS:
        if (p->count_mode == MOTCUA__COUNT_MODE__HOUR_MODE)
            return calendar_add_minutes(c, from_ms, (int64_t)n * WORKING_DAY_MINUTES, why);
        return calendar_add_working_days(c, from_ms, n, why);
    case MOTCUA__LIMIT_UNIT__CALENDAR_DAYS: return calendar_add_days(c, from_ms, n, why);
    case MOTCUA__LIMIT_UNIT__MONTHS: return calendar_add_months(c, from_ms, n, why);
    case MOTCUA__LIMIT_UNIT__HOURS: return calendar_add_minutes(c, from_ms, (int64_t)n * 60, why);
    default: return 0;
    }
}

static bool counts_minutes(const Motcua__ProcedurePublished *p)
{
    return p->limit_unit == MOTCUA__LIMIT_UNIT__HOURS || (p->limit_unit == MOTCUA__LIMIT_UNIT__WORKING_DAYS &&
                                                          p->count_mode == MOTCUA__COUNT_MODE__HOUR_MODE);
}

/* What is left of the limit when the clock stopped goes on. Days that began count as whole ones left. */
static int64_t resume(const struct calendar *c, const Motcua__ProcedurePublished *p, int64_t due_ms,
                      int64_t paused_ms, int64_t resumed_ms, struct explanation *why)
{
    int64_t left = calendar_minutes_between(c, paused_ms, due_ms);
    if (counts_minutes(p))
        return calendar_add_minutes(c, resumed_ms, left, why);
    int days = (int)((left + WORKING_DAY_MINUTES - 1) / WORKING_DAY_MINUTES);
    return calendar_add_working_days(c, resumed_ms, days, why);
}

static int64_t shift(const struct calendar *c, const Motcua__ProcedurePublished *p, int64_t due_ms,
                     int64_t paused_ms, int64_t resumed_ms, struct explanation *why)
{
    int64_t waited = calendar_minutes_between(c, paused_ms, resumed_ms);
    if (counts_minutes(p))
        return calendar_add_minutes(c, due_ms, waited, why);
    int days = (int)((waited + WORKING_DAY_MINUTES - 1) / WORKING_DAY_MINUTES);
    return calendar_add_working_days(c, due_ms, days, why);
}

int64_t deadline_after_pause(const struct calendar *c, const Motcua__ProcedurePublished *p,
                             Motcua__PausePolicy policy, int64_t started_ms, int64_t due_ms,
                             int64_t paused_ms, int64_t resumed_ms, struct explanation *why)
{
    bool nothing_used = paused_ms <= started_ms;
    if (due_ms == 0)
        return 0;
    bool has_limit = p->limit_unit != MOTCUA__LIMIT_UNIT__LIMIT_UNSPECIFIED;
    if (has_limit && (policy == MOTCUA__PAUSE_POLICY__RESTART || nothing_used))
        return deadline_of(c, p, resumed_ms, why);
    if (policy == MOTCUA__PAUSE_POLICY__RESUME)
        return resume(c, p, due_ms, paused_ms, resumed_ms, why);
    return shift(c, p, due_ms, paused_ms, resumed_ms, why);
}

int64_t deadline_to_answer(const struct calendar *c, int64_t from_ms, uint32_t days)
{
    return calendar_add_working_days(c, from_ms, (int)days, NULL);
}

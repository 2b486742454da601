/* tally.c — see tally.h. A row per count: the span a dossier must lie in, and what it adds then. */
#include "tally.h"

#include <stddef.h>
#include <string.h>

#include "civil.h"

static bool lies_in(int64_t at_ms, const struct span *s)
{
    return at_ms >= s->from_ms && at_ms < s->to_ms;
}

enum pace pace_of(int64_t at_ms, int64_t due_ms)
{
    if (at_ms > due_ms)
        return PACE_LATE;
    return civil_day_of(at_ms) < civil_day_of(due_ms) ? PACE_EARLY : PACE_ON_DAY;
}

/* ---- dossiers: what one adds, once it belongs ---- */

static bool is_timed(const struct dossier_fact *d)
{
    return d->due_at > 0 && d->ended_at > 0;
}

static bool is_late(const struct dossier_fact *d)
{
    return is_timed(d) && d->ended_at > d->due_at;
}

static int64_t time_points(const struct dossier_fact *d)
{
    return is_timed(d) ? pace_of(d->ended_at, d->due_at) : 0;
}

static int64_t step_points(const struct dossier_fact *d)
{
    return d->worst_step == PACE_UNKNOWN ? 0 : d->worst_step;
}

static int64_t contact_points(const struct dossier_fact *d)
{
    return d->supplements == 0 ? 2 : d->supplements == 1;
}

/* Who filed online and had to bring nothing more has been nowhere; others only at the one-stop. */
static int64_t agency_points(const struct dossier_fact *d)
{
    return d->is_online && d->supplements == 0 ? 2 : 1;
}

static int64_t attitude_points(const struct dossier_fact *d)
{
    if (d->is_attitude_upheld)
        return 0;
    return is_timed(d) ? pace_of(d->ended_at, d->due_at) : PACE_ON_DAY;
}

/* A second request for papers counts as late, whatever the day (DOMAIN §10.4, 2.1). */
static int64_t in_time(const struct dossier_fact *d, const struct span *s)
{
    return lies_in(d->ended_at, s) && !is_late(d) && d->supplements < 2;
}

static int64_t online_late(const struct dossier_fact *d, const struct span *s)
{
    int64_t end = d->ended_at > 0 && d->ended_at < s->to_ms ? d->ended_at : s->to_ms;
    return d->is_online && d->due_at > 0 && end > d->due_at;
}

static bool is_due(const struct dossier_fact *d, const struct span *s)
{
    bool is_open = d->ended_at == 0 || d->ended_at >= s->to_ms;
    return d->due_at > 0 && (lies_in(d->ended_at, s) || (is_open && lies_in(d->due_at, s)));
}

static int64_t minutes(int64_t from_ms, int64_t to_ms)
{
    return to_ms > from_ms ? (to_ms - from_ms) / 60000 : 0;
}

static int64_t of_received(enum count count, const struct dossier_fact *d, const struct span *s)
{
    switch (count) {
    case COUNT_RECEIVED: return 1;
    case COUNT_RECEIVED_ONLINE: return d->is_online;
    case COUNT_ONLINE_LATE: return online_late(d, s);
    case COUNT_WITH_FEE: return d->has_fee;
    default: return d->has_fee && d->is_paid_online;
    }
}

static int64_t of_ended(enum count count, const struct dossier_fact *d)
{
    switch (count) {
    case COUNT_ENDED: return 1;
    case COUNT_TIMED: return is_timed(d);
    case COUNT_TIME_POINTS: return time_points(d);
    case COUNT_STEPPED: return d->worst_step != PACE_UNKNOWN;
    case COUNT_STEP_POINTS: return step_points(d);
    case COUNT_CONTACT_POINTS: return contact_points(d);
    case COUNT_AGENCY_POINTS: return agency_points(d);
    case COUNT_ATTITUDE_POINTS: return attitude_points(d);
    case COUNT_LIMIT_MINUTES: return is_timed(d) ? minutes(d->accepted_at, d->due_at) : 0;
    case COUNT_USED_MINUTES: return is_timed(d) ? minutes(d->accepted_at, d->ended_at) : 0;
    case COUNT_HANDLED_HERE: return d->is_handled_here;
    case COUNT_ELECTRONIC: return d->has_electronic_result;
    case COUNT_DIGITISED: return d->is_digitised;
    default: return d->is_complained_of;
    }
}

int64_t tally_dossier(enum count count, const struct dossier_fact *d, const struct span *s)
{
    if (count <= COUNT_PAID_ONLINE)
        return lies_in(d->filed_at, s) ? of_received(count, d, s) : 0;
    if (count <= COUNT_COMPLAINED_OF)
        return lies_in(d->ended_at, s) ? of_ended(count, d) : 0;
    if (count > COUNT_IN_TIME || !is_due(d, s))
        return 0;
    return count == COUNT_DUE ? 1 : in_time(d, s);
}

/* ---- complaints and answers ---- */

/* Its time is over within the span, answered or not; an answer before that counts, too. */
static bool is_complaint_due(const struct complaint_fact *c, const struct span *s)
{
    return c->due_at > 0 && (c->due_at < s->to_ms || (c->answered_at > 0 && c->answered_at < s->to_ms));
}

static bool is_answered_in_time(const struct complaint_fact *c)
{
    return c->answered_at > 0 && c->answered_at <= c->due_at;
}

/* Where those found untrue are counted again. */
static enum count untrue_of(enum count count)
{
    switch (count) {
    case COUNT_UNTRUE_DUE: return COUNT_COMPLAINTS_DUE;
    case COUNT_UNTRUE_IN_TIME: return COUNT_COMPLAINTS_IN_TIME;
    default: return COUNT_COMPLAINTS_LASTING;
    }
}

int64_t tally_complaint(enum count count, const struct complaint_fact *c, const struct span *s)
{
    if (count >= COUNT_UNTRUE_DUE && count <= COUNT_UNTRUE_LASTING)
        return c->is_untrue ? tally_complaint(untrue_of(count), c, s) : 0;
    if (!lies_in(c->received_at, s))
        return 0;
    bool is_due_now = is_complaint_due(c, s);
    switch (count) {
    case COUNT_COMPLAINTS: return 1;
    case COUNT_CLASSIFIED: return c->classified_at > 0 && c->classified_at < s->to_ms;
    case COUNT_COMPLAINTS_DUE: return is_due_now;
    case COUNT_COMPLAINTS_IN_TIME: return is_due_now && is_answered_in_time(c);
    case COUNT_COMPLAINTS_DISLIKED: return is_due_now && is_answered_in_time(c) && c->is_disliked;
    case COUNT_COMPLAINTS_LASTING: return is_due_now && (c->answered_at == 0 || c->answered_at >= s->to_ms);
    default: return 0;
    }
}

/* Was the answer content: the mean of its questions is at least RATING_CONTENT. */
static bool rating_is_content(const struct rating_fact *r)
{
    int sum = 0;
    for (int i = 0; i < RATING_QUESTIONS; i++)
        sum += r->answers[i];
    return sum >= RATING_CONTENT * RATING_QUESTIONS;
}

int64_t tally_rating(enum count count, const struct rating_fact *r)
{
    if (count == COUNT_RATINGS)
        return 1;
    if (count == COUNT_CONTENT)
        return rating_is_content(r);
    return count >= COUNT_CLEAR && count <= COUNT_PROMPT && r->answers[count - COUNT_CLEAR] >= RATING_CONTENT;
}

/* ---- sums ---- */

void tally_add_dossier(struct tally *sum, const struct dossier_fact *d, const struct span *span)
{
    for (enum count i = 0; i <= COUNT_IN_TIME; i++)
        sum->n[i] += tally_dossier(i, d, span);
}

void tally_add_complaint(struct tally *sum, const struct complaint_fact *c, const struct span *span)
{
    for (enum count i = COUNT_COMPLAINTS; i <= COUNT_UNTRUE_LASTING; i++)
        sum->n[i] += tally_complaint(i, c, span);
}

void tally_add_rating(struct tally *sum, const struct rating_fact *r, int64_t times)
{
    for (enum count i = COUNT_RATINGS; i <= COUNT_PROMPT; i++)
        sum->n[i] += tally_rating(i, r) * times;
}

void tally_add(struct tally *sum, const struct tally *more)
{
    for (int i = 0; i < COUNTS; i++)
        sum->n[i] += more->n[i];
}

/* ---- names ---- */

#define NAME(upper, lower) [COUNT_##upper] = #lower,
static const char *const names[COUNTS] = { TALLY_COUNTS(NAME) };
#undef NAME

const char *tally_name(enum count count)
{
    return names[count];
}

int tally_named(const char *name)
{
    for (int i = 0; i < COUNTS; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

enum count tally_base(enum count count)
{
    switch (count) {
    case COUNT_TIME_POINTS:
    case COUNT_LIMIT_MINUTES:
    case COUNT_USED_MINUTES: return COUNT_TIMED;
    case COUNT_STEP_POINTS: return COUNT_STEPPED;
    case COUNT_CONTACT_POINTS:
    case COUNT_AGENCY_POINTS:
    case COUNT_ATTITUDE_POINTS: return COUNT_ENDED;
    default: return count;
    }
}

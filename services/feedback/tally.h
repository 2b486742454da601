/* tally.h — what the indexes count: one table of counts, each a rule about one dossier, complaint or answer.
 * Pure.
 *
 * Every count is a sum over facts, so the order of the facts does not matter, tallies add up, and the rows
 * behind a number are the facts its rule says something about. Sources: DOMAIN §10.1 (TT 01/2018 Đ13–15),
 * §10.4 (QĐ 766). Times are Unix ms, 0: not yet.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "rating.h"

struct span { /* to_ms is outside */
    int64_t from_ms, to_ms;
};

/* How the work of the units that took part stood against their own limits: the worst of them. */
enum pace { PACE_UNKNOWN = -1, PACE_LATE, PACE_ON_DAY, PACE_EARLY };

struct dossier_fact {
    bool is_online, is_ended;
    int64_t filed_at, accepted_at, due_at; /* due_at: 0 where there is no limit in numbers */
    int64_t ended_at;                      /* state 9, else 10, 8, 3 */
    int supplements;                       /* how often papers were asked for */
    bool is_handled_here;                  /* never left the one-stop unit */
    enum pace worst_step;
    bool has_fee, is_paid_online, has_electronic_result, is_digitised;
    bool is_complained_of, is_attitude_upheld; /* open ones complain, found-untrue ones do not */
};

struct complaint_fact {
    int64_t received_at, due_at, classified_at, answered_at;
    bool is_disliked; /* the complainant is not content with the answer */
    bool is_untrue;   /* so it was found */
};

enum { RATING_CONTENT = 4 };

struct rating_fact {
    int answers[RATING_QUESTIONS]; /* 1 to RATING_BEST */
};

/* clang-format off */
#define TALLY_COUNTS(X) \
    /* dossiers filed within the span */ \
    X(RECEIVED, received) X(RECEIVED_ONLINE, received_online) X(ONLINE_LATE, online_late) \
    X(WITH_FEE, with_fee) X(PAID_ONLINE, paid_online) \
    /* dossiers ended within it; with a limit: timed */ \
    X(ENDED, ended) X(TIMED, timed) X(TIME_POINTS, time_points) X(STEPPED, stepped) \
    X(STEP_POINTS, step_points) \
    X(CONTACT_POINTS, contact_points) X(AGENCY_POINTS, agency_points) X(ATTITUDE_POINTS, attitude_points) \
    X(LIMIT_MINUTES, limit_minutes) X(USED_MINUTES, used_minutes) X(HANDLED_HERE, handled_here) \
    X(ELECTRONIC, electronic) X(DIGITISED, digitised) X(COMPLAINED_OF, complained_of) \
    /* dossiers ended within it or due within it and still open at its end */ \
    X(DUE, due) X(IN_TIME, in_time) \
    /* complaints received within it */ \
    X(COMPLAINTS, complaints) X(CLASSIFIED, classified) X(COMPLAINTS_DUE, complaints_due) \
    X(COMPLAINTS_IN_TIME, complaints_in_time) X(COMPLAINTS_DISLIKED, complaints_disliked) \
    X(COMPLAINTS_LASTING, complaints_lasting) \
    /* of those that are due, in time, lasting: found untrue */ \
    X(UNTRUE_DUE, untrue_due) X(UNTRUE_IN_TIME, untrue_in_time) X(UNTRUE_LASTING, untrue_lasting) \
    /* answers */ \
    X(RATINGS, ratings) X(CONTENT, content) X(CLEAR, clear) X(SIMPLE, simple) X(HELPFUL, helpful) \
    X(PROMPT, prompt)
/* clang-format on */

#define TALLY_NAME(upper, lower) COUNT_##upper,
enum count { TALLY_COUNTS(TALLY_NAME) COUNTS };
#undef TALLY_NAME

struct tally {
    int64_t n[COUNTS];
};

const char *tally_name(enum count count); /* "received_online" */
int tally_named(const char *name);        /* -1: there is none */

/* What one fact adds to a count; the rows behind a number are those that add to it. */
int64_t tally_dossier(enum count count, const struct dossier_fact *d, const struct span *span);
int64_t tally_complaint(enum count count, const struct complaint_fact *c, const struct span *span);
int64_t tally_rating(enum count count, const struct rating_fact *r);
/* The count of the facts it is about: of time_points, timed. Itself where it is a count of facts. */
enum count tally_base(enum count count);

void tally_add_dossier(struct tally *sum, const struct dossier_fact *d, const struct span *span);
void tally_add_complaint(struct tally *sum, const struct complaint_fact *c, const struct span *span);
void tally_add_rating(struct tally *sum, const struct rating_fact *r, int64_t times);
void tally_add(struct tally *sum, const struct tally *more);

/* Early: an earlier day than due; on the day: that day, but in time; else late. */
enum pace pace_of(int64_t at_ms, int64_t due_ms);

#endif

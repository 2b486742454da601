/* complaint.h — the life of a petition (phản ánh, kiến nghị), a complaint (khiếu nại) or a denunciation (tố
 * cáo), as one table of allowed moves with the limit each must keep. Pure.
 *
 *                 ┌──> detail asked ──┐
 *   filed ──> received <──────────────┘
 *                 ├──> in handling ──> answered ──┬──> in handling  (reopened within 72 hours)
 *                 ├──> refused           │  ▲     └──> received     (second instance, at the unit above)
 *                 └──> forwarded         └──┘ published, person told
 *   received, detail asked, in handling ──> withdrawn
 *
 * Sources: DOMAIN §10.5 (NĐ20, KN, TC, index 766); UX "Complaint" for reopening. Anything not in the table is
 * refused. Times are Unix ms, 0: not yet.
 */
#ifndef COMPLAINT_H
#define COMPLAINT_H

#include "actor.h"
#include "calendar.h"
#include "complaint_limit.h"
#include "err.h"

enum complaint_state {
    COMPLAINT_NEW, /* not stored yet */
    COMPLAINT_RECEIVED,
    COMPLAINT_DETAIL_ASKED,
    COMPLAINT_IN_HANDLING,
    COMPLAINT_ANSWERED,
    COMPLAINT_REFUSED,
    COMPLAINT_FORWARDED, /* to an agency outside of the province's offices */
    COMPLAINT_WITHDRAWN,
    COMPLAINT_STATES
};

enum complaint_act {
    ACT_SUBMIT,
    ACT_CLASSIFY,
    ACT_PASS, /* to another unit */
    ACT_FORWARD,
    ACT_ASK_DETAIL,
    ACT_SUPPLY_DETAIL,
    ACT_REFUSE,
    ACT_ACCEPT,
    ACT_EXTEND,
    ACT_TELL, /* the person was told in writing: of acceptance, of the decision */
    ACT_ANSWER,
    ACT_PUBLISH,
    ACT_REOPEN,
    ACT_APPEAL,
    ACT_WITHDRAW,
    ACT_ESCALATE,
    COMPLAINT_ACTS
};

enum complaint_outcome { OUTCOME_NONE, OUTCOME_UPHELD, OUTCOME_PARTLY, OUTCOME_UNTRUE, OUTCOMES };

enum { REOPEN_HOURS = 72 };

struct complaint {
    const char *code;
    int64_t version;
    int class; /* enum complaint_class */
    int state; /* enum complaint_state */
    int outcome;
    int instance;                                                /* 1, 2 */
    int complexity;                                              /* enum complexity */
    bool is_remote, is_anonymous, is_late;                       /* is_late: some limit was not kept */
    const char *unit_code, *handling_unit_code, *escalated_unit; /* complained about; where it lies */
    const char *about_official, *about_name;                     /* account and name, "": not named */
    bool about_head, about_attitude;                             /* about_head: leads unit_code */
    bool about_top;                                              /* unit_code has none above it */
    int64_t received_at, clock_at; /* clock_at: from when the limits of the state RECEIVED count */
    int64_t classified_at, accepted_at, due_at, step_due_at, told_at, answered_at, published_at, escalated_at,
        closed_at;
};

struct complaint_doing { /* what somebody wants to do, and what he brings */
    int act;
    unsigned roles; /* mask of enum role, of whoever acts: at the unit where it lies, or APPLICANT, SYSTEM */
    int64_t at_ms;
    const char *words;       /* reason, question, detail, answer; NULL: none */
    const char *unit;        /* PASS: where to; FORWARD: name of the agency */
    const char *unit_above;  /* who is above where it lies; PASS: above unit; NULL: nobody */
    int class;               /* CLASSIFY; -1: as it is */
    int outcome;             /* ANSWER */
    int attitude, is_remote; /* CLASSIFY; -1: as it is */
    bool is_head;            /* CLASSIFY: whoever is complained about leads the unit */
};

struct complaint_move { /* of the history */
    int act, state_before;
    int64_t at_ms;
    int64_t limit_at; /* until when it had to be done; 0: no limit */
    bool was_late;
};

/* Nobody is above the unit: to look at what is about its head; to decide a second time. */
extern const struct phrase phrase_nobody_above, phrase_nobody_twice;

/* May it be done, and what becomes of *c? Fills *next (texts are those of c and a) and *move. Errors:
 * E_CONFLICT (the state or a rule is against it), E_DENIED (the roles), E_INVALID with a fault per missing
 * field. */
int complaint_decide(const struct complaint *c, const struct complaint_doing *a, const struct calendar *cal,
                     struct complaint *next, struct complaint_move *move, struct err *err);

/* The acts the roles may do at this moment, data aside, as a mask of 1 << act. */
unsigned complaint_allowed(const struct complaint *c, unsigned roles, int64_t at_ms,
                           const struct calendar *cal);

/* Until when it may be reopened or taken to the second instance; 0: it may not. */
int64_t complaint_reopen_until(const struct complaint *c, const struct calendar *cal);

/* Words for pages and stores. */
extern const char *const complaint_class_names[COMPLAINT_CLASSES + 1]; /* "petition" …, ends with NULL */
extern const char *const complaint_state_names[COMPLAINT_STATES + 1];
extern const char *const complaint_act_names[COMPLAINT_ACTS + 1];
extern const char *const complaint_outcome_names[OUTCOMES + 1]; /* "", "upheld" … */
extern const struct phrase complaint_state_phrases[COMPLAINT_STATES];

#endif

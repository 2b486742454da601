/* complaint_limit.h — how long the law gives for each duty of a petition, complaint or denunciation, as data
 * with dates of validity and sources. Pure. Source: DOMAIN §10.5. */
#ifndef COMPLAINT_LIMIT_H
#define COMPLAINT_LIMIT_H

#include "calendar.h"

enum complaint_class { CLASS_PETITION, CLASS_COMPLAINT, CLASS_DENUNCIATION, COMPLAINT_CLASSES };
enum complexity { CASE_NORMAL, CASE_COMPLEX, CASE_VERY_COMPLEX, COMPLEXITIES };

enum duty {
    DUTY_REFUSE = 1, /* say that it will not be handled */
    DUTY_ASK_DETAIL,
    DUTY_PASS, /* to the unit that is competent */
    DUTY_FORWARD,
    DUTY_ACCEPT, /* take it up */
    DUTY_ANSWER,
    DUTY_TELL_ACCEPTED, /* the person, in writing */
    DUTY_TELL_DECIDED,
    DUTY_PUBLISH,
    DUTY_APPEAL, /* not ours: until when the person may go to the second instance */
    DUTIES
};

struct complaint_limit {
    int class, duty;
    int instance;   /* 0: any */
    int complexity; /* -1: any */
    int remote;     /* -1: anywhere */
    int days;
    bool is_working_days;
    const char *from, *to; /* in force, yyyy-mm-dd, to: the day after; NULL: open */
    const char *source;
};

struct complaint_facts { /* what a limit depends on */
    int class, instance, complexity;
    bool is_remote;
};

/* The limit in force on the day of at_ms; NULL: the law names none. */
const struct complaint_limit *complaint_limit(const struct complaint_facts *f, int duty, int64_t at_ms);

/* When the duty has to be done if its time runs from from_ms, on the unit's calendar; 0: no limit. */
int64_t complaint_limit_at(const struct complaint_facts *f, int duty, int64_t from_ms,
                           const struct calendar *c);

#endif

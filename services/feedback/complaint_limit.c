/* complaint_limit.c — see complaint_limit.h. A limit that changes gets its last day, and a row below with the
 * new number: what began before keeps the old one. */
#include "complaint_limit.h"

#include <string.h>

#include "civil.h"

#define PETITION(duty, days, from, source) \
    { \
        CLASS_PETITION, duty, 0, -1, -1, days, true, from, NULL, source \
    }
#define COMPLAINT(duty, instance, complexity, remote, days, working, source) \
    { \
        CLASS_COMPLAINT, duty, instance, complexity, remote, days, working, "2012-07-01", NULL, source \
    }
#define DENUNCIATION(duty, complexity, days, working, source) \
    { \
        CLASS_DENUNCIATION, duty, 0, complexity, -1, days, working, "2019-01-01", NULL, source \
    }

/* clang-format off */
static const struct complaint_limit limits[] = {
    PETITION(DUTY_REFUSE,       2, "2022-06-23", "QĐ766 5.2"),
    PETITION(DUTY_ASK_DETAIL,   5, "2022-06-23", "QĐ766 5.2"),
    PETITION(DUTY_PASS,         5, "2008-03-05", "NĐ20 Đ9"),
    PETITION(DUTY_FORWARD,      5, "2008-03-05", "NĐ20 Đ9"),
    PETITION(DUTY_ACCEPT,       5, "2008-03-05", "NĐ20 Đ9"),
    PETITION(DUTY_ANSWER,      15, "2022-06-23", "QĐ766 5.2"),
    PETITION(DUTY_PUBLISH,      2, "2022-06-23", "QĐ766 5.2"),
    COMPLAINT(DUTY_REFUSE,       0, -1, -1, 10, false, "KN Đ27"),
    COMPLAINT(DUTY_ASK_DETAIL,   0, -1, -1, 10, false, "KN Đ27"),
    COMPLAINT(DUTY_PASS,         0, -1, -1, 10, false, "KN Đ27"),
    COMPLAINT(DUTY_FORWARD,      0, -1, -1, 10, false, "KN Đ27"),
    COMPLAINT(DUTY_ACCEPT,       0, -1, -1, 10, false, "KN Đ27"),
    COMPLAINT(DUTY_ANSWER,       1, CASE_NORMAL,  0, 30, false, "KN Đ28"),
    COMPLAINT(DUTY_ANSWER,       1, CASE_COMPLEX, 0, 45, false, "KN Đ28"),
    COMPLAINT(DUTY_ANSWER,       1, CASE_NORMAL,  1, 45, false, "KN Đ28"),
    COMPLAINT(DUTY_ANSWER,       1, CASE_COMPLEX, 1, 60, false, "KN Đ28"),
    COMPLAINT(DUTY_ANSWER,       2, CASE_NORMAL,  0, 45, false, "KN Đ37"),
    COMPLAINT(DUTY_ANSWER,       2, CASE_COMPLEX, 0, 60, false, "KN Đ37"),
    COMPLAINT(DUTY_ANSWER,       2, CASE_NORMAL,  1, 60, false, "KN Đ37"),
    COMPLAINT(DUTY_ANSWER,       2, CASE_COMPLEX, 1, 70, false, "KN Đ37"),
    COMPLAINT(DUTY_TELL_DECIDED, 1, -1, -1,  3, true,  "KN"),
    COMPLAINT(DUTY_TELL_DECIDED, 2, -1, -1,  7, false, "KN"),
    COMPLAINT(DUTY_PUBLISH,      0, -1, -1, 15, false, "KN"),
    COMPLAINT(DUTY_APPEAL,       1, -1, -1, 30, false, "KN Đ33"),
    DENUNCIATION(DUTY_REFUSE,       -1,  7, true, "TC"),
    DENUNCIATION(DUTY_ASK_DETAIL,   -1,  7, true, "TC"),
    DENUNCIATION(DUTY_PASS,         -1,  5, true, "TC"),
    DENUNCIATION(DUTY_FORWARD,      -1,  5, true, "TC"),
    DENUNCIATION(DUTY_ACCEPT,       -1,  7, true, "TC"),
    DENUNCIATION(DUTY_ANSWER, CASE_NORMAL,       30, false, "TC Đ30"),
    DENUNCIATION(DUTY_ANSWER, CASE_COMPLEX,      60, false, "TC Đ30"),
    DENUNCIATION(DUTY_ANSWER, CASE_VERY_COMPLEX, 90, false, "TC Đ30"),
    DENUNCIATION(DUTY_TELL_ACCEPTED, -1, 5, true, "TC"),
    DENUNCIATION(DUTY_TELL_DECIDED,  -1, 5, true, "TC"),
};
/* clang-format on */

static bool is_in_force(const struct complaint_limit *l, int64_t at_ms)
{
    int64_t from = 0, to = 0;
    civil_parse(l->from, CIVIL_DATE, &from);
    if (l->to)
        civil_parse(l->to, CIVIL_DATE, &to);
    return at_ms >= from && (!l->to || at_ms < to);
}

const struct complaint_limit *complaint_limit(const struct complaint_facts *f, int duty, int64_t at_ms)
{
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const struct complaint_limit *l = &limits[i];
        if (l->class == f->class && l->duty == duty && (l->instance == 0 || l->instance == f->instance) &&
            (l->complexity < 0 || l->complexity == f->complexity) &&
            (l->remote < 0 || l->remote == f->is_remote) && is_in_force(l, at_ms))
            return l;
    }
    return NULL;
}

int64_t complaint_limit_at(const struct complaint_facts *f, int duty, int64_t from_ms,
                           const struct calendar *c)
{
    const struct complaint_limit *l = complaint_limit(f, duty, from_ms);
    if (!l)
        return 0;
    return l->is_working_days ? calendar_add_working_days(c, from_ms, l->days, NULL)
                              : calendar_add_days(c, from_ms, l->days, NULL);
}

/* index_tt01.c — see index_tt01.h. Thresholds stand beside what they decide. */
#include "index_tt01.h"

#include <stddef.h>

int tt01_mean(int64_t points, int64_t n)
{
    return n > 0 ? (int)((points * 20 + n) / (n * 2)) : TT01_NONE;
}

/* part of whole is at least percent; of nothing, it is not. */
static bool reaches(int64_t part, int64_t whole, int percent)
{
    return whole > 0 && part * 100 >= whole * percent;
}

/* 5: a fifth of the procedures is received, assessed and approved at the one-stop; else all are received and
 * given out there, which this software does not let be otherwise. */
static int organisation(const struct tt01_setting *s)
{
    if (s->procedures == 0)
        return TT01_NONE;
    return reaches(s->approved_here, s->procedures, 20) ? 20 : 10;
}

/* 8: feedback; lasting: its time was over and it was not answered. What was found untrue is none. */
static int feedback(const struct tally *t)
{
    int64_t due = t->n[COUNT_COMPLAINTS_DUE] - t->n[COUNT_UNTRUE_DUE],
            in_time = t->n[COUNT_COMPLAINTS_IN_TIME] - t->n[COUNT_UNTRUE_IN_TIME],
            lasting = t->n[COUNT_COMPLAINTS_LASTING] - t->n[COUNT_UNTRUE_LASTING];
    if (due == 0 || in_time == due)
        return 20;
    return reaches(in_time, due, 90) && lasting == 0 ? 10 : 0;
}

/* 9: procedures online, dossiers online, none of them late. */
static int online(const struct tally *t, const struct tt01_setting *s)
{
    int64_t received = t->n[COUNT_RECEIVED], over_web = t->n[COUNT_RECEIVED_ONLINE];
    if (received == 0)
        return TT01_NONE;
    if (t->n[COUNT_ONLINE_LATE] > 0 || s->online == 0)
        return 0;
    if (reaches(s->online, s->eligible, 20) && reaches(over_web, received, 30))
        return 20;
    return reaches(over_web, received, 15) ? 10 : 0;
}

struct tt01 tt01_of(const struct tally *t, const struct tt01_setting *s)
{
    struct tt01 x = { .tenths = { 0 } };
    x.tenths[1] = tt01_mean(t->n[COUNT_TIME_POINTS], t->n[COUNT_TIMED]);
    x.tenths[2] = tt01_mean(t->n[COUNT_STEP_POINTS], t->n[COUNT_STEPPED]);
    x.tenths[3] = tt01_mean(t->n[COUNT_CONTACT_POINTS], t->n[COUNT_ENDED]);
    x.tenths[4] = tt01_mean(t->n[COUNT_AGENCY_POINTS], t->n[COUNT_ENDED]);
    x.tenths[5] = s ? organisation(s) : TT01_NONE;
    x.tenths[6] = s ? 10 * (s->on_board + s->on_web) : TT01_NONE;
    x.tenths[7] = tt01_mean(t->n[COUNT_ATTITUDE_POINTS], t->n[COUNT_ENDED]);
    x.tenths[8] = feedback(t);
    x.tenths[9] = s ? online(t, s) : TT01_NONE;
    tt01_total(&x);
    return x;
}

/* From how many tenths on. */
static enum tt01_class class_of(int tenths)
{
    static const int from[] = { 150, 120, 90, 60, 0 };
    int c = TT01_EXCELLENT;
    while (tenths < from[c])
        c++;
    return (enum tt01_class)c;
}

void tt01_total(struct tt01 *x)
{
    static const bool is_of_staff[TT01_LAST + 1] = {
        [1] = true, [2] = true, [3] = true, [4] = true, [7] = true
    };
    x->agency_tenths = x->staff_tenths = 0;
    for (int i = TT01_FIRST; i <= TT01_LAST; i++) {
        int tenths = x->tenths[i] == TT01_NONE ? 0 : x->tenths[i];
        x->agency_tenths += tenths;
        x->staff_tenths += is_of_staff[i] ? tenths : 0;
    }
    x->agency_class = class_of(x->agency_tenths);
    x->staff_task = x->staff_tenths >= 50   ? TT01_DONE
                    : x->staff_tenths >= 35 ? TT01_PARTLY_DONE
                                            : TT01_NOT_DONE;
}

const char *tt01_class_name(enum tt01_class c)
{
    static const char *const names[] = { "xuất sắc", "tốt", "khá", "trung bình", "yếu" };
    return names[c];
}

const char *tt01_task_name(enum tt01_task task)
{
    static const char *const names[] = { "hoàn thành 100%", "hoàn thành 70% đến dưới 100%",
                                         "hoàn thành dưới 70%" };
    return names[task];
}

/* index_tt01.h — the nine indicators of TT 01/2018/TT-VPCP Đ13–15, for an agency or a person. Pure.
 *
 * Source: DOMAIN §10.1; vectors ratings_tt01.json. Scores are in tenths of a point, TT01_NONE where nothing
 * was counted. An indicator of dossiers is the mean of their points, rounded half up to one decimal; the
 * others are 0, 1 or 2. Indicators are numbered from 1, as the law does.
 *
 * Indicator 8 as it is read here: what people sent in during the period (of all three classes) and was
 * answered or due in it. One that was upheld lowers it where the law measures, by being late or lasting;
 * answered in time it does not, or "100 % in time" could not stand in the law. One found untrue lowers
 * nothing, late or not (DOMAIN §10.5); of index 766, 5.1 to 5.3, it counts as any other.
 */
#ifndef INDEX_TT01_H
#define INDEX_TT01_H

#include "tally.h"

enum { TT01_FIRST = 1, TT01_LAST = 9, TT01_NONE = -1 };

/* What indicators 5, 6 and 9 need besides the tally: how the unit is set up. Procedures, except the last. */
struct tt01_setting {
    int64_t procedures;       /* received there */
    int64_t approved_here;    /* received, assessed and approved at the one-stop */
    int64_t eligible, online; /* that may be offered online; that are, in part or fully */
    bool on_board, on_web;    /* where procedures are published */
};

enum tt01_class { TT01_EXCELLENT, TT01_GOOD, TT01_FAIR, TT01_AVERAGE, TT01_WEAK };
enum tt01_task { TT01_DONE, TT01_PARTLY_DONE, TT01_NOT_DONE };

struct tt01 {
    int tenths[TT01_LAST + 1]; /* [0] is not used */
    int agency_tenths;         /* all nine */
    int staff_tenths;          /* 1, 2, 3, 4, 7 */
    enum tt01_class agency_class;
    enum tt01_task staff_task;
};

/* Points over n dossiers as tenths, half up; TT01_NONE of none. */
int tt01_mean(int64_t points, int64_t n);
/* The whole of it; of indicators 5, 6, 9 nothing if there is no setting. */
struct tt01 tt01_of(const struct tally *sum, const struct tt01_setting *setting);
/* Totals and classes of the indicators that stand in x->tenths. */
void tt01_total(struct tt01 *x);

const char *tt01_class_name(enum tt01_class c); /* Vietnamese, as in the law */
const char *tt01_task_name(enum tt01_task task);

#endif

/* wilson.h — how far a share of few answers can be trusted: Wilson's interval at 95 %. Pure.
 *
 * Shares are in hundredths of a percent, 0 to SHARE_WHOLE, so that figures are whole numbers and the same
 * everywhere.
 */
#ifndef WILSON_H
#define WILSON_H

#include <stdint.h>

enum { SHARE_WHOLE = 10000 };

struct interval {
    int low, high;
};

/* part / whole, rounded half up; 0 if there is no whole. 0 ≤ part ≤ whole. */
int share_of(int64_t part, int64_t whole);
/* Where the true share lies, 19 times of 20; everything (0 to SHARE_WHOLE) if there is no whole. */
struct interval wilson_interval(int64_t part, int64_t whole);

#endif

/* period.h — the months, quarters and years that figures are about, as numbers: 202611, 20264, 2026. Pure. */
#ifndef PERIOD_H
#define PERIOD_H

#include <stdbool.h>

#include "tally.h"

enum { PERIOD_FIRST_MONTH = 201801, PERIODS_MOST = 82 * (12 + 4 + 1) }; /* until 2099 */
enum period_kind { PERIOD_NONE, PERIOD_MONTH, PERIOD_QUARTER, PERIOD_YEAR };

enum period_kind period_kind(int64_t period); /* PERIOD_NONE: it is none between 2018 and 2099 */
int64_t period_parse(const char *text);       /* 0: it is none; text may be NULL */
struct span period_span(int64_t period);
int64_t period_of(enum period_kind kind, int64_t at_ms);
int64_t period_before(int64_t period);                    /* of the same kind */
int period_quarters(int64_t period, int64_t quarters[4]); /* of a year or a quarter; a month has none */

#endif

/* fee.h — what a dossier costs: the lines of its procedure version that are due at a moment, for its channel.
 * Pure. phí and lệ phí stay separate lines (DOMAIN §8.1). */
#ifndef FEE_H
#define FEE_H

#include "common.pb-c.h"
#include "intake.pb-c.h"

/* The amount of a line for a dossier that came by the channel. */
int64_t fee_amount(const Motcua__FeeLine *line, int channel);
int64_t fee_total(const Motcua__ProcedurePublished *p, int channel, Motcua__FeeWhen when);

/* Copies of the lines due, with amount_dong what is due now; lines of 0 are left out. Owner: ctx. Returns how
 * many. */
size_t fee_lines(const void *ctx, const Motcua__ProcedurePublished *p, int channel, Motcua__FeeWhen when,
                 Motcua__FeeLine ***lines);

#endif

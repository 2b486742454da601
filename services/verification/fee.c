/* fee.c — see fee.h. */
#include "fee.h"

#include <talloc.h>

int64_t fee_amount(const Motcua__FeeLine *line, int channel)
{
    return channel == MOTCUA__CHANNEL__ONLINE && line->has_online_amount ? line->online_amount_dong
                                                                         : line->amount_dong;
}

int64_t fee_total(const Motcua__ProcedurePublished *p, int channel, Motcua__FeeWhen when)
{
    int64_t sum = 0;
    for (size_t i = 0; i < p->n_fees; i++)
        if (p->fees[i]->when == when)
            sum += fee_amount(p->fees[i], channel);
    return sum;
}

size_t fee_lines(const void *ctx, const Motcua__ProcedurePublished *p, int channel, Motcua__FeeWhen when,
                 Motcua__FeeLine ***lines)
{
    size_t n = 0;
    *lines = talloc_array(ctx, Motcua__FeeLine *, p->n_fees);
    for (size_t i = 0; i < p->n_fees; i++) {
        int64_t amount = fee_amount(p->fees[i], channel);
        if (p->fees[i]->when != when || amount == 0)
            continue;
        Motcua__FeeLine *line = talloc_memdup(ctx, p->fees[i], sizeof *line);
        line->amount_dong = amount;
        (*lines)[n++] = line;
    }
    return n;
}

/* receipt_paper.h — the receipt of a fee as an official paper. Pure. Source: DOMAIN §7 (biên lai thu phí, lệ
 * phí). */
#ifndef RECEIPT_PAPER_H
#define RECEIPT_PAPER_H

#include "invoice.h"
#include "sheet.h"

struct receipt_facts {
    const struct invoice *invoice;
    const char *agency, *place, *portal; /* of the province; "": not set */
    int year;
    int64_t no, issued_at_ms;
    const char *method, *ref; /* "cash"; the gateway's or the bank's number */
};

/* Owner: ctx. */
struct sheet *receipt_paper(const void *ctx, const struct receipt_facts *f);

#endif

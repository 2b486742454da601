/* money.h — đồng, whole, signed, never a floating point number. */
#ifndef MONEY_H
#define MONEY_H

#include <stdbool.h>
#include <stdint.h>

/* No amount in this system exceeds it (999 tỷ đồng), so sums of a few cannot overflow. */
#define MONEY_MAX INT64_C(999999999999)

bool money_is_valid(int64_t dong); /* 0 … MONEY_MAX */

/* "1.500.000 đồng". Owner: ctx. */
char *money_format(const void *ctx, int64_t dong);

/* "Một triệu năm trăm nghìn đồng" (DOMAIN §7: every receipt carries the amount in words). Owner: ctx. */
char *money_words(const void *ctx, int64_t dong);

#endif

/* wilson.c — see wilson.h. Only +, −, ×, ÷ and the square root, which IEEE 754 rounds alike on every machine:
 * so a figure computed again has the same digits. */
#include "wilson.h"

#include <math.h>

static const double Z = 1.959963984540054; /* 97.5 % of the normal distribution lie below */

int share_of(int64_t part, int64_t whole)
{
    return whole > 0 ? (int)((part * SHARE_WHOLE * 2 + whole) / (whole * 2)) : 0;
}

static int hundredths(double share)
{
    int v = (int)(share * SHARE_WHOLE + 0.5);
    return v < 0 ? 0 : v > SHARE_WHOLE ? SHARE_WHOLE : v;
}

struct interval wilson_interval(int64_t part, int64_t whole)
{
    if (whole <= 0)
        return (struct interval){ 0, SHARE_WHOLE };
    double n = (double)whole, p = (double)part / n, zz = Z * Z;
    double middle = p + zz / (2 * n);
    double reach = Z * sqrt(p * (1 - p) / n + zz / (4 * n * n));
    double scale = 1 + zz / n;
    return (struct interval){ hundredths((middle - reach) / scale), hundredths((middle + reach) / scale) };
}

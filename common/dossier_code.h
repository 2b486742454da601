/* dossier_code.h — mã số hồ sơ: unit code, day of reception, number of that day (DOMAIN §4.1, TT01 Đ19).
 * Pure.
 *
 *   000.00.01.H07-200421-0001   unit code of QCVN 102:2016, written from the right: level 4 . 3 . 2 . level 1
 *   H07.15.3-200421-0001        unit code of QĐ 20/2020, written from the left
 *   G09.20-20260609-0092637     national numbering of 2026
 *
 * The number of a day grows beyond four digits when it must. A code never changes, repeats or moves.
 */
#ifndef DOSSIER_CODE_H
#define DOSSIER_CODE_H

#include <stdbool.h>
#include <stdint.h>

enum { DOSSIER_CODE_TEXT = 48, DOSSIER_UNIT_TEXT = 32 };

struct dossier_code {
    char unit[DOSSIER_UNIT_TEXT]; /* upper case */
    int32_t day;                  /* civil.h */
    int64_t number;
};

/* Parse either form, in either case. False: not a code, or a day that does not exist. */
bool dossier_code_parse(const char *text, struct dossier_code *out);

/* Write the code; returns out. */
const char *dossier_code_format(const char *unit, int32_t day, int64_t number, char out[DOSSIER_CODE_TEXT]);

/* Is it the code of a unit, in either form? */
bool unit_code_is_valid(const char *text);

#endif

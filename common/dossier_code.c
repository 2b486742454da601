/* dossier_code.c — see dossier_code.h. */
#include "dossier_code.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"

static size_t digits(const char *s)
{
    size_t n = 0;
    while (isdigit((unsigned char)s[n]))
        n++;
    return n;
}

/* ddd.dd.dd.Ldd: returns its length, or 0. */
static size_t unit_2018(const char *s)
{
    bool fits = digits(s) == 3 && s[3] == '.' && digits(s + 4) == 2 && s[6] == '.' && digits(s + 7) == 2 &&
                s[9] == '.' && isupper((unsigned char)s[10]) && digits(s + 11) == 2;
    return fits ? 13 : 0;
}

/* Ldd and up to three groups of 1–3 digits: returns its length, or 0. */
static size_t unit_2020(const char *s)
{
    if (!isupper((unsigned char)s[0]) || digits(s + 1) != 2)
        return 0;
    size_t n = 3;
    for (int group = 0; group < 3 && s[n] == '.'; group++) {
        size_t d = digits(s + n + 1);
        if (d < 1 || d > 3)
            return 0;
        n += 1 + d;
    }
    return n;
}

bool unit_code_is_valid(const char *text)
{
    size_t n = unit_2018(text) ? unit_2018(text) : unit_2020(text);
    return n > 0 && text[n] == '\0' && n < DOSSIER_UNIT_TEXT;
}

static bool parse_day(const char *text, size_t n, bool may_be_long, int32_t *day)
{
    char compact[16];
    int64_t ms;
    if (n != 6 && !(n == 8 && may_be_long))
        return false;
    snprintf(compact, sizeof compact, "%s%.*s000000", n == 6 ? "20" : "", (int)n, text);
    bool exists = civil_parse(compact, CIVIL_COMPACT, &ms);
    *day = exists ? civil_day_of(ms) : 0;
    return exists;
}

bool dossier_code_parse(const char *text, struct dossier_code *out)
{
    char upper[DOSSIER_CODE_TEXT];
    size_t n = strlen(text);
    if (n >= sizeof upper)
        return false;
    for (size_t i = 0; i <= n; i++)
        upper[i] = (char)toupper((unsigned char)text[i]);
    size_t old = unit_2018(upper), unit = old ? old : unit_2020(upper);
    if (unit == 0 || upper[unit] != '-')
        return false;
    const char *day = upper + unit + 1, *number = day + digits(day) + 1;
    size_t count = number[-1] == '-' ? digits(number) : 0;
    if (count < 4 || count > 7 || number[count] != '\0')
        return false;
    snprintf(out->unit, sizeof out->unit, "%.*s", (int)unit, upper);
    out->number = strtoll(number, NULL, 10);
    return parse_day(day, digits(day), !old, &out->day);
}

const char *dossier_code_format(const char *unit, int32_t day, int64_t number, char out[DOSSIER_CODE_TEXT])
{
    char yymmdd[CIVIL_TEXT];
    snprintf(out, DOSSIER_CODE_TEXT, "%s-%s-%04" PRId64, unit,
             civil_format(civil_day_ms(day, 0), CIVIL_YYMMDD, yymmdd), number);
    return out;
}

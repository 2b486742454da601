/* vn_id.c — see vn_id.h. */
#include "vn_id.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* GSO province codes 2004–2025, which citizen numbers keep after the mergers. */
static const char provinces[] =
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038"
    " 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080"
    " 082 083 084 086 087 089 091 092 093 094 095 096";

static bool all_digits(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isdigit((unsigned char)s[i]))
            return false;
    return true;
}

/* Above 100 stand the countries of those born abroad. */
static bool province_exists(const char *code)
{
    if (code[0] != '0' && strncmp(code, "100", 3) != 0)
        return true;
    for (const char *p = provinces; *p; p += p[3] ? 4 : 3)
        if (strncmp(p, code, 3) == 0)
            return true;
    return false;
}

enum id_kind id_number_kind(const char *text, int this_year, struct citizen_number *info)
{
    size_t n = strlen(text);
    if (!all_digits(text, n) || (n != 9 && n != 12))
        return ID_NONE;
    if (n == 9)
        return ID_CMND;
    int century_sex = text[3] - '0';
    int year = 1900 + century_sex / 2 * 100 + (text[4] - '0') * 10 + (text[5] - '0');
    if (!province_exists(text) || year > this_year)
        return ID_NONE;
    if (info) {
        memcpy(info->province, text, 3);
        info->province[3] = '\0';
        info->is_female = century_sex % 2 == 1;
        info->birth_year = year;
    }
    return ID_CITIZEN;
}

bool tax_code_is_valid(const char *text)
{
    static const int weights[] = { 31, 29, 23, 19, 17, 13, 7, 5, 3 };
    size_t n = strlen(text);
    int sum = 0;
    if (n < 10 || !all_digits(text, 10))
        return false;
    for (int i = 0; i < 9; i++)
        sum += weights[i] * (text[i] - '0');
    if (10 - sum % 11 != text[9] - '0')
        return false; /* a remainder of 0 would ask for "10": such numbers are never issued */
    const char *branch = text + 10 + (text[10] == '-');
    return n == 10 || (strlen(branch) == 3 && all_digits(branch, 3) && strcmp(branch, "000") != 0);
}

bool phone_normalise(const char *text, char out[11])
{
    char digits[16];
    size_t n = 0;
    for (const char *p = text; *p; p++) {
        if (strchr(" .-", *p) || (*p == '+' && p == text))
            continue;
        if (!isdigit((unsigned char)*p) || n == 12)
            return false;
        digits[n++] = *p;
    }
    digits[n] = '\0';
    const char *rest = digits;
    if (n == 11 && strncmp(digits, "84", 2) == 0)
        rest += 2;
    else if (n == 10 && digits[0] == '0' && *text != '+')
        rest += 1;
    else
        return false;
    out[0] = '0';
    memcpy(out + 1, rest, 10);
    return true;
}

bool email_is_valid(const char *text)
{
    const char *at = strchr(text, '@');
    if (!at || at == text || strlen(text) > 254 || strchr(at + 1, '@'))
        return false;
    for (const char *p = text; *p; p++)
        if (isspace((unsigned char)*p) || (unsigned char)*p < 0x20 || strchr("<>\"(),;:\\", *p))
            return false;
    const char *dot = strrchr(at, '.');
    return dot && dot > at + 1 && dot[1] && dot[2];
}

/* money.c — see money.h. Reading numbers aloud: groups of three, "linh" for a missing ten, "mốt", "tư" and
 * "lăm". */
#include "money.h"

#include <string.h>
#include <talloc.h>

bool money_is_valid(int64_t dong)
{
    return dong >= 0 && dong <= MONEY_MAX;
}

char *money_format(const void *ctx, int64_t dong)
{
    char digits[24], out[40];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)dong), k = 0;
    for (int i = 0; i < n; i++) {
        out[k++] = digits[i];
        int left = n - 1 - i;
        if (left > 0 && left % 3 == 0 && digits[i] != '-')
            out[k++] = '.';
    }
    out[k] = '\0';
    return talloc_asprintf(ctx, "%s đồng", out);
}

static const char *const digit_words[] = { "không", "một", "hai", "ba",  "bốn",
                                           "năm",   "sáu", "bảy", "tám", "chín" };

static const char *unit_word(int tens, int ones)
{
    if (tens > 1 && ones == 1)
        return "mốt";
    if (tens > 1 && ones == 4)
        return "tư";
    if (tens > 0 && ones == 5)
        return "lăm";
    return digit_words[ones];
}

/* One group of three digits; `full` also says leading zeros ("không trăm linh năm"). */
static char *say_group(char *out, int n, bool full)
{
    int hundreds = n / 100, tens = n / 10 % 10, ones = n % 10;
    if (hundreds > 0 || full)
        out = talloc_asprintf_append_buffer(out, " %s trăm", digit_words[hundreds]);
    if (tens == 0 && ones > 0 && (hundreds > 0 || full))
        out = talloc_strdup_append_buffer(out, " linh");
    if (tens == 1)
        out = talloc_strdup_append_buffer(out, " mười");
    if (tens > 1)
        out = talloc_asprintf_append_buffer(out, " %s mươi", digit_words[tens]);
    if (ones > 0)
        out = talloc_asprintf_append_buffer(out, " %s", unit_word(tens, ones));
    return out;
}

static void capitalise(char *s)
{
    static const char *const pairs[][2] = { { "một", "Một" },   { "hai", "Hai" },    { "ba", "Ba" },
                                            { "bốn", "Bốn" },   { "năm", "Năm" },    { "sáu", "Sáu" },
                                            { "bảy", "Bảy" },   { "tám", "Tám" },    { "chín", "Chín" },
                                            { "mười", "Mười" }, { "không", "Không" } };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strncmp(s, pairs[i][0], strlen(pairs[i][0])) == 0) {
            memcpy(s, pairs[i][1], strlen(pairs[i][1]));
            return;
        }
}

char *money_words(const void *ctx, int64_t dong)
{
    static const char *const scales[] = { "", " nghìn", " triệu", " tỷ" };
    char *out = talloc_strdup(ctx, "");
    if (!money_is_valid(dong))
        return talloc_strdup_append_buffer(out, "");
    if (dong == 0)
        out = talloc_strdup_append_buffer(out, " không");
    int64_t divisor = 1000000000;
    bool said = false;
    for (int scale = 3; scale >= 0; scale--, divisor /= 1000) {
        int group = (int)(dong / divisor % 1000);
        if (group == 0)
            continue;
        out = talloc_strdup_append_buffer(say_group(out, group, said), scales[scale]);
        said = true;
    }
    memmove(out, out + 1, strlen(out));
    capitalise(out);
    return talloc_strdup_append(out, " đồng"); /* not _buffer: the text is shorter than its memory */
}

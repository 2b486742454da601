/* purpose.c — see purpose.h. The text is reduced to letters and digits, remembering where something stood
 * between them. A code of either form has one letter: from it the unit reaches back (QCVN 102:2016) or begins
 * (QĐ 20/2020), and digits follow: rest of the unit, day, number. How many are meant cannot be seen, so every
 * length is a candidate; one that ends where the text has a gap is likelier. */
#include "purpose.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>

#include "text.h"

enum {
    REACH_BACK = 7,           /* ddd.dd.dd before the letter */
    DIGITS_LEAST = 2 + 6 + 4, /* after the letter: unit, day, number */
    DIGITS_MOST_2018 = 2 + 6 + 7,
    DIGITS_MOST_2020 = 2 + 9 + 8 + 7, /* three groups, a day with its century */
    REDUCED_MAX = 400
};

static bool is_plain(char c)
{
    return isalnum((unsigned char)c);
}

const char *code_compact(const char *code, char out[COMPACT_TEXT])
{
    size_t n = 0;
    for (; *code && n < COMPACT_TEXT - 1; code++)
        if (is_plain(*code))
            out[n++] = (char)toupper((unsigned char)*code);
    out[n] = '\0';
    return out;
}

char *purpose_text(const void *ctx, const char *code)
{
    char compact[COMPACT_TEXT];
    return talloc_asprintf(ctx, "NOP PHI %s", code_compact(code, compact));
}

char *plain_capitals(const void *ctx, const char *text)
{
    char *key = text_search_key(ctx, text), *to = key;
    for (const char *from = key; from && *from; from++)
        if (is_plain(*from) || *from == ' ')
            *to++ = (char)toupper((unsigned char)*from);
    if (to)
        *to = '\0';
    return key;
}

/* ---- finding -------------------------------------------------------------------------------------- */

struct reduced {
    size_t n;
    char c[REDUCED_MAX + 1];
    bool gap_before[REDUCED_MAX + 1]; /* [n]: the end is one */
};

static void reduce(const char *text, struct reduced *r)
{
    bool gap = true;
    r->n = 0;
    for (; *text && r->n < REDUCED_MAX; text++) {
        if (is_plain(*text)) {
            r->gap_before[r->n] = gap;
            r->c[r->n++] = (char)toupper((unsigned char)*text);
        }
        gap = !is_plain(*text);
    }
    r->c[r->n] = '\0';
    r->gap_before[r->n] = true;
}

struct found {
    const struct reduced *in;
    char (*out)[COMPACT_TEXT];
    size_t count;
};

static size_t digits_at(const struct reduced *r, size_t at)
{
    return strspn(r->c + at, "0123456789");
}

static void add(struct found *f, size_t start, size_t end)
{
    if (f->count < PURPOSE_CODES_MAX && end - start < COMPACT_TEXT)
        snprintf(f->out[f->count++], COMPACT_TEXT, "%.*s", (int)(end - start), f->in->c + start);
}

/* Every length of the digits behind the letter; those that end at a gap first. */
static void add_lengths(struct found *f, size_t start, size_t letter, size_t most)
{
    const struct reduced *r = f->in;
    size_t first = letter + 1 + DIGITS_LEAST, there = digits_at(r, letter + 1);
    size_t last = letter + 1 + (there < most ? there : most);
    for (int at_gap = 1; at_gap >= 0; at_gap--)
        for (size_t end = first; end <= last; end++)
            if ((r->gap_before[end] || !isdigit((unsigned char)r->c[end])) == at_gap)
                add(f, start, end);
}

static bool has_digits_before(const struct reduced *r, size_t letter)
{
    for (size_t i = 1; i <= REACH_BACK; i++)
        if (i > letter || !isdigit((unsigned char)r->c[letter - i]))
            return false;
    return true;
}

/* The letter stands inside a code of 2018: what follows it is no code of its own. */
static bool is_inside(const struct reduced *r, size_t letter, bool digits_before)
{
    bool after_digit = !r->gap_before[letter] && letter > 0 && isdigit((unsigned char)r->c[letter - 1]);
    if (after_digit)
        return true;
    return digits_before && r->gap_before[letter - 7] && r->gap_before[letter - 4] &&
           r->gap_before[letter - 2];
}

size_t purpose_codes(const char *text, char out[PURPOSE_CODES_MAX][COMPACT_TEXT])
{
    struct reduced r;
    struct found f = { .in = &r, .out = out };
    reduce(text, &r);
    for (size_t i = 0; i < r.n; i++) {
        if (!isalpha((unsigned char)r.c[i]) || digits_at(&r, i + 1) < DIGITS_LEAST)
            continue;
        bool digits_before = has_digits_before(&r, i);
        if (digits_before)
            add_lengths(&f, i - REACH_BACK, i, DIGITS_MOST_2018);
        if (!is_inside(&r, i, digits_before))
            add_lengths(&f, i, i, DIGITS_MOST_2020);
    }
    return f.count;
}

/* text.c — see text.h. Unicode tables are utf8proc's; only the rules of Vietnamese are ours. */
#include "text.h"

#include <string.h>
#include <talloc.h>
#include <utf8proc.h>

#include "err.h"

typedef utf8proc_int32_t rune;

/* Length in bytes of the character at s (n bytes left), its code point in *c; 0 if it is not UTF-8. */
static size_t next_rune(const char *s, size_t n, rune *c)
{
    utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, c);
    return len > 0 ? (size_t)len : 0;
}

/* Eight letters of ASCII at a time: none has the high bit, none is zero. */
static size_t ascii_length(const char *s, size_t n)
{
    static const uint64_t ones = UINT64_C(0x0101010101010101), highs = UINT64_C(0x8080808080808080);
    size_t i = 0;
    for (uint64_t w; i + sizeof w <= n; i += sizeof w) {
        memcpy(&w, s + i, sizeof w);
        if ((w | (w - ones)) & highs)
            break;
    }
    return i;
}

bool text_is_utf8(const char *s, size_t n)
{
    rune c;
    for (size_t i = ascii_length(s, n), len; i < n; i += len) {
        len = s[i] > 0 ? 1 : next_rune(s + i, n - i, &c); /* ASCII is what it is */
        if (len == 0 || s[i] == 0)
            return false;
    }
    return true;
}

static bool is_invisible(rune c)
{
    return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f || (c >= 0x80 && c < 0xa0) || c == 0xad ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || c == 0x2060 || c == 0xfeff;
}

static bool is_blank(rune c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xa0 || c == 0x202f || c == 0x3000;
}

/* In place: what nobody sees goes, so that a letter meets its marks again. */
static void drop_invisible(char *s)
{
    char *to = s;
    rune c;
    for (size_t i = 0, n = strlen(s), len; i < n; i += len) {
        len = next_rune(s + i, n - i, &c);
        if (is_blank(c) || !is_invisible(c)) {
            memmove(to, s + i, len);
            to += len;
        }
    }
    *to = '\0';
}

static char *map(const void *ctx, const char *s, utf8proc_option_t options)
{
    if (!text_is_utf8(s, strlen(s)))
        return NULL;
    char *seen = talloc_strdup(ctx, s);
    utf8proc_uint8_t *out = NULL;
    drop_invisible(seen);
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)seen, 0, &out, options | UTF8PROC_NULLTERM);
    char *copy = n < 0 ? NULL : talloc_strndup(ctx, (const char *)out, (size_t)n);
    free(out);
    talloc_free(seen);
    return copy;
}

static void trim(char *s)
{
    size_t n = strlen(s), start = strspn(s, " \t\n");
    while (n > start && strchr(" \t\n", s[n - 1]))
        n--;
    memmove(s, s + start, n - start);
    s[n - start] = '\0';
}

char *text_clean(const void *ctx, const char *s)
{
    char *nfc = map(ctx, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (!nfc)
        return NULL;
    char *to = nfc;
    rune c;
    for (size_t i = 0, n = strlen(nfc), len; i < n; i += len) {
        len = next_rune(nfc + i, n - i, &c);
        if (c != '\t' && c != '\n' && is_blank(c)) {
            *to++ = ' ';
        } else {
            memmove(to, nfc + i, len);
            to += len;
        }
    }
    *to = '\0';
    trim(nfc);
    return nfc;
}

/* Length of the character at s if text_clean surely leaves it as it is: printable ASCII, and the letters of
 * the blocks up to U+02FF and of U+1E80 to U+1EFF, all of which are in NFC. Else 0. */
static size_t plain_length(const unsigned char *s)
{
    if (*s < 0x80)
        return (*s >= 0x20 && *s < 0x7f) || *s == '\n' || *s == '\t';
    if (*s >= 0xc3 && *s <= 0xcb)
        return (s[1] & 0xc0) == 0x80 ? 2 : 0;
    if (*s == 0xe1 && (s[1] == 0xba || s[1] == 0xbb))
        return (s[2] & 0xc0) == 0x80 ? 3 : 0;
    return 0;
}

static bool is_clean(const char *s)
{
    size_t n = 0, step;
    while (s[n] && (step = plain_length((const unsigned char *)s + n)) > 0)
        n += step;
    return s[n] == '\0' && (n == 0 || (!strchr(" \t\n", s[0]) && !strchr(" \t\n", s[n - 1])));
}

const char *text_cleaned(const void *ctx, const char *s)
{
    return is_clean(s) ? s : text_clean(ctx, s);
}

const char *text_line(const void *ctx, const char *s)
{
    if (is_clean(s) && !strpbrk(s, "\t\n") && !strstr(s, "  "))
        return s;
    char *line = text_clean(ctx, s), *to = line;
    for (const char *p = line; p && *p; p++) {
        bool is_blank = strchr(" \t\n", *p) != NULL;
        if (!is_blank || to[-1] != ' ') /* it begins with no blank */
            *to++ = is_blank ? ' ' : *p;
    }
    if (line)
        *to = '\0';
    return line;
}

/* Blanks folded to one space, trimmed, đ → d where asked. In place: the result never grows. */
static void fold(char *s, bool plain_d)
{
    char *to = s;
    rune c;
    bool gap = false;
    for (size_t i = 0, n = strlen(s), len; i < n; i += len) {
        len = next_rune(s + i, n - i, &c);
        if (is_blank(c)) {
            gap = to > s;
            continue;
        }
        if (gap)
            *to++ = ' ';
        gap = false;
        if (plain_d && c == 0x111) {
            *to++ = 'd';
        } else {
            memmove(to, s + i, len);
            to += len;
        }
    }
    *to = '\0';
}

char *text_search_key(const void *ctx, const char *s)
{
    char *key = map(ctx, s, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
    if (key)
        fold(key, true);
    return key;
}

/* Old and new placement of the tone: "òa" = "oà", "óe" = "oé", "ủy" = "uỷ", with each of the five tones.
 * Where a letter follows ("hoàn") both put it as the new one does, so the old form is always rewritten. */
static const struct placement {
    const char *old_form, *new_form;
} placements[] = {
    { "òa", "oà" }, { "óa", "oá" }, { "ỏa", "oả" }, { "õa", "oã" }, { "ọa", "oạ" },
    { "òe", "oè" }, { "óe", "oé" }, { "ỏe", "oẻ" }, { "õe", "oẽ" }, { "ọe", "oẹ" },
    { "ùy", "uỳ" }, { "úy", "uý" }, { "ủy", "uỷ" }, { "ũy", "uỹ" }, { "ụy", "uỵ" },
};

static const struct placement *placement_at(const char *s)
{
    for (size_t i = 0; i < sizeof placements / sizeof *placements; i++)
        if (strncmp(s, placements[i].old_form, strlen(placements[i].old_form)) == 0)
            return &placements[i];
    return NULL;
}

/* The forms differ in length ("ùy" has three bytes, "uỳ" four): at most a third is added. */
static char *place_tones(const void *ctx, const char *key)
{
    char *out = talloc_array(ctx, char, strlen(key) / 3 * 4 + 4), *to = out;
    for (const struct placement *m; *key;) {
        m = placement_at(key);
        size_t n = m ? strlen(m->new_form) : 1;
        memcpy(to, m ? m->new_form : key, n);
        to += n;
        key += m ? strlen(m->old_form) : 1;
    }
    *to = '\0';
    return out;
}

char *text_marked_key(const void *ctx, const char *s)
{
    char *folded = map(ctx, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    if (!folded)
        return NULL;
    fold(folded, false);
    char *key = place_tones(ctx, folded);
    talloc_free(folded);
    return key;
}

size_t text_length(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

char *text_cut(const void *ctx, const char *s, size_t max)
{
    size_t n = strlen(s), end = 0, taken = 0;
    rune c, before = 0;
    utf8proc_int32_t state = 0;
    for (size_t i = 0, len; i < n; i += len, taken++) {
        len = next_rune(s + i, n - i, &c);
        if (len == 0)
            break;
        if (i == 0 || utf8proc_grapheme_break_stateful(before, c, &state))
            end = i; /* a new character starts here: everything before is whole */
        if (taken == max)
            return talloc_strndup(ctx, s, end);
        before = c;
    }
    return talloc_strdup(ctx, s);
}

char *text_capitals(const void *ctx, const char *s)
{
    size_t n = strlen(s), at = 0;
    char *out = talloc_size(ctx, 4 * n + 1);
    rune c;
    for (size_t i = 0, len; i < n && (len = next_rune(s + i, n - i, &c)) > 0; i += len)
        at += (size_t)utf8proc_encode_char(utf8proc_toupper(c), (utf8proc_uint8_t *)out + at);
    out[at] = '\0';
    return out;
}

/* Beyond ASCII, decomposed and in lower case: marks and letters of Vietnamese, Ê Đê, Ba Na and Gia Rai, then
 * signs that stand in any text. */
static bool is_of_names(rune c)
{
    static const rune known[] = { 0x300,  0x301,  0x302,  0x303,  0x306,  0x309,  0x30c,  0x31b,
                                  0x323,  0x111,  0x180,  0x2013, 0x2014, 0x2018, 0x2019, 0x201c,
                                  0x201d, 0x2026, 0x20ab, 0xb0,   0xb2,   0xb3 };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i] == c)
            return true;
    return c <= 0x7f || is_blank(c);
}

bool text_looks_legacy(const char *s)
{
    char *plain = map(NULL, s, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
    bool odd = plain == NULL;
    rune c;
    for (size_t i = 0, n = plain ? strlen(plain) : 0, len; i < n && !odd; i += len) {
        len = next_rune(plain + i, n - i, &c);
        odd = !is_of_names(c);
    }
    talloc_free(plain);
    return odd;
}

const char *text_given_name(const char *s)
{
    const char *space = strrchr(s, ' ');
    return space ? space + 1 : s;
}

char *text_fill(const void *ctx, const char *phrase, const char *arg)
{
    char *out = talloc_strdup(ctx, "");
    const char *gap;
    while ((gap = strstr(phrase, "{}"))) {
        out = talloc_asprintf_append_buffer(out, "%.*s%s", (int)(gap - phrase), phrase, arg);
        phrase = gap + 2;
    }
    return talloc_strdup_append_buffer(out, phrase);
}

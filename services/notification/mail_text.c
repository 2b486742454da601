/* mail_text.c — see mail_text.h. Words that are not plain ASCII become encoded-words, cut between characters
 * and folded; the body is base64, so no server on the way touches it. */
#include "mail_text.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>
#include <talloc.h>

#include "civil.h"

enum { BODY_BYTES = 57, WORD_BYTES = 42, PLAIN_MOST = 66, CHARACTER_BYTES = 4 };

static char *base64(const void *ctx, const char *data, size_t n)
{
    size_t room = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_ORIGINAL);
    char *out = talloc_size(ctx, room);
    return sodium_bin2base64(out, room, (const unsigned char *)data, n, sodium_base64_VARIANT_ORIGINAL);
}

/* ---- headers -------------------------------------------------------------------------------------- */

static bool is_plain(const char *text)
{
    for (const char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e)
            return false;
    return strlen(text) <= PLAIN_MOST && !strstr(text, "=?");
}

/* At most WORD_BYTES of text, without cutting a character. */
static size_t word_length(const char *text)
{
    size_t n = strlen(text);
    if (n <= WORD_BYTES)
        return n;
    for (n = WORD_BYTES; n > WORD_BYTES - CHARACTER_BYTES && ((unsigned char)text[n] & 0xc0) == 0x80;)
        n--;
    return n;
}

/* RFC 2047: "=?UTF-8?B?…?=", as many as it takes, one a line. */
static char *encoded_words(const void *ctx, const char *text)
{
    char *out = talloc_strdup(ctx, "");
    for (size_t n; *text; text += n) {
        n = word_length(text);
        char *word = base64(NULL, text, n);
        out = talloc_asprintf_append_buffer(out, "%s=?UTF-8?B?%s?=", *out ? "\r\n " : "", word);
        talloc_free(word);
    }
    return out;
}

static const char *date(const void *ctx, int64_t ms)
{
    static const char *const days[] = { "", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const months[] = { "",    "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct civil c = civil_of(ms);
    return talloc_asprintf(ctx, "%s, %d %s %d %02d:%02d:%02d +0700", days[civil_weekday(civil_day_of(ms))],
                           c.day, months[c.month], c.year, c.hour, c.minute, c.second);
}

static char *headers(const void *ctx, const struct mail_parts *p)
{
    void *scratch = talloc_new(ctx);
    char *out = talloc_asprintf(
        ctx,
        "Date: %s\r\nFrom: %s\r\n <%s>\r\nTo: <%s>\r\nSubject: %s\r\nMessage-ID: <%s%s>\r\n"
        "Auto-Submitted: auto-generated\r\nContent-Language: %s\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        date(scratch, p->at_ms), encoded_words(scratch, p->from_name), p->from, p->to,
        is_plain(p->subject) ? p->subject : encoded_words(scratch, p->subject), p->id, strchr(p->from, '@'),
        p->language);
    talloc_free(scratch);
    return out;
}

/* ---- body ----------------------------------------------------------------------------------------- */

static char *with_crlf(const void *ctx, const char *text)
{
    char *out = talloc_size(ctx, strlen(text) * 2 + 1), *to = out;
    for (; *text; text++) {
        if (*text == '\n')
            *to++ = '\r';
        *to++ = *text;
    }
    *to = '\0';
    return out;
}

char *mail_text(const void *ctx, const struct mail_parts *p, size_t *size)
{
    char *out = headers(ctx, p), *body = with_crlf(NULL, p->body);
    for (size_t at = 0, n = strlen(body), take; at < n; at += take) {
        take = n - at < BODY_BYTES ? n - at : BODY_BYTES;
        char *line = base64(body, body + at, take);
        out = talloc_asprintf_append_buffer(out, "%s\r\n", line);
    }
    talloc_free(body);
    *size = strlen(out);
    return out;
}

char *mail_masked(const void *ctx, const char *address)
{
    const char *at = strrchr(address, '@');
    if (!at || at == address)
        return talloc_strdup(ctx, "");
    return talloc_asprintf(ctx, "%c***%s", *address, at);
}

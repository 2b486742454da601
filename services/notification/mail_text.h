/* mail_text.h — a whole mail as it goes to the server (RFC 5322, MIME, RFC 2047). Pure.
 *
 * The same parts give the same bytes, so a mail that is sent again is the same mail, with the same
 * Message-ID.
 */
#ifndef MAIL_TEXT_H
#define MAIL_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct mail_parts {
    const char *from, *from_name; /* bare address; name as people read it, not "" */
    const char *to;               /* bare ASCII address */
    const char *id;               /* unique for ever; becomes <id@domain of from> */
    const char *language;         /* "vi", "en" */
    const char *subject, *body;   /* one line; lines ending with \n */
    int64_t at_ms;                /* when it was written */
};

/* Headers, blank line, body; CRLF lines of at most 78 characters (but for a longer address), all ASCII.
 * Owner: ctx. */
char *mail_text(const void *ctx, const struct mail_parts *p, size_t *size);

/* "n***@example.vn": an address as staff may see it; "" for "". Owner: ctx. */
char *mail_masked(const void *ctx, const char *address);

#endif

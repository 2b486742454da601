/* paseto.c — see paseto.h: v4.public.<base64url(message ‖ signature)>.<base64url(footer)> */
#include "paseto.h"

#include <string.h>
#include <talloc.h>

static const char header[] = "v4.public.";

struct parts {
    uint8_t *body; /* message and signature */
    size_t body_size;
    char *footer;
};

/* Pre-authentication encoding: count, then length and bytes of each piece, little-endian 64 bit. */
static uint8_t *encode_pieces(const void *ctx, const void *message, size_t size, const char *footer,
                              size_t *out_size)
{
    const struct {
        const void *data;
        size_t size;
    } pieces[] = { { header, sizeof header - 1 }, { message, size }, { footer, strlen(footer) }, { "", 0 } };
    enum { PIECES = sizeof pieces / sizeof *pieces };
    uint8_t *out = talloc_size(ctx, 8 + 8 * PIECES + sizeof header + size + strlen(footer)), *at = out;
    uint64_t count = PIECES;
    memcpy(at, &count, 8);
    at += 8;
    for (int i = 0; i < PIECES; i++) {
        uint64_t n = pieces[i].size;
        memcpy(at, &n, 8);
        memcpy(at + 8, pieces[i].data, pieces[i].size);
        at += 8 + pieces[i].size;
    }
    *out_size = (size_t)(at - out);
    return out;
}

char *paseto_sign(const void *ctx, const uint8_t secret_key[SIGN_SECRET_BYTES], const char *payload,
                  const char *footer)
{
    void *scratch = talloc_new(ctx);
    size_t n = strlen(payload), size;
    uint8_t *body = talloc_size(scratch, n + SIGNATURE_BYTES);
    uint8_t *signed_part = encode_pieces(scratch, payload, n, footer, &size);
    memcpy(body, payload, n);
    crypt_sign(secret_key, signed_part, size, body + n);
    char *token = talloc_asprintf(ctx, "%s%s.%s", header, crypt_base64(scratch, body, n + SIGNATURE_BYTES),
                                  crypt_base64(scratch, footer, strlen(footer)));
    talloc_free(scratch);
    return token;
}

static bool split(const void *ctx, const char *token, struct parts *p)
{
    size_t n;
    if (strncmp(token, header, sizeof header - 1) != 0)
        return false;
    const char *body = token + sizeof header - 1, *dot = strchr(body, '.');
    if (!dot)
        return false;
    p->body = crypt_unbase64(ctx, talloc_strndup(ctx, body, (size_t)(dot - body)), true, &p->body_size);
    uint8_t *footer = crypt_unbase64(ctx, dot + 1, true, &n);
    p->footer = footer ? talloc_strndup(ctx, (const char *)footer, n) : NULL;
    return p->body && p->footer && p->body_size >= SIGNATURE_BYTES;
}

char *paseto_footer(const void *ctx, const char *token)
{
    struct parts p;
    return split(ctx, token, &p) ? p.footer : NULL;
}

char *paseto_verify(const void *ctx, const uint8_t public_key[SIGN_PUBLIC_BYTES], const char *token)
{
    struct parts p;
    size_t size;
    void *scratch = talloc_new(ctx);
    char *payload = NULL;
    if (split(scratch, token, &p)) {
        size_t n = p.body_size - SIGNATURE_BYTES;
        const uint8_t *signed_part = encode_pieces(scratch, p.body, n, p.footer, &size);
        if (crypt_verify(public_key, signed_part, size, p.body + n))
            payload = talloc_strndup(ctx, (const char *)p.body, n);
    }
    talloc_free(scratch);
    return payload;
}

/* receipt.c — see receipt.h. */
#include "receipt.h"

#include <string.h>
#include <talloc.h>

#include "pb.h"

static const char prefix[] = "MC1.";

int receipt_key_read(const char *file, struct receipt_key *key, struct err *err)
{
    char *line, text[128];
    size_t n = 0;
    void *scratch = talloc_new(NULL);
    int rc = crypt_read_secret(scratch, file, &line, err);
    const uint8_t *bytes = rc == 0 && sscanf(line, "%31s %127s", key->id, text) == 2
                               ? crypt_unbase64(scratch, text, true, &n)
                               : NULL;
    if (bytes && n == SIGN_SECRET_BYTES)
        memcpy(key->secret_key, bytes, n);
    else if (rc == 0)
        rc = err_set(err, E_INVALID, "%s holds no \"<key id> <secret key>\"", file);
    talloc_free(scratch);
    return rc;
}

char *receipt_sign(const void *ctx, const struct receipt_key *key, const Motcua__Receipt *receipt)
{
    uint8_t signature[SIGNATURE_BYTES];
    size_t size;
    void *scratch = talloc_new(ctx);
    const uint8_t *packed = pb_pack(scratch, &receipt->base, &size);
    char *text = talloc_asprintf(ctx, "%s%s.%s", prefix, key->id, crypt_base64(scratch, packed, size));
    crypt_sign(key->secret_key, text, strlen(text), signature);
    text = talloc_asprintf_append_buffer(text, ".%s", crypt_base64(scratch, signature, sizeof signature));
    talloc_free(scratch);
    return text;
}

static const uint8_t *signed_by(const void *ctx, const uint8_t public_key[SIGN_PUBLIC_BYTES],
                                const char *text, const char *dot, const char *payload, size_t *size)
{
    size_t n;
    const uint8_t *signature = crypt_unbase64(ctx, dot + 1, true, &n);
    if (!signature || n != SIGNATURE_BYTES ||
        !crypt_verify(public_key, text, (size_t)(dot - text), signature))
        return NULL;
    return crypt_unbase64(ctx, talloc_strndup(ctx, payload, (size_t)(dot - payload)), true, size);
}

Motcua__Receipt *receipt_verify(const void *ctx, const uint8_t public_key[SIGN_PUBLIC_BYTES],
                                const char *text)
{
    size_t size = 0;
    const char *dot = strrchr(text, '.');
    if (strncmp(text, prefix, sizeof prefix - 1) != 0 || !dot)
        return NULL;
    const char *payload = strchr(text + sizeof prefix - 1, '.');
    if (!payload || payload == dot)
        return NULL;
    void *scratch = talloc_new(ctx);
    const uint8_t *packed = signed_by(scratch, public_key, text, dot, payload + 1, &size);
    Motcua__Receipt *receipt = packed ? pb_unpack(ctx, &motcua__receipt__descriptor, packed, size) : NULL;
    talloc_free(scratch);
    return receipt;
}

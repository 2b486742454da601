/* tokens.c — what people show: "token" and a newline: an Authorization header; "claims": the payload of a
 * token, which is signed here; "receipt": the text of a receipt's QR code; "leaf": a receipt, packed, signed
 * here. */
#include <string.h>
#include <time.h>

#include "auth.h"
#include "fuzz.h"
#include "paseto.h"
#include "services/intake/receipt.h"
#include "text.h"

static struct auth *auth;
static struct sign_key key = { .id = "k1" };
static uint8_t public_key[SIGN_PUBLIC_BYTES];

static void check_token(void *ctx, const char *header)
{
    struct err err = { 0 };
    const struct actor *a;
    (void)ctx;
    ASSERT(!auth_is_operator(auth, header) || strcmp(header, "Operator fuzz") == 0);
    if (auth_check(auth, header, 0, &a, &err) != 0)
        return;
    ASSERT(*a->account_id && a->grants_count <= GRANTS_MAX);
    ASSERT(text_is_utf8(a->account_id, strlen(a->account_id)) && text_is_utf8(a->name, strlen(a->name)));
    ASSERT(text_is_utf8(a->title, strlen(a->title)) && text_is_utf8(a->department, strlen(a->department)));
    for (size_t i = 0; i < a->grants_count; i++)
        ASSERT(text_is_utf8(a->grants[i].unit, strlen(a->grants[i].unit)));
    actor_may_read(a, "000.00.01.H07");
}

static void check_claims(void *ctx, const char *claims)
{
    const char *token = paseto_sign(ctx, key.secret_key, claims, "k1");
    const char *payload = paseto_verify(ctx, public_key, token);
    ASSERT(payload && strcmp(payload, claims) == 0);
    check_token(ctx, talloc_asprintf(ctx, "Bearer %s", token));
}

static void check_receipt(void *ctx, const char *text)
{
    receipt_verify(ctx, public_key, text);
    check_token(ctx, text);
}

static void check_leaf(void *ctx, const char *text)
{
    Motcua__Receipt r = MOTCUA__RECEIPT__INIT, *again;
    r.code = (char *)text;
    r.procedure_code = (char *)text;
    if (!text_is_utf8(text, strlen(text)))
        return;
    struct receipt_wanted one = { .ctx = ctx, .receipt = &r }, two = one;
    receipt_sign_all(&key, (struct receipt_wanted *const[]){ &one, &two }, 2);
    again = receipt_verify(ctx, public_key, two.text);
    ASSERT(again && strcmp(again->code, text) == 0);
    again = receipt_verify(ctx, public_key, receipt_sign(ctx, &key, &r));
    ASSERT(again && strcmp(again->code, text) == 0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    struct err err = { 0 };
    crypt_open();
    crypt_sign_keys(public_key, key.secret_key);
    const char *line =
        talloc_asprintf(fuzz_life(), "k1 %s\n", crypt_base64(fuzz_life(), public_key, sizeof public_key));
    ASSERT(auth_open(NULL, fuzz_file("tokens.keys", line), "fuzz", &auth, &err) == 0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        const char *name;
        void (*check)(void *ctx, const char *text);
    } kinds[] = { { "token", check_token },
                  { "claims", check_claims },
                  { "receipt", check_receipt },
                  { "leaf", check_leaf } };
    void *ctx = talloc_new(NULL);
    char *rest = fuzz_text(ctx, data, size), *kind = strsep(&rest, "\n");
    for (size_t i = 0; rest && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, kind) == 0)
            kinds[i].check(ctx, talloc_strdup(ctx, rest));
    talloc_free(ctx);
    return 0;
}

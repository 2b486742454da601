/* http_receipt.c — the signed receipt of a dossier: as text, as a QR picture; and the keys to check it
 * with. */
#include <talloc.h>

#include "handlers.h"
#include "pb.h"
#include "qr.h"

static int load_receipt(struct task *t, const struct http_request *rq, const char **code, const char **text)
{
    struct dossier d;
    unsigned access;
    TRY(dossier_for(t, rq, &d, &access));
    Motcua__DossierSubmitted m = MOTCUA__DOSSIER_SUBMITTED__INIT;
    m.code = d.code;
    m.procedure_code = pb_text(d.procedure_code);
    m.unit_code = pb_text(d.unit_code);
    m.filed_at_ms = d.filed_at_ms;
    Motcua__Receipt receipt = receipt_of(&m, d.lookup_key, d.content_hash);
    *text = receipt_sign(t, &intake_of(t)->key, &receipt);
    *code = talloc_strdup(t, d.code);
    return 0;
}

static const char *qr_text(struct task *t, const char *receipt)
{
    return talloc_asprintf(t, "%s/kiem-tra#%s", config_of(t)->public_url, receipt);
}

int http_receipt(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const char *code, *text;
    TRY(load_receipt(t, rq, &code, &text));
    http_reply_json(re, 200,
                    json_pack("{s:s, s:s, s:s}", "code", code, "receipt", text, "qr_text", qr_text(t, text)));
    return 0;
}

int http_receipt_qr(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const char *code, *text;
    TRY(load_receipt(t, rq, &code, &text));
    http_reply_text(re, 200, "image/svg+xml", qr_svg(t, qr_text(t, text)));
    return 0;
}

int http_receipt_keys(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    (void)rq;
    const struct receipt_key *key = &intake_of(t)->key;
    /* libsodium keeps the public half behind the secret one. */
    const char *public_key =
        crypt_base64(t, key->secret_key + SIGN_SECRET_BYTES - SIGN_PUBLIC_BYTES, SIGN_PUBLIC_BYTES);
    http_reply_json(re, 200,
                    json_pack("{s:[{s:s, s:s, s:s}]}", "keys", "id", key->id, "algorithm", "Ed25519",
                              "public_key", public_key));
    return 0;
}

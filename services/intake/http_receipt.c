/* http_receipt.c — the signed receipt of a dossier: as text, as a QR picture, as a paper; and the keys to
 * check it with. */
#include <talloc.h>

#include "filing_paper.h"
#include "handlers.h"
#include "json.h"
#include "pb.h"
#include "qr.h"
#include "sheet_reply.h"

static const char *receipt_text(struct task *t, const struct dossier *d)
{
    Motcua__DossierSubmitted m = MOTCUA__DOSSIER_SUBMITTED__INIT;
    m.code = (char *)d->code;
    m.procedure_code = pb_text(d->procedure_code);
    m.unit_code = pb_text(d->unit_code);
    m.filed_at_ms = d->filed_at_ms;
    Motcua__Receipt receipt = receipt_of(&m, d->lookup_key, d->content_hash);
    return receipt_sign(t, &intake_of(t)->key, &receipt);
}

static int load_receipt(struct task *t, const struct http_request *rq, const char **code, const char **text)
{
    struct dossier d;
    unsigned access;
    TRY(dossier_for(t, rq, &d, &access));
    *text = receipt_text(t, &d);
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

/* ---- as a paper ------------------------------------------------------------------------------------- */

/* Those it was filed with; what came later has a batch of its own. */
static int take_papers(struct task *t, const char *code, struct filing_facts *f)
{
    const struct db_rows *rows;
    TRY(store_papers(t, code, &rows));
    struct sheet_paper *list = talloc_array(t, struct sheet_paper, (size_t)db_count(rows));
    f->papers = list;
    for (int i = 0; i < db_count(rows) && db_num(rows, i, "batch") == db_num(rows, 0, "batch"); i++)
        list[f->papers_count++] =
            (struct sheet_paper){ db_str(rows, i, "name"), (int)db_num(rows, i, "originals"),
                                  (int)db_num(rows, i, "copies"), db_str(rows, i, "sha256") != NULL };
    return 0;
}

static const char *member(const json_t *applicant, const char *name)
{
    return pb_text(json_string_value(json_object_get(applicant, name)));
}

int http_receipt_paper(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct dossier d;
    unsigned access;
    TRY(dossier_for(t, rq, &d, &access));
    const json_t *a = json_stored(t, d.applicant);
    struct filing_facts f = { .code = d.code,
                              .procedure_name = d.procedure_name,
                              .unit_name = d.unit_name,
                              .summary = d.summary,
                              .name = member(a, "name"),
                              .id_number = member(a, *member(a, "id_number") ? "id_number" : "tax_code"),
                              .phone = member(a, "phone"),
                              .address = member(a, "address"),
                              .qr_text = qr_text(t, receipt_text(t, &d)),
                              .filed_at_ms = d.filed_at_ms };
    TRY(take_papers(t, d.code, &f));
    return sheet_reply(t, rq, re, filing_paper(t, &f), talloc_asprintf(t, "bien-nhan-%s.pdf", d.code));
}

int http_receipt_keys(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    (void)rq;
    const struct sign_key *key = &intake_of(t)->key;
    /* libsodium keeps the public half behind the secret one. */
    const char *public_key =
        crypt_base64(t, key->secret_key + SIGN_SECRET_BYTES - SIGN_PUBLIC_BYTES, SIGN_PUBLIC_BYTES);
    http_reply_json(re, 200,
                    json_pack("{s:[{s:s, s:s, s:s}]}", "keys", "id", key->id, "algorithm", "Ed25519",
                              "public_key", public_key));
    return 0;
}

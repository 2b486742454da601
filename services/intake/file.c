/* file.c — see handlers.h: code, receipt, message and rows of a new dossier, saved as one. */
#include <sodium.h>
#include <string.h>
#include <talloc.h>

#include "applicant.h"
#include "handlers.h"
#include "numbers.h"
#include "pb.h"
#include "signer.h"

static void hash_content(const Motcua__DossierSubmitted *m, const char *applicant, const char *answers,
                         uint8_t out[CONTENT_HASH_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, CONTENT_HASH_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)applicant, strlen(applicant) + 1);
    crypto_generichash_update(&state, (const uint8_t *)answers, strlen(answers) + 1);
    for (size_t i = 0; i < m->n_papers; i++)
        crypto_generichash_update(&state, m->papers[i]->sha256.data, m->papers[i]->sha256.len);
    crypto_generichash_final(&state, out, CONTENT_HASH_BYTES);
}

Motcua__Receipt receipt_of(const Motcua__DossierSubmitted *m, const uint8_t *lookup_key,
                           const uint8_t *content_hash)
{
    Motcua__Receipt r = MOTCUA__RECEIPT__INIT;
    r.code = m->code;
    r.procedure_code = m->procedure_code;
    r.unit_code = m->unit_code;
    r.filed_at_ms = m->filed_at_ms;
    r.content_hash = (ProtobufCBinaryData){ CONTENT_HASH_BYTES, (uint8_t *)content_hash };
    r.lookup_key = (ProtobufCBinaryData){ LOOKUP_KEY_BYTES, (uint8_t *)lookup_key };
    return r;
}

int file_dossier(struct task *t, Motcua__DossierSubmitted *m, const char *answers, const struct cause *cause,
                 const char *(*answer)(struct task *t, const struct filed *f), struct cause *filled,
                 struct filed *filed)
{
    uint8_t lookup_key[LOOKUP_KEY_BYTES], content_hash[CONTENT_HASH_BYTES];
    const char *applicant = applicant_print(t, m->applicant);
    m->filed_at_ms = task_now_ms(t);
    TRY(numbers_next(t, intake_of(t)->numbers, m->unit_code, m->filed_at_ms, filed->code));
    m->code = filed->code;
    random_bytes(lookup_key, sizeof lookup_key);
    hash_content(m, applicant, answers, content_hash);
    Motcua__Receipt receipt = receipt_of(m, lookup_key, content_hash);
    TRY(signer_sign(t, intake_of(t)->signer, &receipt, &filed->receipt));
    *filled = *cause;
    if (answer) {
        filled->status = 201;
        filled->answer = answer(t, filed);
    }
    struct new_dossier d = { m, applicant, answers, lookup_key, content_hash };
    return store_file(t, &d, filled, &filed->saved);
}

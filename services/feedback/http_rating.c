/* http_rating.c — who may rate a dossier: its owner, or whoever shows the secret of one of its links. He gets
 * one token for ever, signed blindly, so that nobody can tell it when it comes back with the answers
 * (http_redeem.c). */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "ids.h"
#include "link_page.h"
#include "offload.h"

enum { MINUTE_MS = 60000, SECRET_TEXT = 64 };

static const struct phrase NOT_YET = { "rating_not_yet",
                                       "Hồ sơ đang được giải quyết. Hãy đánh giá khi đã có kết quả.",
                                       "The dossier is still being handled. Rate it when it has ended." };
static const struct phrase CLOSED = { "rating_closed", "Đã hết hạn đánh giá hồ sơ này: quý đã chốt số liệu.",
                                      "The time to rate this dossier is over: its quarter has been closed." };
static const struct phrase TAKEN = {
    "rating_token_taken", "Phiếu đánh giá của hồ sơ này đã được cấp. Mỗi hồ sơ chỉ đánh giá một lần.",
    "The rating of this dossier was opened before. Each is rated once."
};
static const struct phrase BLINDED = { "blinded", "Gửi lại trang đánh giá: dữ liệu không đúng.",
                                       "256 bytes below the key's modulus, in base64url without padding." };

/* ---- who may --------------------------------------------------------------------------------------- */

static bool is_owner(const struct actor *a, const struct rateable *d)
{
    uint8_t hash[SHA256_BYTES];
    if (!a || !d->has_owner)
        return false;
    owner_hash(d->code, a->account_id, hash);
    return crypt_equal(hash, d->owner_hash, sizeof hash);
}

static int load(struct task *t, const struct http_request *rq, struct rateable *d)
{
    const char *secret = http_header(rq, "Rating-Secret");
    uint8_t hash[SHA256_BYTES];
    bool found;
    if (!rq->actor && !secret)
        return err_set(task_err(t), E_ANONYMOUS, "neither a token nor a Rating-Secret");
    if (secret)
        crypt_sha256(secret, strlen(secret), hash);
    TRY(store_rateable(t, http_param(rq, "code"), secret ? hash : NULL, d, &found));
    if (found && (d->has_link || is_owner(rq->actor, d)))
        return 0;
    return err_set(task_err(t), E_NOT_FOUND, "no such dossier for this caller");
}

static int64_t closes_at(struct task *t, const struct rateable *d)
{
    return quarter_closes_at(quarter_of(d->ended_at_ms), (int)config_of(t)->rating_days);
}

static const struct phrase *why_not(struct task *t, const struct rateable *d)
{
    if (!d->ended_at_ms || !d->cell) /* without a cell: its key is made in this moment */
        return &NOT_YET;
    return task_now_ms(t) >= closes_at(t, d) ? &CLOSED : NULL;
}

int http_rating(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct rateable d;
    TRY(load(t, rq, &d));
    const struct phrase *no = why_not(t, &d);
    http_reply_json(re, 200,
                    json_pack("{s:s, s:s, s:o, s:o, s:b}", "code", d.code, "state",
                              no             ? no->code
                              : d.is_granted ? "taken"
                                             : "open",
                              "cell", no ? json_null() : json_integer(d.cell), "closes_at_ms",
                              d.ended_at_ms ? json_integer(closes_at(t, &d)) : json_null(), "is_at_counter",
                              d.is_at_counter));
    return 0;
}

/* ---- the token -------------------------------------------------------------------------------------- */

struct signing { /* on another thread: nothing but itself */
    uint8_t secret[BLIND_SECRET_MAX], blinded[BLIND_BYTES], signature[BLIND_BYTES];
    size_t secret_size;
    bool is_signed;
};

static void sign(void *arg)
{
    struct signing *s = arg;
    s->is_signed = blind_sign(s->secret, s->secret_size, s->blinded, s->signature);
}

static int read_blinded(struct task *t, const struct http_request *rq, uint8_t out[BLIND_BYTES])
{
    const struct json_node *body;
    size_t n = 0;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    const char *text = read_text_line(&r, "blinded", BLIND_BYTES * 2, REQUIRED);
    const uint8_t *bytes = text ? crypt_unbase64(t, text, true, &n) : NULL;
    if (text && (!bytes || n != BLIND_BYTES))
        err_fault(task_err(t), "blinded", &BLINDED, NULL);
    else if (bytes)
        memcpy(out, bytes, n);
    return reader_close(&r);
}

static int unseal_key(struct task *t, int64_t cell, struct signing *s)
{
    struct cell c;
    bool found;
    TRY(store_cell(t, cell, &c, &found));
    const uint8_t *key = found ? crypt_unseal(t, feedback_of(t)->seal_key, cell_about(t, &c), c.secret_key,
                                              c.secret_size, &s->secret_size)
                               : NULL;
    if (!key || s->secret_size > sizeof s->secret)
        return err_set(task_err(t), E_BUG,
                       "the key of cell %lld does not open: is seal_key_file another one?", (long long)cell);
    memcpy(s->secret, key, s->secret_size);
    return 0;
}

static int sign_for(struct task *t, int64_t cell, const uint8_t blinded[BLIND_BYTES], struct http_reply *re)
{
    struct signing *s = talloc_zero(t, struct signing);
    memcpy(s->blinded, blinded, sizeof s->blinded);
    TRY(unseal_key(t, cell, s));
    TRY(task_offload(t, sign, s));
    if (!s->is_signed)
        return err_fault(task_err(t), "blinded", &BLINDED, NULL);
    http_reply_json(re, 200,
                    json_pack("{s:I, s:s}", "cell", (json_int_t)cell, "signature",
                              crypt_base64(t, s->signature, sizeof s->signature)));
    return 0;
}

int http_rating_token(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct rateable d;
    uint8_t blinded[BLIND_BYTES] = { 0 }, hash[SHA256_BYTES];
    int64_t cell;
    bool same;
    TRY(load(t, rq, &d));
    TRY(read_blinded(t, rq, blinded));
    if (why_not(t, &d))
        return err_say(task_err(t), E_CONFLICT, why_not(t, &d), NULL);
    crypt_sha256(blinded, sizeof blinded, hash);
    TRY(store_grant(t, d.code, d.cell, hash, &cell, &same));
    if (!same)
        return err_say(task_err(t), E_CONFLICT, &TAKEN, NULL);
    return sign_for(t, cell, blinded, re);
}

/* ---- a link for the tablet at the counter ----------------------------------------------------------- */

int http_rating_link(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct rateable d;
    uint8_t hash[SHA256_BYTES], bytes[TOKEN_BYTES];
    bool found;
    int64_t until_ms = task_now_ms(t) + config_of(t)->link_minutes * MINUTE_MS;
    const char *page;
    TRY(link_page(t, rq, &page));
    TRY(store_rateable(t, http_param(rq, "code"), NULL, &d, &found));
    if (!found || !(actor_roles_in(rq->actor, d.unit_code) & ROLE_CLERK))
        return err_set(task_err(t), E_NOT_FOUND, "no such dossier for this caller");
    if (why_not(t, &d) || d.is_granted)
        return err_say(task_err(t), E_CONFLICT, why_not(t, &d) ? why_not(t, &d) : &TAKEN, NULL);
    random_bytes(bytes, sizeof bytes);
    const char *secret = crypt_base64(t, bytes, sizeof bytes);
    crypt_sha256(secret, strlen(secret), hash);
    TRY(store_link_counter(t, d.code, hash, rq->actor->account_id, until_ms));
    http_reply_json(re, 201,
                    json_pack("{s:s, s:s, s:I, s:s?}", "code", d.code, "secret", secret, "expires_at_ms",
                              (json_int_t)until_ms, "qr",
                              link_qr(t, page, talloc_asprintf(t, "?tablet#%s~%s", d.code, secret))));
    return 0;
}

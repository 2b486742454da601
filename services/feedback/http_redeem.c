/* http_redeem.c — answers come with a token and nothing else: no session, no cookie, no dossier. What is kept
 * of them is sealed until there are ten of the same cell (job_rating.c). */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "handlers.h"
#include "throttle.h"

enum { HOUR_S = 3600, MINUTE_S = 60 };

static const struct phrase CELL = { "cell_unknown", "Phiếu đánh giá không đúng. Hãy mở lại liên kết.",
                                    "There is no such cell. Open the link again." };
static const struct phrase SIGNATURE = { "token_false",
                                         "Phiếu đánh giá không đúng. Hãy mở lại liên kết bạn đã nhận.",
                                         "This token was not signed for this cell. Open the link again." };
static const struct phrase BYTES = { "not_base64url", "Dữ liệu không đúng. Hãy mở lại liên kết.",
                                     "{} bytes in base64url without padding." };
static const struct phrase CLOSED = { "rating_closed", "Đã hết hạn đánh giá: quý đã chốt số liệu.",
                                      "The time to rate is over: the quarter has been closed." };
static const struct phrase RATED = { "rated_already", "Phiếu này đã được tính một lần. Cảm ơn bạn.",
                                     "This rating was counted before. Thank you." };
static const struct phrase CHOICE = { "origin", "Chọn web hoặc tablet.", "Choose web or tablet." };

/* ---- cells ------------------------------------------------------------------------------------------ */

const char *cell_about(struct task *t, const struct cell *c)
{
    return talloc_asprintf(t, "rating key %d %s %s", c->quarter, c->unit_code, c->field_code);
}

const char *answer_about(struct task *t, int64_t cell)
{
    return talloc_asprintf(t, "rating %lld", (long long)cell);
}

static int64_t closes_at(struct task *t, const struct cell *c)
{
    return quarter_closes_at(c->quarter, (int)config_of(t)->rating_days);
}

/* The same for everybody who asks: a key made for one person only would tell him from the others. */
int http_rating_cell(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct cell c = { .id = 0 };
    bool found = false;
    uint8_t modulus[BLIND_BYTES];
    char *end;
    int64_t id = strtoll(http_param(rq, "id"), &end, 10);
    if (*end == '\0')
        TRY(store_cell(t, id, &c, &found));
    if (!found || !blind_modulus(c.public_key, c.public_size, modulus))
        return err_set(task_err(t), E_NOT_FOUND, "no such cell");
    http_reply_header(re, "Cache-Control", "public, max-age=3600");
    http_reply_json(re, 200,
                    json_pack("{s:I, s:s, s:s, s:s, s:s, s:i, s:I, s:s, s:i}", "id", (json_int_t)c.id, "unit",
                              c.unit_code, "unit_name", c.unit_name, "field", c.field_code, "field_name",
                              c.field_name, "quarter", c.quarter, "closes_at_ms",
                              (json_int_t)closes_at(t, &c), "modulus",
                              crypt_base64(t, modulus, sizeof modulus), "exponent", 65537));
    return 0;
}

/* ---- the answers ------------------------------------------------------------------------------------ */

void read_rating(struct reader *r, struct rating *out)
{
    for (int i = 0; i < RATING_QUESTIONS; i++)
        out->scores[i] = (int)read_int(r, rating_questions[i], 1, RATING_BEST, REQUIRED);
    const char *words = read_text(r, "words", RATING_WORDS_MAX, OPTIONAL);
    out->words = words ? words : "";
}

struct redeemed {
    int64_t cell;
    uint8_t nonce[BLIND_NONCE_BYTES], signature[BLIND_BYTES];
    struct rating rating;
};

static void read_bytes(struct reader *r, const char *name, uint8_t *out, size_t size)
{
    size_t n = 0;
    const char *text = read_text_line(r, name, size * 2, REQUIRED);
    const uint8_t *bytes = text ? crypt_unbase64(r->ctx, text, true, &n) : NULL;
    if (bytes && n == size)
        memcpy(out, bytes, n);
    else if (text)
        err_fault(r->err, name, &BYTES, talloc_asprintf(r->ctx, "%zu", size));
}

static int read_redeemed(struct task *t, const struct http_request *rq, struct redeemed *in)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    in->cell = read_int(&r, "cell", 1, INT64_MAX, REQUIRED);
    read_bytes(&r, "nonce", in->nonce, sizeof in->nonce);
    read_bytes(&r, "signature", in->signature, sizeof in->signature);
    int origin = read_choice(&r, "origin", rating_origins, OPTIONAL);
    in->rating.origin = origin > 0 ? (enum rating_origin)origin : RATING_WEB;
    if (origin == RATING_PAPER) /* is entered by a clerk: http_slip.c */
        err_fault(task_err(t), "origin", &CHOICE, NULL);
    read_rating(&r, &in->rating);
    return reader_close(&r);
}

static int check_token(struct task *t, const struct redeemed *in, const char **unit)
{
    struct cell c;
    bool found;
    TRY(store_cell(t, in->cell, &c, &found));
    *unit = found ? c.unit_code : "";
    if (!found)
        return err_fault(task_err(t), "cell", &CELL, NULL);
    if (!blind_fits(c.public_key, c.public_size, in->nonce, in->signature))
        return err_fault(task_err(t), "signature", &SIGNATURE, NULL);
    if (task_now_ms(t) >= closes_at(t, &c))
        return err_say(task_err(t), E_CONFLICT, &CLOSED, NULL);
    return 0;
}

/* ---- the gate: afterwards nothing tells one rating from another ---------------------------------------- */

/* clerk: whose slips they are; NULL: of tokens nobody knows whose. */
static int raise_alert(struct task *t, const char *unit, const struct actor *clerk, int64_t amount)
{
    char day[CIVIL_TEXT];
    int64_t at_ms = civil_day_ms(civil_day_of(task_now_ms(t)), 0); /* no finer: it would point at a token */
    const struct finding f = { .kind = GAMING_HASTY_RATINGS,
                               .official = clerk ? clerk->account_id : "",
                               .name = clerk ? clerk->name : NULL,
                               .unit = unit,
                               .at = at_ms };
    const char *key = talloc_asprintf(t, "%s %s%s%s", unit, civil_format(at_ms, CIVIL_DATE, day),
                                      clerk ? " " : "", f.official);
    return store_alert_put(t, &f, key, amount, at_ms);
}

static int watch(struct task *t, const char *what, const char *who, int64_t most, int64_t window_s,
                 const char *unit, const struct actor *clerk)
{
    int rc = throttle_try(t, feedback_of(t)->throttle, what, who, most, window_s);
    if (rc != E_LIMITED)
        return rc;
    err_clear(task_err(t)); /* it counts all the same: who of them is the cheat, nobody can say */
    return raise_alert(t, unit, clerk, most + 1);
}

static int watch_haste(struct task *t, const struct http_request *rq, const char *unit)
{
    const char *who = talloc_asprintf(t, "%s %s", rq->client, unit);
    TRY(watch(t, "rating", who, config_of(t)->ratings_an_hour, HOUR_S, unit, NULL));
    return watch(t, "ratings", unit, config_of(t)->ratings_a_minute, MINUTE_S, unit, NULL);
}

int watch_slips(struct task *t, const char *unit, const struct actor *clerk)
{
    const char *who = talloc_asprintf(t, "%s %s", clerk->account_id, unit);
    return watch(t, "slips", who, config_of(t)->ratings_a_minute, MINUTE_S, unit, clerk);
}

int http_rate(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct redeemed in = { 0 };
    uint8_t hash[SHA256_BYTES];
    struct db_blob sealed;
    const char *unit;
    size_t n;
    bool saved;
    TRY(read_redeemed(t, rq, &in));
    TRY(check_token(t, &in, &unit));
    crypt_sha256(in.nonce, sizeof in.nonce, hash);
    const uint8_t *packed = rating_pack(t, &in.rating, &n);
    sealed.data = crypt_seal(t, feedback_of(t)->seal_key, answer_about(t, in.cell), packed, n, &sealed.size);
    TRY(store_spend(t, in.cell, hash, &sealed, &saved));
    if (!saved)
        return err_say(task_err(t), E_CONFLICT, &RATED, NULL);
    jobs_wake(task_env(t), "mix");
    TRY(watch_haste(t, rq, unit));
    http_reply_json(re, 201, json_pack("{s:I, s:b}", "cell", (json_int_t)in.cell, "rated", 1));
    return 0;
}

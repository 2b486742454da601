/* http_freeze.c — frozen periods, for leaders and auditors of the whole province: the very bytes that were
 * signed, and whether the facts still come to them. */
#include <string.h>
#include <talloc.h>

#include "indexes.h"

const struct phrase phrase_frozen = { "period_frozen", "Số liệu kỳ {} đã chốt.",
                                      "The figures of period {} are frozen." };
static const struct phrase NO_PERIOD = {
    "period_unknown", "Kỳ phải là năm (2026), quý (20264) hoặc tháng (202611).",
    "A period is a year (2026), a quarter (20264) or a month (202611)."
};

int period_read(struct task *t, const char *text, int64_t *period)
{
    *period = period_parse(text);
    return *period ? 0 : err_fault(task_err(t), "period", &NO_PERIOD, NULL);
}

/* Leaders and auditors of the whole province. */
static int check_province(struct task *t, const struct http_request *rq, unsigned roles)
{
    if (!(actor_roles_in(rq->actor, "*") & roles))
        return err_set(task_err(t), E_DENIED, "not of the whole province");
    return 0;
}

int http_freezes(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    (void)rq;
    TRY(store_freezes(t, INT32_MAX, 200, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list,
                              json_pack("{s:I, s:I, s:s, s:s}", "period",
                                        (json_int_t)db_num(rows, i, "period"), "frozen_at_ms",
                                        (json_int_t)db_num(rows, i, "frozen_at"), "by_name",
                                        db_str(rows, i, "by_name"), "key_id", db_str(rows, i, "key_id")));
    http_reply_json(re, 200, json_pack("{s:o}", "freezes", list));
    return 0;
}

static int load_freeze(struct task *t, const struct http_request *rq, struct freeze *f)
{
    int64_t period;
    TRY(check_province(t, rq, ROLES_COUNTING));
    TRY(period_read(t, http_param(rq, "period"), &period));
    return store_frozen(t, period, f);
}

/* The very bytes that were signed. */
int http_freeze_content(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct freeze f;
    TRY(load_freeze(t, rq, &f));
    http_reply_header(re, "Motcua-Key", f.key_id);
    http_reply_header(re, "Motcua-Signature", crypt_base64(t, f.signature, SIGNATURE_BYTES));
    http_reply_text(re, 200, "application/json", f.content);
    return 0;
}

int http_freeze_recount(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct freeze f;
    const char *content;
    uint8_t hash[SHA256_BYTES];
    TRY(load_freeze(t, rq, &f));
    TRY(freeze_recount(t, &f, &content));
    crypt_sha256(content, strlen(content), hash);
    http_reply_json(re, 200,
                    json_pack("{s:I, s:b, s:s}", "period", (json_int_t)f.period, "same",
                              strcmp(content, f.content) == 0, "sha256", crypt_hex(t, hash, sizeof hash)));
    return 0;
}

int http_freeze(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    int64_t period;
    bool frozen;
    struct pages pages = { .book = NULL };
    struct cause cause = rq->cause;
    TRY(check_province(t, rq, ROLE_LEADER));
    TRY(period_read(t, http_param(rq, "period"), &period));
    cause.status = 201;
    cause.answer = talloc_asprintf(t, "{\"period\":%lld,\"frozen\":true}", (long long)period);
    TRY(freeze_period(t, period, rq->actor->name, &cause, &pages, &frozen));
    if (!frozen)
        return err_say(task_err(t), E_CONFLICT, &phrase_frozen, http_param(rq, "period"));
    if (period_kind(period) != PERIOD_MONTH)
        TRY(publish_period(t, period, &pages));
    http_reply_text(re, 201, "application/json", cause.answer);
    return 0;
}

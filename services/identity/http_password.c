/* http_password.c — who has forgotten the password comes to the counter: a clerk who has seen the card makes
 * a link, good once and for half an hour, the newest alone; whoever opens it sets another password, and all
 * sessions of the account end. Only citizens and businesses; staff have an administrator. Nobody else learns
 * whether there is an account, and who made which link stays on record. */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "handlers.h"
#include "link_page.h"
#include "log.h"
#include "throttle.h"

enum { LINK_MS = 30 * 60000 };

static const struct phrase NOBODY = {
    "no_such_account",
    "Không có tài khoản của người dân hay doanh nghiệp với số này. Hãy xem lại thẻ căn cước.",
    "No citizen or business has an account with this number. Look at the card again."
};
static const struct phrase SPENT = {
    "link_spent", "Liên kết này đã được dùng, hoặc đã quá 30 phút. Hãy nhờ công chức tạo liên kết mới.",
    "This link was used before, or is older than 30 minutes. Ask the clerk for another one."
};

/* ---- the clerk makes a link ------------------------------------------------------------------------- */

static int load_person(struct task *t, const struct http_request *rq, struct account *a)
{
    const struct json_node *body;
    bool found;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    const char *login = read_text(&r, "login", 254, REQUIRED);
    TRY(reader_close(&r));
    TRY(throttle_try(t, identity_of(t)->throttle, "password_link", rq->actor->account_id,
                     config_of(t)->login_tries, config_of(t)->login_window_s));
    TRY(store_account_by_login(t, login_key(t, login), a, &found));
    if (found && a->kind != ACCOUNT_STAFF && a->is_active)
        return 0;
    return err_say(task_err(t), E_NOT_FOUND, &NOBODY, NULL);
}

int http_password_link(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct account a;
    uint8_t bytes[TOKEN_BYTES], hash[SHA256_BYTES];
    char ends[CIVIL_TEXT];
    const char *page;
    int64_t until_ms = task_now_ms(t) + LINK_MS;
    TRY(link_page(t, rq, &page));
    TRY(load_person(t, rq, &a));
    random_bytes(bytes, sizeof bytes);
    const char *secret = crypt_base64(t, bytes, sizeof bytes);
    crypt_sha256(secret, strlen(secret), hash);
    TRY(store_link_create(t, hash, a.id, rq->actor->account_id, until_ms));
    log_info("password_link", LOG_S("account", a.id), LOG_S("by", rq->actor->account_id));
    http_reply_json(re, 201,
                    json_pack("{s:s, s:s, s:s, s:s?}", "secret", secret, "name", a.name, "expires_at",
                              civil_format(until_ms, CIVIL_ISO, ends), "qr",
                              link_qr(t, page, talloc_asprintf(t, "#%s", secret))));
    return 0;
}

/* ---- its owner opens it ----------------------------------------------------------------------------- */

static int read_new(struct task *t, const struct http_request *rq, uint8_t hash[SHA256_BYTES],
                    const char **password)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    const char *secret = read_text(&r, "secret", 64, REQUIRED);
    *password = read_text(&r, "password", 400, REQUIRED);
    TRY(reader_close(&r));
    crypt_sha256(secret, strlen(secret), hash);
    return password_check(*password, "password", task_err(t));
}

/* Whoever tried his old passwords until nothing went may come in with the new one. */
static void forget_tries(struct task *t, const struct account *a)
{
    const char *names[3];
    for (size_t i = 0, n = account_login_names(t, a, names); i < n; i++)
        throttle_forget(t, identity_of(t)->throttle, "login", names[i]);
}

int http_password_set(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct account a;
    uint8_t secret[SHA256_BYTES];
    const char *password, *hash;
    bool found, used;
    struct cause cause = rq->cause;
    TRY(read_new(t, rq, secret, &password));
    TRY(password_room(t));
    TRY(throttle_try(t, identity_of(t)->throttle, "password_set", rq->client, config_of(t)->login_tries * 20,
                     config_of(t)->login_window_s));
    TRY(store_account_by_link(t, secret, task_now_ms(t), &a, &found));
    if (!found)
        return err_say(task_err(t), E_CONFLICT, &SPENT, NULL);
    TRY(password_hash(t, password, &hash));
    cause.status = 200;
    cause.answer = "{\"changed\":true}";
    TRY(store_link_use(t, secret, task_now_ms(t), hash, &cause, &used));
    if (!used)
        return err_say(task_err(t), E_CONFLICT, &SPENT, NULL);
    forget_tries(t, &a);
    log_info("password_set", LOG_S("account", a.id));
    http_reply_text(re, 200, "application/json", cause.answer);
    return 0;
}

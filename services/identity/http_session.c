/* http_session.c — login, renewal, logout. The cookie is opaque and only identity reads it; what services see
 * is the access token, which lives minutes. */
#include <inttypes.h>
#include <string.h>
#include <talloc.h>

#include "auth.h"
#include "civil.h"
#include "handlers.h"
#include "throttle.h"

static const char cookie_name[] = "motcua_session=";

static const struct phrase WRONG = { "login_wrong", "Tên đăng nhập hoặc mật khẩu không đúng.",
                                     "The login or the password is not right." };
static const struct phrase NO_SESSION = { "no_session", "Phiên đăng nhập đã hết. Hãy đăng nhập lại.",
                                          "The session has ended. Log in again." };

/* ---- answers -------------------------------------------------------------------------------------- */

static struct actor actor_of(const struct account *a, int64_t expires_at_ms)
{
    struct actor actor = { .kind = a->kind, .grants_count = a->grants_count, .expires_at_ms = expires_at_ms };
    bool is_staff = a->kind == ACCOUNT_STAFF;
    memcpy(actor.grants, a->grants, sizeof actor.grants);
    snprintf(actor.account_id, sizeof actor.account_id, "%s", a->id);
    snprintf(actor.name, sizeof actor.name, "%s", is_staff ? a->name : "");
    snprintf(actor.title, sizeof actor.title, "%s", is_staff && a->title ? a->title : "");
    snprintf(actor.department, sizeof actor.department, "%s", is_staff && a->department ? a->department : "");
    return actor;
}

static void reply_token(struct task *t, const struct account *a, int64_t session_ends_ms,
                        struct http_reply *re)
{
    char expires[CIVIL_TEXT], ends[CIVIL_TEXT];
    const struct identity *own = identity_of(t);
    int64_t now = task_now_ms(t), until = now + config_of(t)->token_minutes * 60000;
    struct actor actor = actor_of(a, until);
    const char *token = auth_issue(t, &actor, own->key.id, own->key.secret_key, now);
    http_reply_json(re, 200,
                    json_pack("{s:s, s:s, s:s, s:s, s:o}", "access_token", token, "token_type", "Bearer",
                              "expires_at", civil_format(until, CIVIL_ISO, expires), "session_ends_at",
                              civil_format(session_ends_ms, CIVIL_ISO, ends), "account", account_json(a)));
}

static void set_cookie(struct task *t, struct http_reply *re, const char *value, int64_t age_s)
{
    const char *secure = config_of(t)->cookie_secure ? "; Secure" : "";
    http_reply_header(re, "Set-Cookie",
                      talloc_asprintf(t,
                                      "%s%s; Path=/api/identity; HttpOnly; SameSite=Strict; Max-Age=%" PRId64
                                      "%s",
                                      cookie_name, value, age_s, secure));
}

/* ---- the cookie ----------------------------------------------------------------------------------- */

static bool read_cookie(struct task *t, const struct http_request *rq, uint8_t hash[SHA256_BYTES])
{
    const char *header = http_header(rq, "Cookie");
    const char *at = header ? header + strspn(header, "; ") : "";
    size_t n;
    while (*at && strncmp(at, cookie_name, sizeof cookie_name - 1) != 0) {
        at += strcspn(at, ";");
        at += strspn(at, "; ");
    }
    if (!*at)
        return false;
    at += sizeof cookie_name - 1;
    const char *text = talloc_strndup(t, at, strcspn(at, "; "));
    const uint8_t *token = crypt_unbase64(t, text, true, &n);
    if (!token || n != TOKEN_BYTES)
        return false;
    crypt_sha256(token, n, hash);
    return true;
}

/* ---- handlers ------------------------------------------------------------------------------------- */

static int read_login(struct task *t, const struct http_request *rq, const char **login,
                      const char **password)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    *login = read_text(&r, "login", 254, REQUIRED);
    *password = read_text(&r, "password", 400, REQUIRED);
    TRY(reader_close(&r));
    *login = login_key(t, *login);
    return 0;
}

/* What an unknown login is checked against, so that it takes as long as a known one. No password fits it. */
static const char nobodys_hash[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static int check_password(struct task *t, const char *login, const char *password, struct account *a)
{
    bool found, fits;
    TRY(store_account_by_login(t, login, a, &found));
    TRY(password_fits(t, password, found ? a->password_hash : nobodys_hash, &fits));
    return found && fits && a->is_active ? 0 : err_say(task_err(t), E_ANONYMOUS, &WRONG, NULL);
}

/* A dated hash gets today's parameters, now that the password is known. He is in, whatever comes of it. */
static void renew_hash(struct task *t, const struct account *a, const char *password)
{
    const char *hash;
    if (!crypt_password_is_dated(a->password_hash))
        return;
    if (password_hash(t, password, &hash) == 0)
        store_account_renew_hash(t, a, hash);
    err_clear(task_err(t));
}

static int open_session(struct task *t, const struct account *a, int64_t *ends_ms, struct http_reply *re)
{
    uint8_t token[TOKEN_BYTES], hash[SHA256_BYTES];
    int64_t age_s = config_of(t)->session_days * 86400;
    random_bytes(token, sizeof token);
    crypt_sha256(token, sizeof token, hash);
    *ends_ms = task_now_ms(t) + age_s * 1000;
    TRY(store_session_create(t, hash, a->id, *ends_ms));
    set_cookie(t, re, crypt_base64(t, token, sizeof token), age_s);
    return 0;
}

int http_login(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const char *login, *password;
    struct account a;
    int64_t ends_ms;
    const struct identity_config *cfg = config_of(t);
    struct throttle *th = identity_of(t)->throttle;
    TRY(read_login(t, rq, &login, &password));
    TRY(password_room(t)); /* before it counts as a try */
    TRY(throttle_try(t, th, "login", login, cfg->login_tries, cfg->login_window_s));
    TRY(throttle_try(t, th, "login_from", rq->client, cfg->login_tries * 20, cfg->login_window_s));
    TRY(check_password(t, login, password, &a));
    throttle_forget(t, th, "login", login);
    throttle_return(t, th, "login_from", rq->client); /* a whole office comes from one address */
    renew_hash(t, &a, password);
    TRY(open_session(t, &a, &ends_ms, re));
    reply_token(t, &a, ends_ms, re);
    return 0;
}

int http_renew(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    uint8_t hash[SHA256_BYTES];
    struct account a = { 0 };
    int64_t ends_ms = 0;
    bool found = false;
    if (read_cookie(t, rq, hash))
        TRY(store_account_by_session(t, hash, task_now_ms(t), &a, &ends_ms, &found));
    if (!found || !a.is_active)
        return err_say(task_err(t), E_ANONYMOUS, &NO_SESSION, NULL);
    reply_token(t, &a, ends_ms, re);
    return 0;
}

int http_logout(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    uint8_t hash[SHA256_BYTES];
    if (read_cookie(t, rq, hash))
        TRY(store_session_end(t, hash));
    set_cookie(t, re, "", 0);
    http_reply_json(re, 200, json_pack("{s:b}", "logged_out", 1));
    return 0;
}

/* http_account.c — citizens and businesses sign up, see themselves, change their password. */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "handlers.h"
#include "throttle.h"

static const struct phrase TAKEN = {
    "account_exists", "Đã có tài khoản với số định danh, mã số thuế hoặc thư điện tử này. Hãy đăng nhập.",
    "There is an account with this number or e-mail address already. Log in instead."
};
static const struct phrase WRONG_PASSWORD = { "password_wrong", "Mật khẩu hiện tại không đúng.",
                                              "The present password is not right." };

static const char *const languages[] = { "vi", "en", NULL };
static const char *const kinds[] = { "citizen", "business", NULL };

static int read_sign_up(struct task *t, const struct http_request *rq, struct account *a, char phone[11])
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    int kind = read_choice(&r, "kind", kinds, REQUIRED);
    a->kind = kind == 1 ? ACCOUNT_BUSINESS : ACCOUNT_CITIZEN;
    a->name = read_text_line(&r, "name", 200, OPTIONAL);
    a->id_number = read_text(&r, "id_number", 12, OPTIONAL);
    a->tax_code = read_text(&r, "tax_code", 14, OPTIONAL);
    a->phone = read_text(&r, "phone", 20, OPTIONAL);
    a->email = read_text(&r, "email", 254, OPTIONAL);
    a->password = read_text(&r, "password", 400, OPTIONAL);
    int language = read_choice(&r, "language", languages, OPTIONAL);
    a->language = languages[language > 0 ? language : 0];
    reader_close(&r);
    return account_check(a, civil_of(task_now_ms(t)).year, phone, task_err(t));
}

json_t *account_json(const struct account *a)
{
    json_t *grants = json_array();
    for (size_t i = 0; i < a->grants_count; i++)
        json_array_append_new(grants, json_pack("{s:s, s:s}", "role", role_name(a->grants[i].role), "unit",
                                                a->grants[i].unit));
    return json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s, s:b, s:o}", "id", a->id,
                     "kind", account_kind_name(a->kind), "name", a->name, "id_number", a->id_number,
                     "tax_code", a->tax_code, "phone", a->phone, "email", a->email, "title", a->title,
                     "department", a->department, "language", a->language, "is_active", a->is_active,
                     "grants", grants);
}

static int create(struct task *t, struct account *a, const struct cause *cause)
{
    int rc = store_account_create(t, a, cause);
    if (rc != E_CONFLICT)
        return rc;
    err_clear(task_err(t));
    return err_say(task_err(t), E_CONFLICT, &TAKEN, NULL);
}

/* Counted per caller: each one costs a password's hash, and its answer says whether a number has an account.
 */
int http_sign_up(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct account a = { .is_active = true };
    char phone[11];
    struct id id = id_new();
    struct cause cause = rq->cause;
    TRY(read_sign_up(t, rq, &a, phone));
    TRY(password_room(t));
    TRY(throttle_try(t, identity_of(t)->throttle, "sign_up", rq->client, config_of(t)->sign_ups,
                     config_of(t)->login_window_s));
    TRY(password_hash(t, a.password, &a.password_hash));
    id_format(&id, a.id);
    cause.status = 201;
    cause.answer = talloc_asprintf(t, "{\"id\":\"%s\"}", a.id);
    TRY(create(t, &a, &cause));
    http_reply_text(re, 201, "application/json", cause.answer);
    return 0;
}

static int load_me(struct task *t, const struct http_request *rq, struct account *a)
{
    bool found;
    TRY(store_account_by_id(t, rq->actor->account_id, a, &found));
    return found ? 0 : err_set(task_err(t), E_NOT_FOUND, "the account is gone");
}

int http_me(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct account a;
    TRY(load_me(t, rq, &a));
    http_reply_json(re, 200, account_json(&a));
    return 0;
}

int http_change_password(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct json_node *body;
    struct account a;
    bool fits;
    const char *hash;
    struct cause cause = rq->cause;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    const char *old = read_text(&r, "old_password", 400, REQUIRED);
    const char *new = read_text(&r, "new_password", 400, REQUIRED);
    TRY(reader_close(&r));
    TRY(password_check(new, "new_password", task_err(t)));
    TRY(password_room(t));
    TRY(throttle_try(t, identity_of(t)->throttle, "password", rq->actor->account_id,
                     config_of(t)->login_tries, config_of(t)->login_window_s));
    TRY(load_me(t, rq, &a));
    TRY(password_fits(t, old, a.password_hash, &fits));
    if (!fits)
        return err_fault(task_err(t), "old_password", &WRONG_PASSWORD, NULL);
    TRY(password_hash(t, new, &hash));
    cause.status = 200;
    cause.answer = "{\"changed\":true}";
    TRY(store_account_set_password(t, &a, hash, &cause));
    http_reply_text(re, 200, "application/json", cause.answer);
    return 0;
}

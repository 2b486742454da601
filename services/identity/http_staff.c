/* http_staff.c — administrators make staff accounts, give roles within units, close accounts. */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "dossier_code.h"
#include "handlers.h"
#include "phrases.h"

static const struct phrase ROLE = {
    "role_invalid", "Vai trò phải là clerk, officer, leader, administrator, auditor hoặc inspector.",
    "The role is clerk, officer, leader, administrator, auditor or inspector."
};
const struct phrase phrase_login_taken = { "login_taken",
                                           "Tên đăng nhập hoặc thư điện tử này đã có người dùng.",
                                           "This login or e-mail address is taken." };
static const struct phrase NOT_YOURS = { "not_your_unit",
                                         "Bạn chỉ quản trị tài khoản và vai trò trong đơn vị của mình.",
                                         "You administer accounts and roles in your own units only." };
static const struct phrase NOT_STAFF = { "not_staff", "Chỉ tài khoản cán bộ mới có vai trò.",
                                         "Only staff accounts have roles." };

int read_grants_field(struct reader *r, struct account *a)
{
    size_t n = read_list(r, "grants", GRANTS_MAX, REQUIRED);
    for (size_t i = 0; i < n; i++) {
        struct reader item;
        if (!read_item(r, "grants", i, &item))
            continue;
        struct grant *g = &a->grants[a->grants_count];
        const char *role = read_text(&item, "role", 20, REQUIRED),
                   *unit = read_text(&item, "unit", UNIT_CODE_TEXT - 1, REQUIRED);
        reader_close(&item);
        if (role && !role_parse(role, &g->role))
            err_fault(r->err, reader_path(&item, "role"), &ROLE, NULL);
        if (unit && strcmp(unit, "*") != 0 && !unit_code_is_valid(unit))
            err_fault(r->err, reader_path(&item, "unit"), &phrase_unit_code, NULL);
        snprintf(g->unit, sizeof g->unit, "%s", unit ? unit : "");
        a->grants_count++;
    }
    return r->err->code;
}

static int read_staff(struct task *t, const struct http_request *rq, struct account *a, char phone[11])
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    a->kind = ACCOUNT_STAFF;
    a->language = "vi";
    a->login = read_text(&r, "login", 40, OPTIONAL);
    a->name = read_text_line(&r, "name", 127, OPTIONAL);
    a->title = read_text_line(&r, "title", 50, OPTIONAL);
    a->department = read_text_line(&r, "department", 120, OPTIONAL);
    a->phone = read_text(&r, "phone", 20, OPTIONAL);
    a->email = read_text(&r, "email", 254, OPTIONAL);
    a->password = read_text(&r, "password", 400, OPTIONAL);
    read_grants_field(&r, a);
    reader_close(&r);
    return account_check(a, civil_of(task_now_ms(t)).year, phone, task_err(t));
}

int http_staff_create(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct account a = { .is_active = true };
    char phone[11];
    struct id id = id_new();
    struct cause cause = rq->cause;
    TRY(read_staff(t, rq, &a, phone));
    if (!account_grants_may_change(rq->actor, &(struct account){ 0 }, &a))
        return err_say(task_err(t), E_DENIED, &NOT_YOURS, NULL);
    TRY(password_hash(t, a.password, &a.password_hash));
    id_format(&id, a.id);
    cause.status = 201;
    cause.answer = talloc_asprintf(t, "{\"id\":\"%s\"}", a.id);
    int rc = store_account_create(t, &a, &cause);
    if (rc == E_CONFLICT) {
        err_clear(task_err(t));
        return err_fault(task_err(t), "login", &phrase_login_taken, NULL);
    }
    TRY(rc);
    http_reply_text(re, 201, "application/json", cause.answer);
    return 0;
}

static int load(struct task *t, const struct http_request *rq, struct account *a)
{
    bool found = false;
    struct id id;
    if (id_parse(http_param(rq, "id"), &id))
        TRY(store_account_by_id(t, http_param(rq, "id"), a, &found));
    return found ? 0 : err_set(task_err(t), E_NOT_FOUND, "no such account");
}

int http_staff_grants(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct json_node *body;
    struct account a, before;
    struct cause cause = rq->cause;
    TRY(http_json(t, rq, &body));
    TRY(load(t, rq, &a));
    if (a.kind != ACCOUNT_STAFF)
        return err_say(task_err(t), E_CONFLICT, &NOT_STAFF, NULL);
    struct reader r = reader_of(t, body, "", task_err(t));
    before = a;
    a.grants_count = 0;
    read_grants_field(&r, &a);
    TRY(reader_close(&r));
    if (!account_grants_may_change(rq->actor, &before, &a))
        return err_say(task_err(t), E_DENIED, &NOT_YOURS, NULL);
    cause.status = 200;
    cause.answer = talloc_asprintf(t, "{\"id\":\"%s\",\"grants\":%zu}", a.id, a.grants_count);
    TRY(store_account_set_grants(t, &a, &cause));
    http_reply_text(re, 200, "application/json", cause.answer);
    return 0;
}

int http_account_active(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct json_node *body;
    struct account a;
    struct cause cause = rq->cause;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    bool active = read_bool(&r, "is_active", true);
    TRY(reader_close(&r));
    TRY(load(t, rq, &a));
    if (!account_is_under(rq->actor, &a))
        return err_say(task_err(t), E_DENIED, &NOT_YOURS, NULL);
    cause.status = 200;
    cause.answer = talloc_asprintf(t, "{\"id\":\"%s\",\"is_active\":%s}", a.id, active ? "true" : "false");
    TRY(store_account_set_active(t, &a, active, &cause));
    http_reply_text(re, 200, "application/json", cause.answer);
    return 0;
}

/* admin_import.c — the operator's command: staff accounts and the tree of units. */
#include <string.h>
#include <talloc.h>

#include "csv_import.h"
#include "handlers.h"

enum { MADE_PASSWORD_BYTES = 12 };

/* A password nobody chose is made here and told once. */
static const char *make_password(struct task *t)
{
    uint8_t bytes[MADE_PASSWORD_BYTES];
    random_bytes(bytes, sizeof bytes);
    return crypt_base64(t, bytes, sizeof bytes);
}

static int read_user(struct task *t, const struct http_request *rq, struct account *a)
{
    const struct json_node *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    a->kind = ACCOUNT_STAFF;
    a->language = "vi";
    a->login = read_text(&r, "login", 40, REQUIRED);
    a->name = read_text_line(&r, "name", 127, REQUIRED);
    a->title = read_text_line(&r, "title", 50, OPTIONAL);
    a->department = read_text_line(&r, "department", 120, OPTIONAL);
    a->email = read_text(&r, "email", 254, OPTIONAL);
    a->password = read_text(&r, "password", 400, OPTIONAL);
    read_grants_field(&r, a);
    TRY(reader_close(&r));
    if (!a->password)
        a->password = make_password(t);
    return account_check(a, 9999, NULL, task_err(t));
}

int admin_user_add(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct account a = { .is_active = true };
    struct id id = id_new();
    TRY(read_user(t, rq, &a));
    TRY(password_hash(t, a.password, &a.password_hash));
    id_format(&id, a.id);
    int rc = store_account_create(t, &a, NULL);
    if (rc == E_CONFLICT) {
        err_clear(task_err(t));
        return err_say(task_err(t), E_CONFLICT, &phrase_login_taken, NULL);
    }
    TRY(rc);
    http_reply_json(re, 201,
                    json_pack("{s:s, s:s, s:s}", "id", a.id, "login", a.login, "password", a.password));
    return 0;
}

/* ---- units ---------------------------------------------------------------------------------------- */

static int take_unit(struct task *t, const struct csv_file *csv, const struct csv_row *row, bool *changed,
                     struct err *err)
{
    struct unit u;
    return unit_from_row(csv, row, &u, err) != 0 ? 0 : store_unit_put(t, &u, changed);
}

int admin_units_import(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    static const char *const columns[] = { "code", "name", "level", "valid_from", NULL };
    return csv_import(t, rq, re, columns, take_unit);
}

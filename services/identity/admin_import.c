/* admin.c — the operator's command: staff accounts and the tree of units. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"

enum { MADE_PASSWORD_BYTES = 12 };

static const struct phrase TAKEN = { "login_taken", "Tên đăng nhập này đã có người dùng.",
                                     "This login is taken." };

/* A password nobody chose is made here and told once. */
static const char *make_password(struct task *t)
{
    uint8_t bytes[MADE_PASSWORD_BYTES];
    random_bytes(bytes, sizeof bytes);
    return crypt_base64(t, bytes, sizeof bytes);
}

static int read_user(struct task *t, const struct http_request *rq, struct account *a)
{
    json_t *body;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    a->kind = ACCOUNT_STAFF;
    a->language = "vi";
    a->login = read_text(&r, "login", 40, REQUIRED);
    a->name = read_text(&r, "name", 127, REQUIRED);
    a->title = read_text(&r, "title", 50, OPTIONAL);
    a->department = read_text(&r, "department", 120, OPTIONAL);
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
        return err_say(task_err(t), E_CONFLICT, &TAKEN, NULL);
    }
    TRY(rc);
    http_reply_json(re, 201,
                    json_pack("{s:s, s:s, s:s}", "id", a.id, "login", a.login, "password", a.password));
    return 0;
}

/* ---- units ---------------------------------------------------------------------------------------- */

struct import {
    size_t changed, unchanged;
    json_t *refused;
};

static void refuse(struct import *in, const struct csv_row *row, const struct err *err)
{
    for (unsigned i = 0; i < err->faults_count && i < ERR_FAULTS_MAX; i++)
        json_array_append_new(in->refused,
                              json_pack("{s:I, s:s, s:s, s:s}", "line", (json_int_t)row->line, "column",
                                        err->faults[i].field, "code", err->faults[i].phrase->code, "remedy",
                                        err->faults[i].phrase->en));
}

static int import_row(struct task *t, const struct csv_file *csv, const struct csv_row *row,
                      struct import *in)
{
    struct err err = { 0 };
    struct unit u;
    bool changed;
    if (unit_from_row(csv, row, &u, &err) != 0) {
        refuse(in, row, &err);
        return 0;
    }
    TRY(store_unit_put(t, &u, &changed));
    in->changed += changed;
    in->unchanged += !changed;
    return 0;
}

int admin_units_import(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct csv_file *csv;
    struct import in = { .refused = json_own(t, json_array()) };
    TRY(csv_read(t, rq->body, rq->body_size, &csv, task_err(t)));
    for (size_t i = 0; i < csv->rows_count; i++)
        TRY(import_row(t, csv, &csv->rows[i], &in));
    http_reply_json(re, 200,
                    json_pack("{s:I, s:I, s:O}", "changed", (json_int_t)in.changed, "unchanged",
                              (json_int_t)in.unchanged, "refused", in.refused));
    return 0;
}

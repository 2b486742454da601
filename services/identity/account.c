/* account.c — see account.h. */
#include "account.h"
#include "phrases.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>

#include "text.h"
#include "vn_id.h"

static const struct phrase PASSWORD = { "password_too_short", "Mật khẩu cần ít nhất {} ký tự.",
                                        "The password needs at least {} characters." };
static const struct phrase PASSWORD_LONG = { "password_too_long", "Mật khẩu dài tối đa {} ký tự.",
                                             "The password has at most {} characters." };
static const struct phrase PASSWORD_EASY = {
    "password_too_easy", "Mật khẩu quá dễ đoán. Hãy dùng nhiều ký tự khác nhau.",
    "The password is too easy to guess. Use more different characters."
};
static const struct phrase LOGIN = { "login_invalid",
                                     "Tên đăng nhập gồm 3–40 chữ thường, số, dấu chấm, gạch ngang.",
                                     "A login has 3–40 lower-case letters, digits, dots, dashes." };

int password_check(const char *password, const char *field, struct err *err)
{
    char limit[12];
    size_t length = password ? text_length(password) : 0, different = 0;
    bool seen[256] = { false };
    for (const char *p = password ? password : ""; *p; p++) {
        different += !seen[(unsigned char)*p];
        seen[(unsigned char)*p] = true;
    }
    snprintf(limit, sizeof limit, "%d", length < PASSWORD_LEAST ? PASSWORD_LEAST : PASSWORD_MOST);
    if (length < PASSWORD_LEAST)
        return err_fault(err, field, &PASSWORD, limit);
    if (length > PASSWORD_MOST)
        return err_fault(err, field, &PASSWORD_LONG, limit);
    return different < 5 ? err_fault(err, field, &PASSWORD_EASY, NULL) : 0;
}

static bool login_is_valid(const char *s)
{
    size_t n = s ? strlen(s) : 0;
    if (n < 3 || n > 40)
        return false;
    for (; *s; s++)
        if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && !strchr(".-_", *s))
            return false;
    return true;
}

static void check_numbers(const struct account *a, int this_year, struct err *err)
{
    if (a->id_number ? id_number_kind(a->id_number, this_year, NULL) != ID_CITIZEN
                     : a->kind == ACCOUNT_CITIZEN)
        err_fault(err, "id_number", &phrase_citizen_number, NULL);
    if (a->tax_code ? !tax_code_is_valid(a->tax_code) : a->kind == ACCOUNT_BUSINESS)
        err_fault(err, "tax_code", &phrase_tax_code, NULL);
    if (a->kind == ACCOUNT_STAFF && !login_is_valid(a->login))
        err_fault(err, "login", &LOGIN, NULL);
}

int account_check(struct account *a, int this_year, char phone_text[11], struct err *err)
{
    if (!a->name)
        err_fault(err, "name", &phrase_required, NULL);
    check_numbers(a, this_year, err);
    if (a->phone && phone_normalise(a->phone, phone_text))
        a->phone = phone_text;
    else if (a->phone || a->kind != ACCOUNT_STAFF)
        err_fault(err, "phone", &phrase_phone, NULL);
    if (a->email && !email_is_valid(a->email))
        err_fault(err, "email", &phrase_email, NULL);
    password_check(a->password, "password", err);
    return err->code;
}

/* ---- administrators ------------------------------------------------------------------------------- */

static bool administers(const struct actor *by, const char *unit)
{
    return actor_roles_in(by, unit) & ROLE_ADMINISTRATOR;
}

static bool holds(const struct account *a, const struct grant *g)
{
    for (size_t i = 0; i < a->grants_count; i++)
        if (a->grants[i].role == g->role && strcmp(a->grants[i].unit, g->unit) == 0)
            return true;
    return false;
}

/* Every role of the account that `but` does not hold lies in units he administers. */
static bool are_his(const struct actor *by, const struct account *a, const struct account *but)
{
    for (size_t i = 0; i < a->grants_count; i++)
        if (!holds(but, &a->grants[i]) && !administers(by, a->grants[i].unit))
            return false;
    return true;
}

bool account_grants_may_change(const struct actor *by, const struct account *before,
                               const struct account *after)
{
    return are_his(by, after, before) && are_his(by, before, after);
}

bool account_is_under(const struct actor *by, const struct account *a)
{
    static const struct account nobody;
    return administers(by, "*") || (a->grants_count > 0 && are_his(by, a, &nobody));
}

/* ---- logging in ----------------------------------------------------------------------------------- */

size_t account_login_names(const void *ctx, const struct account *a, const char *names[3])
{
    size_t n = 0;
    if (a->email)
        names[n++] = login_key(ctx, a->email);
    if (a->kind == ACCOUNT_CITIZEN)
        names[n++] = a->id_number;
    if (a->kind == ACCOUNT_BUSINESS)
        names[n++] = a->tax_code;
    if (a->kind == ACCOUNT_STAFF)
        names[n++] = a->login;
    return n;
}

char *login_key(const void *ctx, const char *text)
{
    char *key = text_clean(ctx, text);
    for (char *p = key; p && *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return key;
}

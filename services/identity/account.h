/* account.h — what makes a sign-up acceptable. Pure. Sources: DOMAIN §12; NIST SP 800-63B for passwords
 * (length, not composition). */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "actor.h"
#include "err.h"

struct account {
    char id[37];
    enum account_kind kind;
    const char *name, *id_number, *tax_code, *phone, *email, *title, *department, *language; /* NULL: none */
    const char *login;                                                                       /* staff only */
    const char *password; /* as typed; never stored */
    const char *password_hash;
    bool is_active;
    int64_t version;
    size_t grants_count;
    struct grant grants[GRANTS_MAX];
};

enum { PASSWORD_LEAST = 10, PASSWORD_MOST = 200 };

/* A fault for everything that is wrong. Phone and e-mail are put into their one form (phone in
 * phone_text). */
int account_check(struct account *a, int this_year, char phone_text[11], struct err *err);
int password_check(const char *password, const char *field, struct err *err);

/* An administrator gives and takes roles in units he administers, "*" (every unit) only if he administers
 * all. after: what the roles of the account are to be. */
bool account_grants_may_change(const struct actor *by, const struct account *before,
                               const struct account *after);
/* He closes and opens accounts all of whose roles lie there; accounts without roles only if he administers
 * all. */
bool account_is_under(const struct actor *by, const struct account *a);

/* The names the account logs in with; at most 3. Owner of the strings: ctx. */
size_t account_login_names(const void *ctx, const struct account *a, const char *names[3]);

/* The form in which a login is looked up: lower case, without blanks around. Owner: ctx. */
char *login_key(const void *ctx, const char *text);

#endif

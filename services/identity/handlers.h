/* handlers.h — everything identity can do, by name; and its own memory. */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "crypt.h"
#include "env.h"
#include "http.h"
#include "jobs.h"
#include "json.h"
#include "ledger.h"
#include "schema.h"
#include "store.h"
#include "turn.h"

struct identity_config {
    const char *token_secret;
    int64_t session_days, token_minutes, login_tries, login_window_s, sign_ups;
    bool cookie_secure;
};

struct hashing {     /* of passwords, on the thread pool */
    unsigned count;  /* at work or waiting for a thread */
    int64_t cost_us; /* of one, lately */
};

struct identity { /* env->state */
    struct hashing hashing;
    struct sign_key key;
    struct throttle *throttle;
};
void *identity_open(void *ctx, const struct env *env, struct turn *turn, struct err *err);
static inline const struct identity_config *config_of(const struct task *t)
{
    return task_env(t)->config;
}
static inline struct identity *identity_of(const struct task *t)
{
    return task_env(t)->state;
}

/* http_account.c: citizens and businesses */
http_handler_fn http_sign_up, http_me, http_change_password;
/* http_session.c: login, renewal, logout */
http_handler_fn http_login, http_renew, http_logout;
/* http_password.c: a forgotten password */
http_handler_fn http_password_link, http_password_set;
/* http_staff.c: for administrators */
http_handler_fn http_staff_create, http_staff_grants, http_account_active;
/* http_unit.c */
http_handler_fn http_units;
/* admin_import.c: for the operator's command */
http_handler_fn admin_user_add, admin_units_import;
/* job_prune.c */
int job_prune_sessions(struct task *t, struct job *job);

/* password.c: argon2id on the thread pool. E_BUSY: so many wait that it could not be done in time; when it
 * could is in the task's err. */
int password_room(struct task *t);
int password_hash(struct task *t, const char *password, const char **hash);
int password_fits(struct task *t, const char *password, const char *hash, bool *fits);

/* http_account.c: an account as its owner sees it. New reference. */
json_t *account_json(const struct account *a);
/* http_staff.c: the member "grants" of a request's body, into a. */
int read_grants_field(struct reader *r, struct account *a);
extern const struct phrase phrase_login_taken;

extern const struct schema_file identity_schema[];
extern const struct ledger identity_ledgers[];
extern const char identity_openapi[];

#endif

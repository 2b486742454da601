/* store.h — every SQL statement of identity. */
#ifndef STORE_H
#define STORE_H

#include "account.h"
#include "save.h"
#include "unit.h"

extern const struct sql *const store_statements[], *const store_link_statements[];

/* ---- accounts ---- */

/* A new account with its grants; tells AccountChanged. E_CONFLICT if one of its login names is taken. */
int store_account_create(struct task *t, const struct account *a, const struct cause *cause);
/* By login name, by id, by a session that has not ended, or by a link that is still good; *found says
 * whether. Owner of the texts: t. */
int store_account_by_login(struct task *t, const char *login, struct account *a, bool *found);
int store_account_by_id(struct task *t, const char *id, struct account *a, bool *found);
int store_account_by_session(struct task *t, const uint8_t hash[32], int64_t now_ms, struct account *a,
                             int64_t *ends_at_ms, bool *found);
int store_account_by_link(struct task *t, const uint8_t hash[32], int64_t now_ms, struct account *a,
                          bool *found);
int store_account_set_password(struct task *t, const struct account *a, const char *hash,
                               const struct cause *cause);
/* Only if it is still the one that was loaded; sessions stay. */
int store_account_renew_hash(struct task *t, const struct account *a, const char *hash);
/* Replace the grants; ends the sessions, so that old tokens cannot be renewed with old roles. */
int store_account_set_grants(struct task *t, const struct account *a, const struct cause *cause);
int store_account_set_active(struct task *t, const struct account *a, bool active, const struct cause *cause);

/* ---- sessions ---- */

int store_session_create(struct task *t, const uint8_t hash[32], const char *account_id,
                         int64_t expires_at_ms);
int store_session_end(struct task *t, const uint8_t hash[32]);
int store_sessions_prune(struct task *t);

/* ---- links for a new password (store_link.c) ---- */

/* Earlier ones of the account are good no more. */
int store_link_create(struct task *t, const uint8_t hash[32], const char *account_id, const char *made_by,
                      int64_t expires_at_ms);
/* The new password, and the end of the account's sessions; *used: false where the link is good no more. */
int store_link_use(struct task *t, const uint8_t hash[32], int64_t now_ms, const char *password_hash,
                   const struct cause *cause, bool *used);

/* ---- units ---- */

/* Add or change one dated row; tells UnitChanged if it is new or different. */
int store_unit_put(struct task *t, const struct unit *u, bool *changed);
/* Units in force at at_ms, by code, from the one after `after`; parent and level may be NULL. */
int store_units(struct task *t, int64_t at_ms, const char *parent, const char *level, const char *after,
                int limit, const struct db_rows **rows);

#endif

/* auth.h — access tokens: made by identity, checked by every service itself with the published keys.
 *
 * A token lives 15 minutes and says who, and which roles where. Keys are a file of lines "<key id> <public
 * key>"; a token's footer names its key, so keys can be changed while tokens live. What was verified is
 * remembered, so a client's next requests cost a look-up, not a signature.
 */
#ifndef AUTH_H
#define AUTH_H

#include "actor.h"
#include "crypt.h"
#include "err.h"

struct auth;
/* E_INVALID if the file of public keys cannot be used. operator_token: what the operator's command shows. */
int auth_open(void *ctx, const char *keys_file, const char *operator_token, struct auth **out,
              struct err *err);

/* The actor of "Bearer v4.public.…". Owner: auth; valid until the next call. E_ANONYMOUS if it is missing,
 * forged or has expired. */
int auth_check(struct auth *a, const char *authorization, int64_t now_ms, const struct actor **out,
               struct err *err);

/* Does the header carry the operator's token? */
bool auth_is_operator(const struct auth *a, const char *authorization);

/* For identity: a token for the actor, signed. Owner: ctx. */
char *auth_issue(const void *ctx, const struct actor *actor, const char *key_id,
                 const uint8_t secret_key[SIGN_SECRET_BYTES], int64_t now_ms);

#endif

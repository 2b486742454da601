/* auth.c — see auth.h. */
#include "auth.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>

#include "civil.h"
#include "fit.h"
#include "paseto.h"
#include "table.h"

enum { KEYS_MAX = 16, REMEMBERED_MAX = 4096, KEY_ID_TEXT = 32 };

struct key {
    char id[KEY_ID_TEXT];
    uint8_t public_key[SIGN_PUBLIC_BYTES];
};

struct remembered { /* a token whose signature was right, by its hash */
    UT_hash_handle hh;
    uint8_t hash[SHA256_BYTES];
    struct actor actor;
};

struct keys {
    time_t read_at;
    size_t count;
    struct key list[KEYS_MAX];
};

struct auth {
    const char *keys_file;
    char *operator_token;
    struct keys keys;
    struct remembered *known; /* oldest first */
};
TABLE_OWNER(auth, known)

/* ---- keys ----------------------------------------------------------------------------------------- */

static bool add_key(struct keys *keys, const char *line)
{
    char text[64];
    int end = 0;
    size_t n;
    struct key *k = &keys->list[keys->count];
    if (keys->count == KEYS_MAX || sscanf(line, "%31s %63s %n", k->id, text, &end) != 2 || line[end])
        return false;
    uint8_t *bytes = crypt_unbase64(NULL, text, true, &n);
    bool ok = bytes && n == SIGN_PUBLIC_BYTES;
    if (ok)
        memcpy(k->public_key, bytes, n);
    talloc_free(bytes);
    keys->count += ok;
    return ok;
}

static bool read_lines(FILE *f, struct keys *keys)
{
    char line[256];
    while (fgets(line, sizeof line, f))
        if (!add_key(keys, line))
            return false;
    return keys->count > 0;
}

/* The keys we hold stay if the file is not sound. */
static int read_keys(struct auth *a, struct err *err)
{
    struct stat st;
    struct keys keys = { 0 };
    FILE *f = fopen(a->keys_file, "re");
    if (!f)
        return err_set(err, E_INVALID, "token_keys: %s: %s", a->keys_file, strerror(errno));
    bool sound = read_lines(f, &keys) && fstat(fileno(f), &st) == 0;
    fclose(f);
    if (!sound)
        return err_set(err, E_INVALID, "token_keys: %s: lines are not \"<key id> <public key>\"",
                       a->keys_file);
    keys.read_at = st.st_mtime;
    a->keys = keys;
    return 0;
}

static const struct key *find_key(const struct auth *a, const char *id)
{
    for (size_t i = 0; i < a->keys.count; i++)
        if (strcmp(a->keys.list[i].id, id) == 0)
            return &a->keys.list[i];
    return NULL;
}

/* A key we do not know may have been published since we looked. */
static const struct key *key_of(struct auth *a, const char *id)
{
    struct stat st;
    struct err err = { 0 };
    const struct key *k = find_key(a, id);
    if (k || stat(a->keys_file, &st) != 0 || st.st_mtime == a->keys.read_at)
        return k;
    return read_keys(a, &err) == 0 ? find_key(a, id) : NULL;
}

int auth_open(void *ctx, const char *keys_file, const char *operator_token, struct auth **out,
              struct err *err)
{
    struct auth *a = talloc_zero(ctx, struct auth);
    talloc_set_destructor(a, auth_drop_table);
    a->keys_file = keys_file;
    a->operator_token = talloc_strdup(a, operator_token);
    *out = a;
    return read_keys(a, err);
}

/* ---- tokens --------------------------------------------------------------------------------------- */

static void take_text(const json_t *claims, const char *name, char *to, size_t size)
{
    const char *s = json_string_value(json_object_get(claims, name));
    fit(to, size, s ? s : "");
}

static bool take_grants(const json_t *list, struct actor *actor)
{
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)list, i, item) {
        const char *role = json_string_value(json_array_get(item, 0));
        const char *unit = json_string_value(json_array_get(item, 1));
        struct grant *g = &actor->grants[actor->grants_count];
        if (actor->grants_count == GRANTS_MAX || !role || !unit || !role_parse(role, &g->role))
            return false;
        snprintf(g->unit, sizeof g->unit, "%s", unit);
        actor->grants_count++;
    }
    return true;
}

static bool take_claims(const char *payload, struct actor *actor)
{
    json_t *claims = json_loads(payload, 0, NULL);
    const char *kind = json_string_value(json_object_get(claims, "kind"));
    const char *expires = json_string_value(json_object_get(claims, "exp"));
    bool ok = kind && expires && account_kind_parse(kind, &actor->kind) &&
              civil_parse(expires, CIVIL_ISO, &actor->expires_at_ms) &&
              take_grants(json_object_get(claims, "grants"), actor);
    take_text(claims, "sub", actor->account_id, sizeof actor->account_id);
    take_text(claims, "name", actor->name, sizeof actor->name);
    take_text(claims, "title", actor->title, sizeof actor->title);
    take_text(claims, "department", actor->department, sizeof actor->department);
    json_decref(claims);
    return ok && actor->account_id[0];
}

static bool verify(struct auth *a, const char *token, struct actor *actor)
{
    void *scratch = talloc_new(a);
    const char *key_id = paseto_footer(scratch, token);
    const struct key *key = key_id ? key_of(a, key_id) : NULL;
    const char *payload = key ? paseto_verify(scratch, key->public_key, token) : NULL;
    bool ok = payload && take_claims(payload, actor);
    talloc_free(scratch);
    return ok;
}

static const struct remembered *remember(struct auth *a, const uint8_t hash[SHA256_BYTES],
                                         const struct actor *actor)
{
    struct remembered *oldest = a->known, *r = talloc_zero(a, struct remembered);
    if (HASH_COUNT(a->known) >= REMEMBERED_MAX) {
        HASH_DEL(a->known, oldest);
        talloc_free(oldest);
    }
    memcpy(r->hash, hash, SHA256_BYTES);
    r->actor = *actor;
    HASH_ADD(hh, a->known, hash, SHA256_BYTES, r);
    return r;
}

int auth_check(struct auth *a, const char *authorization, int64_t now_ms, const struct actor **out,
               struct err *err)
{
    static const char scheme[] = "Bearer ";
    uint8_t hash[SHA256_BYTES];
    struct remembered *r;
    if (!authorization || strncmp(authorization, scheme, sizeof scheme - 1) != 0)
        return err_set(err, E_ANONYMOUS, "no access token");
    const char *token = authorization + sizeof scheme - 1;
    crypt_sha256(token, strlen(token), hash);
    HASH_FIND(hh, a->known, hash, SHA256_BYTES, r);
    const struct remembered *known = r;
    struct actor actor = { 0 };
    if (!known && verify(a, token, &actor))
        known = remember(a, hash, &actor);
    if (!known)
        return err_set(err, E_ANONYMOUS, "the access token is not ours");
    if (known->actor.expires_at_ms <= now_ms)
        return err_set(err, E_ANONYMOUS, "the access token has expired");
    *out = &known->actor;
    return 0;
}

bool auth_is_operator(const struct auth *a, const char *authorization)
{
    static const char scheme[] = "Operator ";
    size_t n = strlen(a->operator_token);
    if (n == 0 || !authorization || strncmp(authorization, scheme, sizeof scheme - 1) != 0)
        return false;
    const char *token = authorization + sizeof scheme - 1;
    return strlen(token) == n && crypt_equal(token, a->operator_token, n);
}

char *auth_issue(const void *ctx, const struct actor *actor, const char *key_id,
                 const uint8_t secret_key[SIGN_SECRET_BYTES], int64_t now_ms)
{
    char issued[CIVIL_TEXT], expires[CIVIL_TEXT];
    json_t *grants = json_array();
    for (size_t i = 0; i < actor->grants_count; i++)
        json_array_append_new(grants,
                              json_pack("[s, s]", role_name(actor->grants[i].role), actor->grants[i].unit));
    json_t *claims =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:s}", "sub", actor->account_id, "kind",
                  account_kind_name(actor->kind), "name", actor->name, "title", actor->title, "department",
                  actor->department, "grants", grants, "iat", civil_format(now_ms, CIVIL_ISO, issued), "exp",
                  civil_format(actor->expires_at_ms, CIVIL_ISO, expires));
    char *payload = json_dumps(claims, JSON_COMPACT);
    char *token = paseto_sign(ctx, secret_key, payload, key_id);
    free(payload);
    json_decref(claims);
    return token;
}

/* command.c — see command.h. */
#include "command.h"

#include <sodium.h>
#include <string.h>

/* clang-format off */
static const struct sql COMMAND_FIND = { "command_find", SQL_READ,
    "SELECT fingerprint, status, answer FROM command WHERE id = $1" };
/* clang-format on */
const struct sql *const command_statements[] = { &COMMAND_FIND, NULL };

static const struct phrase KEY_REUSED = {
    "idempotency_key_reused", "Idempotency-Key này đã dùng cho một yêu cầu khác. Hãy dùng khóa mới.",
    "This Idempotency-Key was used for another request. Use a new one."
};

static void hash_text(crypto_generichash_state *state, const char *text)
{
    crypto_generichash_update(state, (const uint8_t *)text, strlen(text) + 1);
}

void command_cause(struct cause *cause, struct id *id, const char *actor_id, const char *key,
                   const char *method, const char *path, const void *body, size_t size)
{
    crypto_generichash_state state;
    char who[256];
    int n = snprintf(who, sizeof who, "%s\n%s", actor_id, key);
    *id = id_of(who, (size_t)n < sizeof who ? (size_t)n : sizeof who - 1);
    uint8_t digest[16];
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    hash_text(&state, key); /* which is not stored: so a guess of the body cannot be tried against the row */
    hash_text(&state, method);
    hash_text(&state, path);
    crypto_generichash_update(&state, body, size);
    crypto_generichash_final(&state, digest, sizeof digest);
    memcpy(&cause->fingerprint, digest, sizeof cause->fingerprint);
    cause->command = id;
}

int command_find(struct task *t, const struct cause *cause, int *status, const char **answer)
{
    const struct db_rows *rows;
    *answer = NULL;
    TRY(db_run(t, &COMMAND_FIND, &rows, db_id(cause->command)));
    if (db_count(rows) == 0)
        return 0;
    if (db_num(rows, 0, "fingerprint") != cause->fingerprint)
        return err_say(task_err(t), E_CONFLICT, &KEY_REUSED, NULL);
    *status = (int)db_num(rows, 0, "status");
    *answer = db_str(rows, 0, "answer");
    return 0;
}

int command_answered(struct task *t, const struct cause *cause, int *status, const char **answer)
{
    TRY(command_find(t, cause, status, answer));
    if (!*answer)
        return err_set(task_err(t), E_BUG, "nothing was saved and nothing was there");
    return 0;
}

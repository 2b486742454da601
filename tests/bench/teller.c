/* teller.c — a service that has nothing to do but tell: whenever its outbox has room, some writers save
 * messages of 300 bytes, each save with so many of them. It is called intake and tells verification, so that
 * the suite's keys and listeners fit; its database holds what every service's does, and nothing else. */
#include <string.h>
#include <talloc.h>

#include "intake.pb-c.h"
#include "outbox.h"
#include "save.h"
#include "service.h"

enum { FOR_EVER_MS = 1000000000, ROOM_MS = 1, PAYLOAD_BYTES = 300 };

struct teller_config {
    int64_t writers, messages;
};

static const struct conf_param params[] = {
    CONF_PARAM_INT(struct teller_config, writers, "8", 1, 512, "", "saves under way at once"),
    CONF_PARAM_INT(struct teller_config, messages, "64", 1, 1024, "", "messages in each save"),
    { 0 },
};

/* clang-format off */
static const struct sql TELL = { "tell", SQL_SET,
    "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS key") ", done AS (SELECT ord FROM asked)," SAVE_SET_ROWS
    " SELECT ord FROM done" };
/* clang-format on */
static const struct sql *const own_statements[] = { &TELL, NULL };
static const struct sql *const *const statements[] = { own_statements, NULL };

static int say(struct save *s, uint64_t number)
{
    static char reason[PAYLOAD_BYTES];
    static size_t missing;
    char code[64];
    Motcua__WithdrawalRequested m = MOTCUA__WITHDRAWAL_REQUESTED__INIT;
    snprintf(code, sizeof code, "000.00.15.H07-260401-%08llu", (unsigned long long)number);
    m.code = code;
    m.reason = reason;
    m.requested_at_ms = INT64_C(1775000000000);
    if (missing == 0) {
        memset(reason, 'x', missing = PAYLOAD_BYTES - 3 - protobuf_c_message_get_packed_size(&m.base));
        ASSERT(protobuf_c_message_get_packed_size(&m.base) == PAYLOAD_BYTES);
    }
    return save_say(s, code, 1, &m.base);
}

static int tell(struct task *t, int64_t messages)
{
    static uint64_t told;
    const struct db_rows *rows;
    struct save *s = save_new(t, NULL);
    for (int64_t i = 0; i < messages; i++)
        TRY(say(s, ++told));
    TRY(db_run(t, &TELL, &rows, SAVE_SET_ARGS(s), db_text("")));
    save_done(s);
    talloc_free(s);
    return 0;
}

static void write_for_ever(struct task *t, void *arg)
{
    (void)arg;
    const struct env *env = task_env(t);
    const struct teller_config *cfg = env->config;
    int rc = 0;
    while (rc == 0)
        rc = outbox_ready(env->outbox) &&
                     outbox_has_room(env->outbox, "verification", (size_t)(cfg->writers * cfg->messages))
                 ? tell(t, cfg->messages)
                 : task_sleep(t, ROOM_MS);
}

static void *begin(void *ctx, const struct env *env, struct turn *turn, struct err *err)
{
    (void)turn, (void)err;
    const struct teller_config *cfg = env->config;
    for (int64_t i = 0; i < cfg->writers; i++)
        ASSERT(task_spawn(env->tasks, "tell", FOR_EVER_MS, NULL, write_for_ever, NULL) == 0);
    return talloc_new(ctx);
}

int main(int argc, char **argv)
{
    static const struct service teller = {
        .name = "intake",
        .summary = "tells, for the bench",
        .parts = PART_STORE,
        .params = params,
        .config_size = sizeof(struct teller_config),
        .statements = statements,
        .openapi = "{}",
        .open = begin,
    };
    return service_main(&teller, argc, argv);
}

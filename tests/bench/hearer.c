/* hearer.c — a service that has nothing to do but hear: each message is committed to its inbox, then
 * acknowledged. It is called verification, see teller.c. */
#include "intake.pb-c.h"
#include "save.h"
#include "service.h"

/* clang-format off */
static const struct sql HEAR = { "hear", SQL_SET_BY(5),
    "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS key") ", done AS (SELECT ord FROM asked)," SAVE_SET_ROWS
    " SELECT ord FROM done" };
/* clang-format on */
static const struct sql *const own_statements[] = { &HEAR, NULL };
static const struct sql *const *const statements[] = { own_statements, NULL };

static int hear(struct task *t, const struct event *ev, const void *msg)
{
    const Motcua__WithdrawalRequested *m = msg;
    const struct db_rows *rows;
    struct cause cause = { .event = &ev->id };
    struct save *s = save_new(t, &cause);
    return db_run(t, &HEAR, &rows, SAVE_SET_ARGS(s), db_text(m->code));
}

static const struct listener listener_rows[] = {
    { &motcua__withdrawal_requested__descriptor, hear },
    { 0 },
};

int main(int argc, char **argv)
{
    static const struct service hearer = {
        .name = "verification",
        .summary = "hears, for the bench",
        .parts = PART_STORE,
        .listeners = listener_rows,
        .statements = statements,
        .openapi = "{}",
    };
    return service_main(&hearer, argc, argv);
}

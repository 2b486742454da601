/* access.c — see handlers.h. Who may see what a dossier owes: its owner, staff of the unit, auditors; no
 * administrator. */
#include <string.h>

#include "handlers.h"

bool is_owner_of(const struct http_request *rq, const struct invoice *v)
{
    return *v->account_id && strcmp(v->account_id, rq->actor->account_id) == 0;
}

static bool is_staff_of(const struct http_request *rq, const char *unit)
{
    return rq->actor->kind == ACCOUNT_STAFF && actor_may_read(rq->actor, unit);
}

int invoices_for(struct task *t, const struct http_request *rq, const char *code, struct invoices *out)
{
    TRY(store_invoices(t, code, out));
    const struct invoice *first = &out->list[0];
    if (out->count > 0 && (is_owner_of(rq, first) || is_staff_of(rq, first->unit_code)))
        return 0;
    return err_set(task_err(t), E_NOT_FOUND, "nothing is owed for this dossier, or not by this caller");
}

bool is_clerk_of(const struct http_request *rq, const char *unit)
{
    return (actor_roles_in(rq->actor, unit) & ROLE_CLERK) != 0;
}

/* access.c — see handlers.h. Who may see a dossier: its owner, staff of the unit it was filed at or is
 * handled by, auditors; no administrator. */
#include <string.h>

#include "handlers.h"
#include "json.h"

static bool staff_may_see(struct task *t, const struct actor *a, const struct dossier *d)
{
    json_t *state;
    struct err ignored = { 0 };
    if (actor_may_read(a, d->unit_code))
        return true;
    if (!d->state || json_parse(t, d->state, strlen(d->state), &state, &ignored) != 0)
        return false;
    const char *handling = json_string_value(json_object_get(state, "handling_unit_code"));
    return handling && actor_may_read(a, handling);
}

int dossier_for(struct task *t, const struct http_request *rq, struct dossier *d, unsigned *access)
{
    bool found;
    *access = 0;
    TRY(store_dossier(t, http_param(rq, "code"), d, &found));
    if (found && *d->account_id && strcmp(d->account_id, rq->actor->account_id) == 0)
        *access |= ACCESS_OWNER;
    if (found && rq->actor->kind == ACCOUNT_STAFF && staff_may_see(t, rq->actor, d))
        *access |= ACCESS_STAFF;
    return *access ? 0 : err_set(task_err(t), E_NOT_FOUND, "no such dossier for this caller");
}

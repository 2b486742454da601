/* http_dossier.c — what the portal knows of a dossier and what it is still owed, for staff of its unit; and,
 * for an administrator, to push its record again whatever the portal had accepted. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "json.h"
#include "status.h"

static bool may_see(const struct actor *a, const struct dossier *d)
{
    const char *handling = d->lines_count > 0 ? d->moves[d->lines_count - 1]->handling_unit_code : "";
    return actor_roles_in(a, d->unit_code) != 0 || (*handling && actor_roles_in(a, handling) != 0);
}

static int load(struct task *t, const struct http_request *rq, struct dossier *d)
{
    bool found;
    TRY(store_dossier(t, http_param(rq, "code"), d, &found));
    if (found && may_see(rq->actor, d))
        return 0;
    return err_set(task_err(t), E_NOT_FOUND, "no such dossier for this caller");
}

/* ---- one dossier ---------------------------------------------------------------------------------- */

static json_t *time_or_null(int64_t ms)
{
    return ms ? json_integer(ms) : json_null();
}

static json_t *lines_json(const struct dossier *d)
{
    json_t *list = json_array();
    for (size_t i = 0; i < d->lines_count; i++)
        json_array_append_new(list, json_pack("{s:I, s:i, s:s, s:I, s:o}", "version",
                                              (json_int_t)d->lines[i].version, "status", d->moves[i]->status,
                                              "transition", transition_name(d->moves[i]->transition), "at_ms",
                                              (json_int_t)d->moves[i]->at_ms, "pushed_at_ms",
                                              time_or_null(d->lines[i].pushed_at_ms)));
    return list;
}

static bool owes_record(struct task *t, const struct dossier *d)
{
    uint8_t digest[SHA256_BYTES];
    if (!mapping_state(&d->facts) || !d->facts.procedure_name)
        return false;
    mapping_digest(t, json_own(t, mapping_record(t, &d->facts)), digest);
    return !d->has_digest || memcmp(digest, d->record_digest, sizeof digest) != 0;
}

static json_t *owed_json(struct task *t, const struct dossier *d)
{
    size_t owed = 0;
    for (size_t i = 0; i < d->lines_count; i++)
        owed += d->lines[i].pushed_at_ms == 0;
    bool has_gap = d->facts.moves_count < d->lines_count;
    return json_pack("{s:o, s:b, s:I, s:o}", "since_ms", time_or_null(d->owed_since_ms), "record",
                     owes_record(t, d), "lines", (json_int_t)owed, "waits_for_version",
                     has_gap ? json_integer((json_int_t)d->facts.moves_count + 1) : json_null());
}

static json_t *refusal_json(const struct db_rows *job)
{
    if (!db_str(job, 0, "what"))
        return json_null();
    return json_pack("{s:s, s:I, s:s, s:I}", "what", db_str(job, 0, "what"), "version",
                     (json_int_t)db_num(job, 0, "version"), "message", db_str(job, 0, "message"), "at_ms",
                     (json_int_t)db_num(job, 0, "at_ms"));
}

static json_t *dossier_json(struct task *t, const struct dossier *d, const struct db_rows *job)
{
    json_t *accepted = d->record_at_ms == 0 ? json_null()
                                            : json_pack("{s:i, s:I}", "status", d->record_status, "at_ms",
                                                        (json_int_t)d->record_at_ms);
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:s?, s:o, s:b}", "code", d->code,
                     "portal_code", mapping_code(&d->facts), "unit", d->unit_code, "accepted", accepted,
                     "owed", owed_json(t, d), "lines", lines_json(d), "next_try_at_ms",
                     time_or_null(db_num(job, 0, "run_at_ms")), "tries", (json_int_t)db_num(job, 0, "tries"),
                     "last_error", db_str(job, 0, "last_error"), "refusal", refusal_json(job), "portal_rests",
                     adapter_is_resting(sync_of(t)->adapter));
}

int http_dossier(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct dossier d;
    const struct db_rows *job;
    TRY(load(t, rq, &d));
    TRY(store_job_of(t, d.code, &job));
    d.facts.public_url = config_of(t)->public_url;
    http_reply_json(re, 200, dossier_json(t, &d, job));
    return 0;
}

/* ---- push it again -------------------------------------------------------------------------------- */

int http_resync(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct dossier d;
    bool known;
    struct cause cause = rq->cause;
    TRY(load(t, rq, &d));
    if (!(actor_roles_in(rq->actor, d.unit_code) & ROLE_ADMINISTRATOR))
        return err_set(task_err(t), E_DENIED, "not an administrator of the unit");
    cause.status = 202;
    cause.answer = talloc_asprintf(t, "{\"code\":\"%s\",\"accepted\":true}", d.code);
    TRY(store_resync(t, d.code, &cause, &known));
    jobs_wake(task_env(t), "sync");
    http_reply_text(re, 202, "application/json", cause.answer);
    return 0;
}

/* job_sync.c — brings the portal up to date with one dossier: its record if it changed, then the lines it
 * does not have, in order. Each step is recorded as soon as the portal has accepted it, so a run that breaks
 * off is gone on with by the next.
 *
 * What a broken-off run may have left at the portal without our knowing:
 *   a record   asked for (TraCuuHoSo) before a record is created in doubt; pushing one twice leaves one
 *   lines      sent again with the same words and times: the portal knows them
 */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "json.h"

struct sync_run {
    struct task *t;
    struct dossier d;
    unsigned tries;
    struct sync *own;
};

static int call(struct sync_run *r, enum portal_call what, json_t *data, struct portal_answer *answer)
{
    int rc = adapter_call(r->t, r->own->adapter, what, data, answer);
    if (rc)
        figures_count(r->own->figures, what == PORTAL_PROGRESS ? PUSHED_LINES : PUSHED_RECORD, PUSHED_FAILED,
                      1);
    return rc;
}

/* The portal will not take it as it is: show it to people, and try again much later or when the dossier
 * changes. */
static int refused(struct sync_run *r, int64_t version, const struct portal_answer *answer)
{
    figures_count(r->own->figures, version > 0 ? PUSHED_LINES : PUSHED_RECORD, PUSHED_REFUSED, 1);
    TRY(store_refused(r->t, r->d.code, version, answer->message));
    int rc =
        err_set(task_err(r->t), E_CONFLICT, "the portal refuses the %s", version > 0 ? "line" : "record");
    task_err(r->t)->retry_ms = (unsigned)config_of(r->t)->refused_retry_s * 1000;
    return rc;
}

static int is_known_there(struct sync_run *r, bool *known)
{
    struct portal_answer answer;
    json_t *code = json_own(r->t, json_string(mapping_code(&r->d.facts)));
    TRY(call(r, PORTAL_LOOK_UP, code, &answer));
    *known = answer.outcome == PORTAL_DONE && answer.is_known;
    return 0;
}

/* ---- the record ----------------------------------------------------------------------------------- */

/* The portal's own id of a business, where it tells; people have none. */
static int find_owner(struct sync_run *r)
{
    struct portal_answer answer;
    const Motcua__Applicant *owner = r->d.facts.submitted->applicant;
    if (!*config_of(r->t)->share_endpoint || !owner || !*owner->tax_code || *r->d.facts.owner_ref)
        return 0;
    TRY(call(r, PORTAL_FIND_OWNER, json_own(r->t, json_string(owner->tax_code)), &answer));
    r->d.facts.owner_ref = answer.outcome == PORTAL_DONE ? answer.owner : "";
    return 0;
}

/* Create or update? Asked only in doubt: after a broken-off run, or when somebody wants the record pushed
 * anew. */
static int choose(struct sync_run *r, bool *is_new)
{
    bool known = r->d.record_at_ms > 0;
    if (known ? !r->d.has_digest : r->tries > 1)
        TRY(is_known_there(r, &known));
    *is_new = !known;
    return 0;
}

static int send_record(struct sync_run *r, json_t *record, bool *is_new, struct portal_answer *answer)
{
    bool known;
    json_t *data = json_own(r->t, json_array());
    json_array_append(data, record);
    TRY(call(r, *is_new ? PORTAL_CREATE : PORTAL_UPDATE, data, answer));
    if (answer->outcome == PORTAL_EXISTS) {
        *is_new = false;
        return call(r, PORTAL_UPDATE, data, answer);
    }
    if (*is_new || answer->outcome != PORTAL_REFUSED)
        return 0;
    TRY(is_known_there(r, &known));
    *is_new = !known; /* refused because the portal has lost it */
    return known ? 0 : call(r, PORTAL_CREATE, data, answer);
}

static int push_record(struct sync_run *r)
{
    uint8_t digest[SHA256_BYTES];
    bool is_new;
    struct portal_answer answer;
    TRY(find_owner(r));
    json_t *record = json_own(r->t, mapping_record(r->t, &r->d.facts));
    mapping_digest(r->t, record, digest);
    if (r->d.has_digest && memcmp(digest, r->d.record_digest, sizeof digest) == 0)
        return 0;
    TRY(choose(r, &is_new));
    TRY(send_record(r, record, &is_new, &answer));
    if (answer.outcome != PORTAL_DONE)
        return refused(r, 0, &answer);
    figures_count(r->own->figures, PUSHED_RECORD, PUSHED_OK, 1);
    for (size_t i = 0; is_new && i < r->d.lines_count; i++)
        r->d.lines[i].pushed_at_ms = 0;
    const struct accepted a = { digest, mapping_state(&r->d.facts)->status, r->d.facts.owner_ref, is_new };
    return store_record_accepted(r->t, r->d.code, &a);
}

/* ---- the lines ------------------------------------------------------------------------------------ */

/* The next lines the portal is owed, at most `most`, from *at on. The last one's version is *version. */
static json_t *next_lines(struct sync_run *r, size_t *at, size_t most, int64_t *version)
{
    const struct facts *f = &r->d.facts;
    json_t *lines = json_own(r->t, json_array());
    for (; *at < f->moves_count && json_array_size(lines) < most; (*at)++) {
        if (r->d.lines[*at].pushed_at_ms > 0 || !mapping_status(f->moves[*at]->status))
            continue;
        json_array_append_new(lines, mapping_line(r->t, f, f->moves[*at]));
        *version = r->d.lines[*at].version;
    }
    return lines;
}

/* A line is refused. If that is because the portal has lost the dossier, begin anew. */
static int line_refused(struct sync_run *r, int64_t version, const struct portal_answer *answer)
{
    bool known;
    TRY(is_known_there(r, &known));
    if (known)
        return refused(r, version, answer);
    TRY(store_forget(r->t, r->d.code));
    return err_set(task_err(r->t), E_BUSY, "the portal has lost the dossier");
}

/* The portal takes a batch whole or not at all; if it refuses one, the lines go one by one, up to the one
 * that is wrong. */
static int push_lines(struct sync_run *r)
{
    size_t at = 0, most = PORTAL_LINES_MOST;
    int64_t version = 0;
    struct portal_answer answer;
    for (;;) {
        size_t start = at;
        json_t *lines = next_lines(r, &at, most, &version);
        if (json_array_size(lines) == 0)
            return 0;
        TRY(call(r, PORTAL_PROGRESS, lines, &answer));
        if (answer.outcome == PORTAL_DONE) {
            figures_count(r->own->figures, PUSHED_LINES, PUSHED_OK, json_array_size(lines));
            TRY(store_lines_accepted(r->t, r->d.code, version));
        } else if (json_array_size(lines) > 1) {
            most = 1;
            at = start;
        } else {
            return line_refused(r, version, &answer);
        }
    }
}

/* ---- a run ---------------------------------------------------------------------------------------- */

int job_sync(struct task *t, struct job *job)
{
    bool found;
    struct sync_run *r = talloc_zero(t, struct sync_run);
    r->t = t;
    r->own = sync_of(t);
    r->tries = job->tries;
    TRY(store_dossier(t, job->key, &r->d, &found));
    if (!found || !mapping_state(&r->d.facts))
        return 0;
    if (!r->d.facts.procedure_name)
        return err_set(task_err(t), E_BUSY, "its version of the procedure has not arrived yet");
    r->d.facts.public_url = config_of(t)->public_url;
    TRY(push_record(r));
    TRY(push_lines(r));
    return store_settle(t, &r->d);
}

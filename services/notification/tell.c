/* tell.c — see handlers.h. An event, the policy's row for it and the dossier's contact become at most one
 * message per channel, written in one statement with the event's inbox row; so each event is told once, or
 * not yet. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"

enum { LOOKS = 8, LOOK_MS = 20 };

/* What intake said of a dossier may still be on its way into the store when verification has moved it: that
 * is a matter of a commit, so it is waited for here before the event is sent away. */
static int await_dossier(struct task *t, const char *code, struct dossier *d, bool *found)
{
    TRY(store_dossier(t, code, d, found));
    for (int i = 0; i < LOOKS && !*found; i++) {
        TRY(task_sleep(t, LOOK_MS));
        TRY(store_dossier(t, code, d, found));
    }
    return 0;
}

int tell_begin(struct task *t, const struct event *ev, int what, const char *code, struct telling *w)
{
    bool found;
    *w = (struct telling){ .event = ev, .rule = policy_of(what) };
    if (!w->rule)
        return err_set(task_err(t), E_INVALID, "nobody has decided whom to tell about move %d", what);
    if (w->rule->none)
        return 0;
    TRY(await_dossier(t, code, &w->dossier, &found));
    if (!found)
        return err_set(task_err(t), E_BUSY, "dossier %s has not arrived yet", code);
    w->is_english = strcmp(w->dossier.language, "en") == 0;
    w->news = (struct news){
        .code = w->dossier.code,
        .source = ev->source,
        .version = (int64_t)ev->version,
        .template = templates[w->rule->template].name,
        .language = w->dossier.language,
        .now_ms = task_now_ms(t),
        .procedure_name = w->dossier.procedure_name,
        .unit_name = w->dossier.unit_name,
        .handling_unit_code = w->dossier.handling_unit_code,
    };
    return 0;
}

static int write_letter(struct task *t, struct telling *w, struct letter *letter)
{
    const struct notification_config *cfg = config_of(t);
    const struct about about = {
        .name = w->dossier.name,
        .code = w->dossier.code,
        .procedure = w->news.procedure_name,
        .unit = w->news.unit_name,
        .public_url = cfg->public_url,
        .office = cfg->office,
        .phone = cfg->office_phone,
        .page = template_is_of_complaint(w->rule->template) ? "theo-doi-gop-y" : "tra-cuu",
    };
    facts_of_dossier(t, &about, w->is_english, &w->facts);
    return template_letter(t, w->rule->template, w->is_english, &w->facts, letter, task_err(t));
}

static const char *state_of(const struct way *way)
{
    if (way->why_not)
        return "none";
    return way->channel == CHANNEL_EMAIL ? "queued" : "sent";
}

static void add_messages(struct task *t, struct telling *w, const struct letter *letter)
{
    struct way ways[CHANNELS];
    const struct dossier *d = &w->dossier;
    const struct contact contact = { .account_id = d->account_id,
                                     .email = d->email,
                                     .account_email = d->account_email };
    w->news.subject = letter->subject;
    w->news.count = policy_ways(w->rule, &contact, ways);
    w->news.messages = talloc_array(t, struct new_message, w->news.count);
    for (size_t i = 0; i < w->news.count; i++)
        w->news.messages[i] = (struct new_message){
            .id = id_new(),
            .channel = channel_name(ways[i].channel),
            .state = state_of(&ways[i]),
            .why = ways[i].why_not ? ways[i].why_not : "",
            .address = ways[i].address,
            .body = ways[i].channel == CHANNEL_EMAIL ? letter->mail : letter->body,
        };
}

int tell_draft(struct task *t, struct telling *w, struct letter *letter)
{
    TRY(write_letter(t, w, letter));
    add_messages(t, w, letter);
    return 0;
}

int tell_end(struct task *t, struct telling *w)
{
    struct letter letter;
    const struct db_rows *rows;
    struct cause cause = { .event = &w->event->id };
    TRY(tell_draft(t, w, &letter));
    TRY(store_tell(t, &w->news, &cause, &rows));
    for (int i = 0; i < db_count(rows); i++)
        figures_count(notification_of(t)->figures, db_str(rows, i, "channel"), db_str(rows, i, "state"));
    jobs_wake(task_env(t), "send");
    return 0;
}

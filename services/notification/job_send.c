/* job_send.c — the mails of one dossier, oldest first, each until the server has answered for it. One job a
 * dossier keeps their order; the message itself keeps how often it was tried and when it may be tried again,
 * so a job that is woken early, or runs twice, does no harm. A mail whose answer was lost goes again with the
 * same Message-ID. */
#include <inttypes.h>
#include <talloc.h>

#include "backoff.h"
#include "clock.h"
#include "delivery.h"
#include "handlers.h"
#include "http_client.h"
#include "log.h"
#include "mail_text.h"

enum { WAIT_MOST_MS = 1000, RECORD_MS = 10000, HOUR_MS = 3600000 };

/* ---- the channel ---------------------------------------------------------------------------------- */

/* 0: a mail may go now, and counts as under way. */
static int64_t enter_channel(struct task *t)
{
    struct notification *own = notification_of(t);
    int64_t now_ms = clock_steady_ms(), wait_ms = breaker_wait_ms(&own->breaker, now_ms);
    if (wait_ms == 0)
        wait_ms = bucket_take(&own->bucket, now_ms);
    if (wait_ms == 0)
        breaker_begin(&own->breaker, now_ms, config_of(t)->smtp_timeout_ms);
    return wait_ms;
}

/* Waits a little while itself, so that thousands of mails behind a channel at rest stay quietly in the
 * store. */
static int await_channel(struct task *t, int64_t *wait_ms)
{
    int64_t waited_ms = 0;
    while ((*wait_ms = enter_channel(t)) > 0 && waited_ms < WAIT_MOST_MS) {
        int64_t ms = *wait_ms < WAIT_MOST_MS - waited_ms ? *wait_ms : WAIT_MOST_MS - waited_ms;
        TRY(task_sleep(t, (unsigned)ms));
        waited_ms += ms;
    }
    return 0;
}

/* ---- one attempt ---------------------------------------------------------------------------------- */

static int send_mail(struct task *t, const struct mail_row *m, int *reply)
{
    const struct notification_config *cfg = config_of(t);
    const struct mail_server server = {
        .url = cfg->smtp_url,
        .user = cfg->smtp_user,
        .password = cfg->smtp_password,
        .ca_file = cfg->smtp_ca_file,
        .must_use_tls = cfg->smtp_tls,
        .timeout_ms = (unsigned)cfg->smtp_timeout_ms,
    };
    const struct mail_parts parts = {
        .from = cfg->mail_from,
        .from_name = cfg->office,
        .to = m->address,
        .id = m->id_text,
        .language = m->language,
        .subject = m->subject,
        .body = m->body,
        .at_ms = m->queued_at_ms,
    };
    struct mail mail = { .from = cfg->mail_from, .to = m->address };
    mail.data = mail_text(t, &parts, &mail.size);
    return mail_send(t, &server, &mail, reply);
}

static struct outcome attempt(struct task *t, const struct mail_row *m, int *reply)
{
    int rc = send_mail(t, m, reply);
    struct outcome outcome = delivery_outcome(rc, *reply);
    breaker_end(&notification_of(t)->breaker, outcome.channel_worked, clock_steady_ms());
    LOG_AT(rc ? LOG_WARN : LOG_INFO, rc ? "mail_not_sent" : "mail_sent", LOG_S("key", m->code),
           LOG_S("template", m->template), LOG_S("message", m->id_text), LOG_I("attempt", m->attempts),
           LOG_S("outcome", outcome.name), LOG_I("reply", *reply), LOG_S("why", rc ? task_err(t)->text : ""));
    err_clear(task_err(t));
    return outcome;
}

/* ---- what becomes of it --------------------------------------------------------------------------- */

static int fail(struct task *t, const struct mail_row *m, const struct attempt_end *end, const char *reason)
{
    TRY(store_fail(t, m, end, reason));
    log_error("mail_failed", LOG_S("key", m->code), LOG_S("template", m->template),
              LOG_S("message", m->id_text), LOG_S("reason", reason));
    figures_count(notification_of(t)->figures, "email", "failed");
    return 0;
}

static bool is_too_old(struct task *t, const struct mail_row *m)
{
    return task_now_ms(t) - m->queued_at_ms >= config_of(t)->give_up_hours * HOUR_MS;
}

static int give_up(struct task *t, const struct mail_row *m, const struct attempt_end *end)
{
    return fail(t, m, end,
                talloc_asprintf(t, "given up after %" PRId64 " hours; the last attempt: %s",
                                config_of(t)->give_up_hours, end->outcome));
}

static int try_later(struct task *t, const struct mail_row *m, struct attempt_end *end, int64_t *again_ms)
{
    const struct notification_config *cfg = config_of(t);
    if (is_too_old(t, m))
        return give_up(t, m, end);
    *again_ms = backoff_ms(cfg->retry_first_ms, cfg->retry_most_ms, (unsigned)m->attempts - 1);
    end->next_at_ms = task_now_ms(t) + *again_ms;
    return store_attempt_end(t, m, end);
}

static int record(struct task *t, const struct mail_row *m, const struct outcome *o, int reply,
                  int64_t *again_ms)
{
    struct attempt_end end = { .outcome = o->name, .reply = reply };
    if (o->delivery == DELIVERY_LATER)
        return try_later(t, m, &end, again_ms);
    if (o->delivery == DELIVERY_REFUSED)
        return fail(t, m, &end, talloc_asprintf(t, "the mail server refused it: %d", reply));
    TRY(store_attempt_end(t, m, &end));
    figures_count(notification_of(t)->figures, "email", "sent");
    return 0;
}

/* The channel is closed to this mail for now: at rest, or its minute is used up. */
static int hold_back(struct task *t, const struct mail_row *m, int64_t wait_ms, int64_t *again_ms)
{
    const struct attempt_end none = { .outcome = *m->why ? m->why : "unreachable" };
    if (notification_of(t)->breaker.state != BREAKER_CLOSED && is_too_old(t, m))
        return give_up(t, m, &none);
    *again_ms = wait_ms;
    return 0;
}

/* A wait longer than any that is asked for was written by a clock that has been set back since. */
static int64_t wait_of(struct task *t, const struct mail_row *m)
{
    int64_t wait_ms = m->next_at_ms - task_now_ms(t);
    return wait_ms > 2 * config_of(t)->retry_most_ms ? 0 : wait_ms;
}

/* *again_ms stays 0 if the mail is done with, and the next one's turn has come. */
static int deliver(struct task *t, struct mail_row *m, int64_t *again_ms)
{
    int reply;
    int64_t wait_ms = wait_of(t, m);
    if (wait_ms > 0) {
        *again_ms = wait_ms;
        return 0;
    }
    TRY(await_channel(t, &wait_ms));
    if (wait_ms > 0)
        return hold_back(t, m, wait_ms, again_ms);
    TRY(store_attempt(t, m));
    struct outcome outcome = attempt(t, m, &reply);
    return record(t, m, &outcome, reply, again_ms);
}

int job_send(struct task *t, struct job *job)
{
    struct mail_row m;
    bool found;
    for (;;) {
        TRY(store_next_mail(t, job->key, &m, &found));
        if (!found)
            return 0;
        TRY(deliver(t, &m, &job->again_ms));
        if (job->again_ms == 0 && task_left_ms(t) < config_of(t)->smtp_timeout_ms + RECORD_MS)
            job->again_ms = 1;
        if (job->again_ms > 0)
            return 0;
    }
}

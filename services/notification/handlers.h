/* handlers.h — everything notification can do, by name; and its own memory. */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "breaker.h"
#include "bucket.h"
#include "env.h"
#include "facts.h"
#include "http.h"
#include "inbox.h"
#include "jobs.h"
#include "ledger.h"
#include "policy.h"
#include "schema.h"
#include "store.h"
#include "turn.h"

struct notification_config {
    const char *smtp_url, *smtp_user, *smtp_password, *smtp_ca_file;
    const char *mail_from, *office, *office_phone, *public_url;
    int64_t smtp_timeout_ms, mails_per_minute, retry_first_ms, retry_most_ms, give_up_hours, breaker_failures,
        rest_s;
    bool smtp_tls;
};

struct notification {       /* env->state */
    struct breaker breaker; /* of the mail server, as this replica sees it */
    struct bucket bucket;
    struct figures *figures;
};
void *notification_open(void *ctx, const struct env *env, struct turn *turn, struct err *err);
static inline const struct notification_config *config_of(const struct task *t)
{
    return task_env(t)->config;
}
static inline struct notification *notification_of(const struct task *t)
{
    return task_env(t)->state;
}

/* handle_*.c: what other services say */
event_fn handle_submitted, handle_progressed, handle_settled, handle_refunded, handle_rating,
    handle_complaint_opened, handle_complaint_answered, handle_account;

/* http_inbox.c: the citizen's inbox */
http_handler_fn http_inbox, http_unread, http_read;
/* http_messages.c: for staff, what was told about a dossier */
http_handler_fn http_messages;
/* May the caller read what the applicant of {code} is told? Else it does not exist. */
int check_reads_dossier(struct task *t, const struct http_request *rq);
/* http_preview.c: for staff, the letters of a decision that is not taken yet */
http_handler_fn http_preview;

/* job_send.c: the mails of one dossier, in order; key: its code */
int job_send(struct task *t, struct job *job);

/* tell.c: the one way an event becomes messages. Begin, fill in facts and names, end. */
struct telling {
    const struct event *event;
    const struct rule *rule; /* rule->none: nothing more to do, and nothing else is filled in */
    struct dossier dossier;
    bool is_english;
    struct facts facts;
    struct news news;
};
/* what: as policy.h names it. E_BUSY: DossierSubmitted has not arrived yet. */
int tell_begin(struct task *t, const struct event *ev, int what, const char *code, struct telling *w);
int tell_end(struct task *t, struct telling *w);
/* The same up to the save: the letter, and in w->news the messages there would be. */
int tell_draft(struct task *t, struct telling *w, struct letter *letter);
/* handle_progressed.c: what a move says, between begin and end. */
void tell_progress(struct task *t, const Motcua__DossierProgressed *m, int64_t version, struct telling *w);

/* page.c: ?limit= and ?after= of a list whose rows have ids. */
struct page {
    int limit;
    struct id id;
    const struct id *after; /* NULL: from the start */
};
int page_asked(struct task *t, const struct http_request *rq, int64_t usual_limit, struct page *p);
/* The id of the last row when there may be more after it, else NULL. */
const char *page_next(const struct page *p, const struct db_rows *rows);
/* A moment of a row: milliseconds, or null. New reference. */
json_t *moment_json(const struct db_rows *rows, int i, const char *column);

/* figures.c: what /metrics shows of notification */
struct figures *figures_open(void *ctx, const struct env *env, const struct breaker *breaker);
void figures_count(struct figures *f, const char *channel, const char *state);

extern const struct schema_file notification_schema[];
extern const struct ledger notification_ledgers[];
extern const char notification_openapi[];

#endif

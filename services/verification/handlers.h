/* handlers.h — everything verification can do, by name; and its own memory. */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "env.h"
#include "http.h"
#include "inbox.h"
#include "jobs.h"
#include "ledger.h"
#include "schema.h"
#include "store.h"
#include "turn.h"

struct verification_config {
    const char *public_url, *forms_agency, *forms_place;
};

struct verification { /* env->state */
    struct cache *procedures, *units, *calendars, *times;
    bool is_loading_calendars;
};
void *verification_open(void *ctx, const struct env *env, struct turn *turn, struct err *err);
static inline struct verification *verification_of(const struct task *t)
{
    return task_env(t)->state;
}

static inline const struct verification_config *config_of(const struct task *t)
{
    return task_env(t)->config;
}

/* handle_*.c: what other services say */
event_fn handle_submitted, handle_supplemented, handle_withdrawal, handle_settled, handle_unit,
    handle_message_failed;
/* http_queue.c: the officer's list and its totals */
http_handler_fn http_queue, http_queue_counts;
/* http_case.c: one case, why its date */
http_handler_fn http_case, http_appointment, http_assign;
/* The case of the path, if its reader may see it; owner_too: the applicant may. E_NOT_FOUND otherwise. */
int case_for(struct task *t, const struct http_request *rq, bool owner_too, struct case_file *c);
/* http_forms.c: the legal forms of a case; http_register.c: the register of a unit */
http_handler_fn http_forms, http_form, http_register;
/* http_live.c: what colleagues do, as they do it */
http_handler_fn http_queue_events, http_case_events, http_come, http_leave, http_present;
/* What a save has changed, to whoever looks; by: NULL if it was the applicant or the system. */
void say_case(struct task *t, const struct case_file *before, const struct case_file *now,
              const struct actor *by);

/* May the caller read what lies at the unit? */
int check_reads_unit(struct task *t, const struct http_request *rq, const char *unit);
/* http_figures.c: what a leader counts, and the rows behind it */
http_handler_fn http_figures, http_figures_units, http_figure_rows;
/* http_preview.c: what a decision would lead to, the form it would issue */
http_handler_fn http_preview, http_form_preview;
/* http_slip.c: what the counter hands over to who files nothing */
http_handler_fn http_slip_issue, http_slips, http_slip;
/* http_times.c: how long a procedure takes in fact */
http_handler_fn http_times;
/* http_decide.c: what people decide */
http_handler_fn http_decide;
/* admin_calendar.c: the operator's command */
http_handler_fn admin_calendars, admin_special_days;
/* job_answer_due.c: the applicant did not answer in time */
int job_answer_due(struct task *t, struct job *job);
/* job_calendars.c: others are told of working time */
int job_calendars(struct task *t, struct job *job);

/* office.c: what decisions look at, from memory while it is fresh. */
int office_of(struct task *t, const struct case_file *c, const char *unit,
              struct office *o); /* unit: whose working time counts */
int office_procedure(struct task *t, const char *code, uint32_t version,
                     const Motcua__ProcedurePublished **p);
int office_calendar(struct task *t, const char *unit, const struct calendar **calendar);
int office_unit_name(struct task *t, const char *code, const char **name); /* NULL: no such unit today */
/* The facts messages name. */
int office_told(struct task *t, const struct case_file *c, const struct office *o, const struct actor *actor,
                struct told *told);
/* Calendars were changed. */
void office_forget(struct task *t);

/* change.c: load → decide → save, again while somebody else is faster. */
struct change {
    const char *code;
    struct act act;            /* roles and actor are filled from `actor` */
    const struct actor *actor; /* NULL: the applicant or the system */
    struct cause cause;
    const char *(*answer)(struct task *t, const struct decision *d); /* NULL: none; goes into the cause */
    int64_t if_version;     /* 0: whatever it is now; else E_STALE if it is another */
    Motcua__Paper **papers; /* SUPPLY: what came, and intake's version it came with */
    size_t papers_count;
    int64_t batch;
};
/* *done is false if the event was applied before. E_NOT_FOUND: no such case; the errors of decide. */
int change_case(struct task *t, struct change *change, struct decision *d, bool *done);
/* The same up to the save. */
int change_preview(struct task *t, struct change *change, struct decision *d, struct told *told);
/* http_decide.c: the body and If-Match of a decision, and that what it names exists. */
int decision_asked(struct task *t, const struct http_request *rq, struct change *change);
/* "papers" of a body: what is asked for; how many. */
struct reader;
size_t read_asked(struct reader *r, Motcua__AskedPaper ***out);
/* The answer to a decision on an old version: what changed since. */
int refuse_stale(struct task *t, const struct http_request *rq, int64_t seen_version, struct http_reply *re);

extern const struct schema_file verification_schema[];
extern const struct ledger verification_ledgers[];
extern const char verification_openapi[];

#endif

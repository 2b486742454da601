/* handlers.h — everything feedback can do, by name; and its own memory. */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "env.h"
#include "http.h"
#include "inbox.h"
#include "index_sipas.h"
#include "jobs.h"
#include "json.h"
#include "ledger.h"
#include "schema.h"
#include "store.h"
#include "store_alert.h"
#include "store_index.h"
#include "store_rating.h"
#include "store_survey.h"
#include "turn.h"

struct feedback_config {
    const char *sipas_method, *sipas_weights;
    const char *seal_key_file, *complaint_unit, *index_secret, *index_weights;
    int64_t rating_days, link_minutes, ratings_an_hour, ratings_a_minute, complaints_an_hour,
        complaint_looks_an_hour, freeze_days;
};

struct feedback {                     /* env->state */
    uint8_t seal_key[SEAL_KEY_BYTES]; /* of what the database alone must not tell */
    const char *secret;               /* the same, for what is made of codes */
    struct cache *calendars;
    struct throttle *throttle;
    struct sipas_weights sipas;
    struct indexes *indexes;
};
void *feedback_open(void *ctx, const struct env *env, struct turn *turn, struct err *err);
static inline const struct feedback_config *config_of(const struct task *t)
{
    return task_env(t)->config;
}
static inline struct feedback *feedback_of(const struct task *t)
{
    return task_env(t)->state;
}

/* handle_facts.c — what other services say of a dossier; the rest of it store.c keeps as it comes */
event_fn handle_progressed, handle_settled;

/* http_rating.c — may this dossier be rated; its token; a link for the counter's tablet */
http_handler_fn http_rating, http_rating_token, http_rating_link;
/* http_redeem.c — what a token is for; the rating it is shown with */
http_handler_fn http_rating_cell, http_rate;
/* http_slip.c — paper slips; what people wrote */
http_handler_fn http_slip, http_words;

/* The four answers and the words, fields of r. */
void read_rating(struct reader *r, struct rating *out);
/* What secret keys and answers of a cell are sealed as. Owner: t. */
const char *cell_about(struct task *t, const struct cell *c);
const char *answer_about(struct task *t, int64_t cell);
/* A slip was entered: faster than anybody types raises an alert that names the clerk. */
int watch_slips(struct task *t, const char *unit, const struct actor *clerk);

/* http_survey.c — what a survey asks; a new version */
http_handler_fn http_surveys, http_survey, http_survey_put;
/* http_wave.c — a wave of it: the sample, the slips, the response; job_draw: key is the wave's id */
http_handler_fn http_waves, http_wave, http_wave_put, http_sample, http_survey_slip;
/* http_results.c — what it came to; how factors weigh (parameters) */
http_handler_fn http_results;
int results_weights(const struct feedback_config *cfg, struct sipas_weights *w, struct err *err);
int job_draw(struct task *t, struct job *job);

/* job_rating.c — key "-" or a dossier's code: opens its rating; a cell's number: makes ten answers readable;
 * what was too little when the quarter closed */
int job_open_rating(struct task *t, struct job *job);
int job_mix(struct task *t, struct job *job);
int job_pool(struct task *t, struct job *job);

/* http_published.c — what everybody may read; its columns */
http_handler_fn http_publications, http_published, http_published_unit, http_published_field,
    http_published_csv, http_published_schema;
/* http_figures.c — figures of a unit as they stand, the dossiers behind each; what the office declares */
http_handler_fn http_figures, http_figures_rows, http_declared, http_declare;
/* http_freeze.c — frozen periods: which, the bytes that were signed, what the facts come to now; freeze one
 */
http_handler_fn http_freezes, http_freeze_content, http_freeze_recount, http_freeze;
/* http_alert.c — what stands out, with the dossiers behind it; what people found it to be */
http_handler_fn http_alerts, http_alert, http_alert_answer;

/* job_freeze.c — key "-": freezes what has ended, publishes quarters and years */
int job_freeze(struct task *t, struct job *job);
/* job_alert.c — key "-": looks at the moves of this month and the one before */
int job_alert(struct task *t, struct job *job);

extern const struct schema_file feedback_schema[];
extern const struct ledger feedback_ledgers[];
extern const char feedback_openapi[];

#endif

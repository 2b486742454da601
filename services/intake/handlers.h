/* handlers.h — everything intake can do, by name; and its own memory. */
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

struct intake_config {
    const char *receipt_secret, *public_url;
    int64_t upload_max_bytes, upload_quota_bytes, upload_days, content_days, draft_days, lookup_tries,
        lookup_window_s, lookup_cache_ms;
};

struct intake { /* env->state */
    struct sign_key key;
    struct signer *signer;
    struct numbers *numbers;
    struct cache *procedures, *units, *lookups, *most_used;
    struct throttle *throttle;
};
void *intake_open(void *ctx, const struct env *env, struct turn *turn, struct err *err);
static inline const struct intake_config *config_of(const struct task *t)
{
    return task_env(t)->config;
}
static inline struct intake *intake_of(const struct task *t)
{
    return task_env(t)->state;
}

/* http_procedure.c: finding procedures */
http_handler_fn http_search_procedures, http_most_used, http_procedure;
extern const struct phrase procedure_unknown;
/* http_file.c: filing, online and at the counter */
http_handler_fn http_file_dossier;
/* http_dossier.c: one's dossiers */
http_handler_fn http_dossiers, http_dossier;
/* http_files.c: what was brought, and the result */
http_handler_fn http_paper, http_result;
/* http_receipt.c */
http_handler_fn http_receipt, http_receipt_qr, http_receipt_paper, http_receipt_keys;
/* http_later.c: what the applicant does later */
http_handler_fn http_supplement, http_withdraw;
/* http_draft.c: what people are writing */
http_handler_fn http_draft_put, http_drafts, http_draft_drop;
/* http_lookup.c: what the public may see */
http_handler_fn http_lookup, http_lookup_with_key;
/* What the public may see of the dossier, as JSON. E_NOT_FOUND, E_LIMITED. */
int lookup_answer(struct task *t, const struct http_request *rq, const char *code, const char **answer);
/* http_live.c: how dossiers go on, as they do */
http_handler_fn http_own_events, http_lookup_events;
void say_progress(struct task *t, const Motcua__DossierProgressed *m, int64_t version,
                  const char *account_id);
/* http_upload.c: files, resumable (tus 1.0.0) */
http_handler_fn http_upload_create, http_upload_get, http_upload_append, http_upload_drop,
    http_upload_options;
/* admin_catalogue.c: the operator's command */
http_handler_fn admin_catalogue;

/* handle_*.c: what other services say */
event_fn handle_progressed, handle_settled, handle_national, handle_unit;

/* job_*.c: timed work */
int job_show_versions(struct task *t, struct job *job);
int job_prune_uploads(struct task *t, struct job *job);
int job_prune_content(struct task *t, struct job *job);
int job_prune_drafts(struct task *t, struct job *job);

/* known.c: procedures and units, from memory while they are fresh. E_NOT_FOUND: *out is NULL, no error. */
int known_procedure(struct task *t, const char *code, const struct procedure **out);
int known_unit_level(struct task *t, const char *code, const char **level);

/* access.c: the dossier, if this caller may see it; E_NOT_FOUND if not, so that codes cannot be probed. */
enum access { ACCESS_OWNER = 1, ACCESS_STAFF = 2 };
int dossier_for(struct task *t, const struct http_request *rq, struct dossier *d, unsigned *access);

/* papers.c: the papers a request names, with the files its uploads brought. */
int papers_resolve(struct task *t, const struct asked_paper *asked, size_t n, const struct procedure *p,
                   const char *owner, Motcua__Paper ***papers);

/* file.c: the one way a dossier comes into being. */
struct filed {
    char code[DOSSIER_CODE_TEXT];
    const char *receipt; /* signed text */
    bool saved;          /* false: the cause was done before */
};
int file_dossier(struct task *t, Motcua__DossierSubmitted *m, const char *answers, const struct cause *cause,
                 const char *(*answer)(struct task *t, const struct filed *f), struct cause *filled,
                 struct filed *filed);
/* Points to what it is given. */
Motcua__Receipt receipt_of(const Motcua__DossierSubmitted *m, const uint8_t *lookup_key,
                           const uint8_t *content_hash);

/* admin_catalogue.c: a row of the table people search. New reference. */
json_t *shown_row(const void *ctx, const struct procedure *p);

extern const struct schema_file intake_schema[];
extern const struct ledger intake_ledgers[];
extern const char intake_openapi[];

#endif

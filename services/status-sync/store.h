/* store.h — every SQL statement of status-sync. */
#ifndef STORE_H
#define STORE_H

#include "http_page.h"
#include "identity.pb-c.h"
#include "inbound.h"
#include "inbox.h"
#include "mapping.h"
#include "save.h"
#include "status_sync.pb-c.h"

extern const struct sql *const store_statements[];
extern const struct sql store_trace;

/* ---- what others say ------------------------------------------------------------------------------ */

/* The event's whole effect is one save. Of a filing the portal hears with its first move, which says how it
 * stands. */
event_fn store_unit_put, store_procedure_put, store_submitted;
/* Both: *known is false if there is no such dossier here (yet); each makes the job "sync" of the dossier. */
int store_progressed(struct task *t, const Motcua__DossierProgressed *m, int64_t version,
                     const struct cause *cause, bool *known);
/* kind: "supplement" or "payment". */
int store_addition(struct task *t, const char *code, const char *kind, int64_t number,
                   const ProtobufCMessage *m, int64_t at_ms, const struct cause *cause, bool *known);

/* ---- what the portal is owed ---------------------------------------------------------------------- */

struct line {                      /* what became of a move */
    int64_t version, pushed_at_ms; /* 0: not pushed */
};

struct dossier { /* as stored; everything belongs to the task */
    const char *code, *unit_code;
    int64_t changes, owed_since_ms;
    bool has_digest; /* the portal accepted a record since the last time it was asked to be pushed again */
    uint8_t record_digest[SHA256_BYTES];
    int record_status;
    int64_t record_at_ms; /* 0: the portal never accepted it */
    size_t lines_count;   /* every move known, gaps or not */
    struct line *lines;
    Motcua__DossierProgressed **moves; /* of the lines */
    struct facts facts;                /* procedure_name NULL: its version has not arrived yet */
};
int store_dossier(struct task *t, const char *code, struct dossier *d, bool *found);

struct accepted { /* a record the portal took */
    const uint8_t *digest;
    int status;
    const char *owner_ref;
    bool is_new; /* the portal had none before, so it has no line either */
};
int store_record_accepted(struct task *t, const char *code, const struct accepted *a);
/* Lines up to that version. */
int store_lines_accepted(struct task *t, const char *code, int64_t version);
/* Nothing more is to be said of what was loaded. */
int store_settle(struct task *t, const struct dossier *d);
/* version 0: the record. */
int store_refused(struct task *t, const char *code, int64_t version, const char *message);
/* Push the record again, whatever the portal had accepted. */
int store_forget(struct task *t, const char *code);

/* The same as a command, with the job. *known as above. */
int store_resync(struct task *t, const char *code, const struct cause *cause, bool *known);

/* ---- what people ask ------------------------------------------------------------------------------ */

/* One row, of the job and the refusal; columns may be NULL. */
int store_job_of(struct task *t, const char *code, const struct db_rows **rows);
/* Newest first, before the place; of these units, or of all (NULL). */
int store_refusals(struct task *t, const char *const *units, size_t units_count,
                   const struct http_page *before, const struct db_rows **rows);
int store_owed(struct task *t, int64_t *dossiers, int64_t *oldest_ms, int64_t *refusals);

/* ---- what the portal pushes ----------------------------------------------------------------------- */

struct known { /* about a push */
    bool is_duplicate, has_procedure, has_unit;
    const char *ward, *district, *province; /* names, or NULL */
};
int store_known(struct task *t, const struct inbound *in, const char *unit_code, struct known *known);
/* *saved is false if it came before. */
int store_inbound(struct task *t, const Motcua__NationalDossierReceived *m, bool *saved);

#endif

/* store.h — every SQL statement of intake. store.c: dossiers; store_catalogue.c: procedures; store_upload.c:
 * uploads; store_draft.c: drafts. */
#ifndef STORE_H
#define STORE_H

#include "dossier.h"
#include "dossier_code.h"
#include "http_page.h"
#include "intake.pb-c.h"
#include "payment.pb-c.h"
#include "receipt.h"
#include "save.h"

extern const struct sql *const store_statements[],
    *const store_catalogue_statements[], *const store_upload_statements[], *const store_draft_statements[];
extern const struct sql store_trace;

/* ---- dossiers (store.c) ---- */

struct dossier { /* as stored; texts belong to the task */
    char code[DOSSIER_CODE_TEXT];
    const char *procedure_code, *procedure_name, *unit_code, *unit_name, *account_id, *summary, *language,
        *national_code;
    const char *applicant, *answers, *state; /* JSON; state NULL: nothing heard yet */
    const char *phone_tail;
    uint32_t procedure_version;
    int channel, status;
    int64_t filed_at_ms, said, version, paid_dong;
    bool result_by_post, withdrawal_waits; /* asked for, and the unit has not said anything to it */
    uint8_t lookup_key[LOOKUP_KEY_BYTES], content_hash[CONTENT_HASH_BYTES];
};

int store_reserve_numbers(struct task *t, const char *unit, int32_t day, int64_t n, int64_t *first);

struct new_dossier {
    const Motcua__DossierSubmitted *message; /* what is told, and most of what is stored */
    const char *applicant, *answers;         /* JSON */
    const uint8_t *lookup_key, *content_hash;
};
/* *saved is false if the cause was done before. */
int store_file(struct task *t, const struct new_dossier *d, const struct cause *cause, bool *saved);

int store_dossier(struct task *t, const char *code, struct dossier *d, bool *found);
/* How far it is, for anybody; *status is 0 if there is none. */
int store_lookup(struct task *t, const char *code, int *status, int64_t *filed_at_ms);
/* Newest first, before the place. */
int store_dossiers_of(struct task *t, const char *account_id, const struct http_page *before,
                      const struct db_rows **rows);
int store_papers(struct task *t, const char *code, const struct db_rows **rows);
int store_progress_of(struct task *t, const char *code, const struct db_rows **rows);

/* Both: E_STALE if the dossier changed since it was loaded. */
int store_supplement(struct task *t, const struct dossier *d, const Motcua__DossierSupplemented *m,
                     const struct cause *cause);
int store_withdrawal(struct task *t, const struct dossier *d, const Motcua__WithdrawalRequested *m,
                     const struct cause *cause);

/* *known: there is such a dossier. *account_id: its owner's, "" without one; NULL if it was applied before.
 */
int store_apply_progress(struct task *t, const char *code, int64_t version, int64_t at_ms, const char *state,
                         const struct cause *cause, bool *known, const char **account_id);
/* *known: there is such a dossier. */
int store_apply_payment(struct task *t, const Motcua__PaymentSettled *m, const struct cause *cause,
                        bool *known);

/* ---- units (store.c) ---- */

int store_unit_put(struct task *t, const char *code, const char *name, const char *level, int64_t from_ms,
                   int64_t to_ms, int64_t version, const struct cause *cause);
/* In force at at_ms; *level is NULL if there is none. */
int store_unit(struct task *t, const char *code, int64_t at_ms, const char **name, const char **level);

/* ---- the catalogue (store_catalogue.c) ---- */

int store_procedure(struct task *t, const char *code, int64_t at_ms,
                    const struct db_rows **rows); /* version, definition */
int store_procedures_known(struct task *t, const char *const *codes, size_t n, const struct db_rows **rows);
int store_catalogue_revision(struct task *t, int64_t *revision);
/* rows: JSON array, one object per new version; the messages of s tell them. E_CONFLICT: somebody else
 * changed one. */
int store_publish(struct task *t, const char *rows, struct save *s);
/* The procedures applied for most since then, the most used first: columns as of a search. */
int store_most_used(struct task *t, int64_t since_ms, int limit, const struct db_rows **rows);
/* Versions whose day has come and that are not shown yet: code, version, definition. */
int store_procedures_due(struct task *t, const struct db_rows **rows);
int store_procedures_show(struct task *t, const char *rows);

struct search {
    const char *query;         /* to_tsquery, or NULL: everything */
    const char *plain;         /* search key, for similar words when nothing fits */
    const char *marked;        /* as typed, lower case, with marks */
    const char *field, *level; /* or NULL */
    int rank_after;            /* keyset: rank, name, code of the last one seen */
    const char *name_after, *code_after;
    int limit;
};
int store_search(struct task *t, const struct search *s, const struct db_rows **rows);
int store_search_similar(struct task *t, const struct search *s, const struct db_rows **rows);

/* ---- uploads (store_upload.c) ---- */

struct upload {
    struct id id;
    const char *owner, *file_name, *media_type;
    uint64_t length;
    bool is_complete;
    uint8_t sha256[SHA256_BYTES];
};
/* *fits: the owner's uploads that are not filed, with this one, are at most quota bytes; else nothing was
 * saved. */
int store_upload_create(struct task *t, const struct upload *u, int64_t quota, const struct cause *cause,
                        bool *fits);
int store_upload(struct task *t, const struct id *id, struct upload *u, bool *found);
int store_upload_finish(struct task *t, const struct upload *u);
/* The complete uploads of owner among ids. */
int store_uploads(struct task *t, const struct id *ids, size_t n, const char *owner,
                  const struct db_rows **rows);
/* It goes, unless it is complete; it goes, whatever it is. */
int store_upload_drop(struct task *t, const struct id *id);
int store_upload_forget(struct task *t, const struct id *id);
/* The owner does not want it: one that is complete is hidden, and goes when it is old. */
int store_upload_hide(struct task *t, const struct upload *u);
/* Uploads older than so many days, the oldest first, at most limit. */
int store_uploads_old(struct task *t, int64_t days, int limit, const struct db_rows **rows);
/* Those of the contents (SHA-256 in hex) no upload, paper or result refers to: column sha256. */
int store_contents_unused(struct task *t, const char *const *hex, size_t n, const struct db_rows **rows);

/* ---- drafts (store_draft.c) ---- */

enum { DRAFTS_MOST = 50 }; /* of one account */
struct draft {
    const char *account_id, *procedure_code, *content;
    int64_t written_at_ms;
};
/* *is_kept: there was none written later. */
int store_draft_save(struct task *t, const struct draft *d, bool *is_room, bool *is_kept);
/* procedure_code, written_at_ms, content; the newest first. */
int store_drafts(struct task *t, const char *account_id, const struct db_rows **rows);
int store_draft_drop(struct task *t, const char *account_id, const char *procedure_code);
int store_drafts_prune(struct task *t, int64_t days, int limit, int *removed);

#endif

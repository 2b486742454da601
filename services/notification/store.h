/* store.h — every SQL statement of notification. */
#ifndef STORE_H
#define STORE_H

#include "identity.pb-c.h"
#include "intake.pb-c.h"
#include "save.h"

extern const struct sql *const store_statements[];
extern const struct sql store_trace;

/* ---- whom to tell ---- */

struct dossier { /* texts belong to the task; "" where there is none */
    const char *code, *unit_code, *handling_unit_code, *account_id, *name, *email, *language;
    const char *procedure_name, *unit_name; /* "" until verification has spoken */
    const char *account_email;              /* of the account, while it is active */
};

/* A dossier that is known already stays as it is. */
int store_dossier_put(struct task *t, const Motcua__DossierSubmitted *m, const struct cause *cause);
/* Whoever sent a complaint; its code, account, name, email and language. */
int store_complainant_put(struct task *t, const struct dossier *who);
int store_dossier(struct task *t, const char *code, struct dossier *d, bool *found);
/* An older version than the one known changes nothing. */
int store_account_put(struct task *t, const Motcua__AccountChanged *m, int64_t version,
                      const struct cause *cause);

/* ---- telling ---- */

struct new_message { /* through one channel */
    struct id id;
    const char *channel, *state, *why, *address, *body;
};

struct news { /* what one event makes */
    const char *code, *source, *template, *language, *subject;
    int64_t version, happened_at_ms, now_ms;
    int64_t progress; /* version of the progress that brings the names; 0: it brings none */
    const char *procedure_name, *unit_name, *handling_unit_code;
    size_t count;
    struct new_message *messages;
};

/* rows: channel and state of each message that was made; none if the event was told before. */
/* A move that policy tells nobody of. */
int store_not_tell(struct task *t, const char *code, int64_t version, const struct cause *cause);
int store_tell(struct task *t, const struct news *n, const struct cause *cause, const struct db_rows **rows);

/* ---- sending ---- */

struct mail_row {
    struct id id;
    const char *id_text, *code, *template, *language, *address, *subject, *body, *why;
    int64_t queued_at_ms, next_at_ms, attempts, said;
};

/* The oldest mail of the dossier that has not left. */
int store_next_mail(struct task *t, const char *code, struct mail_row *m, bool *found);
/* From now on it may have been sent. Counts the attempt in *m. E_STALE: it is done already. */
int store_attempt(struct task *t, struct mail_row *m);
struct attempt_end {
    const char *outcome;
    int reply;
    int64_t next_at_ms; /* 0: it is sent */
};
int store_attempt_end(struct task *t, const struct mail_row *m, const struct attempt_end *end);
/* It will not be sent any more: tells NotificationFailed. */
int store_fail(struct task *t, const struct mail_row *m, const struct attempt_end *end, const char *reason);
int store_waiting(struct task *t, int64_t *count, int64_t *oldest_at_ms); /* 0: none waits */

/* ---- reading ---- */

/* Newest first, before the message `before` (NULL: from the newest). */
int store_inbox(struct task *t, const char *account_id, const struct id *before, int limit,
                const struct db_rows **rows);
int store_unread(struct task *t, const char *account_id, int most, int64_t *count);
/* *found: there is such a message in the inbox. */
int store_read(struct task *t, const char *account_id, const struct id *id, const struct cause *cause,
               bool *found);
/* Of a dossier, oldest first, after the message `after` (NULL: from the oldest). */
int store_messages(struct task *t, const char *code, const struct id *after, int limit,
                   const struct db_rows **rows);

#endif

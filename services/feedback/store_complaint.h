/* store_complaint.h — every SQL statement about complaints: store_complaint.c (themselves),
 * store_complaint_desk.c (lists, places, who denounces). */
#ifndef STORE_COMPLAINT_H
#define STORE_COMPLAINT_H

#include "complaint.h"
#include "feedback.pb-c.h"
#include "http_page.h"
#include "save.h"
#include "verification.pb-c.h"

extern const struct sql *const store_complaint_statements[], *const store_complaint_desk_statements[];

#define COMPLAINT_IS_TOP \
    "EXISTS (SELECT FROM unit WHERE unit.code = complaint.unit_code AND parent_code = '') AS about_top"

struct complaint_file { /* as stored; texts belong to the task, "": none */
    struct complaint c;
    const char *category, *dossier_code, *via, *language;
    const char *account_id, *name, *address, *phone, *email; /* all "" of a denunciation */
    const char *title, *content, *evidence, *answer, *published_answer;
};

struct complaint_said { /* what goes into the history */
    struct complaint_move move;
    const struct actor *by;       /* NULL: whoever sent it, or the system */
    const char *words;            /* NULL: none */
    const ProtobufCMessage *told; /* NULL: nothing */
};

/* Who sent a denunciation: sealed. */
struct sealed {
    const uint8_t *data;
    size_t size; /* 0: none */
};

/* *saved is false if the command was done before. */
int store_complaint_open(struct task *t, const struct complaint_file *f, const struct complaint_said *said,
                         const struct sealed *who, const struct cause *cause, bool *saved);
int store_complaint(struct task *t, const char *code, struct complaint_file *f, bool *found);
/* f: as it becomes; only if it still has the version before. */
int store_complaint_save(struct task *t, const struct complaint_file *f, const struct complaint_said *said,
                         const struct cause *cause, bool *saved);
int store_complaint_moves(struct task *t, const char *code, const struct db_rows **rows);

/* ---- lists (store_complaint_desk.c) ---- */

struct desk_query {
    const char *unit, *state;
    bool is_escalated; /* those escalated to the unit; else those that lie there */
    bool sees_denunciations, sees_others;
    struct http_page page;
};
int store_complaint_desk(struct task *t, const struct desk_query *q, const struct db_rows **rows);
/* Of an account, newest first, before the place. */
int store_complaint_mine(struct task *t, const char *account_id, const struct http_page *before,
                         const struct db_rows **rows);
/* Published answers, newest first; unit "": of all. */
int store_complaint_published(struct task *t, const char *unit, const struct http_page *before,
                              const struct db_rows **rows);

/* ---- places ---- */

struct complaint_place { /* a unit as it is today */
    const char *code, *name, *above;
};
int store_complaint_place(struct task *t, const char *unit, int64_t now_ms, struct complaint_place *p,
                          bool *found);
/* Where the dossier is handled; NULL: there is no such dossier. */
int store_complaint_dossier(struct task *t, const char *dossier, const char **unit);
/* Who has signed for the unit, as its leaders do: official_id, official_name. */
int store_complaint_leaders(struct task *t, const char *unit, const struct db_rows **rows);
/* Who moved the dossier: official_id, official_name. */
int store_complaint_officials(struct task *t, const char *dossier, const struct db_rows **rows);
/* What an official is called, in the dossier or of late: official_name. None: he has moved no dossier. */
int store_complaint_names(struct task *t, const char *official, const char *dossier,
                          const struct db_rows **rows);

/* ---- who denounces ---- */

/* The reading is on record before anything is read. *found is false if nothing is sealed. */
int store_denouncer_read(struct task *t, const char *code, const struct actor *reader, const char *reason,
                         int64_t now_ms, struct sealed *who, bool *found);
int store_denouncer_readings(struct task *t, const char *code, const struct db_rows **rows);

/* ---- working time ---- */

int store_calendars_put(struct task *t, const Motcua__CalendarsChanged *m, int64_t version,
                        const struct cause *cause);
int store_calendars(struct task *t, const Motcua__CalendarsChanged **m); /* NULL: none yet */

#endif

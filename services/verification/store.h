/* store.h — every SQL statement of verification. store.c: cases; store_office.c: copies, lists;
 * store_calendar.c: calendars; store_forms.c: legal forms; store_slip.c: slips of the counter. */
#ifndef STORE_H
#define STORE_H

#include "calendar.h"
#include "decide.h"
#include "http_page.h"
#include "identity.pb-c.h"
#include "inbox.h"
#include "messages.h"
#include "save.h"

extern const struct sql *const store_statements[],
    *const store_office_statements[], *const store_form_statements[], *const store_slip_statements[],
                                                                          *const store_calendar_statements[];
extern const struct sql store_trace;

/* ---- cases (store.c) ---- */

/* *found is false if there is none. *seen: event `event` (may be NULL) has been applied before. */
int store_case(struct task *t, const char *code, const struct id *event, struct case_file *c, bool *found,
               bool *seen);

struct new_case { /* what a case has beside its state */
    const Motcua__DossierSubmitted *submitted;
    const char *checks; /* JSON */
};
/* The case, its moves, what they tell, and what caused them, as one. *saved is false if somebody was faster
 * (or the cause is done): nothing is changed then. */
int store_case_create(struct task *t, const struct new_case *n, const struct decision *d,
                      const struct told *told, const struct cause *cause, bool *saved);
int store_case_save(struct task *t, const struct case_file *before, const struct decision *d,
                    const struct told *told, const struct cause *cause, bool *saved);
/* Papers that came later, with the move they caused. */
int store_case_supply(struct task *t, const struct case_file *before, const struct decision *d,
                      const struct told *told, Motcua__Paper *const *papers, size_t n, int64_t batch,
                      const struct cause *cause, bool *saved);
/* Money that came while the case was somewhere else: counted, and given back if nothing is owed (refund_no >
 * 0). */
int store_case_paid(struct task *t, const struct case_file *before, const struct case_file *next,
                    int refund_no, const char *reason, const struct cause *cause, bool *saved);
int store_case_assign(struct task *t, const struct case_file *c, const char *id, const char *name,
                      const struct cause *cause);
int store_note(struct task *t, const char *code, int64_t at_ms, const char *what, const char *detail,
               const struct cause *cause);
/* With papers that moved nothing. */
int store_note_papers(struct task *t, const char *code, int64_t at_ms, const char *what, const char *detail,
                      Motcua__Paper *const *papers, size_t n, int64_t batch, const struct cause *cause);

int store_moves(struct task *t, const char *code, int64_t after, const struct db_rows **rows);
int store_papers(struct task *t, const char *code, const struct db_rows **rows);
int store_notes(struct task *t, const char *code, const struct db_rows **rows);
int store_case_extra(struct task *t, const char *code,
                     const struct db_rows **rows); /* applicant, checks, due_why */
/* Open cases of the number for the procedure: codes. */
int store_duplicates(struct task *t, const char *number, const char *procedure, const char *but,
                     const struct db_rows **rows);

/* ---- the office (store_office.c) ---- */

int store_unit_put(struct task *t, const Motcua__UnitChanged *m, int64_t version, const struct cause *cause);
struct unit_told {
    const char *name, *address, *phone; /* "": not known */
};
int store_unit(struct task *t, const char *code, int64_t at_ms, struct unit_told *u, bool *found);
int store_unit_name(struct task *t, const char *code, int64_t at_ms, const char **name); /* NULL: none */
event_fn store_procedure_put; /* a version that running dossiers stay on */
int store_procedure(struct task *t, const char *code, uint32_t version,
                    const Motcua__ProcedurePublished **p); /* NULL: none */

struct queue {
    const char *unit, *assignee; /* one of them NULL */
    int status;
    struct http_page page;
};
int store_queue(struct task *t, const struct queue *q, const struct db_rows **rows);
int store_queue_counts(struct task *t, const char *unit, int64_t now_ms, const struct db_rows **rows);

/* ---- working calendars (store_calendar.c) ---- */

/* All of them, as they are told. Owner: t. */
int store_calendars(struct task *t, Motcua__CalendarsChanged *m);
int store_calendar_put(struct task *t, const char *code, const char *name, const char *const week[7],
                       const char *const *units, size_t units_count, bool *changed);
int store_special_day_put(struct task *t, const char *day, const char *kind, const char *name, bool *changed);
/* Something changed: have it told soon. */
int store_calendars_changed(struct task *t);
/* Tells them, unless they were told so before. */
int store_calendars_say(struct task *t, const Motcua__CalendarsChanged *m);

/* ---- legal forms (store_forms.c) ---- */

/* Forms are numbered when somebody looks: all that wait in the book, in the order of their moves. */
int store_forms_number(struct task *t, const char *unit, int kind, int year);
/* The forms issued for a case, in order, or the one of a move (version > 0), numbered: unit, kind, year, no,
 * version, due_at, asked, batch; of the move at, transition, by_name, by_title, note, due_before. */
int store_forms(struct task *t, const char *code, int64_t version, const struct db_rows **rows);
int store_applicant(struct task *t, const char *code, const Motcua__Applicant **a);
/* Dossiers the unit received in the year, by number, from behind `after`. */
int store_register(struct task *t, const char *unit, int year, int64_t after, int limit,
                   const struct db_rows **rows);

/* ---- slips of the counter (store_slip.c) ---- */

struct slip { /* texts without NULL */
    struct id id;
    const char *unit;
    int kind, year; /* of its book */
    int64_t no, at_ms;
    const Motcua__Applicant *applicant;
    const char *procedure_code;
    uint32_t procedure_version;
    const char *reason;
    size_t asked_count;
    Motcua__AskedPaper **asked;
    const char *by_account, *by_name, *by_title;
};
/* Under the next number of its book. Done before: nothing. */
int store_slip_issue(struct task *t, const struct slip *s, const struct cause *cause);
int store_slip(struct task *t, const struct id *id, struct slip *s, bool *found);
/* Of a unit, the newest first, from behind `after`: id, kind, year, no, at, procedure_code,
 * procedure_version, applicant_name, by_name. */
int store_slips(struct task *t, const char *unit, const struct id *after, int limit,
                const struct db_rows **rows);

#endif

/* complaint_work.h — what the handlers about complaints share: where one goes, a move from load to save, who
 * may see it, and how it looks as JSON. */
#ifndef COMPLAINT_WORK_H
#define COMPLAINT_WORK_H

#include "complaint_filing.h"
#include "complaint_route.h"
#include "handlers.h"
#include "http_page.h"
#include "store_complaint.h"

enum { COMPLAINT_CODE_TEXT = 16 };

/* http_complaint.c: sending one in; what would become of it */
http_handler_fn http_complain, http_complaint_preview;
/* http_complaint_mine.c: following one's own, by account or by the secret of its receipt */
http_handler_fn http_complaints_mine, http_complaint_mine, http_complaint_look_up, http_complaint_act;
/* http_complaint_desk.c: those who work them; http_denouncer.c: who denounces */
http_handler_fn http_complaint_desk, http_complaint_case, http_complaint_decide, http_denouncer,
    http_denouncer_readings;
/* http_complaint_public.c: published answers */
http_handler_fn http_complaints_published;
/* job_complaint.c: a limit has passed; the key is the complaint */
int job_complaint_due(struct task *t, struct job *job);
event_fn handle_calendars;

/* ---- complaint_office.c ---- */

/* The unit's working time. E_BUSY until verification has told any. */
int complaint_calendar(struct task *t, const char *unit, const struct calendar **cal);
/* A unit as it is today; E_INVALID with a fault for the field if there is none. */
int complaint_unit(struct task *t, const char *field, const char *unit, struct complaint_place *p);
/* Its name, or its code where it has none today. */
int complaint_unit_name(struct task *t, const char *unit, const char **name);
/* Who is above a unit: its parent, or the unit for what can lie nowhere else; NULL: nobody. */
const char *complaint_above(struct task *t, const struct complaint_place *p);
/* What whoever sends one gets to follow it by; stored nowhere. Owner: t. */
const char *complaint_secret(struct task *t, const char *code);
bool complaint_secret_fits(struct task *t, const char *code, const char *secret);

/* ---- complaint_change.c ---- */

struct complaint_change {
    const char *code;
    struct complaint_doing doing; /* roles and unit_above are filled in */
    const struct actor *actor;    /* of staff; NULL: the system, or whoever sent it */
    const char *account, *secret; /* of whoever says he sent it; NULL: neither */
    struct cause cause;
    int64_t if_version; /* 0: whatever it is now */
    const char *(*answer)(struct task *t, const struct complaint_file *f);
};
/* *f: as it is afterwards. E_NOT_FOUND: not for this caller. */
int complaint_change(struct task *t, struct complaint_change *ch, struct complaint_file *f);
/* Load for staff: E_NOT_FOUND unless he may see it. */
int complaint_for_staff(struct task *t, const char *code, const struct actor *a, struct complaint_file *f,
                        unsigned *roles);
int complaint_for_sender(struct task *t, const char *code, const char *account, const char *secret,
                         struct complaint_file *f);
/* The message about a move; NULL: nobody is told. unit_name: where it lies. Owner: t. */
const ProtobufCMessage *complaint_told(struct task *t, const struct complaint_file *f,
                                       const struct complaint_move *m, const char *words,
                                       const char *unit_name, const struct calendar *cal);

/* ---- complaint_json.c ---- */

/* New references. roles: 0 for whoever sent it. */
int complaint_json(struct task *t, const struct http_request *rq, const struct complaint_file *f,
                   unsigned roles, json_t **out);
http_row_fn complaint_row_json;

#endif

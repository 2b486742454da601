/* deadline.h — appointments: the limit of a procedure on the calendar of a unit, and what a pause does to it.
 * Pure. Source: DOMAIN §6.2–§6.5; vectors deadlines.json. */
#ifndef DEADLINE_H
#define DEADLINE_H

#include "calendar.h"
#include "intake.pb-c.h"

enum { WORKING_DAY_MINUTES = 480 }; /* one working day is eight hours, whatever the shifts */

/* When a dossier received at from_ms is due; 0: the procedure has no limit in numbers. */
int64_t deadline_of(const struct calendar *c, const Motcua__ProcedurePublished *p, int64_t from_ms,
                    struct explanation *why);

/* The new appointment when a pause from paused_ms ends at resumed_ms: the full limit again (RESTART), the
 * rest of it (RESUME), or the old one moved by the working time that was waited (SHIFT; also where there is
 * no limit in numbers to start again, but a date somebody named). started_ms: when the limit began. */
int64_t deadline_after_pause(const struct calendar *c, const Motcua__ProcedurePublished *p,
                             Motcua__PausePolicy policy, int64_t started_ms, int64_t due_ms,
                             int64_t paused_ms, int64_t resumed_ms, struct explanation *why);

/* When the applicant must have answered: the n-th working day's closing time. */
int64_t deadline_to_answer(const struct calendar *c, int64_t from_ms, uint32_t days);

#endif

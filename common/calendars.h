/* calendars.h — the working calendars of all units, as verification says them (motcua.CalendarsChanged).
 * Pure. */
#ifndef CALENDARS_H
#define CALENDARS_H

#include "calendar.h"
#include "verification.pb-c.h"

struct calendars;

/* As said; what cannot be read in it is left out. Owner: ctx. */
struct calendars *calendars_of(const void *ctx, const Motcua__CalendarsChanged *m);

/* The unit's own, else everybody's, else NULL. */
const struct calendar *calendars_for(const struct calendars *all, const char *unit);

#endif

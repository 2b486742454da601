/* complaint_route.h — where a petition, complaint or denunciation goes, and who never sees it. Pure.
 *
 * It goes to the unit it is about; if it is about whoever leads that unit, to the unit above. Whoever it is
 * about does not see it, wherever he has which role; if he leads the unit, nobody of that unit does; of the
 * province, whose roles are those in every unit, nobody who has such but inspectors. A
 * denunciation is seen by inspectors and leaders only, and who denounces by inspectors only (TC; DOMAIN
 * §10.5).
 */
#ifndef COMPLAINT_ROUTE_H
#define COMPLAINT_ROUTE_H

#include "complaint.h"

/* Where it is handled; above: of unit, NULL if there is none. NULL: nowhere, for nobody is above its head. */
const char *complaint_handler(const char *unit, bool about_head, const char *above);

/* Is it he whom it is about? By account if one is given, else by name, with or without a title. ctx for
 * scratch. */
bool complaint_is_about(const void *ctx, const char *about_official, const char *about_name,
                        const char *account_id, const char *name);

/* May this person not know of it? ctx for scratch. */
bool complaint_excludes(const void *ctx, const struct complaint *c, const struct actor *a);

/* The roles by which the person acts on it: where it lies, and as a leader or inspector where it was
 * escalated to; 0 for whom it excludes. */
unsigned complaint_roles(const void *ctx, const struct complaint *c, const struct actor *a);

/* May the roles read what it says? Who sent it? */
bool complaint_is_visible(const struct complaint *c, unsigned roles);
bool complaint_person_is_visible(const struct complaint *c, unsigned roles);

#endif

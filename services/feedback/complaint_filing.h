/* complaint_filing.h — a petition, complaint or denunciation as somebody sends it in. Pure. */
#ifndef COMPLAINT_FILING_H
#define COMPLAINT_FILING_H

#include "complaint.h"
#include "json.h"

struct complaint_filing { /* texts are never NULL; "": not given */
    int class;
    const char *category, *title, *content, *evidence;
    const char *unit, *dossier;           /* one of them at least */
    const char *official, *official_name; /* whom it is about */
    bool is_head, is_anonymous;
    const char *name, *address, *phone, *email;
    const char *via, *language;
};

/* Read and check it, as far as it can be checked alone. is_staff: a clerk enters what came by another way. */
int complaint_filing_read(const void *ctx, const struct json_node *body, bool is_staff,
                          struct complaint_filing *out, struct err *err);

/* Is it about how somebody behaved (indicator 7 of TT 01/2018)? */
bool complaint_is_about_attitude(const char *category);

/* Who sends it, as text to be sealed; and back into members of a JSON object. */
char *complaint_person_print(const void *ctx, const struct complaint_filing *f);

extern const char *const complaint_categories[]; /* by situation; ends with NULL */

#endif

/* form.h — the answers of a dossier against the field list of its procedure version. Pure.
 *
 * The same list drives the page and this check. A field whose condition does not hold must not be answered.
 * Faults name "answers.<field>" and say how to mend it.
 */
#ifndef FORM_H
#define FORM_H

#include "catalogue.h"

/* answers: an object or NULL (none). *clean is the JSON text of an object with the values in their one form
 * (NFC, phone digits), owned by ctx. Returns err's code. */
int form_check(const void *ctx, const struct procedure *p, const struct json_node *answers, int this_year,
               const char **clean, struct err *err);

#endif

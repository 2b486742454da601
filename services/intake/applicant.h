/* applicant.h — whose dossier it is: read, checked, written. Pure. Sources: DOMAIN §2.3, §12. */
#ifndef APPLICANT_H
#define APPLICANT_H

#include "common.pb-c.h"
#include "json.h"

/* Faults name "applicant.<member>". Strings belong to r's ctx. */
int applicant_read(struct reader *r, int this_year, Motcua__Applicant *out);
/* As JSON, with every member. Owner: ctx. */
char *applicant_print(const void *ctx, const Motcua__Applicant *a);

#endif

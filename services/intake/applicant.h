/* applicant.h — whose dossier it is: read, checked, written. Pure. Sources: DOMAIN §2.3, §12. */
#ifndef APPLICANT_H
#define APPLICANT_H

#include "common.pb-c.h"
#include "json.h"

/* Faults name "applicant.<member>". Strings belong to r's ctx. */
int applicant_read(struct reader *r, int this_year, Motcua__Applicant *out);
json_t *applicant_json(const Motcua__Applicant *a);
/* Of what applicant_json wrote. Strings point into json. */
void applicant_from_json(const json_t *json, Motcua__Applicant *out);

#endif

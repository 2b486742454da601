/* checks.h — what a machine can say about a dossier before a person looks: completeness, numbers, duplicates.
 * Pure. A check never refuses; it tells the clerk. Sources: NĐ61 Đ17.1 (papers are scanned), DOMAIN §12. */
#ifndef CHECKS_H
#define CHECKS_H

#include "intake.pb-c.h"

enum verdict { CHECK_OK, CHECK_WARN, CHECK_FAIL };

/* [{"check","verdict","code","vi","en"}], one line per finding and one "ok" per check that found nothing.
 * duplicates: codes of open dossiers of the same person for the same procedure. Owner: ctx. */
const char *checks_run(const void *ctx, const Motcua__DossierSubmitted *d,
                       const Motcua__ProcedurePublished *p, const char *const *duplicates,
                       size_t duplicates_count, int this_year);

#endif

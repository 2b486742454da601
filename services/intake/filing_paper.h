/* filing_paper.h — the signed receipt of a filing as a paper to keep: whoever scans it checks the signature.
 * It is not form 01, which the authority issues when it accepts the dossier. Pure. */
#ifndef FILING_PAPER_H
#define FILING_PAPER_H

#include <stdint.h>

#include "sheet.h"

struct filing_facts {
    const char *code, *procedure_name, *unit_name, *summary;
    const char *name, *id_number, *phone, *address; /* of the applicant; "": not known */
    const char *qr_text;
    int64_t filed_at_ms;
    size_t papers_count;
    const struct sheet_paper *papers;
};

/* Owner: ctx. */
struct sheet *filing_paper(const void *ctx, const struct filing_facts *f);

#endif

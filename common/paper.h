/* paper.h — papers of a dossier as rows: the same columns wherever a service keeps them.
 *
 *   "INSERT INTO paper (code, batch, " PAPER_COLUMNS ") SELECT d.code, 1, " PAPER_VALUES
 *   " FROM d, " PAPER_RECORDS("$12")
 */
#ifndef PAPER_H
#define PAPER_H

#include "common.pb-c.h"

#define PAPER_COLUMNS \
    "seq, component_code, name, file_name, sha256, size_bytes, media_type, originals, copies"
#define PAPER_VALUES \
    "p.seq, p.component, p.name, p.file_name, decode(nullif(p.sha256, ''), 'hex'), p.size, p.type," \
    " p.originals, p.copies"
#define PAPER_RECORDS(parameter) \
    "jsonb_to_recordset(" parameter \
    "::jsonb) AS p(seq int, component text, name text, file_name text, sha256 text," \
    " size bigint, type text, originals int, copies int)"

/* The records, numbered from 1. Owner: ctx. */
char *papers_print(const void *ctx, Motcua__Paper *const *papers, size_t n);

#endif

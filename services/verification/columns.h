/* columns.h — struct case_file as a row: one table says which member is which column, both ways. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <jansson.h>

#include "case.h"
#include "db.h"

/* Every column of the state as a JSON object, for jsonb_populate_record. New reference; ctx for scratch. */
json_t *case_row(const void *ctx, const struct case_file *c);
int64_t case_sort_at(const struct case_file *c);
/* The first row of a statement that selects them all. Texts point into rows; lists belong to ctx. */
void case_from_row(const void *ctx, const struct db_rows *rows, struct case_file *c);

/* Asked papers as a column has them. New reference. */
json_t *asked_json(Motcua__AskedPaper *const *asked, size_t n);
/* Read back; how many. Owner: ctx. */
size_t asked_from_json(const void *ctx, const char *text, Motcua__AskedPaper ***out);

#endif

/* csv_import.h — an operator's table, row by row: what fits is taken, what does not is named in the answer
 * (refused.h). Importing the same file again changes nothing. */
#ifndef CSV_IMPORT_H
#define CSV_IMPORT_H

#include "csv_file.h"
#include "http.h"

/* Take one row. Faults in *err refuse the row; any other failure ends the import. *changed: it was new or
 * different. */
typedef int csv_take_fn(struct task *t, const struct csv_file *csv, const struct csv_row *row, bool *changed,
                        struct err *err);

/* Answers {changed, unchanged, refused: […]}. A file without the columns (ends with NULL) is refused whole.
 */
int csv_import(struct task *t, const struct http_request *rq, struct http_reply *re,
               const char *const *columns, csv_take_fn *take);

#endif

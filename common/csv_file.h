/* csv_file.h — CSV files with a header line, by libcsv: every row knows the line it began on, every value its
 * column.
 *
 * UTF-8 with or without BOM; commas, or semicolons where the header has more of them; quoted values may hold
 * line breaks. Values come out cleaned and in NFC (text.h).
 */
#ifndef CSV_FILE_H
#define CSV_FILE_H

#include <stddef.h>

#include "err.h"

struct csv_row {
    size_t line; /* of the file, from 1 */
    size_t count;
    const char **values; /* "" for an empty one, NULL for one that is not UTF-8 */
};

struct csv_file {
    size_t columns_count;
    const char **columns;
    size_t rows_count;
    struct csv_row *rows;
};

/* Owner of everything: ctx. E_INVALID if there is no header, it is not UTF-8 or lacks one of needed (ends
 * with NULL; NULL: any will do), or the quoting never ends. */
int csv_read(const void *ctx, const char *text, size_t size, const char *const *needed, struct csv_file **out,
             struct err *err);

/* The value of a column in a row: "" if the file has no such column, the row is too short or the value is not
 * UTF-8. */
const char *csv_value(const struct csv_file *c, const struct csv_row *row, const char *column);
/* A fault for each column of the row whose value is not UTF-8. */
int csv_check_row(const struct csv_file *c, const struct csv_row *row, struct err *err);
bool csv_has(const struct csv_file *c, const char *column);

#endif

/* unit.h — one dated row of the tree of units, and reading it from a CSV line. Pure. */
#ifndef UNIT_H
#define UNIT_H

#include <stdint.h>

#include "csv_file.h"
#include "err.h"

struct unit {
    const char *code, *name, *level, *parent_code, *gso_code, *address, *phone; /* "" for none */
    int64_t valid_from_ms, valid_to_ms;                                         /* 0: no end */
};

/* Columns code, name, level, parent_code, gso_code, valid_from, valid_to (yyyy-mm-dd), address, phone. A
 * fault names the column and the remedy. */
int unit_from_row(const struct csv_file *csv, const struct csv_row *row, struct unit *u, struct err *err);

#endif

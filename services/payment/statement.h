/* statement.h — a bank's statement as a file: date, amount, purpose, bank_ref. What a row says, and whose it
 * is. Pure. */
#ifndef STATEMENT_H
#define STATEMENT_H

#include "csv_file.h"
#include "invoice.h"
#include "purpose.h"

struct statement_row {
    int64_t amount_dong, paid_at_ms;
    const char *purpose, *bank_ref;
};

/* Faults name the columns. Dates are yyyy-mm-dd or dd/mm/yyyy; amounts may have dots or commas between
 * thousands. */
int statement_read(const struct csv_file *csv, const struct csv_row *row, struct statement_row *out,
                   struct err *err);

/* The invoice a row pays: of the likeliest code that is there, the open one with this amount, else any with
 * this amount, else an open one, else the first. NULL: none, or two dossiers are meant equally. */
const struct invoice *statement_match(const struct invoices *list, const char (*codes)[COMPACT_TEXT],
                                      size_t n, int64_t amount_dong);

#endif

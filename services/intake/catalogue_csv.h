/* catalogue_csv.h — a line of a catalogue table, as authorities publish them, as the part of a definition it
 * brings.
 *
 * Known columns: code, name, field, decision_no, implementing_agency, competent_agency, levels or
 * lvl_province, lvl_district, lvl_commune (0/1), target_subjects, online_level, deadline_direct_value,
 * deadline_direct_unit (or deadline_online_…), deadline_text, fee_status, fee_min, fee_max, fee_currency,
 * fee_text, result_name, legal_basis_codes. Others are ignored. Pure.
 */
#ifndef CATALOGUE_CSV_H
#define CATALOGUE_CSV_H

#include "csv_file.h"
#include "json.h"

struct warning { /* a value that was left out; the row is imported without it */
    size_t line;
    const char *column, *value, *remedy;
};

enum { WARNINGS_MAX = 200 };
struct warnings {
    size_t count; /* may exceed WARNINGS_MAX: the rest is counted only */
    struct warning list[WARNINGS_MAX];
};

/* Members for procedure_read, under ctx. A missing code or name is a fault that names the column and the
 * remedy. */
int catalogue_row(const void *ctx, const struct csv_file *csv, const struct csv_row *row, json_t **patch,
                  struct warnings *warnings, struct err *err);

#endif

/* unit.c — see unit.h. */
#include "unit.h"

#include <string.h>

#include "civil.h"
#include "dossier_code.h"
#include "phrases.h"

static const struct phrase LEVEL = { "level_invalid",
                                     "Cấp phải là province, department, district hoặc commune.",
                                     "The level is province, department, district or commune." };
static const struct phrase DATES = { "dates_reversed", "Ngày hết hiệu lực phải sau ngày có hiệu lực.",
                                     "The last day must come after the first." };

static int64_t date_of(const struct csv_file *csv, const struct csv_row *row, const char *column,
                       struct err *err)
{
    int64_t ms = 0;
    const char *text = csv_value(csv, row, column);
    if (*text && !civil_parse(text, CIVIL_DATE, &ms))
        err_fault(err, column, &phrase_date, NULL);
    return ms;
}

static bool is_level(const char *s)
{
    return strcmp(s, "province") == 0 || strcmp(s, "department") == 0 || strcmp(s, "district") == 0 ||
           strcmp(s, "commune") == 0;
}

int unit_from_row(const struct csv_file *csv, const struct csv_row *row, struct unit *u, struct err *err)
{
    *u = (struct unit){
        .code = csv_value(csv, row, "code"),
        .name = csv_value(csv, row, "name"),
        .level = csv_value(csv, row, "level"),
        .parent_code = csv_value(csv, row, "parent_code"),
        .gso_code = csv_value(csv, row, "gso_code"),
        .address = csv_value(csv, row, "address"),
        .phone = csv_value(csv, row, "phone"),
        .valid_from_ms = date_of(csv, row, "valid_from", err),
        .valid_to_ms = date_of(csv, row, "valid_to", err),
    };
    if (!unit_code_is_valid(u->code))
        err_fault(err, "code", &phrase_unit_code, NULL);
    if (*u->name == '\0')
        err_fault(err, "name", &phrase_required, NULL);
    if (!is_level(u->level))
        err_fault(err, "level", &LEVEL, NULL);
    if (*u->parent_code && !unit_code_is_valid(u->parent_code))
        err_fault(err, "parent_code", &phrase_unit_code, NULL);
    if (*csv_value(csv, row, "valid_from") == '\0')
        err_fault(err, "valid_from", &phrase_date, NULL);
    if (u->valid_to_ms && u->valid_to_ms <= u->valid_from_ms)
        err_fault(err, "valid_to", &DATES, NULL);
    return err->code;
}

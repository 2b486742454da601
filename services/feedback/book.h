/* book.h — the counts of a period in a table of units × fields, with totals in place 0. Pure.
 *
 * Filled from facts in any order; read by place. Answers too few for a field of their own are counted for the
 * unit, or for the province (schema/002): they stand in a field or a unit "".
 */
#ifndef BOOK_H
#define BOOK_H

#include <stddef.h>

#include "index_766.h"
#include "index_tt01.h"
#include "suppress.h"

enum { BOOK_TOTAL = 0, BOOK_QUARTERS = 4 };

struct book_procedure {
    const char *code, *field;
    bool is_online, has_fee;
};

struct book {
    struct span span;
    size_t units_count, fields_count, procedures_count; /* units and fields with the total */
    const char **units, **fields;                       /* codes in order; [0] is NULL */
    struct book_procedure *procedures;                  /* by code */
    size_t *field_of;                                   /* of a procedure: its place */
    struct tally *cells;
    uint8_t *marks;                          /* what a unit did with a procedure */
    struct fraction (*declared)[I766_PARTS]; /* by a unit */
    struct cube *answers, *dossiers;         /* by quarter; dossiers: ended */
};

/* Units and procedures in any order, each once. quarters: of the period. Owner: ctx; codes are copied. */
struct book *book_new(const void *ctx, struct span span, const char *const *units, size_t units_count,
                      const struct book_procedure *procedures, size_t procedures_count, size_t quarters);

/* Places; 0: there is none such. */
size_t book_unit(const struct book *b, const char *code);
size_t book_field(const struct book *b, const char *code);

/* quarter: from 1, of the period; 0: it has none. Facts of unknown units or procedures count in totals only.
 */
void book_add_dossier(struct book *b, const char *unit, const char *procedure, size_t quarter,
                      const struct dossier_fact *d);
void book_add_complaint(struct book *b, const char *unit, const char *field, const struct complaint_fact *c);
void book_add_rating(struct book *b, const char *unit, const char *field, size_t quarter,
                     const struct rating_fact *r, int64_t times);
void book_declare(struct book *b, const char *unit, enum i766_part part, struct fraction f);

const struct tally *book_cell(const struct book *b, size_t unit, size_t field);
/* What the indexes need besides: of the procedures the unit received; of all of them for the province. */
struct tt01_setting book_setting(const struct book *b, size_t unit, size_t field);
struct i766_inputs book_inputs(const struct book *b, size_t unit, size_t field);

#endif

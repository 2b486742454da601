/* index_json.h — figures as JSON: what was counted, what indexes came of it, what everybody may read.
 *
 * Shares are whole numbers, hundredths of a percent; scores of TT 01/2018 tenths, points of index 766
 * hundredths of a point. What could not be counted is absent.
 */
#ifndef INDEX_JSON_H
#define INDEX_JSON_H

#include "book.h"
#include "json_write.h"

struct names { /* of units and fields, by the place in a book; the total's is "" */
    const char **units, **fields, **gso_codes;
};

/* Everything of the period, for signing: the same facts give the same bytes. Owner: ctx. */
char *content_json(const void *ctx, int64_t period, const struct book *b, const char *weights_text,
                   const struct i766_weights *w);

void write_counts(struct json_writer *w, const struct tally *sum);
void write_tt01(struct json_writer *w, const struct book *b, size_t unit, size_t field);
/* least: shares of fewer are left out. */
void write_766(struct json_writer *w, const struct book *b, size_t unit, size_t field,
               const struct i766_weights *weights, int64_t least);

/* One row of what is published: nothing that is hidden. quarter: the place in the cubes; 0 for a year. */
struct published {
    const struct book *book;
    const struct names *names;
    const struct i766_weights *weights;
    int64_t period;
    size_t quarter;
};
void write_row(struct json_writer *w, const struct published *p, const char *name, size_t unit, size_t field);
/* The same as a line of CSV, with what write_row says; csv_head() is the line above. */
const char *csv_head(void);
char *csv_row(const void *ctx, const struct published *p, size_t unit, size_t field);
bool is_empty_cell(const struct published *p, size_t unit, size_t field);

#endif

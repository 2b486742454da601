/* rating.h — what applicants say of a dossier that has ended: four things the office can change, 1 to 5, and
 * words. Pure.
 *
 * A quarter is year × 10 + 1 to 4: 20264. Its ratings are taken until some days after its end.
 */
#ifndef RATING_H
#define RATING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RATING_QUESTIONS = 4,
    RATING_BEST = 5,
    RATING_WORDS_MAX = 1000,
    RATING_MIX = 10 /* so many of a cell are made readable together, never fewer */
};

enum rating_origin { RATING_WEB, RATING_TABLET, RATING_PAPER };
extern const char *const rating_origins[];   /* ends with NULL */
extern const char *const rating_questions[]; /* ends with NULL */

struct rating {
    int scores[RATING_QUESTIONS]; /* in the order of rating_questions */
    enum rating_origin origin;
    const char *words;
};

int quarter_of(int64_t at_ms);
int64_t quarter_closes_at(int quarter, int days);
/* The last one whose ratings are closed. */
int quarter_closed(int64_t now_ms, int days);
bool quarter_is_valid(int64_t quarter);

/* As bytes to be sealed, of one length whatever the words: else two looks at the database, before and after
 * ten were mixed, would tell whose the long ones are. Owner: ctx. */
uint8_t *rating_pack(const void *ctx, const struct rating *r, size_t *size);
/* False if they are none. words belong to ctx. */
bool rating_unpack(const void *ctx, const uint8_t *bytes, size_t size, struct rating *out);

/* Of those that are mixed: unless all came the same way none says how. There is a row of who was given a link
 * for the tablet, so the only answer from a tablet would be his. */
void rating_blur_origins(struct rating *ratings, size_t n);

#endif

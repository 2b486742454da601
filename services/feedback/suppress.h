/* suppress.h — which numbers of a table stay unsaid, so that nobody learns how fewer than ten people
 * answered, not even by subtracting what is said. Pure.
 *
 * A cube counts answers by unit × field × quarter, with totals in every direction: place 0 of a direction is
 * its total. Quarters are published one by one as they end, the year with the last; so a quarter is decided
 * from itself alone and stays as it was said, and only the year gives way to it.
 *
 * What holds of the cells that are said:
 *   - none counts from 1 to least − 1 answers; 0 that is not hidden tells nothing of anybody
 *   - a total less all the parts that are said leaves nothing, or at least `least`
 *   - no unsaid cell below least can be computed from them: for each there is another cube with the same said
 *     cells (answers moved around the corners of a box of unsaid ones: the hypercube method)
 */
#ifndef SUPPRESS_H
#define SUPPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CUBE_WAYS = 3, CUBE_UNITS = 0, CUBE_FIELDS = 1, CUBE_QUARTERS = 2, CUBE_LEAST = 10, CUBE_TOTAL = 0 };

struct cube {
    size_t size[CUBE_WAYS]; /* with the totals */
    int64_t *n;
    bool *is_hidden, *is_said; /* is_said: cannot be hidden any more */
};

struct place {
    size_t at[CUBE_WAYS]; /* 0: the total */
};

/* Nothing counted yet. Owner: ctx. */
struct cube *cube_new(const void *ctx, size_t units, size_t fields, size_t quarters);
void cube_count(struct cube *c, struct place leaf, int64_t n); /* adds to the leaf and to its totals */
int64_t cube_n(const struct cube *c, struct place p);
bool cube_is_hidden(const struct cube *c, struct place p);
/* Decide what is hidden. has_year: the last quarter has ended; else no total over quarters is said. */
void cube_suppress(struct cube *c, int64_t least, bool has_year);

#endif

/* index_766.h — how people and businesses are served, by QĐ 766/QĐ-TTg of 23/6/2022: shares, each times its
 * weight, in five groups that make 100. Pure.
 *
 * Source: DOMAIN §10.4. How many points each share is worth is not known for sure, so it is data
 * (deploy/…/index_766.csv): a line per share with its most points and from which percentage on they are full.
 * Points are in hundredths, shares in hundredths of a percent.
 */
#ifndef INDEX_766_H
#define INDEX_766_H

#include <stdbool.h>
#include <stddef.h>

#include "csv_file.h"
#include "err.h"
#include "tally.h"

enum { I766_GROUPS = 6, I766_NONE = -1, I766_SAID = INT32_MAX };

enum i766_part {
    I766_1_1,
    I766_1_2,
    I766_1_3,
    I766_1_4, /* open: announced, published in time, published whole, synchronised */
    I766_2_1,
    I766_2_2, /* in time; mean time against the limit */
    I766_3_1,
    I766_3_2,
    I766_3_3, /* online: procedures, those used, dossiers */
    I766_3_5,
    I766_3_6, /* payment online: procedures, dossiers */
    I766_4_1,
    I766_4_2,
    I766_4_3,
    I766_4_4,
    I766_4_5, /* digital: results, papers, reused, shared, population */
    I766_5_1,
    I766_5_2,
    I766_5_3,
    I766_5_4, /* content: feedback sorted, in time, liked; handling */
    I766_PARTS
};

struct i766_weights {
    struct {
        int most;      /* hundredths of a point */
        int full_from; /* hundredths of a percent */
        int factor;    /* hundredths: 140 counts a share 1.4 times */
    } part[I766_PARTS];
};

struct fraction {
    int64_t part, whole;
};

/* What is counted of procedures, not of dossiers; and what no message tells and the office declares: a whole
 * of 0 is not declared. */
struct i766_inputs {
    int64_t procedures, online, online_used, with_fee, with_fee_online;
    struct fraction declared[I766_PARTS];
};

struct i766 {
    int share[I766_PARTS]; /* I766_NONE: there was nothing to count */
    int64_t
        behind[I766_PARTS]; /* dossiers or complaints that were counted; of what counts procedures: SAID */
    int points[I766_PARTS];
    int group[I766_GROUPS];       /* points; [0] is not used */
    int most_counted, points_all; /* most: of the shares that could be counted */
};

struct i766 i766_of(const struct tally *sum, const struct i766_inputs *in, const struct i766_weights *w);

/* Takes out the shares behind which stand fewer than `least`, out of the sums as well: else what is left of
 * the sums would tell them. */
void i766_leave_out(struct i766 *x, const struct i766_weights *w, int64_t least);

const char *i766_name(enum i766_part part); /* "2.1" */
int i766_named(const char *name);           /* -1: there is none */
bool i766_is_declared(enum i766_part part); /* nothing we hear tells it */

/* The weights of a file with the columns part, most, full_from, factor. E_INVALID with a fault for a line
 * that is wrong, a share that is missing or stands twice, or groups that do not make 18, 20, 22, 22, 18. */
int i766_weights_read(const struct csv_file *file, struct i766_weights *out, struct err *err);

#endif

/* indexes.h — how figures are made: read into a book, frozen, published. Used by jobs and handlers. */
#ifndef INDEXES_H
#define INDEXES_H

#include "handlers.h"
#include "index_json.h"

struct indexes { /* in struct feedback */
    struct i766_weights weights;
    const char *weights_text;
    struct sign_key key;
    struct cache *pages; /* of what is published */
};

/* NULL with the reason if one of the files cannot be used. */
struct indexes *indexes_open(void *ctx, const char *secret_file, const char *weights_file, struct err *err);
extern const struct phrase phrase_frozen;
/* A fault for what is no period. */
int period_read(struct task *t, const char *text, int64_t *period);

int weights_read(const void *ctx, const char *text, struct i766_weights *out, struct err *err);

/* Every fact of the period; of one unit only, if it is not NULL. Owner: t. names may be NULL. */
int book_load(struct task *t, const struct source *s, const char *only_unit, struct book **out,
              struct names *names);

struct pages { /* what they are made of; book NULL: not read yet */
    struct book *book;
    struct names names;
};

/* Copy the facts of an ended period and sign what they come to. *frozen: it was not before. cause: NULL for a
 * job. */
int freeze_period(struct task *t, int64_t period, const char *by_name, const struct cause *cause,
                  struct pages *pages, bool *frozen);
/* What the copied facts come to now. Owner: t. */
int freeze_recount(struct task *t, const struct freeze *f, const char **content);

/* Write every page of a frozen quarter or year, unless they are there. */
int publish_period(struct task *t, int64_t period, struct pages *p);

#endif

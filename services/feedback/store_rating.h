/* store_rating.h — every SQL statement about ratings. */
#ifndef STORE_RATING_H
#define STORE_RATING_H

#include "blind.h"
#include "crypt.h"
#include "rating.h"
#include "save.h"

extern const struct sql *const store_rating_statements[];

/* ---- who may rate --------------------------------------------------------------------------------- */

struct rateable { /* a dossier, as far as rating it goes; everything belongs to the task */
    const char *code, *unit_code, *field_code;
    int64_t ended_at_ms; /* 0: it runs */
    uint8_t owner_hash[SHA256_BYTES];
    bool has_owner, has_link;       /* has_link: the secret that was shown is one of its links */
    int64_t cell;                   /* 0: no key yet */
    bool is_granted, is_at_counter; /* is_at_counter: a clerk made a link for his tablet */
};
/* secret_hash: NULL if none was shown. */
int store_rateable(struct task *t, const char *code, const uint8_t *secret_hash, struct rateable *out,
                   bool *found);
/* A link to the dossier's rating. The mailed one is made once (*made: it was now), and lasts
 * longer when the dossier ends anew in another quarter. */
int store_link_mail(struct task *t, const char *code, const char *secret, int64_t closes_at_ms, bool *made);
int store_link_counter(struct task *t, const char *code, const uint8_t secret_hash[SHA256_BYTES],
                       const char *made_by, int64_t expires_at_ms);

/* ---- cells and tokens ------------------------------------------------------------------------------- */

struct cell {
    int64_t id;
    const char *unit_code, *field_code, *unit_name, *field_name;
    int quarter;
    const uint8_t *public_key, *secret_key; /* secret_key: sealed as cell_about() */
    size_t public_size, secret_size;
};
int store_cell(struct task *t, int64_t id, struct cell *out, bool *found);
int store_cell_exists(struct task *t, const char *unit, const char *field, int quarter, bool *exists);
int store_cell_put(struct task *t, const struct cell *c);

/* The dossier's token is this one, now and for ever: *cell says of which; *same: what was signed then is what
 * is asked for now. */
int store_grant(struct task *t, const char *code, int64_t cell, const uint8_t blinded_hash[SHA256_BYTES],
                int64_t *granted_cell, bool *same);

/* ---- answers ---------------------------------------------------------------------------------------- */

/* *saved: false if the token was shown before. */
int store_spend(struct task *t, int64_t cell, const uint8_t nonce_hash[SHA256_BYTES],
                const struct db_blob *sealed, bool *saved);
/* Those of a cell that wait, at most `limit`; of all cells of quarters up to `quarter`, by quarter and unit,
 * behind a unit. */
int store_sealed(struct task *t, int64_t cell, int limit, const struct db_rows **rows);
struct sealed_place {
    int quarter;
    const char *unit_code;
};
int store_sealed_until(struct task *t, int quarter, const struct sealed_place *after, int limit,
                       const struct db_rows **rows);

struct mixed { /* n that waited, opened; where they are counted */
    const char *unit_code, *field_code;
    int quarter;
    bool is_pooled;
    size_t n;
    const struct id *ids;
    const struct rating *ratings;
};
int store_mix(struct task *t, const struct mixed *m);

struct slip {
    const char *unit_code, *field_code, *number, *entered_by;
    int quarter;
};
int store_slip(struct task *t, const struct slip *s, const struct rating *r, const struct cause *cause,
               bool *saved);
int store_field_exists(struct task *t, const char *field, bool *exists);
int store_words(struct task *t, const char *unit, int quarter, const struct id *after, int limit,
                const struct db_rows **rows);
int store_links_expired(struct task *t);

#endif

/* store_index.h — every SQL statement about indexes: what they count, live or as it was frozen, and what is
 * published.
 *
 * A frozen period is read from rows copied unit by unit, so that no statement takes long, however many
 * dossiers.
 */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include "book.h"
#include "crypt.h"
#include "db.h"
#include "period.h"
#include "save.h"

extern const struct sql *const store_index_statements[];

struct source { /* where facts are read */
    int64_t period;
    bool is_frozen;
};

/* Of a live period that runs until now: what is due later is not late. */
struct span source_span(struct task *t, const struct source *s);

/* code, name, gso_code; of a live period those that were in force within it. */
int store_index_units(struct task *t, const struct source *s, const struct db_rows **rows);
/* code, field_code, field_name, is_online, has_fee */
int store_index_procedures(struct task *t, const struct source *s, const struct db_rows **rows);

/* The facts of one unit. */
struct unit_facts {
    const struct db_rows *dossiers, *complaints, *ratings, *declared;
};
int store_index_facts(struct task *t, const struct source *s, const char *unit, struct unit_facts *out);
void row_dossier(const struct db_rows *rows, int i, struct dossier_fact *out);
void row_complaint(const struct db_rows *rows, int i, struct complaint_fact *out);
void row_rating(const struct db_rows *rows, int i, struct rating_fact *out);

/* ---- freezing ---- */

int store_freeze_lists(struct task *t, int64_t period);                  /* units and procedures */
int store_freeze_unit(struct task *t, int64_t period, const char *unit); /* its facts */

struct freeze {
    int64_t period, frozen_at_ms;
    const char *by_name, *weights, *content, *key_id;
    const uint8_t *signature; /* SIGNATURE_BYTES */
};
/* *saved: false if it had been frozen before. */
int store_freeze_put(struct task *t, const struct freeze *f, const struct cause *cause, bool *saved);
int store_freeze(struct task *t, int64_t period, struct freeze *out, bool *found);
int store_frozen(struct task *t, int64_t period, struct freeze *out); /* E_NOT_FOUND: it is not */
int store_freezes(struct task *t, int64_t before, int limit, const struct db_rows **rows);
int store_first_fact(struct task *t, int64_t *at_ms); /* when the first dossier came; 0: none has */
/* period: of an array of them, in its order, those that are not frozen, or whose pages are not all there. */
int store_unfrozen(struct task *t, struct db_arg periods, const struct db_rows **rows);
/* Are there answers of the period that have not been mixed yet, and will be? */
int store_answers_wait(struct task *t, int64_t period, bool *wait);

/* ---- publishing ---- */

int store_publish(struct task *t, int64_t period, const char *name, const char *body);
/* NULL if there is none. */
int store_published(struct task *t, int64_t period, const char *name, const char **body);
int store_publications(struct task *t, const struct db_rows **rows); /* period */

/* ---- what the office declares ---- */

struct declaration {
    int64_t period;
    const char *unit_code, *part, *by_id, *by_name;
    struct fraction f;
    int64_t at_ms;
};
/* Of a period and unit: part, part_n, whole_n, by_name, at_ms. */
int store_declared(struct task *t, int64_t period, const char *unit, const struct db_rows **rows);
/* *saved: false if the period is frozen. */
int store_declare(struct task *t, const struct declaration *d, const struct cause *cause, bool *saved);

#endif

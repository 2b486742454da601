/* store_survey.h — every SQL statement about surveys. */
#ifndef STORE_SURVEY_H
#define STORE_SURVEY_H

#include "save.h"
#include "survey.h"

extern const struct sql *const store_survey_statements[];

/* The version (0: that in force) of a survey. */
int store_survey(struct task *t, const char *code, int version, struct survey *out, bool *found);
/* Every version of each, the newest first; some 200 at most, and so of waves. */
int store_surveys(struct task *t, const struct db_rows **rows);
/* The next version; *version is 0 if one that begins later or at the same time is there. */
int store_survey_put(struct task *t, const struct survey *s, const struct cause *cause, int *version);

struct wave {
    const char *id, *survey, *name, *seed, *made_by;
    int version, quota;
    int64_t from_ms, to_ms, closes_at_ms;
    bool is_drawn;
};
int store_wave(struct task *t, const char *id, struct wave *out, bool *found);
int store_waves(struct task *t, const struct db_rows **rows); /* the newest first */
/* Not drawn yet: a job "draw" will. */
int store_wave_put(struct task *t, const struct wave *w, const struct cause *cause, bool *saved);

/* ---- drawing: unit by unit, the same again and again ---- */

int store_units(struct task *t, const struct db_rows **rows); /* unit_code */
int store_draw(struct task *t, const struct wave *w, const char *unit);
int store_drawn(struct task *t, const char *wave);

/* ---- the sample and the slips ---- */

/* Strata with population, sampled, answered; in no order: a wave has as many as a province has units and
 * fields. */
int store_strata(struct task *t, const char *wave, const struct db_rows **rows);
int store_sample(struct task *t, const char *wave, const char *unit, const char *after, int limit,
                 const struct db_rows **rows);
/* *unit, *field: of the stratum the number belongs to. */
int store_slip_of(struct task *t, const char *wave, int64_t slip_no, const char **unit, const char **field,
                  bool *found);
/* How often each answer was given: unit_code, field_code, no (of the criterion), answer, count. */
int store_answers(struct task *t, const char *wave, const struct db_rows **rows);
struct survey_slip {
    const char *wave, *unit_code, *field_code, *words, *entered_by;
    int64_t slip_no;
    const int64_t *answers;
    size_t count;
};
int store_survey_slip(struct task *t, const struct survey_slip *s, const struct cause *cause, bool *saved);

#endif

/* form_facts.h — what a legal form says beside what issued it, from the service's own copies: for forms that
 * moves have issued (http_forms.c), that a decision would issue (http_preview.c), and for slips of the
 * counter (http_slip.c). */
#ifndef FORM_FACTS_H
#define FORM_FACTS_H

#include "handlers.h"
#include "legal.h"

/* An empty form with the province's letterhead. */
struct legal form_begin(struct task *t, enum form_kind kind);
/* The same of a case: with its applicant and its procedure. */
int form_of_case(struct task *t, const struct case_file *c, enum form_kind kind, struct legal *l);

/* Of the unit as it was at l->at_ms. */
int form_issuer(struct task *t, struct legal *l, const char *unit);
/* Where the case of l was received and who handles it. */
int form_units(struct task *t, struct legal *l);
/* The papers of the case of l that came with `batch` or before. */
int form_papers(struct task *t, struct legal *l, int64_t batch);

#endif

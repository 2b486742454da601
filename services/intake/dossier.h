/* dossier.h — filing: what a request must bring, and what the public may see of a dossier. Pure. */
#ifndef DOSSIER_H
#define DOSSIER_H

#include "actor.h"
#include "catalogue.h"
#include "verification.pb-c.h"

enum { PAPERS_MAX = 100 };

struct asked_paper {                       /* a paper as the request names it */
    const char *component, *name, *upload; /* upload: id of a finished upload, or "" */
    uint32_t originals, copies;
};

struct filing { /* a request to file, read but not yet compared with the catalogue */
    const char *procedure_code, *unit_code, *summary, *language, *account_id;
    Motcua__Channel channel;
    bool result_by_post;
    Motcua__Applicant applicant;
    const struct json_node *answers;
    size_t papers_count;
    struct asked_paper *papers;
};

/* Read the body. is_staff: filed at the counter or by post, else online. */
int filing_read(const void *ctx, const struct json_node *body, bool is_staff, int this_year, struct filing *f,
                struct err *err);
/* Read "papers" of r, for filings and supplements. */
void papers_read(struct reader *r, size_t *count, struct asked_paper **papers);

/* May this be filed here, this way, with these papers? Faults name the fields. unit_level NULL: no such
 * unit. */
int filing_check(const struct filing *f, const struct procedure *p, const char *unit_level, struct err *err);

/* The public state after one move, as the citizen's pages and the look-up show it. New reference. */
json_t *progress_json(const Motcua__DossierProgressed *p);

#endif

/* messages.h — what verification tells others about a decision, and how an explanation reads. Pure. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <jansson.h>

#include "decide.h"

struct told { /* facts for the messages that are not in the case */
    const char *unit_name, *handling_unit_name, *procedure_name, *step_name; /* NULL: none */
    const struct actor *actor; /* NULL: the applicant or the system */
};

/* The whole public state after move i. Points into d and told; the official into *by. */
void progressed_message(const struct decision *d, size_t i, const struct told *told, Motcua__Official *by,
                        Motcua__DossierProgressed *out);
void fee_message(const struct decision *d, const struct told *told, Motcua__FeeDue *out);

/* The explanation as lines people can follow: [{"vi","en"}]. New reference. */
json_t *explanation_json(const struct explanation *why);

#endif

/* prune.h — what the skeleton's tables keep no longer: envelopes and commands that nobody will repeat any
 * more. */
#ifndef PRUNE_H
#define PRUNE_H

#include "jobs.h"

extern const struct job_kind prune_jobs[];
extern const struct sql *const prune_statements[];

#endif

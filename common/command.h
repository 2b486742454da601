/* command.h — commands that were answered: the same Idempotency-Key gets the same answer. The row is written
 * by the save of the command itself (save.h), so there is never an effect without its answer. */
#ifndef COMMAND_H
#define COMMAND_H

#include "save.h"

extern const struct sql *const command_statements[];

/* Who, with which key, asked for what: fills cause->command (stored in *id) and the fingerprint. */
void command_cause(struct cause *cause, struct id *id, const char *actor_id, const char *key,
                   const char *method, const char *path, const void *body, size_t size);

/* *answer is NULL if the command was never done. E_CONFLICT: the key was used for something else. Owner:
 * t. */
int command_find(struct task *t, const struct cause *cause, int *status, const char **answer);

/* Of a command whose save changed nothing because it came before: what was answered then. E_BUG if nothing
 * was. */
int command_answered(struct task *t, const struct cause *cause, int *status, const char **answer);

#endif

/* numbers.h — the running numbers of dossier codes: per unit and day, unique under concurrency, never used
 * twice.
 *
 * A replica takes them in blocks, so replicas do not wait for each other: one number at a time while little
 * is filed, up to BLOCK_MOST when much is. Who comes while a block is on its way waits for it. What a replica
 * that stops has not used stays unused (DOMAIN §4.1: gaps are allowed).
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include "dossier_code.h"
#include "task.h"

struct numbers;
struct numbers *numbers_new(void *ctx);

/* The next code of the unit on the day of now_ms. */
int numbers_next(struct task *t, struct numbers *n, const char *unit, int64_t now_ms,
                 char code[DOSSIER_CODE_TEXT]);

#endif

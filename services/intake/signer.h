/* signer.h — receipts that are asked for in one turn of the loop are signed together. */
#ifndef SIGNER_H
#define SIGNER_H

#include <uv.h>

#include "receipt.h"
#include "task.h"

struct signer;
/* key outlives it. */
struct signer *signer_new(void *ctx, uv_loop_t *loop, const struct sign_key *key);

/* Waits for the end of the turn. Owner of *text: t. */
int signer_sign(struct task *t, struct signer *s, const Motcua__Receipt *receipt, const char **text);

#endif

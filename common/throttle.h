/* throttle.h — how often somebody may try. Redis counts for all replicas; while it cannot, each replica
 * counts for itself, so a dead Redis never opens the door. */
#ifndef THROTTLE_H
#define THROTTLE_H

#include "task.h"

struct throttle;
struct throttle *throttle_new(void *ctx);

/* One more try for `what` by `who`; E_LIMITED with retry_ms beyond `most` within window_s seconds. */
int throttle_try(struct task *t, struct throttle *th, const char *what, const char *who, int64_t most,
                 int64_t window_s);

/* The two halves of it, for what is answered from memory so often that the round trip would be felt: here,
 * without waiting; and everywhere, which does not count here again. */
int throttle_try_here(struct task *t, struct throttle *th, const char *what, const char *who, int64_t most,
                      int64_t window_s);
int throttle_try_everywhere(struct task *t, const char *what, const char *who, int64_t most,
                            int64_t window_s);

/* It was rightly tried: the count starts anew. */
void throttle_forget(struct task *t, struct throttle *th, const char *what, const char *who);
/* This one was rightly tried and does not count; those before do. */
void throttle_return(struct task *t, struct throttle *th, const char *what, const char *who);

#endif

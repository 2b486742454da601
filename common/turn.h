/* turn.h — one turn of the loop, always in this order; application code runs nowhere else:
 *
 *   sources receive -> ready tasks run -> sinks send -> sleep until something happens
 *
 * While a source says it has more, the loop does not sleep.
 */
#ifndef TURN_H
#define TURN_H

#include <stdbool.h>
#include <uv.h>

struct task_pool;
struct turn;

struct turn *turn_open(void *ctx, uv_loop_t *loop, struct task_pool *tasks);
void turn_source(struct turn *t, void (*receive)(void *arg), bool (*has_more)(void *arg), void *arg);
void turn_sink(struct turn *t, void (*flush)(void *arg), void *arg);
void turn_at_end(struct turn *t, void (*fn)(void *arg), void *arg); /* after the sinks */

#endif

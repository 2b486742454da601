/* offload.h — CPU or disk work on libuv's thread pool, awaited by a task: argon2id, hashing, fsync, QR
 * pictures.
 *
 * fn runs on another thread and may touch nothing but arg. arg is a talloc chunk without destructors that
 * need the loop; it belongs to the work while it runs and comes back to the task with the answer. If the
 * task's deadline passes first, work that has not begun never does, and arg stays with the work and is freed
 * when it ends: the caller must not touch it any more.
 */
#ifndef OFFLOAD_H
#define OFFLOAD_H

#include "task.h"

typedef void offload_fn(void *arg);

/* Returns 0, or E_TIMEOUT / E_SHUTDOWN (told in the task's err). */
int task_offload(struct task *t, offload_fn *fn, void *arg);

#endif

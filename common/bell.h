/* bell.h — tasks that wait until something has changed. They look again themselves: being woken promises
 * nothing. */
#ifndef BELL_H
#define BELL_H

#include <sys/queue.h>

#include "task.h"

struct bell_place;
struct bell {
    TAILQ_HEAD(, bell_place) waiting;
};

void bell_init(struct bell *b);
/* 0: woken, or ms have passed. Else E_TIMEOUT (the task's deadline) or E_SHUTDOWN, told in the task's err. */
int bell_wait(struct task *t, struct bell *b, unsigned ms);
void bell_ring(struct bell *b);

#endif

/* gate.h — tasks that wait until something has changed. They look again themselves: being woken promises
 * nothing. */
#ifndef GATE_H
#define GATE_H

#include <sys/queue.h>

#include "task.h"

struct gate_place;
struct gate {
    TAILQ_HEAD(, gate_place) waiting;
};

void gate_init(struct gate *g);
/* 0: woken, or ms have passed. Else E_TIMEOUT (the task's deadline) or E_SHUTDOWN, told in the task's err. */
int gate_wait(struct task *t, struct gate *g, unsigned ms);
void gate_wake(struct gate *g);

#endif

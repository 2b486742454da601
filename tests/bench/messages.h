/* messages.h — what the meters of foreign brokers share: a publisher on this thread, a consumer on another,
 * and the same report. A message counts when it was published, confirmed, consumed and acknowledged. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { MESSAGE_BYTES = 300, WINDOW = 512, BACKLOG_MAX = 16 * WINDOW };

struct messages {
    int64_t began_us, end_us, cpu_us;
    int64_t published;
    _Atomic int64_t confirmed, consumed;
    _Atomic bool is_closed; /* nothing more will be published */
    char body[MESSAGE_BYTES];
};

void messages_begin(struct messages *m, int64_t seconds);

/* May one more be published? Waits while the consumer is far behind; false: the time is over. */
bool messages_go_on(struct messages *m);

/* Has the consumer all there will ever be? */
bool messages_are_done(const struct messages *m);

/* Wait until all that was published has been consumed, and say how fast that was. */
void messages_report(struct messages *m);

#endif

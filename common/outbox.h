/* outbox.h — committed messages on their way: sent from memory, kept in PostgreSQL until the listener has
 * committed.
 *
 * A replica writes its rows on a lane of its own and never reads them back while things go well. What does
 * not fit into memory, or was left behind by a replica that died, is read page by page. See ARCHITECTURE §3.
 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "bus.h"
#include "db.h"

extern const struct sql *const outbox_statements[];

struct outbox;
struct outbox *outbox_open(void *ctx, uv_loop_t *loop, const char *service, struct db *db, struct bus *bus);
bool outbox_ready(const struct outbox *o); /* it has a lane */
void outbox_close(struct outbox *o);

int64_t outbox_lane(const struct outbox *o);
int64_t outbox_next_seq(struct outbox *o, const char *destination);
/* So many more of the destination will be sent from memory: whoever has a choice waits for that. */
bool outbox_has_room(const struct outbox *o, const char *destination, size_t n);
/* A committed row of the own lane; packet is copied. */
void outbox_push(struct outbox *o, const char *destination, int64_t seq, const struct id *id, const char *key,
                 const void *packet, size_t size);
/* Nobody knows whether some save of ours has committed: look for rows that are not in memory. */
void outbox_doubt(void *outbox);

/* What the bus tells. */
void outbox_on_ack(struct outbox *o, const char *by_service, const struct id *id);
void outbox_on_refusal(struct outbox *o, const struct id *id, Motcua__Refused why, unsigned retry_ms);
void outbox_on_joined(struct outbox *o, const char *service);

#endif

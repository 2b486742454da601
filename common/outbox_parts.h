/* outbox_parts.h — what outbox.c (flights) and outbox_lanes.c (rows) know of each other; nobody else includes
 * it.
 *
 *   lane     rows of one life of one replica; own (written here) or adopted (its writer died)
 *   stretch  the rows of one lane for one destination: read page by page while `is_behind`; rows that are not
 *            in memory and lie before the cursor are read in another pass, from `missed_from` on
 *   flight   one row in memory:
 *
 *     ready ──room on the wire──> sent ──ack──> gone, its row is deleted
 *       ^                          │ refused by a broker, or no answer
 *       ├──────────────────────────┤
 *       └──its time has come── later ──refused by the listener
 *
 * A destination that a broker refuses is paused as a whole and probed when the pause ends. Of those refused
 * by the listener only so many stay in memory, and they take no room from the others: what is too much
 * leaves, and its row is read again when the longest back-off is over. */
#ifndef OUTBOX_PARTS_H
#define OUTBOX_PARTS_H

#include <sys/queue.h>

#include "outbox.h"
#include "table.h"

enum {
    DESTINATIONS_MAX = 10,
    WINDOW = 4096,     /* flights in memory per destination, ready or sent */
    EACH_BYTES = 1024, /* and of so many bytes each on average: longer ones have a smaller window */
    ON_WIRE = 2048,    /* of them sent and not answered */
    LATER_MAX = 1024,  /* and so many that are later */
    PAGE = 512,        /* rows per read */
    ACKED_MAX = 512,   /* acknowledged rows per delete */
    TICK_MS = 50,
    CALM_MS = 200 /* between two ticks while nothing is in memory: waking up is what an idle service costs */
};

enum flight_state { FLIGHT_READY, FLIGHT_SENT, FLIGHT_LATER, FLIGHT_STATES };

struct flight {
    UT_hash_handle hh;
    TAILQ_ENTRY(flight) link; /* in its destination's list of its state */
    enum flight_state state;
    struct id id;
    struct stretch *stretch;
    int64_t seq, due_ms; /* sent: no answer until then; later: not before; steady clock */
    unsigned tries;
    const char *key;
    const void *packet;
    size_t size;
};
TAILQ_HEAD(flights, flight);

struct destination {
    const char *name;
    struct flights in[FLIGHT_STATES];
    size_t counts[FLIGHT_STATES], bytes[FLIGHT_STATES];
    int64_t next_seq, paused_until_ms;
    unsigned pauses; /* in a row */
};

struct stretch {
    struct lane_rows *lane;
    struct destination *destination;
    bool is_behind, is_reading;
    int64_t cursor;
    int64_t missed_from;              /* the lowest seq of rows to be read once more; 0: none */
    int64_t left_from, left_until_ms; /* the same for flights that left memory, and when; 0: none */
    size_t flights, acked_count;
    unsigned deletes; /* on their way */
    int64_t acked[ACKED_MAX];
};

struct lane_rows {
    LIST_ENTRY(lane_rows) link;
    struct outbox *outbox;
    int64_t id;
    bool is_own, is_locked;
    struct stretch stretches[DESTINATIONS_MAX];
};

struct outbox {
    struct db *db;
    struct bus *bus;
    uv_timer_t tick;
    struct destination destinations[DESTINATIONS_MAX];
    const char *names[DESTINATIONS_MAX];
    size_t count;
    LIST_HEAD(, lane_rows) lanes;
    struct lane_rows *own; /* NULL until claimed */
    struct flight *by_id;
    int64_t adopt_at_ms, lock_at_ms, sweep_at_ms;
    bool is_claiming, is_looking, in_doubt;
    struct metric *acked, *resent;
};

/* outbox.c */
void flight_add(struct outbox *o, struct stretch *s, int64_t seq, const struct id *id, const char *key,
                const void *packet, size_t size);
void flight_drop(struct outbox *o, struct flight *f);
bool destination_has_room(const struct destination *d, size_t window);

/* outbox_lanes.c */
void lanes_on_session(void *outbox);
void lanes_claim(struct outbox *o);
void lanes_tend(struct outbox *o, int64_t now);
void stretch_forget_acked(struct stretch *s);
void stretch_miss(struct stretch *s, int64_t seq); /* the row is not in memory */

#endif

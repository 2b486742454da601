/* db_lane.h — one pipelined PostgreSQL connection and its two queues. Only db.c uses it. */
#ifndef DB_LANE_H
#define DB_LANE_H

#include <libpq-fe.h>
#include <sys/queue.h>

#include "db.h"

struct metric;

struct db_op {
    TAILQ_ENTRY(db_op) link;
    struct lane *lane;
    const struct sql *sql;
    struct metric *latency;
    int argc;
    const char **values;
    int *lengths, *formats;
    bool sent, answered; /* answered: its own results are read, its transaction is not yet decided */
    int64_t queued_us;
    uint64_t sent_at; /* uv_now() */
    unsigned tries;
    db_done_fn *done; /* NULL: abandoned */
    void *arg;
    PGresult *result; /* held until the transaction it belongs to is over */
};
TAILQ_HEAD(op_list, db_op);

struct lane_config {
    uv_loop_t *loop;
    const char *conninfo;
    enum sql_kind kind;
    size_t batch_max, queue_max;
    const struct sql *const *const *tables;
    void (*on_ready)(void *arg); /* a new session is prepared; may be NULL */
    void *on_ready_arg;
};

struct lane *lane_new(void *ctx, const struct lane_config *cfg);
/* Queue an op made by the caller (talloc chunk, the lane's from now on). False if the queue is full. */
bool lane_put(struct lane *l, struct db_op *op);
bool lane_abandon(struct db_op *op);
void lane_send(struct lane *l);
bool lane_ready(const struct lane *l);
void lane_close(struct lane *l);

struct db_rows {
    PGresult *res;
};

#endif

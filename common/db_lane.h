/* db_lane.h — one pipelined PostgreSQL connection and its two queues. db.c uses it; db_lane.c (queues,
 * batches, answers) and db_connection.c (the socket and its states) are its two halves. */
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
    struct db_arg *args;  /* copies, in one piece with the op */
    bool alone;           /* was in a batch that failed: has its own transaction now */
    bool is_awaited;      /* by somebody who is told when the store is gone */
    bool is_follower;     /* shares the statement of the op before it */
    struct db_rows *rows; /* its part of that statement's answer */
    bool sent, answered;  /* answered: its own results are read, its transaction is not yet decided */
    bool closes;          /* the last of its transaction: a sync point was sent behind it */
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
    bool writes;
    size_t batch_max, queue_max;
    const struct sql *const *const *tables;
    void (*on_ready)(void *arg);  /* a new session is prepared; may be NULL */
    void (*on_orphan)(void *arg); /* a write has committed that nobody waits for any more; may be NULL */
    /* A NOTIFY came on the channel that a writing lane listens to; NULL for one that does not. */
    void (*on_notice)(void *arg, const char *text);
    const char *channel;
    void *arg; /* of all */
};

struct lane *lane_new(void *ctx, const struct lane_config *cfg);
/* Queue an op made by the caller (talloc chunk, the lane's from now on). False if the queue is full. */
bool lane_put(struct lane *l, struct db_op *op);
bool lane_abandon(struct db_op *op);
void lane_send(struct lane *l);
bool lane_ready(const struct lane *l);
void lane_close(struct lane *l);

/* ---- between the two halves ---- */

enum lane_state {
    LANE_DOWN,       /* no connection; the watch timer opens one */
    LANE_CONNECTING, /* PQconnectPoll until done */
    LANE_PREPARING,  /* one PREPARE per statement sent, answers awaited */
    LANE_READY       /* sends and receives */
};

struct lane {
    struct lane_config cfg;
    enum lane_state state;
    PGconn *conn;
    uv_poll_t *poll; /* of conn's socket; freed in its close callback */
    int watched;     /* events asked of poll */
    uv_timer_t watch;
    struct op_list waiting, sent;
    size_t waiting_count;
    unsigned prepared;      /* statements of this connection */
    unsigned syncs;         /* sync points sent and not yet answered */
    PGresult *commit_error; /* the transaction failed at COMMIT, not in a statement */
    uint64_t since;         /* uv_now() of the last change of state */
    unsigned turn;          /* at which of several hosts connecting begins */
    unsigned connect_ms;    /* how long that may take; 0: as long as anything else */
    bool was_down;          /* log each outage once */
    uint64_t down_since;    /* uv_now(), of this outage */
};

bool lane_is_write(const struct lane *l);
/* db_connection.c */
void lane_connect(struct lane *l);
void lane_disconnect(struct lane *l);
void lane_flush(struct lane *l); /* send what libpq has buffered, watch for what it still needs */
void lane_fail(struct lane *l);  /* the connection is of no use any more; the watch timer opens another */
void lane_on_watch(uv_timer_t *timer);
/* db_lane.c */
void lane_receive(struct lane *l);
/* Every sent op goes back to the head of the waiting queue, order kept; their outcome is unknown, so they are
 * sent alone. */
void lane_take_back(struct lane *l, const char *why);

/* The store is gone: those who wait for what waits are told. */
void lane_tell_awaited(struct lane *l, const char *why);

/* What became of a statement that failed. */
int db_code_of(const PGresult *res);
/* Nothing is wrong with the statement: sent again it may succeed. */
bool db_is_retryable(const PGresult *res);

static inline bool op_is_set(const struct db_op *op)
{
    return op->sql->kind == SQL_READ_SET || op->sql->kind >= SQL_SET;
}

/* db.c: a call's arguments in one piece, not yet queued; where it would go. */
struct db_op *op_new(struct db *db, const struct sql *sql, const struct db_arg *args, size_t n);
const char *db_conninfo(const struct db *db);

/* db_set.c: a call alone; the calls of one statement for sets as one, and its rows as each one's own. */
bool op_send(PGconn *conn, const struct db_op *op);
bool set_send(PGconn *conn, struct db_op *first, size_t n);
/* Takes res, an answer to n calls. Owner: its users, of whom there are none yet; the last one frees it. */
struct db_set *set_new(PGresult *res, size_t n);
/* Those of the ord-th call, a user of set while they live. */
struct db_rows *set_rows(struct db_set *set, size_t ord);
/* All of res, which they take. */
struct db_rows *rows_new(PGresult *res);

struct db_set {
    PGresult *res;
    unsigned users;
    int *rows;  /* numbers of rows, grouped by call */
    int *first; /* where those of each call end in them; the first number is 0 */
};

struct db_rows {
    PGresult *res;
    struct db_set *set; /* NULL: all rows of res are ours */
    const int *numbers; /* of our rows in the set's res */
    int count;
};

#endif

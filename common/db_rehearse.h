/* db_rehearse.h — what would a save change? It is run on a connection of its own, in a transaction that is
 * rolled back after PostgreSQL has said which rows of which tables it has written.
 *
 *     struct rehearsal r = { 0 };
 *     task_rehearse(t, &r);          // from here on the saves of t have no effect, and send nothing
 *     int rc = handle(t, event, msg);
 *     task_rehearse(t, NULL);
 *
 * Only statements that record their cause (save.h) are rehearsed. A handler has one of them; whatever it
 * writes before that, such as a block of numbers it reserves, stays: it is nobody's yet, and numbers may have
 * gaps.
 */
#ifndef DB_REHEARSE_H
#define DB_REHEARSE_H

#include "db.h"

enum { REHEARSED_TABLES_MAX = 16, REHEARSED_NAME = 64 };

struct rehearsed_table {
    char name[REHEARSED_NAME];
    int64_t inserted, updated, deleted;
};

struct rehearsal {
    size_t count;
    struct rehearsed_table tables[REHEARSED_TABLES_MAX];
};

bool db_is_save(const struct sql *sql);
/* As db_run_args; what the statement returns is as if it had been committed. */
int db_rehearse(struct task *t, const struct sql *sql, const struct db_rows **rows, const struct db_arg *args,
                size_t n);

#endif

/* store_parts.h — what the files of the store share; nobody else includes it. */
#ifndef STORE_PARTS_H
#define STORE_PARTS_H

#include "jobs.h"
#include "save.h"

/* A refund at the gateway is work that waits; one by hand waits for a clerk. from: a part with id and
 * method. */
#define REFUND_JOB(from) JOB_ROWS("asked", "refund", "id::text", "now()", from " WHERE method = 'gateway'")

/* The statement has run: did it change something? */
static inline int save_end(struct save *s, const struct db_rows *rows, bool *saved)
{
    *saved = db_count(rows) > 0;
    if (*saved)
        save_done(s);
    return 0;
}

#endif

/* limit_rows.h — the rows intake writes for a filing, many at once, as binary arrays: a dossier, an outbox
 * row for each listener of DossierSubmitted, a command with its answer. */
#ifndef LIMIT_ROWS_H
#define LIMIT_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* clang-format off */
enum { /* $1 … $17 */
    CODE, UNIT, ACCOUNT, APPLICANT, ANSWERS, SUMMARY, FILED, LOOKUP_KEY, CONTENT_HASH, TAIL,
    DESTINATION, LANE, SEQ, PACKET, COMMAND, PRINT, ANSWER, ARRAYS
};
/* clang-format on */

struct buffer { /* an array as PostgreSQL reads it: head, then length and bytes of each element */
    char *data;
    size_t size, room;
};

struct batch {
    int64_t lane, seq; /* of its outbox rows */
    struct buffer arrays[ARRAYS];
};

extern const char limit_insert[];
extern const uint32_t limit_oids[ARRAYS];

void rows_prepare(int64_t now_ms);
void batch_fill(struct batch *b, int64_t filings);

#endif

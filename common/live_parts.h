/* live_parts.h — what live.c (who hears what) and live_stream.c (one open page) share. */
#ifndef LIVE_PARTS_H
#define LIVE_PARTS_H

#include <sys/queue.h>

#include "http_parts.h"
#include "live.h"

enum { STREAM_BYTES = 8192 }; /* said and not yet taken, per page */

struct live_stream {
    LIST_ENTRY(live_stream) link;
    struct http_server *server;
    struct MHD_Connection *conn; /* NULL: not answered yet */
    bool is_suspended, is_over;
    int64_t until_ms; /* the caller's token; 0: he has none */
    size_t topics_count;
    uint64_t topics[LIVE_TOPICS_MAX]; /* hashes */
    size_t begin, end;                /* of what waits in bytes */
    char bytes[STREAM_BYTES];
};

/* Queue text; who has no room left for it is too slow, and dropped: false. */
bool stream_put(struct live_stream *s, const char *text, size_t size);
/* After what is queued there comes no more. */
void stream_finish(struct live_stream *s);
/* Answer with it; the response is its owner then. */
struct MHD_Response *stream_response(struct live_stream *s, struct MHD_Connection *conn);

/* live.c: what was notified, lines; NULL: nobody knows what was missed. */
void live_hear(void *live, const char *text);

#endif

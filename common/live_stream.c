/* live_stream.c — see live_parts.h. libmicrohttpd asks for bytes; while there are none its connection is
 * suspended, and woken by the next ones. A suspended connection is not watched: that its caller has gone is
 * noticed when the next heartbeat is written. */
#include "live_parts.h"

#include <string.h>
#include <sys/socket.h>
#include <talloc.h>

enum { BLOCK_BYTES = 2048 };

static void wake(struct live_stream *s)
{
    if (!s->is_suspended)
        return;
    s->is_suspended = false;
    s->server->has_resumed = true;
    MHD_resume_connection(s->conn);
}

static void make_room(struct live_stream *s)
{
    memmove(s->bytes, s->bytes + s->begin, s->end - s->begin);
    s->end -= s->begin;
    s->begin = 0;
}

/* Nobody waits for who does not read: his socket is closed under him. */
static void drop(struct live_stream *s)
{
    s->is_over = true;
    s->begin = s->end = 0;
    const union MHD_ConnectionInfo *info =
        s->conn ? MHD_get_connection_info(s->conn, MHD_CONNECTION_INFO_CONNECTION_FD) : NULL;
    if (info)
        shutdown(info->connect_fd, SHUT_RDWR);
    wake(s);
}

bool stream_put(struct live_stream *s, const char *text, size_t size)
{
    if (s->is_over)
        return true;
    if (s->end + size > STREAM_BYTES)
        make_room(s);
    if (s->end + size > STREAM_BYTES) {
        drop(s);
        return false;
    }
    memcpy(s->bytes + s->end, text, size);
    s->end += size;
    wake(s);
    return true;
}

void stream_finish(struct live_stream *s)
{
    s->is_over = true;
    wake(s);
}

static ssize_t read_stream(void *stream, uint64_t at, char *out, size_t max)
{
    (void)at;
    struct live_stream *s = stream;
    size_t n = s->end - s->begin < max ? s->end - s->begin : max;
    if (n > 0) {
        memcpy(out, s->bytes + s->begin, n);
        s->begin += n;
        return (ssize_t)n;
    }
    if (s->is_over)
        return MHD_CONTENT_READER_END_OF_STREAM;
    s->is_suspended = true;
    MHD_suspend_connection(s->conn);
    return 0;
}

static void free_stream(void *stream)
{
    talloc_free(stream);
}

struct MHD_Response *stream_response(struct live_stream *s, struct MHD_Connection *conn)
{
    s->conn = conn;
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_stream, s, free_stream);
}

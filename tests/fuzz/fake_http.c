/* fake_http.c — see fuzz.h: the functions of libmicrohttpd that the suite calls, for one request at a time
 * and without a socket. What the real one would hand over, http.c gets; what http.c answers is looked at: a
 * status, headers of one line, JSON that is JSON, and not "500". */
#include <jansson.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "err.h"
#include "fuzz.h"

struct MHD_Daemon {
    MHD_AccessHandlerCallback handle;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connected;
    void *handle_arg, *completed_arg, *connected_arg;
    union MHD_DaemonInfo info;
};

struct MHD_Connection {
    const struct fuzz_request *rq;
    bool is_suspended, is_answered;
    union MHD_ConnectionInfo info;
};

struct MHD_Response {
    const void *data;
    size_t size;
    int fd; /* -1: data */
    const char *type;
    MHD_ContentReaderFreeCallback free_stream;
    void *stream;
};

static struct MHD_Daemon the_daemon;

/* ---- life ----------------------------------------------------------------------------------------- */

/* No address is taken: targets run side by side. */
int bind(int fd, const struct sockaddr *address, socklen_t size)
{
    (void)fd, (void)address, (void)size;
    return 0;
}

int listen(int fd, int backlog)
{
    (void)fd, (void)backlog;
    return 0;
}

struct MHD_Daemon *MHD_start_daemon(unsigned flags, uint16_t port, MHD_AcceptPolicyCallback accept,
                                    void *accept_arg, MHD_AccessHandlerCallback handle, void *handle_arg, ...)
{
    (void)flags, (void)port, (void)accept, (void)accept_arg;
    va_list options;
    va_start(options, handle_arg);
    ASSERT(va_arg(options, int) == MHD_OPTION_LISTEN_SOCKET && va_arg(options, MHD_socket) >= 0);
    ASSERT(va_arg(options, int) == MHD_OPTION_NOTIFY_COMPLETED);
    the_daemon.completed = va_arg(options, MHD_RequestCompletedCallback);
    the_daemon.completed_arg = va_arg(options, void *);
    ASSERT(va_arg(options, int) == MHD_OPTION_NOTIFY_CONNECTION);
    the_daemon.connected = va_arg(options, MHD_NotifyConnectionCallback);
    the_daemon.connected_arg = va_arg(options, void *);
    va_end(options);
    the_daemon.handle = handle;
    the_daemon.handle_arg = handle_arg;
    the_daemon.info.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return &the_daemon;
}

const union MHD_DaemonInfo *MHD_get_daemon_info(struct MHD_Daemon *daemon, enum MHD_DaemonInfoType type, ...)
{
    ASSERT(type == MHD_DAEMON_INFO_EPOLL_FD);
    return &daemon->info;
}

const union MHD_ConnectionInfo *MHD_get_connection_info(struct MHD_Connection *conn,
                                                        enum MHD_ConnectionInfoType type, ...)
{
    static const union MHD_ConnectionInfo nowhere = { .connect_fd = -1 };
    return type == MHD_CONNECTION_INFO_CONNECTION_FD ? &nowhere : &conn->info;
}

static void notify(struct MHD_Connection *conn, enum MHD_ConnectionNotificationCode what)
{
    the_daemon.connected(the_daemon.connected_arg, conn, &conn->info.socket_context, what);
}

/* ---- what the caller sent ------------------------------------------------------------------------- */

static const struct fuzz_field *fields_of(const struct MHD_Connection *conn, enum MHD_ValueKind kind,
                                          size_t *count)
{
    *count = kind == MHD_HEADER_KIND ? conn->rq->headers_count : conn->rq->args_count;
    return kind == MHD_HEADER_KIND ? conn->rq->headers : conn->rq->args;
}

const char *MHD_lookup_connection_value(struct MHD_Connection *conn, enum MHD_ValueKind kind,
                                        const char *name)
{
    size_t n;
    const struct fuzz_field *f = fields_of(conn, kind, &n);
    for (; n > 0; n--, f++)
        if ((kind == MHD_HEADER_KIND ? strcasecmp : strcmp)(f->name, name) == 0)
            return f->value;
    return NULL;
}

int MHD_get_connection_values(struct MHD_Connection *conn, enum MHD_ValueKind kind, MHD_KeyValueIterator fn,
                              void *arg)
{
    size_t n;
    const struct fuzz_field *f = fields_of(conn, kind, &n);
    for (size_t i = 0; i < n; i++)
        if (fn(arg, kind, f[i].name, f[i].value) == MHD_NO)
            break;
    return (int)n;
}

/* ---- what is answered ----------------------------------------------------------------------------- */

struct MHD_Response *MHD_create_response_from_buffer(size_t size, void *data,
                                                     enum MHD_ResponseMemoryMode mode)
{
    ASSERT(mode == MHD_RESPMEM_PERSISTENT);
    struct MHD_Response *r = talloc_zero(NULL, struct MHD_Response);
    r->data = data;
    r->size = size;
    r->fd = -1;
    return r;
}

struct MHD_Response *MHD_create_response_from_fd64(uint64_t size, int fd)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(size, NULL, MHD_RESPMEM_PERSISTENT);
    r->fd = fd;
    return r;
}

struct MHD_Response *MHD_create_response_from_callback(uint64_t size, size_t block,
                                                       MHD_ContentReaderCallback read, void *arg,
                                                       MHD_ContentReaderFreeCallback free_arg)
{
    (void)size, (void)block, (void)read;
    struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    r->stream = arg;
    r->free_stream = free_arg;
    return r;
}

enum MHD_Result MHD_add_response_header(struct MHD_Response *r, const char *name, const char *value)
{
    ASSERT(*name && *value && !strpbrk(name, "\r\n\t :") && !strpbrk(value, "\r\n"));
    if (strcmp(name, "Content-Type") == 0)
        r->type = value;
    return MHD_YES;
}

static void check_answer(unsigned status, const struct MHD_Response *r)
{
    ASSERT(status >= 200 && status < 600 && status != 500);
    if (!r->type || !strstr(r->type, "json") || r->fd >= 0)
        return;
    json_t *value = json_loadb(r->data, r->size, JSON_REJECT_DUPLICATES, NULL);
    ASSERT(value);
    json_decref(value);
}

enum MHD_Result MHD_queue_response(struct MHD_Connection *conn, unsigned status, struct MHD_Response *r)
{
    ASSERT(!conn->is_answered && !conn->is_suspended);
    check_answer(status, r);
    conn->is_answered = true;
    return MHD_YES;
}

void MHD_destroy_response(struct MHD_Response *r)
{
    if (r->fd >= 0)
        close(r->fd);
    if (r->free_stream)
        r->free_stream(r->stream);
    talloc_free(r);
}

void MHD_suspend_connection(struct MHD_Connection *conn)
{
    conn->is_suspended = true;
}

void MHD_resume_connection(struct MHD_Connection *conn)
{
    conn->is_suspended = false;
}

/* ---- one request ---------------------------------------------------------------------------------- */

static bool hand_over(struct MHD_Connection *conn, const void *data, size_t size, void **slot)
{
    const struct fuzz_request *rq = conn->rq;
    enum MHD_Result rc =
        the_daemon.handle(the_daemon.handle_arg, conn, rq->path, rq->method, "HTTP/1.1", data, &size, slot);
    return rc == MHD_YES && !conn->is_answered;
}

/* The body comes in two pieces, because bodies do. */
static bool hand_over_body(struct MHD_Connection *conn, void **slot)
{
    const struct fuzz_request *rq = conn->rq;
    size_t first = rq->body_size / 3;
    return (first == 0 || hand_over(conn, rq->body, first, slot)) &&
           (rq->body_size == 0 || hand_over(conn, rq->body + first, rq->body_size - first, slot));
}

void fuzz_http_play(const struct fuzz_request *rq, void (*turn)(void *arg), void *arg)
{
    struct MHD_Connection conn = { .rq = rq };
    void *slot = NULL;
    notify(&conn, MHD_CONNECTION_NOTIFY_STARTED);
    bool goes_on = hand_over(&conn, NULL, 0, &slot) && hand_over_body(&conn, &slot) && !rq->is_cut_off;
    while (goes_on) {
        goes_on = hand_over(&conn, NULL, 0, &slot);
        for (int i = 0; conn.is_suspended; i++) {
            ASSERT(i < 10000); /* nobody will ever answer */
            turn(arg);
        }
    }
    the_daemon.completed(the_daemon.completed_arg, &conn, &slot,
                         conn.is_answered ? MHD_REQUEST_TERMINATED_COMPLETED_OK
                                          : MHD_REQUEST_TERMINATED_CLIENT_ABORT);
    notify(&conn, MHD_CONNECTION_NOTIFY_CLOSED);
}

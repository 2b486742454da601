/* http_parts.h — what http.c (libmicrohttpd and handlers), http_begin.c (routes and checks), http_request.c
 * (what a handler asks), http_reply.c (answers) and http_drain.c (how it leaves) share; nobody else includes
 * it. */
#ifndef HTTP_PARTS_H
#define HTTP_PARTS_H

#include <microhttpd.h>
#include <uv.h>

#include "actor.h"
#include "http.h"

enum { PARAMS_MAX = 4, HEADERS_MAX = 8, KEPT_HEADERS_MAX = 24 };

struct http_reply {
    const void *ctx; /* the exchange */
    unsigned status; /* 0: nothing said yet */
    const char *type;
    const void *data;
    size_t size;
    int fd;                     /* -1: data */
    struct live_stream *stream; /* NULL: data, or fd */
    size_t headers_count;
    struct {
        const char *name, *value;
    } headers[HEADERS_MAX];
};

struct route { /* a row of a table and its figures */
    const struct http_route *row;
    struct metric *seconds, *client_errors, *server_errors;
};

struct http_server {
    const struct env *env;
    struct http_config cfg;
    struct MHD_Daemon *mhd; /* NULL: it does not listen yet */
    int listener;           /* bound; libmicrohttpd's own as soon as it listens */
    uv_poll_t poll;
    struct route *routes;
    size_t routes_count;
    size_t open_count;   /* requests whose answer has not left yet */
    size_t silent_count; /* connections on which nobody has asked anything yet */
    bool (*can_serve)(void *arg);
    void *serve_arg;
    bool is_quiet, has_resumed; /* has_resumed: replies wait for MHD_run */
};

struct exchange { /* one request and its reply */
    struct http_server *server;
    struct MHD_Connection *conn; /* NULL: the caller is gone */
    struct http_request rq;
    struct http_reply re;
    const struct route *route;
    struct actor actor;
    struct id command_id;
    int64_t start_us;
    size_t params_count;
    struct {
        const char *name, *value;
    } params[PARAMS_MAX];
    size_t kept_count;
    struct {
        const char *name, *value;
    } kept[KEPT_HEADERS_MAX];
    bool is_starting, is_done; /* its task runs for the first time, inside libmicrohttpd; it has ended */
    char *body;
    const struct json_node *json; /* of body */
    size_t body_room, read_over;  /* bytes of a refused body */
};

/* http_drain.c: a connection begins or ends; a request begins on it. */
void drain_on_connection(void *server, struct MHD_Connection *conn, void **slot,
                         enum MHD_ConnectionNotificationCode what);
void drain_on_request(struct http_server *s, struct MHD_Connection *conn);

/* http_begin.c: a route of a table and its figures. */
void routes_add(struct http_server *s, const struct http_route *row);
/* Everything that can be said before the body is read: route, size, caller, key, room. */
int exchange_begin(struct exchange *x, struct err *err);
/* What the body may hold; E_TOO_LARGE if n bytes are more. */
int exchange_check_size(const struct exchange *x, uint64_t n, struct err *err);
/* The body is complete: where none is expected, an empty one is none at all. */
int exchange_check_body(struct exchange *x, struct err *err);

/* Turn err into the reply, in the caller's language. */
void reply_error(struct http_reply *re, const struct http_request *rq, const struct err *err,
                 const char *trace);
/* Hand the reply to libmicrohttpd. The exchange must live until the request is completed. */
enum MHD_Result reply_queue(struct MHD_Connection *conn, struct http_reply *re);

#endif

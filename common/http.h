/* http.h — HTTP/1.1 on the loop: a table of routes, handlers that run in tasks, errors as problem+json (RFC
 * 9457).
 *
 * A handler gets a request whose caller is known, whose body is complete and, for a command, whose answer is
 * not recorded yet. It fills the reply and returns 0, or returns an error that becomes a problem in the
 * caller's language.
 *
 *     { "POST", "/api/intake/dossiers/{code}/withdrawal", http_withdraw, HTTP_PERSON, 0, 4096, HTTP_COMMAND }
 *
 * nginx stands in front: TLS, HTTP/2, slow clients, limits by address.
 */
#ifndef HTTP_H
#define HTTP_H

#include "actor.h"
#include "json_text.h"
#include "save.h"
#include "task.h"

enum http_access {
    HTTP_PUBLIC,  /* anybody; the actor is known if a token came along */
    HTTP_PERSON,  /* any account */
    HTTP_STAFF,   /* an account with one of the route's roles in some unit; the handler checks which */
    HTTP_OPERATOR /* the operator's token: admin port only */
};

enum {
    HTTP_COMMAND = 1, /* needs an Idempotency-Key; a command done before is answered without the handler */
    HTTP_SPOOL =
        2, /* the body goes to a temporary file: rq->spool_fd; the handler also runs if it was cut off */
    HTTP_LAZY = 4 /* with HTTP_COMMAND: the handler itself finds out whether it was done before */
};

struct http_request;
struct http_reply;
typedef int http_handler_fn(struct task *t, const struct http_request *rq, struct http_reply *re);

struct http_route {            /* tables end with { 0 } */
    const char *method, *path; /* {name} matches one segment */
    http_handler_fn *handle;
    enum http_access access;
    unsigned roles;
    size_t body_max; /* 0: no body, or {} from clients that cannot do without */
    unsigned flags;
};

struct http_request {
    const char *method, *path;
    const struct actor *actor; /* NULL: nobody */
    const char *client;        /* address of the caller, from nginx */
    bool is_english;           /* the caller prefers English */
    const char *body;          /* body_size bytes and a NUL */
    size_t body_size;
    int spool_fd;       /* HTTP_SPOOL: body_size bytes, at offset 0; closed after the handler */
    bool is_cut_off;    /* HTTP_SPOOL: the caller left before the end */
    struct cause cause; /* HTTP_COMMAND: for the save; the handler adds status and answer */
    struct exchange *exchange;
};

const char *http_param(const struct http_request *rq, const char *name); /* of the path; never NULL */
const char *http_query(const struct http_request *rq, const char *name); /* NULL: not given */
const char *http_header(const struct http_request *rq, const char *name);
/* fn for every parameter of the query string. */
void http_each_query(const struct http_request *rq,
                     void (*fn)(void *arg, const char *name, const char *value), void *arg);
int64_t http_query_int(struct task *t, const struct http_request *rq, const char *name, int64_t fallback,
                       int64_t min,
                       int64_t max); /* out of range or not a number: a fault in the task's err */
/* ?after=<ms>,<key>: the place in a list where the page before ended, as its "next" says it. Without it *ms
 * and key stay as they are; what is no place is a fault in the task's err. */
int http_query_place(struct task *t, const struct http_request *rq, int64_t *ms, char *key, size_t size);

/* The body as JSON; rq->body is used up by it. Owner: the request, which outlives t. */
int http_json(struct task *t, const struct http_request *rq, const struct json_node **out);
/* The version in If-Match, from 1: "12" (quotes optional). E_INVALID if there is none. */
int http_if_match(struct task *t, const struct http_request *rq, int64_t *version);

/* ---- replies ---- */

void http_reply_json(struct http_reply *re, unsigned status, json_t *value); /* takes value */
void http_reply_text(struct http_reply *re, unsigned status, const char *type, const char *text);
void http_reply_bytes(struct http_reply *re, unsigned status, const char *type, const void *data,
                      size_t size);
void http_reply_file(struct http_reply *re, unsigned status, const char *type, int fd,
                     uint64_t size); /* takes fd */
void http_reply_header(struct http_reply *re, const char *name, const char *value);
void http_reply_etag(struct http_reply *re, int64_t version);
/* A problem with more members than the usual ones; takes extra. Use it to return an error that shows data. */
void http_reply_problem(struct http_reply *re, const struct http_request *rq, const struct err *err,
                        json_t *extra);

/* ---- life: for the skeleton ---- */

struct http_config {
    const char *listen;      /* address:port */
    const char *spool_dir;   /* for HTTP_SPOOL routes; may be NULL */
    int64_t connections_max; /* beyond them callers wait in the kernel's queue */
    unsigned timeout_ms;     /* of a handler */
    struct task_pool *tasks; /* where handlers run */
    bool is_late;            /* callers are refused by the kernel until http_listen */
};

struct http_server;
/* tables: lists of routes, ends with NULL. While can_serve says no, paths below /api/ and /admin/ are
 * answered 503; probes are not. */
int http_open(void *ctx, const struct env *env, const struct http_config *cfg,
              const struct http_route *const *tables, bool (*can_serve)(void *arg), void *arg,
              struct http_server **out, struct err *err);
int http_listen(struct http_server *s, struct err *err);
void http_receive(void *server); /* a source of the loop */
bool http_has_more(void *server);
void http_quiesce(struct http_server *s);       /* take no new connections */
bool http_is_idle(const struct http_server *s); /* every request has been answered to its last byte */
void http_close(struct http_server *s);

#endif

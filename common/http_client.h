/* http_client.h — calls to the outside for tasks, by libcurl on the loop: HTTP to gateways and portals, SMTP
 * to mail.
 *
 * What a failure means for money and mail:
 *   E_BUSY      the peer was not reached: surely nothing happened there
 *   E_UNKNOWN   the request had left and no complete answer came: it may have happened
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <stddef.h>
#include <uv.h>

#include "task.h"

struct call_request {
    const char *method, *url;
    const char *const *headers; /* "Name: value", ends with NULL; may be NULL */
    const char *body;           /* NULL: none */
    unsigned timeout_ms;
};

struct call_answer {
    long status;
    char *body; /* at most ANSWER_MAX bytes, NUL at the end; owner: t */
    size_t size;
};
enum { ANSWER_MAX = 4 << 20 };

struct mail_server {
    const char *url;             /* smtp://host:port or smtps://host:port */
    const char *user, *password; /* empty: no authentication */
    const char *ca_file;         /* empty: the system's */
    bool must_use_tls;           /* STARTTLS or refuse; no: only on a private network */
    unsigned timeout_ms;
};

struct mail {
    const char *from, *to; /* bare addresses */
    const char *data;      /* the whole message: headers, blank line, body; CRLF lines */
    size_t size;
};

struct http_client;
struct http_client *http_client_open(void *ctx, uv_loop_t *loop);
void http_client_close(struct http_client *c);

/* 0: some HTTP answer came, whatever its status. */
int http_call(struct task *t, const struct call_request *rq, struct call_answer *answer);

/* 0: the server took the message. E_INVALID: it refused it for good (5xx); E_BUSY: not now (4xx, or the
 * message was not handed over); E_UNKNOWN: handed over, and no answer came. *reply: what the server said to
 * this message (250, 451, 550 …); 0 if it did not come to that. */
int mail_send(struct task *t, const struct mail_server *server, const struct mail *mail, int *reply);

#endif

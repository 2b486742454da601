/* http_parts.h — what http.c (libmicrohttpd) and http_reply.c (answers) share; nobody else includes it. */
#ifndef HTTP_PARTS_H
#define HTTP_PARTS_H

#include <microhttpd.h>

#include "http.h"

enum { PARAMS_MAX = 4, HEADERS_MAX = 8 };

struct http_reply {
    const void *ctx; /* the exchange */
    unsigned status; /* 0: nothing said yet */
    const char *type;
    const void *data;
    size_t size;
    int fd; /* -1: data */
    size_t headers_count;
    struct {
        const char *name, *value;
    } headers[HEADERS_MAX];
};

/* Turn err into the reply, in the caller's language. */
void reply_error(struct http_reply *re, const struct http_request *rq, const struct err *err, const char *trace);
/* Hand the reply to libmicrohttpd. The exchange must live until the request is completed. */
enum MHD_Result reply_queue(struct MHD_Connection *conn, const struct http_reply *re);

#endif

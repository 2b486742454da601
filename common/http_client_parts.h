/* http_client_parts.h — what http_client.c and mail_client.c share: one call of libcurl, awaited. */
#ifndef HTTP_CLIENT_PARTS_H
#define HTTP_CLIENT_PARTS_H

#include <curl/curl.h>

#include "http_client.h"

struct http_client {
    uv_loop_t *loop;
    uv_timer_t timer;
    CURLM *multi;
};

struct transfer { /* one call; outlives its task if that leaves first */
    struct http_client *client;
    struct waiter *waiter; /* NULL: nobody waits any more */
    CURL *curl;
    struct curl_slist *headers;
    CURLcode result;
    char *answer;
    size_t answer_size, answer_room;
    char error[CURL_ERROR_SIZE];
};

struct transfer *transfer_new(struct task *t, const char *url, unsigned timeout_ms);

/* Let curl work until it is done. x is the caller's again (free it) if 0 is returned, else it has freed
 * itself. */
int transfer_run(struct task *t, struct transfer *x);

#endif

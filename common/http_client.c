/* http_client.c — see http_client.h. curl's multi interface asks us to watch sockets and one timer. */
#include "http_client.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "env.h"
#include "http_client_parts.h"

enum { CONNECT_MS = 5000, CONNECTIONS_MAX = 64 };

/* ---- the loop ------------------------------------------------------------------------------------- */

struct socket_watch {
    uv_poll_t poll;
    struct http_client *client;
    curl_socket_t fd;
};

static void finish_done(struct http_client *c)
{
    CURLMsg *msg;
    int left;
    while ((msg = curl_multi_info_read(c->multi, &left))) {
        struct transfer *x;
        if (msg->msg != CURLMSG_DONE)
            continue;
        CURLcode result = msg->data.result;
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&x);
        x->result = result;
        if (x->waiter)
            waiter_done(x->waiter);
        else
            talloc_free(x);
    }
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct socket_watch *w = poll->data;
    struct http_client *c = w->client;
    int running,
        flags = (events & UV_READABLE ? CURL_CSELECT_IN : 0) | (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
    curl_multi_socket_action(c->multi, w->fd, status < 0 ? CURL_CSELECT_ERR : flags, &running);
    finish_done(c);
}

static void on_closed(uv_handle_t *h)
{
    free(h->data);
}

static int watch_socket(CURL *curl, curl_socket_t fd, int what, void *client, void *watch)
{
    (void)curl;
    struct http_client *c = client;
    struct socket_watch *w = watch;
    if (what == CURL_POLL_REMOVE) {
        if (w)
            uv_close((uv_handle_t *)&w->poll, on_closed);
        curl_multi_assign(c->multi, fd, NULL);
        return 0;
    }
    if (!w) {
        w = calloc(1, sizeof *w);
        ASSERT(w && uv_poll_init(c->loop, &w->poll, fd) == 0);
        w->poll.data = w;
        w->client = c;
        w->fd = fd;
        curl_multi_assign(c->multi, fd, w);
    }
    uv_poll_start(&w->poll,
                  (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
                  on_socket);
    return 0;
}

static void on_timer(uv_timer_t *timer)
{
    struct http_client *c = timer->data;
    int running;
    curl_multi_socket_action(c->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    finish_done(c);
}

static int set_timer(CURLM *multi, long ms, void *client)
{
    (void)multi;
    struct http_client *c = client;
    if (ms < 0)
        uv_timer_stop(&c->timer);
    else
        uv_timer_start(&c->timer, on_timer, (uint64_t)ms, 0);
    return 0;
}

/* ---- one transfer --------------------------------------------------------------------------------- */

static int transfer_free(struct transfer *x)
{
    curl_multi_remove_handle(x->client->multi, x->curl);
    curl_easy_cleanup(x->curl);
    curl_slist_free_all(x->headers);
    return 0;
}

static size_t take_answer(char *data, size_t one, size_t n, void *arg)
{
    (void)one;
    struct transfer *x = arg;
    if (x->answer_size + n > ANSWER_MAX)
        return 0; /* curl reports a write error */
    if (x->answer_size + n + 1 > x->answer_room) {
        x->answer_room = (x->answer_size + n + 1) * 2;
        x->answer = talloc_realloc(x, x->answer, char, x->answer_room);
    }
    memcpy(x->answer + x->answer_size, data, n);
    x->answer_size += n;
    x->answer[x->answer_size] = '\0';
    return n;
}

struct transfer *transfer_new(struct task *t, const char *url, unsigned timeout_ms)
{
    struct transfer *x = talloc_zero(NULL, struct transfer);
    unsigned left = task_left_ms(t);
    x->client = task_env(t)->http_client;
    x->curl = curl_easy_init();
    ASSERT(x->curl);
    talloc_set_destructor(x, transfer_free);
    x->answer = talloc_strdup(x, "");
    curl_easy_setopt(x->curl, CURLOPT_URL, url);
    curl_easy_setopt(x->curl, CURLOPT_PRIVATE, x);
    curl_easy_setopt(x->curl, CURLOPT_ERRORBUFFER, x->error);
    curl_easy_setopt(x->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(x->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(x->curl, CURLOPT_TIMEOUT_MS,
                     (long)(timeout_ms && timeout_ms < left ? timeout_ms : left));
    curl_easy_setopt(x->curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(x->curl, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(x->curl, CURLOPT_PROXY, "");
    return x;
}

static bool was_not_reached(CURLcode result)
{
    return result == CURLE_COULDNT_CONNECT || result == CURLE_COULDNT_RESOLVE_HOST ||
           result == CURLE_SSL_CONNECT_ERROR || result == CURLE_PEER_FAILED_VERIFICATION;
}

int transfer_run(struct task *t, struct transfer *x)
{
    struct waiter w;
    waiter_init(&w, t);
    x->waiter = &w;
    ASSERT(curl_multi_add_handle(x->client->multi, x->curl) == CURLM_OK);
    int rc = waiter_wait(&w);
    x->waiter = NULL;
    if (rc == 0)
        return 0;
    talloc_free(x);
    return err_set(task_err(t), E_UNKNOWN, "no answer in time");
}

static int transfer_fail(struct task *t, struct transfer *x)
{
    int code = was_not_reached(x->result) ? E_BUSY : E_UNKNOWN;
    err_set(task_err(t), code, "%s", x->error[0] ? x->error : curl_easy_strerror(x->result));
    talloc_free(x);
    return code;
}

int http_call(struct task *t, const struct call_request *rq, struct call_answer *answer)
{
    struct transfer *x = transfer_new(t, rq->url, rq->timeout_ms);
    for (const char *const *h = rq->headers; h && *h; h++)
        x->headers = curl_slist_append(x->headers, *h);
    curl_easy_setopt(x->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(x->curl, CURLOPT_CUSTOMREQUEST, rq->method);
    curl_easy_setopt(x->curl, CURLOPT_HTTPHEADER, x->headers);
    if (rq->body) {
        curl_easy_setopt(x->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(rq->body));
        curl_easy_setopt(x->curl, CURLOPT_COPYPOSTFIELDS, rq->body);
    }
    TRY(transfer_run(t, x));
    if (x->result != CURLE_OK)
        return transfer_fail(t, x);
    curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &answer->status);
    answer->size = x->answer_size;
    answer->body = talloc_steal(t, x->answer);
    talloc_free(x);
    return 0;
}

/* ---- life ----------------------------------------------------------------------------------------- */

struct http_client *http_client_open(void *ctx, uv_loop_t *loop)
{
    struct http_client *c = talloc_zero(ctx, struct http_client);
    c->loop = loop;
    signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to sockets whose peer has gone */
    curl_global_init(CURL_GLOBAL_DEFAULT);
    c->multi = curl_multi_init();
    uv_timer_init(loop, &c->timer);
    c->timer.data = c;
    curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
    curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
    curl_multi_setopt(c->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS_MAX);
    return c;
}

void http_client_close(struct http_client *c)
{
    uv_timer_stop(&c->timer);
    curl_multi_cleanup(c->multi);
}

/* mail_client.c — mail_send of http_client.h. libcurl makes the session: connection, STARTTLS, login. The few
 * lines after that are spoken here, because libcurl waits for the answer to a mail's data with the whole loop
 * standing still. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>

#include "clock.h"
#include "http_client_parts.h"

struct line { /* the session's socket on the loop; closed later than the session */
    uv_poll_t poll;
    struct waiter *waiter; /* NULL: nobody waits */
};

struct session {
    struct transfer *transfer;
    struct line *line;
    curl_socket_t fd;
    int64_t until_ms; /* clock_steady_ms() */
    int reply;        /* to the last command; 0: none came */
    bool is_given;    /* the message has left as a whole */
};

/* ---- bytes ---------------------------------------------------------------------------------------- */

static void on_line(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    struct line *l = poll->data;
    uv_poll_stop(poll);
    if (l->waiter)
        waiter_done(l->waiter);
}

static int wait_for(struct task *t, struct session *s, int events)
{
    struct waiter w;
    int64_t left_ms = s->until_ms - clock_steady_ms();
    if (left_ms <= 0)
        return E_TIMEOUT;
    waiter_init(&w, t);
    s->line->waiter = &w;
    uv_poll_start(&s->line->poll, events, on_line);
    int rc = waiter_wait_ms(&w, (unsigned)left_ms);
    uv_poll_stop(&s->line->poll);
    s->line->waiter = NULL;
    return rc;
}

static int send_bytes(struct task *t, struct session *s, const char *data, size_t n)
{
    while (n > 0) {
        size_t sent = 0;
        CURLcode result = curl_easy_send(s->transfer->curl, data, n, &sent);
        if (result == CURLE_AGAIN)
            TRY(wait_for(t, s, UV_WRITABLE));
        else if (result != CURLE_OK)
            return E_UNKNOWN;
        data += sent;
        n -= sent;
    }
    return 0;
}

/* "250-text", "250 text": the code of the last line, once its end is in the n bytes; else 0. */
static int reply_code(const char *text, size_t n)
{
    for (const char *line = text, *end; (end = memchr(line, '\n', n - (size_t)(line - text)));
         line = end + 1) {
        bool is_last = end - line < 4 || line[3] != '-';
        if (is_last)
            return isdigit((unsigned char)*line) ? (int)strtol(line, NULL, 10) : -1;
    }
    return 0;
}

static int read_reply(struct task *t, struct session *s)
{
    char text[4096];
    size_t n = 0;
    s->reply = 0;
    while (n < sizeof text) {
        size_t got = 0;
        CURLcode result = curl_easy_recv(s->transfer->curl, text + n, sizeof text - n, &got);
        if (result == CURLE_AGAIN)
            TRY(wait_for(t, s, UV_READABLE));
        else if (result != CURLE_OK || got == 0)
            return E_UNKNOWN;
        n += got;
        int code = reply_code(text, n);
        if (code != 0) {
            s->reply = code >= 200 && code < 600 ? code : 0;
            return s->reply ? 0 : E_UNKNOWN;
        }
    }
    return E_UNKNOWN;
}

/* ---- the dialogue --------------------------------------------------------------------------------- */

/* Send text, expect a reply of the given hundred. */
static int say(struct task *t, struct session *s, const char *text, size_t n, int hundred)
{
    TRY(send_bytes(t, s, text, n));
    TRY(read_reply(t, s));
    return s->reply / 100 == hundred ? 0 : E_BUSY;
}

static int command(struct task *t, struct session *s, const char *text, int hundred)
{
    return say(t, s, text, strlen(text), hundred);
}

/* The message as it travels: a dot before a dot that begins a line, and the dot that ends it. */
static char *stuffed(const void *ctx, const struct mail *mail, size_t *size)
{
    char *out = talloc_size(ctx, mail->size * 2 + 5), *to = out;
    bool at_start = true;
    for (size_t i = 0; i < mail->size; i++) {
        if (at_start && mail->data[i] == '.')
            *to++ = '.';
        *to++ = mail->data[i];
        at_start = mail->data[i] == '\n';
    }
    const char *end = at_start ? ".\r\n" : "\r\n.\r\n";
    memcpy(to, end, strlen(end));
    *size = (size_t)(to - out) + strlen(end);
    return out;
}

static int give_data(struct task *t, struct session *s, const struct mail *mail)
{
    size_t size;
    const char *data = stuffed(t, mail, &size);
    TRY(send_bytes(t, s, data, size));
    s->is_given = true;
    TRY(read_reply(t, s));
    return s->reply / 100 == 2 ? 0 : E_BUSY;
}

static int talk(struct task *t, struct session *s, const struct mail *mail)
{
    TRY(command(t, s, talloc_asprintf(t, "MAIL FROM:<%s>\r\n", mail->from), 2));
    TRY(command(t, s, talloc_asprintf(t, "RCPT TO:<%s>\r\n", mail->to), 2));
    TRY(command(t, s, "DATA\r\n", 3));
    return give_data(t, s, mail);
}

static int verdict(struct task *t, const struct session *s)
{
    if (s->reply >= 400)
        return err_set(task_err(t), s->reply >= 500 ? E_INVALID : E_BUSY, "the mail server said %d",
                       s->reply);
    return err_set(task_err(t), s->is_given ? E_UNKNOWN : E_BUSY,
                   "the mail server was lost %s the message was handed over",
                   s->is_given ? "after" : "before");
}

/* ---- the session ---------------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *h)
{
    free(h->data);
}

static void hang_up(struct session *s)
{
    size_t sent;
    curl_easy_send(s->transfer->curl, "QUIT\r\n", 6, &sent);
    uv_close((uv_handle_t *)&s->line->poll, on_closed);
    shutdown(s->fd, SHUT_RDWR); /* else libcurl says QUIT again, and waits for the answer */
    talloc_free(s->transfer);
}

static void open_line(struct session *s)
{
    struct line *l = calloc(1, sizeof *l);
    curl_easy_getinfo(s->transfer->curl, CURLINFO_ACTIVESOCKET, &s->fd);
    ASSERT(l && uv_poll_init(s->transfer->client->loop, &l->poll, s->fd) == 0);
    l->poll.data = l;
    s->line = l;
}

static void prepare(struct transfer *x, const struct mail_server *server)
{
    if (*server->user) {
        curl_easy_setopt(x->curl, CURLOPT_USERNAME, server->user);
        curl_easy_setopt(x->curl, CURLOPT_PASSWORD, server->password);
    }
    if (*server->ca_file)
        curl_easy_setopt(x->curl, CURLOPT_CAINFO, server->ca_file);
    curl_easy_setopt(x->curl, CURLOPT_USE_SSL,
                     (long)(server->must_use_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    curl_easy_setopt(x->curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(x->curl, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)server->timeout_ms); /* servers greet late on purpose */
    curl_easy_setopt(x->curl, CURLOPT_CONNECT_ONLY, 1L);
}

int mail_send(struct task *t, const struct mail_server *server, const struct mail *mail, int *reply)
{
    struct session s = { .until_ms = clock_steady_ms() + server->timeout_ms };
    s.transfer = transfer_new(t, server->url, server->timeout_ms);
    prepare(s.transfer, server);
    *reply = 0;
    TRY(transfer_run(t, s.transfer));
    if (s.transfer->result != CURLE_OK) {
        const char *why = s.transfer->error[0] ? s.transfer->error : curl_easy_strerror(s.transfer->result);
        err_set(task_err(t), E_BUSY, "no session with the mail server: %s", why);
        talloc_free(s.transfer);
        return E_BUSY;
    }
    open_line(&s);
    int rc = talk(t, &s, mail);
    hang_up(&s);
    *reply = s.reply;
    return rc == 0 ? 0 : verdict(t, &s);
}

/* load_http.c — see load.h: requests, connections, answers. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"
#include "meter.h"

enum { NUMBER_DIGITS = 16 };

uint64_t now_us(void)
{
    return (uint64_t)meter_us();
}

static uint64_t random_number(void)
{
    static uint64_t x = 88172645463325252ULL;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x;
}

/* ---- what is asked -------------------------------------------------------------------------------- */

static char *read_file(const char *path, size_t *size)
{
    FILE *f = fopen(path, "re");
    char *text = NULL;
    *size = 0;
    if (!f || fseek(f, 0, SEEK_END) != 0)
        fail("%s: %s", path, strerror(errno));
    long n = ftell(f);
    rewind(f);
    text = malloc((size_t)n + 1);
    if (!text || fread(text, 1, (size_t)n, f) != (size_t)n)
        fail("%s: %s", path, strerror(errno));
    fclose(f);
    text[n] = '\0';
    *size = (size_t)n;
    return text;
}

static void find_places(void)
{
    static const char number[] = "################";
    for (char *at = run.request; (at = strstr(at, number)) && run.numbers < PLACES_MAX; at += NUMBER_DIGITS)
        run.number_at[run.numbers++] = (size_t)(at - run.request);
    for (char *at = run.request;
         run.value_size > 0 && (at = strchr(at, '@')) && run.values_places < PLACES_MAX;
         at += run.value_size) {
        if (strspn(at, "@") != run.value_size) /* an address, not a place */
            continue;
        run.value_at[run.values_places++] = (size_t)(at - run.request);
    }
}

void read_request(void)
{
    size_t size = 0;
    run.request = read_file(options.request_file, &run.request_size);
    if (*options.values_file) {
        run.values = read_file(options.values_file, &size);
        run.value_size = strcspn(run.values, "\n");
        run.values_count = (size + 1) / (run.value_size + 1);
    }
    find_places();
    run.next_number = now_us() * 1000; /* sixteen digits that no run before this had */
}

static void fill_request(struct connection *c)
{
    char number[24];
    snprintf(number, sizeof number, "%016llu",
             (unsigned long long)(run.next_number++ % 10000000000000000ULL));
    for (size_t i = 0; i < run.numbers; i++)
        memcpy(c->request + run.number_at[i], number, NUMBER_DIGITS);
    for (size_t i = 0; i < run.values_places; i++)
        memcpy(c->request + run.value_at[i],
               run.values + random_number() % run.values_count * (run.value_size + 1), run.value_size);
}

/* ---- connections ---------------------------------------------------------------------------------- */

bool open_connection(struct connection *c)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)options.port) };
    struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c };
    int on = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0) {
        if (run.journal < 0)
            fail("%s: %s", "connect", strerror(errno));
        close(c->fd);
        return false;
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    c->is_open = true;
    if (epoll_ctl(run.epoll, EPOLL_CTL_ADD, c->fd, &ev) != 0)
        fail("%s: %s", "epoll", strerror(errno));
    return true;
}

void give_back(struct connection *c)
{
    c->is_busy = false;
    if (c->again) /* it still owes an answer */
        return;
    c->next_free = run.free;
    run.free = c;
}

static struct part *part_now(uint64_t now)
{
    uint64_t second = (now - run.started_us) / 1000000;
    return &run.parts[second < PARTS_MAX ? second : PARTS_MAX - 1];
}

void lose(struct connection *c)
{
    if (c->is_busy) {
        run.failed++;
        part_now(now_us())->failed++;
        journal_lost(c);
    }
    if (c->is_open)
        close(c->fd);
    c->is_open = false;
    give_back(c);
}

static void send_more(struct connection *c)
{
    while (c->sent < run.request_size) {
        ssize_t n = send(c->fd, c->request + c->sent, run.request_size - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0) {
            lose(c);
            return;
        }
        c->sent += (size_t)n;
    }
}

void ask(struct connection *c, uint64_t due_us)
{
    c->is_busy = true;
    c->due_us = due_us;
    c->asked_us = now_us();
    c->sent = c->got = 0;
    if (!c->again)
        fill_request(c);
    c->again = false;
    journal_asked(c);
    if (c->is_open || open_connection(c))
        send_more(c);
    else
        lose(c);
}

/* ---- answers -------------------------------------------------------------------------------------- */

const char *find_header(const char *answer, const char *name)
{
    for (size_t n = strlen(name); *answer; answer++)
        if (strncasecmp(answer, name, n) == 0)
            return answer;
    return NULL;
}

/* Length of a complete answer, or 0. */
static size_t complete(struct connection *c, unsigned *status)
{
    c->answer[c->got] = '\0';
    char *end = strstr(c->answer, "\r\n\r\n");
    if (!end)
        return 0;
    const char *length = find_header(c->answer, "content-length:");
    size_t size =
        (size_t)(end + 4 - c->answer) + (length && length < end ? strtoul(length + 15, NULL, 10) : 0);
    *status = (unsigned)strtoul(c->answer + 9, NULL, 10);
    return c->got >= size ? size : 0;
}

static void count(struct connection *c, unsigned status)
{
    uint64_t now = now_us(), took = now - c->due_us;
    run.accepted_ever += status / 100 == 2;
    if (now < run.warm_until_us || (now > run.end_us && options.rates_count == 0))
        return;
    struct part *p = part_now(now);
    run.by_status[status < 600 ? status : 0]++;
    if (status / 100 == 2) {
        run.accepted++;
        p->accepted++;
        histogram_add(&run.times, took);
        histogram_add(&p->times, took);
    } else {
        run.refused++;
        p->refused++;
        run.without_retry += status == 503 && !find_header(c->answer, "retry-after:");
    }
}

static void receive(struct connection *c)
{
    unsigned status = 0;
    for (;;) {
        ssize_t n = recv(c->fd, c->answer + c->got, ANSWER_MAX - c->got, 0);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            lose(c);
            return;
        }
        c->got += (size_t)n;
        if (complete(c, &status) == 0)
            continue;
        count(c, status);
        journal_answered(c, status);
        bool closes = find_header(c->answer, "connection: close") != NULL;
        c->is_busy = false;
        if (closes)
            lose(c);
        else
            give_back(c);
        return;
    }
}

void serve_connection(struct connection *c, uint32_t events)
{
    if (c->is_open && c->is_busy && c->sent < run.request_size)
        send_more(c);
    if (c->is_open && c->is_busy && (events & (EPOLLIN | EPOLLHUP | EPOLLERR))) {
        receive(c);
    } else if (c->is_open && !c->is_busy && (events & (EPOLLHUP | EPOLLRDHUP))) {
        close(c->fd); /* closed by the other side while nobody asked: opened again when needed */
        c->is_open = false;
    }
}

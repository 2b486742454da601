/* test_live.c — what open pages hear: a server on the loop, callers on plain sockets, hints as PostgreSQL
 * would bring them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <talloc.h>
#include <unistd.h>

#include "db.h"
#include "live.h"
#include "live_parts.h"
#include "tests/unit/tasks.h"

enum { PORT = 18631, STREAMS_MAX = 3, TURNS = 2000 };

static struct tasks tasks;
static struct http_server *server;

static int follow_a(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    return live_reply(t, rq, re, (const char *[]){ "unit:a", "person:x" }, 2);
}

static const struct http_route routes[] = { { "GET", "/a", follow_a, HTTP_PUBLIC, 0, 0, 0 }, { 0 } };

static bool yes(void *unused)
{
    (void)unused;
    return true;
}

static int open_server(void **state)
{
    (void)state;
    struct err err = { 0 };
    static const struct sql *const *const tables[] = { live_statements, NULL };
    static const struct http_route *const lists[] = { routes, NULL };
    struct db_config db = { "host=/nowhere", 1, 1, 16, NULL };
    struct http_config cfg = { "127.0.0.1:18631", NULL, 64, 5000, NULL, false };
    tasks_open(&tasks, 16);
    cfg.tasks = tasks.pool;
    tasks.env.replica = "one";
    tasks.env.db = db_open(NULL, &tasks.loop, &db, tables);
    tasks.env.live = live_open(NULL, &tasks.env, STREAMS_MAX);
    return http_open(NULL, &tasks.env, &cfg, lists, yes, NULL, &server, &err);
}

static void turn(void)
{
    http_receive(server);
    tasks_turn(&tasks);
}

struct page {
    int fd;
    size_t size;
    bool is_over;
    char text[64 * 1024];
};

static void take(struct page *p)
{
    ssize_t n = read(p->fd, p->text + p->size, sizeof p->text - p->size - 1);
    p->is_over = p->is_over || n == 0;
    p->size += n > 0 ? (size_t)n : 0;
    p->text[p->size] = '\0';
}

/* Turn until the page has read the text (NULL: until its stream has ended). */
static bool reads(struct page *p, const char *text)
{
    for (int i = 0; i < TURNS; i++) {
        turn();
        take(p);
        if (text ? strstr(p->text, text) != NULL : p->is_over)
            return true;
    }
    return false;
}

static struct page *open_page(const char *headers)
{
    struct page *p = talloc_zero(NULL, struct page);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT) };
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    p->fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &(int){ 4096 }, sizeof(int));
    assert_int_equal(connect(p->fd, (struct sockaddr *)&to, sizeof to), 0);
    fcntl(p->fd, F_SETFL, O_NONBLOCK);
    dprintf(p->fd, "GET /a HTTP/1.1\r\nHost: x\r\n%s\r\n", headers);
    return p;
}

static void close_page(struct page *p)
{
    close(p->fd);
    talloc_free(p);
}

/* A heartbeat would tell the server that they have gone; a hint does, too. */
static void leave_all(void)
{
    for (int i = 0; i < 20; i++) {
        live_hear(tasks.env.live, "unit:a x {}\n");
        turn();
    }
}

/* ---- tests ---------------------------------------------------------------------------------------- */

static void a_page_hears_what_is_said_about_its_topics(void **state)
{
    (void)state;
    struct page *p = open_page("");
    assert_true(reads(p, "event: look\n"));
    live_hear(tasks.env.live,
              "unit:b,case:1 case {\"n\":1}\nunit:b,person:x case {\"n\":2}\nunit:a seen {\"n\":3}\n");
    assert_true(reads(p, "event: seen\ndata: {\"n\":3}\n\n"));
    assert_non_null(strstr(p->text, "event: case\ndata: {\"n\":2}\n\n"));
    assert_null(strstr(p->text, "{\"n\":1}"));
    assert_non_null(strstr(p->text, "text/event-stream"));
    close_page(p);
    leave_all();
}

static void a_new_session_of_the_store_makes_every_page_look_again(void **state)
{
    (void)state;
    struct page *p = open_page("");
    assert_true(reads(p, "event: look\n"));
    p->size = 0;
    live_hear(tasks.env.live, NULL);
    assert_true(reads(p, "event: look\n"));
    close_page(p);
    leave_all();
}

static void who_comes_back_and_missed_nothing_need_not_look(void **state)
{
    (void)state;
    char header[128], last[64];
    struct page *p = open_page("");
    assert_true(reads(p, "event: look\n"));
    assert_int_equal(sscanf(strstr(p->text, "id: "), "id: %63s", last), 1);
    close_page(p);
    snprintf(header, sizeof header, "Last-Event-ID: %s\r\n", last);
    p = open_page(header);
    assert_true(reads(p, "retry: 1000"));
    live_hear(tasks.env.live, "unit:a seen {}\n");
    assert_true(reads(p, "event: seen"));
    assert_null(strstr(p->text, "event: look"));
    close_page(p);
    p = open_page(header); /* something was said since */
    assert_true(reads(p, "event: look"));
    close_page(p);
    leave_all();
}

static void one_page_too_many_is_told_when_to_come_back(void **state)
{
    (void)state;
    struct page *p[STREAMS_MAX + 1];
    for (int i = 0; i < STREAMS_MAX; i++)
        assert_true(reads(p[i] = open_page(""), "event: look"));
    p[STREAMS_MAX] = open_page("");
    assert_true(reads(p[STREAMS_MAX], "Retry-After: 5"));
    assert_non_null(strstr(p[STREAMS_MAX]->text, "503"));
    close_page(p[0]);
    leave_all();
    p[0] = open_page(""); /* its place is free again */
    assert_true(reads(p[0], "event: look"));
    for (int i = 0; i <= STREAMS_MAX; i++)
        close_page(p[i]);
    leave_all();
}

static void who_does_not_read_is_dropped_and_holds_up_nobody(void **state)
{
    (void)state;
    static char line[2001];
    struct page *slow = open_page(""), *quick = open_page("");
    assert_true(reads(slow, "event: look") && reads(quick, "event: look"));
    int n = snprintf(line, sizeof line, "unit:a case {\"x\":\"");
    memset(line + n, 'x', sizeof line - 1 - (size_t)n - 4);
    memcpy(line + sizeof line - 5, "\"}\n", 4);
    for (int i = 0; i < 4000; i++) {
        live_hear(tasks.env.live, line);
        turn();
        take(quick);
        quick->size = 0;
    }
    live_hear(tasks.env.live, "unit:a last {}\n");
    assert_true(reads(quick, "event: last"));
    while (read(slow->fd, slow->text, sizeof slow->text) > 0)
        continue;
    slow->size = 0;
    assert_true(reads(slow, NULL)); /* closed, and never told the last */
    close_page(slow);
    close_page(quick);
    leave_all();
}

static void streams_end_with_the_process(void **state)
{
    (void)state;
    struct page *p = open_page("");
    assert_true(reads(p, "event: look"));
    live_end(tasks.env.live);
    assert_true(reads(p, "\r\n0\r\n"));
    for (int i = 0; i < TURNS && !http_is_idle(server); i++)
        turn();
    assert_true(http_is_idle(server));
    close_page(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_hears_what_is_said_about_its_topics),
        cmocka_unit_test(a_new_session_of_the_store_makes_every_page_look_again),
        cmocka_unit_test(who_comes_back_and_missed_nothing_need_not_look),
        cmocka_unit_test(one_page_too_many_is_told_when_to_come_back),
        cmocka_unit_test(who_does_not_read_is_dropped_and_holds_up_nobody),
        cmocka_unit_test(streams_end_with_the_process),
    };
    return cmocka_run_group_tests(tests, open_server, NULL);
}

/* live.c — see live.h. A hint on the wire is a line: topics, event, data; a NOTIFY holds as many lines as
 * have been gathered. Every process, the one that said it too, hears it from PostgreSQL and hands it to the
 * streams whose topics it names. */
#include "live.h"

#include <string.h>
#include <talloc.h>

#include "clock.h"
#include "live_parts.h"
#include "log.h"
#include "metrics.h"

enum {
    NOTICE_BYTES = 7900, /* PostgreSQL takes 7999 */
    BEAT_MS = 5000,
    BEATS = 3, /* every third one is heard by the pages */
    EVENT_MOST = 2048,
    RETRY_MS = 5000
};

static const struct phrase TOO_MANY = { "too_many_live_pages",
                                        "Quá nhiều trang đang theo dõi trực tiếp. Trang sẽ tự thử lại.",
                                        "Too many pages are being followed live. The page tries again." };

/* Waiting for the disk would hold up whoever else notifies: what is said here may be lost. */
static const struct sql SAY = { "live_say", SQL_READ,
                                "SELECT set_config('synchronous_commit', 'off', true) AS how,"
                                " pg_notify('" LIVE_CHANNEL "', $1) AS said" };
const struct sql *const live_statements[] = { &SAY, NULL };

struct live {
    const struct env *env;
    int64_t streams_max, streams_count;
    LIST_HEAD(stream_list, live_stream) streams;
    uv_timer_t gather, beat;
    unsigned beats;
    uint64_t heard; /* hints so far: the event id, with the replica's name */
    size_t said_size;
    char said[NOTICE_BYTES + 1];
    bool is_over;
    struct metric *dropped;
};

static uint64_t hash_of(const char *text, size_t n)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    return hash;
}

/* ---- saying --------------------------------------------------------------------------------------- */

static void on_said(void *arg, int rc, const char *text, struct db_rows *rows)
{
    (void)arg;
    if (rc)
        log_warn("live_not_said", LOG_S("why", text ? text : ""));
    talloc_free(rows);
}

static void send_said(struct live *l)
{
    const struct db_arg arg = db_text(l->said);
    uv_timer_stop(&l->gather);
    if (l->said_size > 0 && !db_submit(l->env->db, &SAY, &arg, 1, on_said, l))
        log_warn("live_not_said", LOG_S("why", "the queue of the store is full"));
    l->said_size = 0;
}

static void on_gathered(uv_timer_t *timer)
{
    send_said(timer->data);
}

void live_say(struct task *t, const char *topics, const char *event, const char *data)
{
    struct live *l = task_env(t)->live;
    if (!l || task_rehearsal(t))
        return;
    size_t need = strlen(topics) + strlen(event) + strlen(data) + 3;
    ASSERT(need < EVENT_MOST && !strchr(data, '\n'));
    if (l->said_size + need > NOTICE_BYTES)
        send_said(l);
    l->said_size += (size_t)snprintf(l->said + l->said_size, sizeof l->said - l->said_size, "%s %s %s\n",
                                     topics, event, data);
    if (!uv_is_active((uv_handle_t *)&l->gather))
        uv_timer_start(&l->gather, on_gathered, LIVE_GATHER_MS, 0);
}

/* ---- hearing -------------------------------------------------------------------------------------- */

static bool wants(const struct live_stream *s, const uint64_t *topics, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < s->topics_count; k++)
            if (topics[i] == s->topics[k])
                return true;
    return false;
}

static size_t read_topics(const char *list, size_t size, uint64_t out[LIVE_TOPICS_MAX])
{
    size_t n = 0;
    for (const char *at = list; at < list + size && n < LIVE_TOPICS_MAX; at++) {
        size_t length = strcspn(at, ", ");
        out[n++] = hash_of(at, length);
        at += length;
    }
    return n;
}

static void tell(struct live *l, struct live_stream *s, const char *event, size_t event_size,
                 const char *data, size_t data_size)
{
    char text[EVENT_MOST + 128];
    int n = snprintf(text, sizeof text, "id: %s.%llu\nevent: %.*s\ndata: %.*s\n\n", l->env->replica,
                     (unsigned long long)l->heard, (int)event_size, event, (int)data_size, data);
    if (n > 0 && (size_t)n < sizeof text && !stream_put(s, text, (size_t)n))
        metric_add(l->dropped, 1);
}

/* A stream may end while it is told: it is freed by libmicrohttpd, later. */
static void hear_line(struct live *l, const char *line, size_t size)
{
    uint64_t topics[LIVE_TOPICS_MAX];
    const char *event = memchr(line, ' ', size);
    const char *data = event ? memchr(event + 1, ' ', size - (size_t)(event + 1 - line)) : NULL;
    struct live_stream *s;
    if (!data)
        return;
    size_t n = read_topics(line, (size_t)(event - line), topics);
    l->heard++;
    LIST_FOREACH (s, &l->streams, link)
        if (wants(s, topics, n))
            tell(l, s, event + 1, (size_t)(data - event - 1), data + 1, (size_t)(line + size - data - 1));
}

static void say_look(struct live *l, struct live_stream *s)
{
    tell(l, s, "look", 4, "{}", 2);
}

static void look_all(struct live *l)
{
    struct live_stream *s;
    l->heard++;
    LIST_FOREACH (s, &l->streams, link)
        say_look(l, s);
}

void live_hear(void *live, const char *text)
{
    struct live *l = live;
    if (!text)
        look_all(l);
    size_t n;
    for (const char *at = text; at && *at; at += n + (at[n] == '\n')) {
        n = strcspn(at, "\n");
        hear_line(l, at, n);
    }
}

/* ---- streams -------------------------------------------------------------------------------------- */

static int forget(struct live_stream *s)
{
    struct live *l = s->server->env->live;
    LIST_REMOVE(s, link);
    l->streams_count--;
    return 0;
}

static struct live_stream *stream_new(struct live *l, const struct http_request *rq,
                                      const char *const *topics, size_t n)
{
    struct live_stream *s = talloc_zero(NULL, struct live_stream);
    ASSERT(n <= LIVE_TOPICS_MAX);
    s->server = rq->exchange->server;
    s->until_ms = rq->actor ? rq->actor->expires_at_ms : 0;
    s->topics_count = n;
    for (size_t i = 0; i < n; i++)
        s->topics[i] = hash_of(topics[i], strlen(topics[i]));
    LIST_INSERT_HEAD(&l->streams, s, link);
    l->streams_count++;
    talloc_set_destructor(s, forget);
    return s;
}

static bool has_missed_nothing(const struct live *l, const struct http_request *rq)
{
    char now[96];
    const char *last = http_header(rq, "Last-Event-ID");
    snprintf(now, sizeof now, "%s.%llu", l->env->replica, (unsigned long long)l->heard);
    return last && strcmp(last, now) == 0;
}

int live_reply(struct task *t, const struct http_request *rq, struct http_reply *re,
               const char *const *topics, size_t n)
{
    struct live *l = task_env(t)->live;
    static const char opened[] = "retry: 1000\n\n";
    if (l->is_over || l->streams_count >= l->streams_max) {
        task_err(t)->retry_ms = RETRY_MS;
        return err_say(task_err(t), E_BUSY, &TOO_MANY, NULL);
    }
    re->stream = stream_new(l, rq, topics, n);
    re->status = 200;
    re->type = "text/event-stream";
    http_reply_header(re, "X-Accel-Buffering", "no"); /* nginx hands on what comes, as it comes */
    stream_put(re->stream, opened, sizeof opened - 1);
    if (!has_missed_nothing(l, rq))
        say_look(l, re->stream);
    return 0;
}

static void on_beat(uv_timer_t *timer)
{
    struct live *l = timer->data;
    struct live_stream *s;
    int64_t now = clock_now_ms();
    bool is_heard = ++l->beats % BEATS == 0;
    LIST_FOREACH (s, &l->streams, link)
        if (s->until_ms && s->until_ms <= now)
            stream_finish(s);
        else if (is_heard && !stream_put(s, ":\n\n", 3))
            metric_add(l->dropped, 1);
}

/* ---- life ----------------------------------------------------------------------------------------- */

static double read_count(void *live)
{
    return (double)((struct live *)live)->streams_count;
}

struct live *live_open(void *ctx, const struct env *env, int64_t streams_max)
{
    struct live *l = talloc_zero(ctx, struct live);
    l->env = env;
    l->streams_max = streams_max;
    LIST_INIT(&l->streams);
    uv_timer_init(env->loop, &l->gather);
    uv_timer_init(env->loop, &l->beat);
    l->gather.data = l->beat.data = l;
    uv_timer_start(&l->beat, on_beat, BEAT_MS, BEAT_MS);
    metric_gauge("motcua_live_streams", "Pages that hear of changes as they happen", NULL, read_count, l);
    l->dropped = metric_counter("motcua_live_dropped_total", "Pages dropped because they did not read", NULL);
    db_on_notice(env->db, live_hear, l);
    return l;
}

void live_end(struct live *l)
{
    struct live_stream *s;
    l->is_over = true;
    LIST_FOREACH (s, &l->streams, link)
        stream_finish(s);
}

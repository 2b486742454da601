/* driver.c — a whole service without its neighbours: the input is a request, and goes through http.c, the
 * service's own routes and handlers to its saves; or an event, and goes to its handler. Linked with one
 * service's objects, whose main() gives its tables to the service_main() here.
 *
 *     POST /api/intake/dossiers?mode=x             EVENT motcua.DossierProgressed
 *     As: citizen                                  Store: 1 0 0
 *     Store: 1 0 0
 *     If-Match: "3"                                <the message, packed>
 *
 *     {"procedure": …}
 *
 * As: says whose token is shown (people[] below, or operator). Store: rows, variant, failure (fuzz.h); what
 * the service remembers is too old then, so that it asks its store whatever inputs came before. Cut-Off: yes:
 * the caller leaves before the end. */
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "fuzz.h"
#include "http.h"
#include "live.h"
#include "pb.h"
#include "redis.h"
#include "service.h"

int service_program(int argc, char **argv); /* main() of the service: see fuzz.mk */

enum { TASK_MS = 20000, TOKEN_MS = 24 * 3600 * 1000 };

static const struct service *service;
static uv_loop_t loop;
static struct env env;
static struct http_server *server;
static uint8_t secret_key[SIGN_SECRET_BYTES];

int service_main(const struct service *s, int argc, char **argv)
{
    (void)argc, (void)argv;
    service = s;
    return 0;
}

/* ---- people --------------------------------------------------------------------------------------- */

enum { ALL_ROLES = 6 };
#define UNIT "000.00.01.H07"

static struct person {
    const char *name;
    struct actor actor;
    char *authorization;
} people[] = {
    { "citizen",
      { "0190a000-0000-7000-8000-000000000001", ACCOUNT_CITIZEN, "", "", "", 0, { { 0 } }, 0 },
      0 },
    { "business",
      { "0190a000-0000-7000-8000-000000000002", ACCOUNT_BUSINESS, "", "", "", 0, { { 0 } }, 0 },
      0 },
    { "clerk",
      { "0190a000-0000-7000-8000-000000000003",
        ACCOUNT_STAFF,
        "Trần Thị Bích",
        "Chuyên viên",
        "Một cửa",
        1,
        { { ROLE_CLERK, UNIT } },
        0 },
      0 },
    { "staff",
      { "0190a000-0000-7000-8000-000000000004",
        ACCOUNT_STAFF,
        "Lê Văn Cường",
        "Trưởng phòng",
        "Tư pháp",
        ALL_ROLES,
        { { ROLE_CLERK, "*" },
          { ROLE_OFFICER, "*" },
          { ROLE_LEADER, "*" },
          { ROLE_ADMINISTRATOR, "*" },
          { ROLE_AUDITOR, "*" },
          { ROLE_INSPECTOR, "*" } },
        0 },
      0 },
};
enum { PEOPLE = sizeof people / sizeof *people };

static void give_tokens(int64_t now_ms)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        people[i].actor.expires_at_ms = now_ms + TOKEN_MS;
        people[i].authorization =
            talloc_asprintf(fuzz_life(), "Bearer %s",
                            auth_issue(fuzz_life(), &people[i].actor, "k1", secret_key, now_ms));
    }
}

static const char *authorization_of(const char *name)
{
    for (size_t i = 0; i < PEOPLE; i++)
        if (strcmp(people[i].name, name) == 0)
            return people[i].authorization;
    return strcmp(name, "operator") == 0 ? "Operator fuzz" : NULL;
}

/* ---- opening -------------------------------------------------------------------------------------- */

static bool always_ready(void *arg)
{
    (void)arg;
    return true;
}

static const char *key_file(const char *name, const void *key, size_t size)
{
    return fuzz_file(name, talloc_asprintf(fuzz_life(), "k1 %s\n", crypt_base64(fuzz_life(), key, size)));
}

/* tests/fuzz/rows/<service>.conf; its key files are made here. */
static const void *config(struct err *err)
{
    void *own = talloc_zero_size(fuzz_life(), service->config_size + 1);
    const struct conf_table tables[] = { { service->params, own }, { 0 } };
    const char *file = talloc_asprintf(fuzz_life(), "tests/fuzz/rows/%s.conf", service->name);
    ASSERT(conf_load(own, service->name, file, tables, err) == 0);
    return own;
}

static void open_env(struct err *err)
{
    static const struct redis_config no_redis = { "", 1 };
    uint8_t public_key[SIGN_PUBLIC_BYTES];
    crypt_sign_keys(public_key, secret_key);
    key_file("secret.key", secret_key, sizeof secret_key);
    fuzz_file("portal.push", "push\n");
    fuzz_file("seal.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n");
    env.config = config(err);
    env.service = service->name;
    env.replica = "fuzz";
    env.loop = &loop;
    env.tasks = task_pool_new(NULL, &loop, 16, &env);
    env.db = (struct db *)&env; /* nobody looks into them */
    env.outbox = (struct outbox *)&env;
    env.jobs = (struct jobs *)&env;
    env.redis = redis_open(NULL, &loop, &no_redis);
    env.live = live_open(NULL, &env, 16);
    ASSERT(auth_open(fuzz_life(), key_file("public.keys", public_key, sizeof public_key), "fuzz", &env.auth,
                     err) == 0);
    env.state = service->open(fuzz_life(), &env, NULL, err);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    static const struct http_route none[] = { { 0 } };
    struct err err = { 0 };
    crypt_open();
    service_program(0, NULL);
    fuzz_store_open(service->name);
    uv_loop_init(&loop);
    open_env(&err);
    if (!env.state)
        fprintf(stderr, "%s: %s\n", service->name, err.text);
    ASSERT(env.state);
    const struct http_route *tables[] = { service->routes,
                                          service->admin_routes ? service->admin_routes : none, NULL };
    const struct http_config cfg = { "127.0.0.1:1", fuzz_dir(), 1, TASK_MS, env.tasks, false };
    ASSERT(http_open(NULL, &env, &cfg, tables, always_ready, NULL, &server, &err) == 0);
    give_tokens((int64_t)time(NULL) * 1000);
    return 0;
}

/* ---- the input ------------------------------------------------------------------------------------ */

struct input {
    char *method, *path;
    struct fuzz_request rq;
    const uint8_t *rest;
    size_t rest_size;
};

/* The line at *at, without its end; *at is behind it. NULL: there is none. */
static char *take_line(void *ctx, const uint8_t **at, const uint8_t *end)
{
    const uint8_t *newline = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
    if (!newline)
        return NULL;
    char *line = fuzz_text(ctx, *at, (size_t)(newline - *at));
    line[strcspn(line, "\r")] = '\0';
    *at = newline + 1;
    return line;
}

static void add(struct fuzz_field *list, size_t *count, const char *name, const char *value)
{
    if (*count < FUZZ_FIELDS_MAX)
        list[(*count)++] = (struct fuzz_field){ name, value };
}

static void plus_to_blank(char *s)
{
    for (; *s; s++)
        if (*s == '+')
            *s = ' ';
}

/* As libmicrohttpd takes it apart. */
static void take_query(struct input *in, char *query)
{
    for (char *one; (one = strsep(&query, "&"));) {
        char *name = strsep(&one, "=");
        plus_to_blank(name);
        MHD_http_unescape(name);
        if (one) {
            plus_to_blank(one);
            MHD_http_unescape(one);
        }
        add(in->rq.args, &in->rq.args_count, name, one);
    }
}

static void take_store(const char *value)
{
    unsigned rows = 1, variant = 0, failure = 0;
    sscanf(value, "%2u %2u %2u", &rows, &variant, &failure);
    fuzz_store = (struct fuzz_store){ rows % 4, variant, failure % 4 };
    fuzz_next_day();
}

static void take_header(struct input *in, char *line)
{
    char *name = strsep(&line, ":");
    if (!line || !*name)
        return;
    line += strspn(line, " ");
    if (strcmp(name, "As") == 0)
        add(in->rq.headers, &in->rq.headers_count, "Authorization", authorization_of(line));
    else if (strcmp(name, "Store") == 0)
        take_store(line);
    else if (strcmp(name, "Cut-Off") == 0)
        in->rq.is_cut_off = true;
    else
        add(in->rq.headers, &in->rq.headers_count, name, line);
}

static bool read_input(void *ctx, const uint8_t *data, size_t size, struct input *in)
{
    const uint8_t *end = data + size;
    char *line = take_line(ctx, &data, end);
    if (!line)
        return false;
    in->method = strsep(&line, " ");
    in->path = line ? strsep(&line, "?") : NULL;
    if (line)
        take_query(in, line);
    if (!in->path || *in->path == '\0')
        return false;
    MHD_http_unescape(in->path);
    while ((line = take_line(ctx, &data, end)) && *line)
        take_header(in, line);
    in->rest = data;
    in->rest_size = (size_t)(end - data);
    return true;
}

/* ---- going on ------------------------------------------------------------------------------------- */

static void turn(void *unused)
{
    (void)unused;
    task_pool_run(env.tasks);
    uv_run(&loop, UV_RUN_NOWAIT);
}

struct arrived {
    const struct listener *row;
    const struct input *in;
};

static void run_event(struct task *t, void *arg)
{
    const struct arrived *a = arg;
    const struct event ev = { .id = id_new(),
                              .source = "elsewhere",
                              .type = a->row->type->name,
                              .key = "000.00.01.H07-261101-0001",
                              .version = 3,
                              .occurred_at_ms = task_now_ms(t) };
    const void *msg = pb_unpack(t, a->row->type, a->in->rest, a->in->rest_size);
    if (msg)
        a->row->handle(t, &ev, msg);
}

static void play_event(const struct input *in)
{
    const struct listener *row = service->listeners;
    while (row && row->type && strcmp(row->type->name, in->path) != 0)
        row++;
    if (!row || !row->type)
        return;
    struct arrived a = { row, in };
    ASSERT(task_spawn(env.tasks, "event", TASK_MS, NULL, run_event, &a) == 0);
    for (int i = 0; task_pool_count(env.tasks) > 0; i++) {
        ASSERT(i < 10000);
        turn(NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *ctx = talloc_new(NULL);
    struct input in = { 0 };
    fuzz_store = (struct fuzz_store){ .rows = 1 };
    bool is_input = read_input(ctx, data, size, &in);
    if (is_input && strcmp(in.method, "EVENT") == 0) {
        play_event(&in);
    } else if (is_input) {
        in.rq.method = in.method;
        in.rq.path = in.path;
        in.rq.body = in.rest;
        in.rq.body_size = in.rest_size;
        add(in.rq.headers, &in.rq.headers_count, "Idempotency-Key", "k");
        fuzz_http_play(&in.rq, turn, NULL);
    }
    talloc_free(ctx);
    return 0;
}

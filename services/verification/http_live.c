/* http_live.c — what colleagues do, as they do it: changes of a unit's queue and of one case, and who has a
 * case open. A case is said to the units it was and is at, to whom it was and is assigned, and to those who
 * look at it. Who has what open is known to Redis only: without it nobody seems to be there, and nothing else
 * changes. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "json.h"
#include "json_write.h"
#include "live.h"
#include "redis.h"

enum { PRESENT_MS = 30000, TOPICS_BYTES = 512 };

/* ---- saying --------------------------------------------------------------------------------------- */

static void add_topic(char topics[TOPICS_BYTES], const char *kind, const char *name)
{
    char topic[96];
    size_t n = strlen(topics);
    snprintf(topic, sizeof topic, "%s:%s", kind, name);
    const char *at = strstr(topics, topic);
    bool is_there = at && (at[strlen(topic)] == ',' || at[strlen(topic)] == '\0');
    if (*name && !is_there)
        snprintf(topics + n, TOPICS_BYTES - n, "%s%s", n ? "," : "", topic);
}

static void add_topics(char topics[TOPICS_BYTES], const struct case_file *c)
{
    add_topic(topics, "unit", c->unit_code);
    add_topic(topics, "unit", c->handling_unit_code);
    add_topic(topics, "person", c->assignee_id);
}

void say_case(struct task *t, const struct case_file *before, const struct case_file *now,
              const struct actor *by)
{
    char topics[TOPICS_BYTES] = "";
    struct json_writer w = json_writer_of(t);
    add_topic(topics, "case", now->code);
    add_topics(topics, before);
    add_topics(topics, now);
    write_object(&w, NULL);
    write_text(&w, "code", now->code);
    write_int(&w, "version", now->version);
    write_int(&w, "status", now->status);
    write_text(&w, "by", by ? by->name : "");
    write_end(&w);
    live_say(t, topics, "case", write_done(&w));
}

/* ---- hearing -------------------------------------------------------------------------------------- */

int http_queue_events(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const char *unit = http_query(rq, "unit");
    TRY(check_reads_unit(t, rq, unit));
    const char *topics[] = { talloc_asprintf(t, "unit:%s", unit),
                             talloc_asprintf(t, "person:%s", rq->actor->account_id) };
    return live_reply(t, rq, re, topics, 2);
}

int http_case_events(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct case_file c;
    TRY(case_for(t, rq, false, &c));
    const char *topics[] = { talloc_asprintf(t, "case:%s", c.code) };
    return live_reply(t, rq, re, topics, 1);
}

/* ---- who has it open ------------------------------------------------------------------------------ */

/* "code TAB account TAB name" a line; of one case, or of all (code NULL). */
static json_t *present_json(struct task *t, const char *members, const char *code)
{
    json_t *list = json_array();
    char *line, *rest = talloc_strdup(t, members);
    while ((line = strsep(&rest, "\n"))) {
        char *id = strchr(line, '\t'), *name = id ? strchr(id + 1, '\t') : NULL;
        if (!name)
            continue;
        *id++ = *name++ = '\0';
        if (!code || strcmp(code, line) == 0)
            json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "code", line, "id", id, "name", name));
    }
    return list;
}

static void reply_present(struct task *t, struct http_reply *re, int rc, const char *members,
                          const char *code)
{
    json_t *open = rc == 0 ? present_json(t, members, code) : json_array();
    http_reply_json(re, 200, json_pack("{s:b, s:o}", "is_known", rc == 0, "open", open));
}

static const char *place_of(struct task *t, const char *unit)
{
    return talloc_asprintf(t, "present:%s", unit);
}

static int attend(struct task *t, const struct http_request *rq, struct http_reply *re, int64_t ttl_ms)
{
    struct case_file c;
    bool changed = false;
    const char *members = "";
    const struct actor *a = rq->actor;
    TRY(case_for(t, rq, false, &c));
    const char *unit = case_lies_at(&c);
    const char *me = talloc_asprintf(t, "%s\t%s\t%s", c.code, a->account_id, a->name);
    int rc = redis_attend(t, place_of(t, unit), me, ttl_ms, &members, &changed);
    if (changed)
        live_say(t, talloc_asprintf(t, "unit:%s,case:%s", unit, c.code), "presence",
                 talloc_asprintf(t, "{\"code\":\"%s\"}", c.code));
    reply_present(t, re, rc, members, c.code);
    return 0;
}

int http_come(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    return attend(t, rq, re, PRESENT_MS);
}

int http_leave(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    return attend(t, rq, re, 0);
}

int http_present(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    bool changed;
    const char *members = "", *unit = http_query(rq, "unit");
    TRY(check_reads_unit(t, rq, unit));
    int rc = redis_attend(t, place_of(t, unit), NULL, 0, &members, &changed);
    reply_present(t, re, rc, members, NULL);
    return 0;
}

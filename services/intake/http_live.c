/* http_live.c — how dossiers go on, as they do: one's own, and one that is tracked by its code. Of a tracked
 * one the stream says no more than its look-up does. */
#include <talloc.h>

#include "handlers.h"
#include "json_write.h"
#include "live.h"

void say_progress(struct task *t, const Motcua__DossierProgressed *m, int64_t version, const char *account_id)
{
    struct json_writer w = json_writer_of(t);
    const char *owner = *account_id ? talloc_asprintf(t, ",account:%s", account_id) : "";
    write_object(&w, NULL);
    write_text(&w, "code", m->code);
    write_int(&w, "version", version);
    write_int(&w, "status", (int)m->status);
    write_end(&w);
    live_say(t, talloc_asprintf(t, "dossier:%s%s", m->code, owner), "dossier", write_done(&w));
}

int http_own_events(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const char *topics[] = { talloc_asprintf(t, "account:%s", rq->actor->account_id) };
    return live_reply(t, rq, re, topics, 1);
}

int http_lookup_events(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const char *answer, *code = http_param(rq, "code");
    TRY(lookup_answer(t, rq, code, &answer));
    const char *topics[] = { talloc_asprintf(t, "dossier:%s", code) };
    return live_reply(t, rq, re, topics, 1);
}

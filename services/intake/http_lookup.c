/* http_lookup.c — what the public may see of a dossier (DOMAIN §12.4).
 *
 *   by code alone                     code and progress
 *   with the phone's last four digits the timeline too: who, where, until when; no person's data either way
 *   or the receipt's key
 *
 * Codes can be counted through, so tries are counted per caller, a wrong key answers like a wrong code, and
 * wrong keys are counted per code. Answers are remembered for lookup_cache_ms: in the process, then in Redis,
 * then PostgreSQL.
 */
#include <string.h>
#include <talloc.h>

#include "cache.h"
#include "handlers.h"
#include "json.h"
#include "json_write.h"
#include "redis.h"
#include "status.h"
#include "throttle.h"

enum { KEY_TRIES = 10 };

static const struct phrase NOTHING = { "lookup_nothing", "Không tìm thấy hồ sơ khớp với thông tin đã nhập.",
                                       "No dossier fits what was entered." };

/* Share of the way to a result, for a bar on a page. */
static int percent_of(int status)
{
    static const int percents[STATUSES] = { 0, 10, 30, 100, 50, 40, 40, 40, 100, 90, 100 };
    return percents[status > 0 && status < STATUSES ? status : 0];
}

static char *render(struct task *t, const char *code, int status, int64_t filed_at_ms)
{
    struct json_writer w = json_writer_of(t);
    write_object(&w, NULL);
    write_text(&w, "code", code);
    write_int(&w, "status", status);
    write_object(&w, "status_name");
    write_text(&w, "vi", status_phrase(status)->vi);
    write_text(&w, "en", status_phrase(status)->en);
    write_end(&w);
    write_int(&w, "percent", percent_of(status));
    write_int(&w, "filed_at_ms", filed_at_ms);
    write_end(&w);
    return write_done(&w);
}

static int from_store(struct task *t, const char *code, const char **answer)
{
    int status;
    int64_t filed_at_ms;
    TRY(store_lookup(t, code, &status, &filed_at_ms));
    *answer = status != 0 ? render(t, code, status, filed_at_ms) : "";
    return 0;
}

/* The public answer for a code, "" if there is none; from the nearest place beyond this process that knows.
 */
static int find_answer(struct task *t, const char *code, const char **answer)
{
    int64_t ttl_ms = config_of(t)->lookup_cache_ms / 2;
    const char *key = talloc_asprintf(t, "lookup:%s", code);
    if (redis_get(t, key, answer) != 0 || !*answer) {
        TRY(from_store(t, code, answer));
        redis_put(task_env(t)->redis, key, *answer, ttl_ms);
    }
    char *kept = talloc_strdup(NULL, *answer);
    cache_put(intake_of(t)->lookups, code, kept);
    *answer = kept;
    return 0;
}

/* What this process remembers is answered without waiting for anybody; it counts here only. */
static int public_answer(struct task *t, const struct http_request *rq, const char *code, const char **answer)
{
    const struct intake_config *cfg = config_of(t);
    struct dossier_code parsed;
    TRY(throttle_try_here(t, intake_of(t)->throttle, "lookup", rq->client, cfg->lookup_tries,
                          cfg->lookup_window_s));
    *answer = cache_get(intake_of(t)->lookups, code);
    if (*answer)
        return 0;
    TRY(throttle_try_everywhere(t, "lookup", rq->client, cfg->lookup_tries, cfg->lookup_window_s));
    *answer = "";
    return dossier_code_parse(code, &parsed) ? find_answer(t, code, answer) : 0;
}

int lookup_answer(struct task *t, const struct http_request *rq, const char *code, const char **answer)
{
    TRY(public_answer(t, rq, code, answer));
    return **answer ? 0 : err_say(task_err(t), E_NOT_FOUND, &NOTHING, NULL);
}

int http_lookup(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const char *answer;
    TRY(lookup_answer(t, rq, http_param(rq, "code"), &answer));
    http_reply_text(re, 200, "application/json", answer);
    return 0;
}

/* ---- with a key ----------------------------------------------------------------------------------- */

static bool key_fits(struct task *t, const struct dossier *d, const char *tail, const char *key)
{
    size_t n = 0;
    const uint8_t *bytes = key ? crypt_unbase64(t, key, true, &n) : NULL;
    if (bytes && n == LOOKUP_KEY_BYTES && crypt_equal(bytes, d->lookup_key, n))
        return true;
    return tail && strlen(tail) == 4 && strlen(d->phone_tail) == 4 && crypt_equal(tail, d->phone_tail, 4);
}

static json_t *timeline(struct task *t, const struct db_rows *rows)
{
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++) {
        json_t *state;
        const char *text = db_str(rows, i, "state");
        if (json_parse(t, text, strlen(text), &state, task_err(t)) == 0)
            json_array_append(list, state);
    }
    return list;
}

static int reply_timeline(struct task *t, const struct dossier *d, struct http_reply *re)
{
    const struct db_rows *rows;
    TRY(store_progress_of(t, d->code, &rows));
    http_reply_json(re, 200,
                    json_pack("{s:s, s:i, s:{s:s, s:s}, s:i, s:I, s:s, s:s, s:o}", "code", d->code, "status",
                              d->status, "status_name", "vi", status_phrase(d->status)->vi, "en",
                              status_phrase(d->status)->en, "percent", percent_of(d->status), "filed_at_ms",
                              (json_int_t)d->filed_at_ms, "procedure_name", d->procedure_name, "unit_name",
                              d->unit_name, "timeline", timeline(t, rows)));
    return 0;
}

int http_lookup_with_key(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct json_node *body;
    struct dossier d;
    bool found;
    TRY(http_json(t, rq, &body));
    struct reader r = reader_of(t, body, "", task_err(t));
    const char *code = read_text(&r, "code", DOSSIER_CODE_TEXT - 1, REQUIRED);
    const char *tail = read_text(&r, "phone_tail", 4, OPTIONAL), *key = read_text(&r, "key", 40, OPTIONAL);
    TRY(reader_close(&r));
    TRY(throttle_try(t, intake_of(t)->throttle, "lookup", rq->client, config_of(t)->lookup_tries,
                     config_of(t)->lookup_window_s));
    TRY(throttle_try(t, intake_of(t)->throttle, "lookup_key", code, KEY_TRIES,
                     config_of(t)->lookup_window_s));
    TRY(store_dossier(t, code, &d, &found));
    if (!found || !key_fits(t, &d, tail, key))
        return err_say(task_err(t), E_NOT_FOUND, &NOTHING, NULL);
    return reply_timeline(t, &d, re);
}

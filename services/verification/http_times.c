/* http_times.c — how long a procedure takes in fact, for everybody: of what was finished in the last year,
 * the days within which half and nine tenths were. Waiting for papers and money is in it: it is what people
 * wait. Below ten dossiers nothing is said. */
#include <talloc.h>

#include "cache.h"
#include "handlers.h"
#include "json.h"
#include "store_figures.h"

enum { DAYS = 365, SAID_FROM = 10, LATEST = 1000 };

static json_t *days_json(const struct db_rows *rows, const char *name)
{
    enum { DAY_MS = 86400000 };
    return json_integer((db_num(rows, 0, name) + DAY_MS - 1) / DAY_MS);
}

static int times_of(struct task *t, const char *code, const char **answer)
{
    const struct db_rows *rows;
    int64_t since = task_now_ms(t) - DAYS * INT64_C(86400000);
    json_t *o = json_own(t, json_pack("{s:s, s:i, s:n, s:n, s:n}", "procedure", code, "days", DAYS, "count",
                                      "half_within_days", "most_within_days"));
    TRY(store_times(t, code, since, LATEST, &rows));
    if (db_num(rows, 0, "n") >= SAID_FROM) {
        json_object_set_new(o, "count", json_integer(db_num(rows, 0, "n")));
        json_object_set_new(o, "half_within_days", days_json(rows, "half"));
        json_object_set_new(o, "most_within_days", days_json(rows, "most"));
    }
    *answer = json_print(t, o);
    return 0;
}

int http_times(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const char *code = http_param(rq, "code");
    struct cache *cache = verification_of(t)->times;
    const char *answer = cache_get(cache, code);
    if (!answer) {
        TRY(times_of(t, code, &answer));
        cache_put(cache, code, talloc_strdup(t, answer));
    }
    http_reply_text(re, 200, "application/json", answer);
    return 0;
}

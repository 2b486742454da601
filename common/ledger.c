/* ledger.c — see ledger.h. A walk takes a tenth of the time of one connection: after each page it rests nine
 * times as long as the page took. One replica walks, as one runs a job; what it counted is in the store,
 * where every replica reads it for its metrics. */
#include "ledger.h"

#include <string.h>
#include <talloc.h>

#include "clock.h"
#include "env.h"
#include "json.h"
#include "log.h"
#include "metrics.h"

enum {
    WALK_MS = 6 * 3600 * 1000,
    BACK_OFF_MS = 5000,
    BACK_OFF_MOST_MS = 60000,
    REST_TIMES = 9,
    REST_MOST_MS = 2000,
    TERMS_MAX = 32,
    NAMED_MOST = 20, /* keys in the log, per ledger and walk */
    READ_MS = 5000,
    FRESH_MS = 1000
};

/* clang-format off */
static const struct sql LEDGER_SAVE = { "ledger_save", SQL_WRITE,
    "WITH t AS (SELECT * FROM unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[]) AS t(term, entries,"
    " amount, wrong)),"
    " gone AS (DELETE FROM ledger_term WHERE ledger = $1 AND term NOT IN (SELECT term FROM t))"
    " INSERT INTO ledger_term (ledger, term, entries, amount, wrong, walked_at) SELECT $1, term, entries,"
    " amount::numeric, wrong, now() FROM t ON CONFLICT (ledger, term) DO UPDATE SET entries = excluded.entries,"
    " amount = excluded.amount, wrong = excluded.wrong, walked_at = excluded.walked_at" };
static const struct sql LEDGER_TERMS = { "ledger_terms", SQL_READ,
    "SELECT ledger, term, entries, amount::bigint AS amount, wrong, ms(walked_at) AS walked_at_ms FROM ledger_term" };
/* clang-format on */
const struct sql *const ledger_own_statements[] = { &LEDGER_SAVE, &LEDGER_TERMS, NULL };

struct shown { /* a term as the metrics show it */
    struct shown *next;
    struct ledgers *of;
    const char *ledger, *term;
    int64_t entries, amount, wrong, walked_at_ms;
};

struct ledgers {
    const struct env *env;
    const struct ledger *table;
    int64_t every_ms, read_at_ms;
    bool is_reading;
    struct shown *shown;
};

const struct sql *const *ledger_statements(void *ctx, const struct ledger *table)
{
    size_t n = 0;
    while (table[n].name)
        n++;
    const struct sql **list = talloc_zero_array(ctx, const struct sql *, 2 * n + 1);
    for (size_t i = 0; i < n; i++) {
        list[2 * i] = table[i].sum;
        list[2 * i + 1] = table[i].rows;
    }
    return list;
}

/* ---- what the operator's command asks --------------------------------------------------------------- */

static int find_ledger(struct task *t, const struct http_request *rq, const struct ledger **out)
{
    const char *name = http_param(rq, "name");
    for (*out = task_env(t)->ledgers->table; (*out)->name; (*out)++)
        if (strcmp((*out)->name, name) == 0)
            return 0;
    return err_set(task_err(t), E_NOT_FOUND, "no ledger %s here", name);
}

static int run_page(struct task *t, const struct http_request *rq, bool as_rows, const struct db_rows **rows)
{
    const struct ledger *l;
    const char *after = http_query(rq, "after"), *until = http_query(rq, "until");
    TRY(find_ledger(t, rq, &l));
    return db_run(t, as_rows ? l->rows : l->sum, rows, db_text(after ? after : ""),
                  db_text(until ? until : ""));
}

static int get_ledgers(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    (void)rq;
    json_t *list = json_array(), *statements = json_object(); /* for who has a copy of the store only */
    for (const struct ledger *l = task_env(t)->ledgers->table; l->name; l++) {
        json_array_append_new(list, json_string(l->name));
        json_object_set_new(statements, l->name,
                            json_pack("{s:s, s:s}", "sum", l->sum->text, "rows", l->rows->text));
    }
    http_reply_json(re, 200,
                    json_pack("{s:s, s:s, s:o, s:o}", "service", task_env(t)->service, "page", LEDGER_PAGE,
                              "ledgers", list, "statements", statements));
    return 0;
}

static int get_page(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    TRY(run_page(t, rq, false, &rows));
    json_t *terms = json_array();
    for (int i = 0; i < db_count(rows); i++)
        if (db_str(rows, i, "term"))
            json_array_append_new(terms,
                                  json_pack("{s:s, s:I, s:s, s:I, s:s}", "term", db_str(rows, i, "term"),
                                            "entries", (json_int_t)db_num(rows, i, "entries"), "amount",
                                            db_str(rows, i, "amount"), "wrong",
                                            (json_int_t)db_num(rows, i, "wrong"), "digest",
                                            db_str(rows, i, "digest")));
    http_reply_json(re, 200,
                    json_pack("{s:I, s:s, s:o}", "keys", (json_int_t)db_num(rows, 0, "keys"), "last",
                              db_str_or(rows, 0, "last", ""), "terms", terms));
    return 0;
}

static int get_rows(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    TRY(run_page(t, rq, true, &rows));
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s?}", "key", db_str(rows, i, "key"), "value",
                                              db_str(rows, i, "value"), "wrong", db_str(rows, i, "wrong")));
    http_reply_json(re, 200, json_pack("{s:o}", "rows", list));
    return 0;
}

const struct http_route ledger_routes[] = {
    { "GET", "/admin/ledgers", get_ledgers, HTTP_OPERATOR, 0, 0, 0 },
    { "GET", "/admin/ledgers/{name}", get_page, HTTP_OPERATOR, 0, 0, 0 },
    { "GET", "/admin/ledgers/{name}/rows", get_rows, HTTP_OPERATOR, 0, 0, 0 },
    { 0 },
};

/* ---- the walk --------------------------------------------------------------------------------------- */

struct walk { /* terms[0] is the whole */
    const struct ledger *ledger;
    const char *terms[TERMS_MAX];
    int64_t entries[TERMS_MAX], amounts[TERMS_MAX], wrong[TERMS_MAX];
    size_t count, named;
};

static size_t term_of(struct task *t, struct walk *w, const char *term)
{
    size_t i = 1;
    while (i < w->count && strcmp(w->terms[i], term) != 0)
        i++;
    ASSERT(i < TERMS_MAX); /* terms come from our own statements */
    if (i == w->count)
        w->terms[w->count++] = talloc_strdup(t, term);
    return i;
}

static int name_wrong(struct task *t, struct walk *w, const char *after, const char *until)
{
    const struct db_rows *rows;
    TRY(db_run(t, w->ledger->rows, &rows, db_text(after), db_text(until)));
    for (int i = 0; i < db_count(rows) && w->named < NAMED_MOST; i++)
        if (db_str(rows, i, "wrong")) {
            w->named++;
            log_error("imbalance", LOG_S("ledger", w->ledger->name), LOG_S("key", db_str(rows, i, "key")),
                      LOG_S("why", db_str(rows, i, "wrong")));
        }
    return 0;
}

static bool add_up(struct task *t, struct walk *w, const struct db_rows *rows)
{
    int64_t wrong_before = w->wrong[0];
    w->entries[0] += db_num(rows, 0, "keys");
    for (int i = 0; i < db_count(rows); i++) {
        if (!db_str(rows, i, "term"))
            continue;
        size_t at = term_of(t, w, db_str(rows, i, "term"));
        w->entries[at] += db_num(rows, i, "entries");
        w->amounts[at] += db_num(rows, i, "amount");
        w->wrong[at] += db_num(rows, i, "wrong");
        w->wrong[0] += db_num(rows, i, "wrong");
    }
    return w->wrong[0] > wrong_before;
}

static int rest(struct task *t, int64_t started_ms)
{
    int64_t ms = (clock_steady_ms() - started_ms) * REST_TIMES;
    return ms > 0 ? task_sleep(t, (unsigned)(ms < REST_MOST_MS ? ms : REST_MOST_MS)) : 0;
}

static int save_walk(struct task *t, const struct walk *w)
{
    const struct db_rows *rows;
    const char *amounts[TERMS_MAX];
    for (size_t i = 0; i < w->count; i++)
        amounts[i] = talloc_asprintf(t, "%lld", (long long)w->amounts[i]);
    return db_run(t, &LEDGER_SAVE, &rows, db_text(w->ledger->name), db_text_array(t, w->terms, w->count),
                  db_int_array(t, w->entries, w->count), db_text_array(t, amounts, w->count),
                  db_int_array(t, w->wrong, w->count));
}

static int walk(struct task *t, const struct ledger *l)
{
    struct walk *w = talloc_zero(t, struct walk);
    const char *after = "", *last;
    const struct db_rows *rows;
    w->ledger = l;
    w->terms[w->count++] = "";
    for (;; after = last) {
        int64_t started_ms = clock_steady_ms();
        TRY(db_run(t, l->sum, &rows, db_text(after), db_text("")));
        if (!db_str(rows, 0, "last"))
            return save_walk(t, w);
        last = talloc_strdup(t, db_str(rows, 0, "last"));
        if (add_up(t, w, rows))
            TRY(name_wrong(t, w, after, last));
        talloc_free((void *)rows);
        TRY(rest(t, started_ms));
    }
}

static int job_walk(struct task *t, struct job *job)
{
    const struct ledgers *own = task_env(t)->ledgers;
    for (const struct ledger *l = own->table; l->name; l++)
        if (l->is_watched)
            TRY(walk(t, l));
    job->again_ms = own->every_ms;
    return 0;
}

const struct job_kind ledger_jobs[] = {
    { "walk_ledgers", job_walk, WALK_MS, 1, BACK_OFF_MS, BACK_OFF_MOST_MS, true },
    { 0 },
};

/* ---- metrics ---------------------------------------------------------------------------------------- */

static void read_again(struct ledgers *own);

static double show_entries(void *arg)
{
    const struct shown *s = arg;
    return (double)s->entries;
}

static double show_amount(void *arg)
{
    const struct shown *s = arg;
    return (double)s->amount;
}

static double show_balanced(void *arg)
{
    const struct shown *s = arg;
    read_again(s->of);
    return s->wrong == 0;
}

static double show_age(void *arg)
{
    const struct shown *s = arg;
    return (double)(clock_now_ms() - s->walked_at_ms) / 1000;
}

static struct shown *shown_new(struct ledgers *own, const char *ledger, const char *term)
{
    struct shown *s = talloc_zero(own, struct shown);
    const char *equation = talloc_asprintf(s, "equation=\"%s\"", ledger);
    const char *labels = talloc_asprintf(s, "ledger=\"%s\",term=\"%s\"", ledger, term);
    s->of = own;
    s->ledger = talloc_strdup(s, ledger);
    s->term = talloc_strdup(s, term);
    s->next = own->shown;
    own->shown = s;
    if (*term) {
        metric_gauge("motcua_ledger_entries", "Entries of a ledger at its last walk", labels, show_entries,
                     s);
        metric_gauge("motcua_ledger_amount", "What they add up to", labels, show_amount, s);
    } else {
        metric_gauge("motcua_balanced", "1: every entry fits; 0: the log names those that do not", equation,
                     show_balanced, s);
        metric_gauge("motcua_balanced_age_seconds", "Time since that was found out", equation, show_age, s);
    }
    return s;
}

static struct shown *shown_of(struct ledgers *own, const char *ledger, const char *term)
{
    for (struct shown *s = own->shown; s; s = s->next)
        if (strcmp(s->ledger, ledger) == 0 && strcmp(s->term, term) == 0)
            return s;
    return shown_new(own, ledger, term);
}

static void run_read(struct task *t, void *arg)
{
    struct ledgers *own = arg;
    const struct db_rows *rows;
    int rc = db_run(t, &LEDGER_TERMS, &rows);
    for (struct shown *s = own->shown; rc == 0 && s; s = s->next)
        s->entries = s->amount = 0; /* a term that is gone */
    for (int i = 0; rc == 0 && i < db_count(rows); i++) {
        struct shown *s = shown_of(own, db_str(rows, i, "ledger"), db_str(rows, i, "term"));
        s->entries = db_num(rows, i, "entries");
        s->amount = db_num(rows, i, "amount");
        s->wrong = db_num(rows, i, "wrong");
        s->walked_at_ms = db_num(rows, i, "walked_at_ms");
    }
    own->is_reading = false;
}

static void read_again(struct ledgers *own)
{
    int64_t now = clock_steady_ms();
    if (own->is_reading || now - own->read_at_ms < FRESH_MS)
        return;
    own->read_at_ms = now;
    own->is_reading = task_spawn(own->env->tasks, "ledgers", READ_MS, NULL, run_read, own) == 0;
}

/* What is measured by nothing else: that there is somebody to ask. */
static double show_watched(void *arg)
{
    struct ledgers *own = arg;
    double n = 0;
    read_again(own);
    for (const struct ledger *l = own->table; l->name; l++)
        n += l->is_watched;
    return n;
}

struct ledgers *ledgers_open(void *ctx, const struct env *env, const struct ledger *table, int64_t every_ms)
{
    static const struct ledger none[] = { { 0 } };
    struct ledgers *own = talloc_zero(ctx, struct ledgers);
    own->env = env;
    own->table = table ? table : none;
    own->every_ms = every_ms;
    metric_gauge("motcua_ledgers_watched", "Ledgers this service walks by itself", NULL, show_watched, own);
    return own;
}

/* admin_catalogue.c — the operator's command: a catalogue file, looked at or applied.
 *
 *   POST /admin/catalogue?mode=diff    what would change, and the number of the plan
 *   POST /admin/catalogue?mode=apply   do it; with &plan=… only if the catalogue is still the one that plan
 * saw
 *
 * The file is worked through CHUNK rows at a time, so the service goes on answering others meanwhile.
 */
#include <inttypes.h>
#include <malloc.h>
#include <string.h>
#include <talloc.h>

#include "cache.h"
#include "handlers.h"
#include "import.h"
#include "pb.h"
#include "text.h"

enum { CHUNK = 100, LISTED_MOST = 500 };

static const struct phrase NOT_THE_PLAN = {
    "plan_outdated", "Danh mục đã thay đổi sau khi lập kế hoạch. Hãy xem lại (diff).",
    "The catalogue has changed since the plan was made. Run diff again."
};

struct running { /* one import on its way */
    struct import *in;
    bool apply;
    size_t added, changed, same, refused;
    json_t *changes; /* [{code, outcome, members?}], the first LISTED_MOST */
};

/* ---- what is known -------------------------------------------------------------------------------- */

static int load_known(struct task *t, const struct candidate *c, size_t n, const struct db_rows **rows)
{
    const char **codes = talloc_array(t, const char *, n);
    for (size_t i = 0; i < n; i++)
        codes[i] = c[i].code;
    return store_procedures_known(t, codes, n, rows);
}

static struct known_version known_of(struct task *t, const struct db_rows *rows, const char *code)
{
    struct known_version known = { 0 };
    size_t size;
    for (int i = 0; i < db_count(rows); i++)
        if (strcmp(db_str(rows, i, "code"), code) == 0) {
            const uint8_t *digest = db_blob(t, rows, i, "digest", &size);
            memcpy(known.digest, digest, size < sizeof known.digest ? size : sizeof known.digest);
            known.version = (uint32_t)db_num(rows, i, "version");
            known.definition = db_str(rows, i, "definition");
        }
    return known;
}

/* ---- what is written ------------------------------------------------------------------------------ */

json_t *shown_row(const void *ctx, const struct procedure *p)
{
    json_t *levels = json_array();
    for (size_t i = 0; i < p->levels_count; i++)
        json_array_append_new(levels, json_string(p->levels[i]));
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:o, s:s}", "code", p->code, "version",
                     (int)p->version, "name", p->name, "search_key", text_search_key(ctx, p->name),
                     "marked_key", text_marked_key(ctx, p->name), "field_code", p->field_code, "field",
                     p->field, "levels", levels, "online_level", p->online_level);
}

static json_t *published_row(struct task *t, const struct new_version *v, int64_t valid_from_ms)
{
    json_t *definition;
    json_t *row = shown_row(t, &v->procedure);
    json_parse(t, v->definition, strlen(v->definition), &definition, task_err(t));
    json_object_set(row, "definition", definition);
    json_object_set_new(row, "digest", json_string(crypt_hex(t, v->digest, sizeof v->digest)));
    json_object_set_new(row, "valid_from", json_integer(valid_from_ms));
    json_object_set_new(row, "in_force", json_boolean(valid_from_ms <= task_now_ms(t)));
    return row;
}

static int tell(struct save *s, const struct procedure *p, int64_t valid_from_ms)
{
    Motcua__ProcedurePublished m;
    procedure_message(p, &m);
    m.valid_from_ms = valid_from_ms;
    return save_say(s, p->code, p->version, &m.base);
}

/* A first version is in force from its own date on; a later one never reaches back. */
static int64_t valid_from(struct task *t, const struct new_version *v)
{
    int64_t now = task_now_ms(t), wanted = v->procedure.valid_from_ms;
    return wanted > now || (v->procedure.version == 1 && wanted > 0) ? wanted : now;
}

/* ---- a chunk -------------------------------------------------------------------------------------- */

static void list_change(struct running *run, const char *code, const char *outcome, json_t *members)
{
    if (json_array_size(run->changes) < LISTED_MOST)
        json_array_append_new(run->changes, json_pack("{s:s, s:s, s:O?}", "code", code, "outcome", outcome,
                                                      "members", members));
}

static bool count(struct running *run, enum outcome outcome, const struct candidate *c,
                  const struct new_version *v)
{
    switch (outcome) {
    case IMPORT_ADDED:
        run->added++;
        list_change(run, c->code, "added", NULL);
        return true;
    case IMPORT_CHANGED:
        run->changed++;
        list_change(run, c->code, "changed", v->members);
        return true;
    case IMPORT_SAME: run->same++; return false;
    default: run->refused++; return false;
    }
}

static int run_one(struct task *t, void *scratch, struct running *run, const struct candidate *c,
                   const struct db_rows *known, json_t *rows, struct save *s)
{
    struct new_version v = { 0 };
    struct known_version k = known_of(t, known, c->code);
    if (!count(run, import_apply(scratch, run->in, c, &k, &v), c, &v) || !run->apply)
        return 0;
    int64_t from = valid_from(t, &v);
    json_array_append_new(rows, published_row(t, &v, from));
    TRY(tell(s, &v.procedure, from));
    cache_drop(intake_of(t)->procedures, c->code);
    return 0;
}

static int run_chunk(struct task *t, void *scratch, struct running *run, const struct candidate *c, size_t n)
{
    const struct db_rows *known;
    json_t *rows = json_own(scratch, json_array());
    struct save *s = talloc_steal(scratch, save_new(t, NULL));
    TRY(load_known(t, c, n, &known));
    for (size_t i = 0; i < n; i++)
        TRY(run_one(t, scratch, run, &c[i], known, rows, s));
    return json_array_size(rows) > 0 ? store_publish(t, json_print(scratch, rows), s) : 0;
}

static int run_all(struct task *t, struct running *run)
{
    const struct import *in = run->in;
    for (size_t i = 0; i < in->count; i += CHUNK) {
        void *scratch = talloc_new(t);
        int rc =
            run_chunk(t, scratch, run, in->candidates + i, in->count - i < CHUNK ? in->count - i : CHUNK);
        talloc_free(scratch);
        TRY(rc);
    }
    malloc_trim(0); /* thousands of parsed rows: give the memory back */
    return 0;
}

/* ---- the answer ----------------------------------------------------------------------------------- */

static json_t *warnings_json(const struct warnings *w)
{
    json_t *list = json_array();
    for (size_t i = 0; i < w->count && i < WARNINGS_MAX; i++)
        json_array_append_new(list, json_pack("{s:I, s:s, s:s}", "line", (json_int_t)w->list[i].line,
                                              "column", w->list[i].column, "remedy", w->list[i].remedy));
    return list;
}

static json_t *report(const struct running *run, const char *plan)
{
    return json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:O, s:O, s:I, s:o}", "plan", plan, "applied",
                     run->apply, "added", (json_int_t)run->added, "changed", (json_int_t)run->changed,
                     "unchanged", (json_int_t)run->same, "refused_rows", (json_int_t)run->refused, "changes",
                     run->changes, "refused", run->in->refused, "warnings_count",
                     (json_int_t)run->in->warnings.count, "warnings", warnings_json(&run->in->warnings));
}

static int make_plan(struct task *t, const struct http_request *rq, const char **plan)
{
    int64_t revision;
    char text[64];
    struct id id = id_of(rq->body, rq->body_size);
    TRY(store_catalogue_revision(t, &revision));
    id_format(&id, text);
    *plan = talloc_asprintf(t, "%.8s-%" PRId64, text, revision);
    return 0;
}

int admin_catalogue(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const char *mode = http_query(rq, "mode"), *wanted = http_query(rq, "plan"),
               *type = http_header(rq, "Content-Type"), *plan;
    struct running run = { .apply = mode && strcmp(mode, "apply") == 0,
                           .changes = json_own(t, json_array()) };
    TRY(make_plan(t, rq, &plan));
    if (wanted && strcmp(wanted, plan) != 0)
        return err_say(task_err(t), E_CONFLICT, &NOT_THE_PLAN, NULL);
    TRY(import_read(t, rq->body, rq->body_size, type && strstr(type, "csv"), &run.in, task_err(t)));
    run.refused = run.in->refused_rows;
    TRY(run_all(t, &run));
    http_reply_json(re, 200, report(&run, plan));
    return 0;
}

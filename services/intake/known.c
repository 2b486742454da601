/* known.c — see handlers.h. A procedure's definition is read and parsed once, then trusted for two seconds: a
 * new version is in force everywhere at most that much later. */
#include <string.h>
#include <talloc.h>

#include "cache.h"
#include "handlers.h"

static int parse_definition(struct task *t, void *owner, const char *text, struct procedure *p)
{
    const struct json_node *definition;
    struct err err = { 0 };
    procedure_init(p);
    TRY(json_read(owner, text, strlen(text), &definition, task_err(t)));
    struct reader r = reader_of(owner, definition, "", &err);
    if (procedure_read(&r, p) != 0)
        return err_set(task_err(t), E_BUG, "the definition of %s cannot be read: %s", p->code, err.text);
    return 0;
}

int known_procedure(struct task *t, const char *code, const struct procedure **out)
{
    const struct db_rows *rows;
    struct cache *cache = intake_of(t)->procedures;
    *out = cache_get(cache, code);
    if (*out)
        return 0;
    TRY(store_procedure(t, code, task_now_ms(t), &rows));
    if (db_count(rows) == 0)
        return 0;
    struct procedure *p = talloc_zero(t, struct procedure);
    TRY(parse_definition(t, p, db_str(rows, 0, "definition"), p));
    p->version = (uint32_t)db_num(rows, 0, "version");
    cache_put(cache, code, p);
    *out = p;
    return 0;
}

int known_unit_level(struct task *t, const char *code, const char **level)
{
    const char *name, *found;
    struct cache *cache = intake_of(t)->units;
    *level = cache_get(cache, code);
    if (*level)
        return 0;
    TRY(store_unit(t, code, task_now_ms(t), &name, &found));
    if (!found)
        return 0;
    char *kept = talloc_strdup(t, found);
    cache_put(cache, code, kept);
    *level = kept;
    return 0;
}

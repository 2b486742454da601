/* job_show_versions.c — versions of procedures whose day has come are shown from that day on. */
#include <string.h>

#include "cache.h"
#include "handlers.h"
#include "json.h"

enum { AGAIN_MS = 60000 };

static int add_row(struct task *t, const struct db_rows *rows, int i, json_t *list)
{
    const struct json_node *definition;
    struct procedure p;
    struct err err = { 0 };
    const char *text = db_str(rows, i, "definition");
    TRY(json_read(t, text, strlen(text), &definition, task_err(t)));
    procedure_init(&p);
    struct reader r = reader_of(t, definition, "", &err);
    procedure_read(&r, &p);
    p.version = (uint32_t)db_num(rows, i, "version");
    json_array_append_new(list, shown_row(t, &p));
    cache_drop(intake_of(t)->procedures, p.code);
    return 0;
}

int job_show_versions(struct task *t, struct job *job)
{
    const struct db_rows *rows;
    json_t *list = json_own(t, json_array());
    TRY(store_procedures_due(t, &rows));
    for (int i = 0; i < db_count(rows); i++)
        TRY(add_row(t, rows, i, list));
    if (json_array_size(list) > 0)
        TRY(store_procedures_show(t, json_print(t, list)));
    job->again_ms = AGAIN_MS;
    return 0;
}

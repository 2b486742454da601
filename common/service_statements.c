/* service_statements.c — see service_statements.h. */
#include "service_statements.h"

#include <string.h>
#include <talloc.h>

#include "admin.h"
#include "command.h"
#include "json_write.h"
#include "live.h"
#include "outbox.h"
#include "prune.h"

enum { LISTS_BESIDE = 4 }; /* live, ledgers, trace, and the NULL at the end */

static size_t lists_of(const struct service *svc)
{
    size_t n = 0;
    while (svc->statements && svc->statements[n])
        n++;
    return n;
}

static const struct sql *const *trace_of(void *ctx, const struct service *svc)
{
    const struct sql *trace[] = { svc->trace, NULL };
    return talloc_memdup(ctx, trace, sizeof trace);
}

const struct sql *const *const *service_statements(void *ctx, const struct service *svc)
{
    const struct sql *const *const skeleton[] = { outbox_statements,    inbox_statements, jobs_statements,
                                                  command_statements,   admin_statements, prune_statements,
                                                  ledger_own_statements };
    size_t n = sizeof skeleton / sizeof *skeleton, most = n + LISTS_BESIDE + lists_of(svc);
    const struct sql *const **tables = talloc_zero_array(ctx, const struct sql *const *, most);
    if (!(svc->parts & PART_STORE))
        return tables;
    memcpy(tables, skeleton, sizeof skeleton);
    if (svc->parts & PART_LIVE)
        tables[n++] = live_statements;
    if (svc->ledgers)
        tables[n++] = ledger_statements(tables, svc->ledgers);
    if (svc->trace)
        tables[n++] = trace_of(tables, svc);
    for (size_t i = 0; i < lists_of(svc); i++)
        tables[n++] = svc->statements[i];
    return tables;
}

static const char *kind_of(const struct sql *sql)
{
    return !sql_writes(sql) ? "read" : sql->kind == SQL_WRITE ? "write" : "set";
}

const char *service_statements_json(void *ctx, const struct service *svc)
{
    struct json_writer w = json_writer_of(ctx);
    write_list(&w, NULL);
    for (const struct sql *const *const *table = service_statements(ctx, svc); *table; table++)
        for (const struct sql *const *s = *table; *s; s++) {
            write_object(&w, NULL);
            write_text(&w, "name", (*s)->name);
            write_text(&w, "kind", kind_of(*s));
            write_text(&w, "text", (*s)->text);
            write_end(&w);
        }
    write_end(&w);
    return write_done(&w);
}

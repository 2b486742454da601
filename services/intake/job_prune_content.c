/* job_prune_content.c — stored files nothing refers to go: of uploads that were dropped or never filed, of
 * pushes of the portal that came twice. intake knows every row that refers to one (papers come through it,
 * results come back to it); what is still on its way to a row is young (blob.h). An upload that is being
 * filed while its own row is pruned is safe too: it was complete less than upload_days + 1 day ago. */
#include <string.h>
#include <talloc.h>

#include "blob.h"
#include "handlers.h"
#include "log.h"

enum { DAY_MS = 86400000, WEEK_MS = 7 * DAY_MS, AT_ONCE = 1000 };

/* old->names and everything else of a turn belong to scratch: there may be thousands of turns. */
static int remove_unused(struct task *t, void *scratch, const struct blob_list *old, int64_t before_ms,
                         size_t *removed)
{
    const struct db_rows *rows;
    const char **hex = talloc_array(scratch, const char *, old->count);
    for (size_t i = 0; i < old->count; i++)
        hex[i] = old->names[i];
    TRY(store_contents_unused(t, hex, old->count, &rows));
    talloc_steal(scratch, rows);
    struct blob_list unused = { .count = (size_t)db_count(rows) };
    unused.names = talloc_zero_size(scratch, unused.count * BLOB_HEX);
    for (size_t i = 0; i < unused.count; i++)
        snprintf(unused.names[i], BLOB_HEX, "%s", db_str(rows, (int)i, "sha256"));
    return unused.count > 0 ? blob_remove_old(t, &unused, before_ms, removed) : 0;
}

static int prune_some(struct task *t, unsigned *leaf, int64_t before_ms, size_t *removed)
{
    struct blob_list old;
    TRY(blob_list_old(t, leaf, before_ms, AT_ONCE, &old));
    if (old.count == 0)
        return 0;
    void *scratch = talloc_new(t);
    talloc_steal(scratch, old.names);
    int rc = remove_unused(t, scratch, &old, before_ms, removed);
    talloc_free(scratch);
    return rc;
}

int job_prune_content(struct task *t, struct job *job)
{
    const struct intake_config *cfg = config_of(t);
    int64_t before_ms = task_now_ms(t) - (cfg->upload_days + cfg->content_days) * DAY_MS;
    size_t all = 0, n;
    for (unsigned leaf = 0; leaf < BLOB_LEAVES; all += n) {
        n = 0;
        TRY(prune_some(t, &leaf, before_ms, &n));
    }
    TRY(blob_remove_partial(t, before_ms, &n));
    log_info("content_pruned", LOG_I("files", all), LOG_I("partial", n));
    job->again_ms = WEEK_MS;
    return 0;
}

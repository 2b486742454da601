/* job_prune_uploads.c — uploads nobody continued or used go after upload_days, partial file first. What was
 * filed has its content by its hash and needs no upload any more. */
#include "blob.h"
#include "handlers.h"

enum { HOUR_MS = 3600000, AT_ONCE = 500 };

int job_prune_uploads(struct task *t, struct job *job)
{
    const struct db_rows *rows;
    struct id id;
    TRY(store_uploads_old(t, config_of(t)->upload_days, AT_ONCE, &rows));
    for (int i = 0; i < db_count(rows); i++)
        if (db_get_id(rows, i, "id", &id)) {
            blob_discard(t, &id);
            TRY(store_upload_forget(t, &id));
        }
    job->again_ms = db_count(rows) == AT_ONCE ? 1 : HOUR_MS;
    return 0;
}

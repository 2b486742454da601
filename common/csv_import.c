/* csv_import.c — see csv_import.h. */
#include "csv_import.h"

#include "json.h"
#include "refused.h"

int csv_import(struct task *t, const struct http_request *rq, struct http_reply *re,
               const char *const *columns, csv_take_fn *take)
{
    struct csv_file *csv;
    json_int_t changed_count = 0, unchanged_count = 0;
    json_t *refused = json_own(t, json_array());
    TRY(csv_read(t, rq->body, rq->body_size, columns, &csv, task_err(t)));
    for (size_t i = 0; i < csv->rows_count; i++) {
        struct err err = { 0 };
        bool changed = false;
        if (csv_check_row(csv, &csv->rows[i], &err) == 0)
            TRY(take(t, csv, &csv->rows[i], &changed, &err));
        if (err.code)
            refused_add(refused, csv->rows[i].line, &err);
        changed_count += !err.code && changed;
        unchanged_count += !err.code && !changed;
    }
    http_reply_json(re, 200,
                    json_pack("{s:I, s:I, s:O}", "changed", changed_count, "unchanged", unchanged_count,
                              "refused", refused));
    return 0;
}

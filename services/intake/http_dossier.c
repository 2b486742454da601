/* http_dossier.c — one's dossiers: the list, one of them with its timeline. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "http_page.h"
#include "json.h"
#include "status.h"

enum { PAGE_MOST = 100 };
static const char *const channel_names[] = { "", "counter", "online", "post" };

/* ---- the list ------------------------------------------------------------------------------------- */

static json_t *row_json(struct task *t, const struct http_request *rq, const struct db_rows *rows, int i)
{
    (void)rq;
    int status = (int)db_num(rows, i, "status");
    json_t *state = json_stored(t, db_str(rows, i, "state"));
    return json_pack("{s:s, s:{s:s, s:s}, s:s, s:i, s:s, s:I, s:O?}", "code", db_str(rows, i, "code"),
                     "procedure", "code", db_str(rows, i, "procedure_code"), "name",
                     db_str(rows, i, "procedure_name"), "unit", db_str(rows, i, "unit_code"), "status",
                     status, "status_name", status_phrase(status)->vi, "filed_at_ms",
                     (json_int_t)db_num(rows, i, "filed_at_ms"), "state", state);
}

int http_dossiers(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    const struct db_rows *rows;
    struct http_page page;
    TRY(http_page_asked(t, rq, 20, PAGE_MOST, HTTP_PAGE_LAST_MS, &page));
    TRY(store_dossiers_of(t, rq->actor->account_id, &page, &rows));
    http_page_reply(t, rq, re, &page, rows, "dossiers", row_json, "filed_at_ms", "code");
    return 0;
}

/* ---- one dossier ---------------------------------------------------------------------------------- */

static json_t *papers_json(const struct db_rows *rows, const char *code)
{
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++) {
        int seq = (int)db_num(rows, i, "seq");
        json_t *paper =
            json_pack("{s:i, s:I, s:s, s:s, s:I, s:I}", "seq", seq, "batch",
                      (json_int_t)db_num(rows, i, "batch"), "component", db_str(rows, i, "component_code"),
                      "name", db_str(rows, i, "name"), "originals", (json_int_t)db_num(rows, i, "originals"),
                      "copies", (json_int_t)db_num(rows, i, "copies"));
        if (db_str(rows, i, "sha256")) {
            char *url = talloc_asprintf(NULL, "/api/intake/dossiers/%s/papers/%d", code, seq);
            json_object_set_new(paper, "file",
                                json_pack("{s:s, s:s, s:I, s:s, s:s}", "name", db_str(rows, i, "file_name"),
                                          "sha256", db_str(rows, i, "sha256"), "size",
                                          (json_int_t)db_num(rows, i, "size_bytes"), "type",
                                          db_str(rows, i, "media_type"), "url", url));
            talloc_free(url);
        }
        json_array_append_new(list, paper);
    }
    return list;
}

static json_t *timeline_json(struct task *t, const struct db_rows *rows)
{
    json_t *list = json_array();
    for (int i = 0; i < db_count(rows); i++) {
        json_t *state = json_stored(t, db_str(rows, i, "state"));
        json_object_set_new(state, "version", json_integer(db_num(rows, i, "version")));
        json_array_append(list, state);
    }
    return list;
}

static json_t *dossier_json(struct task *t, const struct dossier *d, const struct db_rows *papers,
                            const struct db_rows *progress)
{
    json_t *o =
        json_pack("{s:s, s:{s:s, s:i, s:s}, s:{s:s, s:s}, s:s, s:i, s:s, s:I, s:I, s:s, s:s, s:b, s:I}",
                  "code", d->code, "procedure", "code", d->procedure_code, "version",
                  (int)d->procedure_version, "name", d->procedure_name, "unit", "code", d->unit_code, "name",
                  d->unit_name, "channel", channel_names[d->channel], "status", d->status, "status_name",
                  status_phrase(d->status)->vi, "version", (json_int_t)d->version, "filed_at_ms",
                  (json_int_t)d->filed_at_ms, "summary", d->summary, "language", d->language,
                  "result_by_post", d->result_by_post, "paid_dong", (json_int_t)d->paid_dong);
    if (*d->national_code)
        json_object_set_new(o, "national_code", json_string(d->national_code));
    json_object_set(o, "applicant", json_stored(t, d->applicant));
    json_object_set(o, "answers", json_stored(t, d->answers));
    if (d->state)
        json_object_set(o, "state", json_stored(t, d->state));
    json_object_set_new(o, "papers", papers_json(papers, d->code));
    json_object_set_new(o, "timeline", timeline_json(t, progress));
    return o;
}

int http_dossier(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct dossier d;
    unsigned access;
    const struct db_rows *papers, *progress;
    TRY(dossier_for(t, rq, &d, &access));
    TRY(store_papers(t, d.code, &papers));
    TRY(store_progress_of(t, d.code, &progress));
    http_reply_etag(re, d.version);
    http_reply_json(re, 200, dossier_json(t, &d, papers, progress));
    return 0;
}

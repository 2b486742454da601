/* http_complaint_public.c — answers that were published: in the office's words, which tell of nobody. */
#include "complaint_work.h"
#include "http_page.h"

enum { PAGE_USUAL = 20, PAGE_MOST = 100 };

static json_t *row_json(struct task *t, const struct http_request *rq, const struct db_rows *rows, int i)
{
    (void)t, (void)rq;
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:b, s:I, s:I, s:I}", "code",
                     db_str(rows, i, "code"), "class", db_str(rows, i, "class"), "category",
                     db_str(rows, i, "category"), "unit", db_str(rows, i, "unit_code"), "is_about_dossier",
                     db_true(rows, i, "is_about_dossier"), "outcome", db_str(rows, i, "outcome"), "answer",
                     db_str(rows, i, "published_answer"), "is_late", db_true(rows, i, "is_late"),
                     "received_at_ms", (json_int_t)db_num(rows, i, "received_ms"), "answered_at_ms",
                     (json_int_t)db_num(rows, i, "answered_ms"), "published_at_ms",
                     (json_int_t)db_num(rows, i, "published_ms"));
}

int http_complaints_published(struct task *t, const struct http_request *rq, struct http_reply *re)
{
    struct http_page page;
    const struct db_rows *rows;
    const char *unit = http_query(rq, "unit");
    TRY(http_page_asked(t, rq, PAGE_USUAL, PAGE_MOST, HTTP_PAGE_LAST_MS, &page));
    TRY(store_complaint_published(t, unit ? unit : "", &page, &rows));
    http_page_reply(t, rq, re, &page, rows, "answers", row_json, "published_ms", "code");
    return 0;
}

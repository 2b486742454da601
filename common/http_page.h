/* http_page.h — a page of a list that is sorted by a time and a key: where it begins, how long it is, where
 * the next one begins. ?limit= and ?after= of the request, "next" of the answer. */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "db.h"
#include "http.h"

#define HTTP_PAGE_LAST_MS \
    INT64_C(4102444800000) /* behind everything: where a list begins that has the newest first */
enum { HTTP_PAGE_KEY = 64 };

struct http_page {
    int limit;
    int64_t at_ms;
    char key[HTTP_PAGE_KEY];
};

/* first_ms: where the list begins. What is wrong is a fault in the task's err, which is returned. */
int http_page_asked(struct task *t, const struct http_request *rq, int64_t usual, int64_t most,
                    int64_t first_ms, struct http_page *p);

/* One row; NULL leaves it out. New reference. */
typedef json_t *http_row_fn(struct task *t, const struct http_request *rq, const struct db_rows *rows, int i);

/* 200 {name: […], "next"}. at and key: the columns it is sorted by. */
void http_page_reply(struct task *t, const struct http_request *rq, struct http_reply *re,
                     const struct http_page *p, const struct db_rows *rows, const char *name,
                     http_row_fn *row, const char *at, const char *key);

#endif

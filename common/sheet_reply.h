/* sheet_reply.h — a sheet as the answer to a request: PDF, drawn on libuv's thread pool.
 *
 * The answer has an ETag over what stands on the sheet; who still has that paper (If-None-Match) is told so,
 * 304, and nothing is drawn. Browsers may keep papers, but for their owner only, and must ask each time.
 */
#ifndef SHEET_REPLY_H
#define SHEET_REPLY_H

#include "http.h"
#include "sheet.h"

/* file_name: what a browser offers to save it as; ASCII. E_BUG: it cannot be drawn here, and why. */
int sheet_reply(struct task *t, const struct http_request *rq, struct http_reply *re, const struct sheet *s,
                const char *file_name);

/* The same paper as bytes. Owner: t. */
int sheet_pdf(struct task *t, const struct sheet *s, const void **data, size_t *size);

#endif

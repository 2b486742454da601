/* link_page.h — a link onto a page of the portal, also as a picture for a phone's camera: ?page= of the
 * request is the page's address, which no service knows by itself. */
#ifndef LINK_PAGE_H
#define LINK_PAGE_H

#include "http.h"

/* *page: NULL where it was not given. What is no address is a fault in the task's err, which is returned. */
int link_page(struct task *t, const struct http_request *rq, const char **page);

/* The QR code (SVG) of the page's address with `rest` behind it; NULL without a page. Owner: ctx. */
char *link_qr(const void *ctx, const char *page, const char *rest);

#endif

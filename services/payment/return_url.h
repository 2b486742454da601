/* return_url.h — where the gateway sends the payer back to: only to pages of ours. Pure. */
#ifndef RETURN_URL_H
#define RETURN_URL_H

#include "err.h"

enum { RETURN_URL_MAX = 255 };

/* origins: "https://host …", separated by blanks; the first is the usual one. wanted: an address within one
 * of them, a path
 * ("/nop-phi/xong") within the first, or NULL: where this service itself answers. Owner: ctx; a fault if it
 * is elsewhere. */
int return_url_resolve(const void *ctx, const char *origins, const char *wanted, const char **out,
                       struct err *err);

#endif

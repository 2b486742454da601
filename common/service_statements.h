/* service_statements.h — every SQL statement a service has: the skeleton's and its own. */
#ifndef SERVICE_STATEMENTS_H
#define SERVICE_STATEMENTS_H

#include "service.h"

/* Lists of statements, each ending with NULL; the list of lists ends with NULL. None without a store.
 * Owner: ctx. */
const struct sql *const *const *service_statements(void *ctx, const struct service *svc);
/* As a list of {name, kind, text}: "read", "write" or "set". Owner: ctx. */
const char *service_statements_json(void *ctx, const struct service *svc);

#endif

/* adapter.h — the way to the national portal. One session a replica, kept in memory only; while the portal
 * does not answer, one call at a time tries and the others wait here, so an outage costs it (and us) nothing.
 *
 * adapter_vxp.c speaks generation A; another generation is another file behind this header.
 */
#ifndef ADAPTER_H
#define ADAPTER_H

#include "portal.h"
#include "task.h"

struct adapter_config {
    const char *adapter_url, *auth_endpoint, *integration_endpoint, *share_endpoint;
    const char *username, *password, *dstcode, *madonvi;
    unsigned timeout_ms; /* of one call */
};

struct adapter;
struct adapter *adapter_new(void *ctx, const struct adapter_config *cfg);
bool adapter_is_resting(const struct adapter *a); /* the portal does not answer */

/* One call. 0: the answer is PORTAL_DONE, PORTAL_EXISTS or PORTAL_REFUSED. E_BUSY: not asked, or not reached:
 * nothing happened there. E_UNKNOWN: it may have happened. data as in portal.h. */
int adapter_call(struct task *t, struct adapter *a, enum portal_call call, json_t *data,
                 struct portal_answer *answer);

#endif

/* status.h — the ten official states of a dossier in words (DOMAIN §2.1). Numbers are common.proto's
 * Status. */
#ifndef STATUS_H
#define STATUS_H

#include "common.pb-c.h"
#include "err.h"

enum { STATUSES = 11 }; /* 0 is none */

/* Vietnamese and English words; code is the name in common.proto. Never NULL: an unknown number gives "". */
const struct phrase *status_phrase(int status);

/* States in which the applicant may still ask to withdraw (DOMAIN §2.2). */
bool status_allows_withdrawal(int status);
/* Nothing comes after it; to go on, a new dossier is filed. */
bool status_is_final(int status);

const char *transition_name(int transition); /* as in common.proto: "ASK_SUPPLEMENT" */

#endif

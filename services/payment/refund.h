/* refund.h — money on its way back: all of one attempt, once. Pure.
 *
 *   requested --silence--> unknown --the gateway's word--> done | refused
 *       '--the gateway's word, or a clerk's (cash, transfer)--> done | refused --a clerk's word--> done
 */
#ifndef REFUND_H
#define REFUND_H

#include <stdbool.h>
#include <stdint.h>

#include "attempt.h"

enum refund_state { REFUND_REQUESTED, REFUND_UNKNOWN, REFUND_DONE, REFUND_REFUSED, REFUND_STATES };

struct refund { /* as stored; texts belong to the task */
    struct id id, attempt_id;
    char code[DOSSIER_CODE_TEXT];
    uint32_t request_no;
    enum pay_method method;
    enum refund_state state;
    int64_t amount_dong, created_at_ms, done_at_ms;
    bool is_surplus; /* the invoice was not open when the money came */
    const char *unit_code, *reason, *decided_by, *ref;
    int64_t done_before; /* refunds of the dossier that are done */
};

/* Nobody needs to ask the gateway any more. */
bool refund_is_over(const struct refund *f);
/* May a clerk say that he has given the money back? Not while the gateway may still do it. E_CONFLICT with
 * words. */
int refund_check_clerk(const struct refund *f, struct err *err);

const struct phrase *refund_state_phrase(enum refund_state state); /* code: as stored */
bool refund_state_parse(const char *name, enum refund_state *out);

#endif

/* attempt.h — one try to pay an invoice, and what may become of it. Pure. Source: DOMAIN §8.1, ARCHITECTURE
 * §9.7.
 *
 *   created --offered--> pending --paid--> succeeded
 *      |                 |  ^  \--refused, lapsed--> failed --paid--> succeeded
 *      |          silent |  | open                     ^
 *      |           held  v  |                          |
 *      |                unknown --refused, lapsed------'
 *      |                   '------paid--> succeeded
 *      '--paid (cash, a transfer nobody announced)--> succeeded
 *
 * Unknown leaves only by the gateway's word. Money that comes after all is money: failed is left by `paid`. A
 * transfer that was announced fails when the invoice is settled otherwise, or void.
 */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "dossier_code.h"
#include "err.h"
#include "ids.h"

enum attempt_state {
    ATTEMPT_CREATED,
    ATTEMPT_PENDING,
    ATTEMPT_SUCCEEDED,
    ATTEMPT_FAILED,
    ATTEMPT_UNKNOWN,
    ATTEMPT_STATES
};

enum attempt_word {               /* what is heard of an attempt */
                    WORD_OFFERED, /* by us: the payer holds the link or the QR code */
                    WORD_PAID,    /* the money is there */
                    WORD_REFUSED, /* the gateway: ended without money */
                    WORD_OPEN,    /* the gateway: not ended yet */
                    WORD_ABSENT,  /* the gateway: it knows no such order; nobody opened the link */
                    WORD_HELD,    /* the gateway: money taken, not yet given (suspected fraud, reversal) */
                    WORD_SILENT,  /* no answer, or none that can be believed */
                    ATTEMPT_WORDS
};

enum pay_method {
    METHOD_NONE,
    METHOD_GATEWAY,
    METHOD_TRANSFER,
    METHOD_CASH,
    PAY_METHODS
}; /* as in payment.proto */

enum { TXN_REF_TEXT = 80 };

struct attempt { /* as stored; texts belong to the task, "" where there is nothing */
    struct id id;
    char code[DOSSIER_CODE_TEXT];
    uint32_t request_no;
    int64_t no; /* among the attempts of its invoice; 0: not stored yet */
    enum pay_method method;
    enum attempt_state state;
    int64_t amount_dong;
    bool is_released; /* it has expired and the gateway said it is not paid: another one may begin */
    int64_t created_at_ms, expires_at_ms, paid_at_ms; /* 0: none */
    const char *txn_ref, *pay_url;                    /* gateway only */
    const char *gateway_no;                           /* vnp_TransactionNo */
    const char *bank_code, *bank_ref;
    const char *last_word; /* codes of the gateway's last word, "00/00" */
    const char *taken_by;  /* account of the clerk who took or confirmed the money */
};

/* A try that is not stored yet; the caller numbers it. */
struct attempt attempt_new(const struct id *id, const char *code, uint32_t request_no, enum pay_method method,
                           int64_t amount_dong, int64_t now_ms);

struct attempt_change {
    enum attempt_state to;
    bool is_released;
};

/* What the word does to the attempt at now_ms. E_CONFLICT if such a word changes nothing in this state: it
 * came before. */
int attempt_hear(const struct attempt *a, enum attempt_word word, int64_t now_ms, struct attempt_change *out,
                 struct err *err);

enum { ATTEMPTS_SHOWN = 50 };
struct attempts { /* of one dossier, the newest first, at most ATTEMPTS_SHOWN */
    size_t count;
    struct attempt list[ATTEMPTS_SHOWN];
};
/* The attempt of the invoice that blocks another one at the gateway; its transfer that was announced. Or
 * NULL. */
const struct attempt *attempts_blocking(const struct attempts *list, uint32_t request_no);
const struct attempt *attempts_announced(const struct attempts *list, uint32_t request_no);

/* Succeeded or failed: nobody needs to ask the gateway any more. */
bool attempt_is_over(const struct attempt *a);
/* While it does, no other attempt at the gateway may begin. */
bool attempt_blocks(const struct attempt *a);
/* How long to wait before the gateway is asked again: shorter while it is young, and right after its
 * expiry. */
int64_t attempt_ask_after_ms(const struct attempt *a, int64_t now_ms);

/* The number others know the money by: the gateway's or the bank's; "" for cash. */
const char *attempt_ref(const struct attempt *a);

/* "000.00.01.H07-200421-0001.1.2": dossier, request, attempt. Unique for ever, as its three parts are. */
const char *txn_ref_format(const char *code, uint32_t request_no, int64_t no, char out[TXN_REF_TEXT]);

const char *attempt_state_name(enum attempt_state state); /* "pending" */
bool attempt_state_parse(const char *name, enum attempt_state *out);
const struct phrase *attempt_state_phrase(enum attempt_state state);
const char *pay_method_name(enum pay_method method); /* "gateway"; METHOD_NONE: "" */
bool pay_method_parse(const char *name, enum pay_method *out);

#endif

/* invoice.h — what a dossier owes: one invoice per request for payment, with phí and lệ phí as lines of their
 * own. Pure. Source: DOMAIN §8.1.
 *
 *   open --settle--> paid --give back--> refunding --given back--> refunded
 *     '-----void----> void                    (an invoice of 0 đồng is born paid, and is void when given
 * back)
 */
#ifndef INVOICE_H
#define INVOICE_H

#include <jansson.h>
#include <stdint.h>

#include "dossier_code.h"
#include "err.h"
#include "verification.pb-c.h"

enum invoice_status {
    INVOICE_OPEN,
    INVOICE_PAID,
    INVOICE_VOID,
    INVOICE_REFUNDING,
    INVOICE_REFUNDED,
    INVOICE_STATUSES
};

enum { LINES_MAX = 40 };

struct invoice { /* as stored; texts belong to the task */
    char code[DOSSIER_CODE_TEXT];
    uint32_t request_no;
    enum invoice_status status;
    const char *account_id; /* of the citizen; "": filed at the counter for somebody without an account */
    const char *payer_name, *unit_code, *unit_name, *procedure_code, *procedure_name;
    int64_t total_dong, pay_by_ms, created_at_ms, paid_at_ms; /* 0: none */
    int64_t attempts;                                         /* how many there have been */
    size_t lines_count;
    Motcua__FeeLine **lines;
};

/* The invoice a FeeDue asks for; created_at_ms is the caller's to set. Texts stay the message's. E_INVALID
 * says what is wrong with it. */
int invoice_from_fee_due(const Motcua__FeeDue *m, struct invoice *out, struct err *err);

/* Sum of the lines of a kind. */
int64_t invoice_sum(const struct invoice *v, Motcua__FeeKind kind);

/* The lines as stored and shown: [{kind, code, name, amount_dong, when}]. New reference. */
json_t *invoice_lines_json(const struct invoice *v);
/* Back from JSON we stored ourselves. Owner: ctx. */
int invoice_lines_read(const void *ctx, const char *text, struct invoice *v, struct err *err);

/* What a decision to give the money back does to the invoice; INVOICE_STATUSES: nothing more. */
enum invoice_status invoice_given_back(const struct invoice *v);

const char *invoice_status_name(enum invoice_status status); /* "open" */
bool invoice_status_parse(const char *name, enum invoice_status *out);
const struct phrase *invoice_status_phrase(enum invoice_status status); /* two words for lists */
/* Why nothing can be paid: E_CONFLICT with words, unless the invoice is open. */
int invoice_check_open(const struct invoice *v, struct err *err);

/* Can money of that moment be for it? From the day before it was made on: banks post under a value date,
 * which may be the day before they took the order. */
bool invoice_may_be_paid_at(const struct invoice *v, int64_t paid_at_ms);

/* ---- the invoices of a dossier ---- */

enum { INVOICES_MAX = 16 };

struct invoices { /* by code and request number */
    size_t count;
    struct invoice list[INVOICES_MAX];
};

/* The one to pay: the first that is open, else the last there is. The list is not empty. */
const struct invoice *invoices_to_pay(const struct invoices *list);
const struct invoice *invoices_find(const struct invoices *list, uint32_t request_no); /* or NULL */

/* ---- receipts: numbered without gaps, a book per unit and year ---- */

enum { RECEIPT_TEXT = DOSSIER_UNIT_TEXT + 16 };
/* "000.00.01.H07/2026/000001". Returns out. */
const char *receipt_no_format(const char *unit, int year, int64_t no, char out[RECEIPT_TEXT]);

#endif

/* store.h — every SQL statement of payment. store.c: invoices and settling; store_attempt.c: attempts and
 * receipts; store_refund.c: refunds, trace, figures. */
#ifndef STORE_H
#define STORE_H

#include "attempt.h"
#include "invoice.h"
#include "refund.h"
#include "save.h"

extern const struct sql *const store_statements[], *const store_attempt_statements[],
                                                       *const store_refund_statements[];
extern const struct sql store_trace;

/* In all saves: *saved is false if something changed meanwhile, or the cause was done before. */

/* ---- invoices (store.c) ---- */

/* As FeeDue asks; nothing if there is one. One of 0 đồng is paid at once and told. */
int store_invoice_create(struct task *t, const struct invoice *v, const struct cause *cause);
int store_invoices(struct task *t, const char *code, struct invoices *out);
/* Invoices whose compact code is among these. */
int store_invoices_named(struct task *t, const char *const *compacts, size_t n, struct invoices *out);
int store_void(struct task *t, const struct invoice *v, const struct cause *cause, bool *saved);

/* What a decision about money that came rests on. */
struct settling {
    struct invoice invoice;
    bool is_taken;     /* this attempt's money is recorded already */
    int64_t book_last; /* last receipt of the unit and year */
};
int store_settling(struct task *t, const struct attempt *paid, int year, struct settling *out);

struct receipt_place {
    int year;
    int64_t no;
};
/* The invoice is paid, the attempt has succeeded (it is added if it is new), the receipt has its number,
 * PaymentSettled is told: all or nothing. */
int store_settle(struct task *t, const struct invoice *v, const struct attempt *paid,
                 const struct receipt_place *place, const struct cause *cause, bool *saved);
/* Money for an invoice that is not open: the attempt has succeeded, and all of it goes back. */
int store_surplus(struct task *t, const struct invoice *v, const struct attempt *paid, const char *reason,
                  const struct cause *cause, bool *saved);

/* ---- attempts and receipts (store_attempt.c) ---- */

/* A new attempt, offered to the payer; the gateway is asked about it after ask_after_ms, by the clock of the
 * store, which is that of all jobs. */
int store_attempt_create(struct task *t, const struct invoice *v, const struct attempt *a,
                         int64_t ask_after_ms, const struct cause *cause, bool *saved);
int store_attempt(struct task *t, const struct id *id, struct attempt *a, bool *found);
int store_attempt_by_txn_ref(struct task *t, const char *txn_ref, struct attempt *a, bool *found);
int store_attempt_by_bank_ref(struct task *t, const char *bank_ref, struct attempt *a, bool *found);

int store_attempts(struct task *t, const char *code, struct attempts *out);
/* The attempt moves without money; it is as `a` says no more, but as the change says. */
int store_attempt_move(struct task *t, const struct attempt *a, const struct attempt_change *change,
                       const char *last_word, bool *saved);
/* Ask the gateway about it now, but no sooner than pause_ms after the last time. */
int store_attempt_ask(struct task *t, const struct attempt *a, int64_t pause_ms);

/* Receipts of a dossier, or one: unit, year, no, code, request_no, attempt_id, amount_dong, issued_at_ms,
 * method, ref. */
int store_receipts(struct task *t, const char *code, const struct db_rows **rows);
int store_receipt(struct task *t, const char *unit, int year, int64_t no, const struct db_rows **rows);

/* ---- refunds (store_refund.c) ---- */

/* The paid invoice is being refunded: all of the attempt that paid it goes back. */
int store_give_back(struct task *t, const struct invoice *v, const char *reason, const char *decided_by,
                    const struct cause *cause, bool *saved);
int store_refund(struct task *t, const struct id *id, struct refund *f, bool *found);

enum { REFUNDS_MAX = 50 };
struct refunds {
    size_t count;
    struct refund list[REFUNDS_MAX];
};
int store_refunds(struct task *t, const char *code, struct refunds *out);
/* Those of a unit that are not done, the oldest first, from the one behind (after_ms, after). */
int store_refunds_waiting(struct task *t, const char *unit, int64_t after_ms, const struct id *after,
                          int limit, struct refunds *out);
/* Unknown or refused by the gateway. */
int store_refund_move(struct task *t, const struct refund *f, enum refund_state to, const char *last_word,
                      bool *saved);
/* The money is back with the payer: PaymentRefunded is told. */
struct payback {
    const char *ref, *last_word; /* the gateway's or the clerk's number of it; the gateway's codes */
    const char *confirmed_by;    /* the clerk's account, or "" */
};
int store_refund_done(struct task *t, const struct refund *f, const struct payback *how,
                      const struct cause *cause, bool *saved);

/* Figures: pending, unknown, oldest_unknown_ms, refunds_requested, refunds_unknown, refunds_refused. */
int store_figures(struct task *t, const struct db_rows **rows);

#endif

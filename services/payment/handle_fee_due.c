/* handle_fee_due.c — verification asks for a fee: the dossier gets an invoice, once per request. */
#include "handlers.h"

int handle_fee_due(struct task *t, const struct event *ev, const void *msg)
{
    struct invoice v;
    struct cause cause = { .event = &ev->id };
    TRY(invoice_from_fee_due(msg, &v, task_err(t)));
    return store_invoice_create(t, &v, &cause);
}

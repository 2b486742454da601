/* transfer.c — see handlers.h. A bank's reference counts once, whoever reports it: a clerk or the bank's
 * statement. */
#include <string.h>

#include "handlers.h"
#include "money.h"

static const struct phrase OTHER = { "bank_ref_used",
                                     "Mã giao dịch ngân hàng này đã ghi cho hồ sơ {}. Kiểm tra lại mã.",
                                     "This bank reference is recorded for dossier {}. Check it." };

static const struct phrase AMOUNT = { "amount_differs", "Số tiền phải đúng bằng {}. Kiểm tra lại sao kê.",
                                      "The amount must be exactly {}. Check the statement." };

/* The one the payer announced by showing the QR code, else a new one. */
static int attempt_for(struct task *t, const struct invoice *v, const struct transfer *in,
                       struct attempt *paid)
{
    struct id id = id_new();
    struct attempts list;
    TRY(store_attempts(t, v->code, &list));
    const struct attempt *announced = attempts_announced(&list, v->request_no);
    *paid = announced
                ? *announced
                : attempt_new(&id, v->code, v->request_no, METHOD_TRANSFER, v->total_dong, task_now_ms(t));
    paid->paid_at_ms = in->paid_at_ms;
    paid->bank_ref = in->bank_ref;
    paid->taken_by = in->seen_by;
    return 0;
}

static int find_before(struct task *t, const struct invoice *v, const struct transfer *in, struct taking *out,
                       bool *found)
{
    struct attempt known;
    TRY(store_attempt_by_bank_ref(t, in->bank_ref, &known, found));
    if (!*found)
        return 0;
    if (strcmp(known.code, v->code) != 0)
        return err_say(task_err(t), E_CONFLICT, &OTHER, known.code);
    *out = (struct taking){ .taken = TAKEN_BEFORE, .request_no = known.request_no };
    memcpy(out->code, known.code, sizeof out->code);
    return 0;
}

int take_transfer(struct task *t, const struct invoice *v, const struct transfer *in,
                  const struct cause *cause, struct taking *out)
{
    bool found;
    struct attempt paid;
    TRY(find_before(t, v, in, out, &found));
    if (found)
        return 0;
    if (in->amount_dong != v->total_dong)
        return err_fault(task_err(t), "amount", &AMOUNT, money_format(t, v->total_dong));
    TRY(attempt_for(t, v, in, &paid));
    int rc = take_money(t, &paid, cause, out);
    if (rc != E_CONFLICT)
        return rc;
    err_clear(task_err(t)); /* the same reference came twice at once */
    TRY(find_before(t, v, in, out, &found));
    return found ? 0 : err_set(task_err(t), E_BUSY, "the transfer could not be recorded");
}

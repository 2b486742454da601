/* take.c — see handlers.h: the one way money is recorded. Whoever brings the word (IPN, query, clerk,
 * statement), the save is conditional on the invoice being open and the attempt not having succeeded, so a
 * second word finds nothing to do. */
#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "handlers.h"
#include "json.h"
#include "log.h"

enum { TRIES = 30, PAUSE_MS = 5 };

static const char *reason(const struct invoice *v)
{
    return v->status == INVOICE_VOID ? "Khoản này không còn phải nộp khi tiền đến."
                                     : "Đã nộp trước đó; hoàn lại khoản nộp trùng.";
}

static struct taking taking_of(const struct attempt *paid, enum taken taken)
{
    struct taking k = { .taken = taken, .request_no = paid->request_no };
    memcpy(k.code, paid->code, sizeof k.code);
    return k;
}

/* What the command is answered; the receipt's number is known only here. */
static struct cause answered(struct task *t, const struct attempt *paid, const struct cause *cause,
                             struct taking *k)
{
    char id[ID_TEXT];
    struct cause filled = *cause;
    id_format(&paid->id, id);
    json_t *o =
        json_own(t, json_pack("{s:s, s:i, s:s, s:s, s:s, s:I, s:b}", "code", k->code, "request_no",
                              (int)k->request_no, "attempt", id, "method", pay_method_name(paid->method),
                              "state", attempt_state_name(ATTEMPT_SUCCEEDED), "amount_dong",
                              (json_int_t)paid->amount_dong, "is_surplus", k->taken == TAKEN_SURPLUS));
    if (k->taken == TAKEN_SETTLED)
        json_object_set_new(o, "receipt_no", json_string(k->receipt_no));
    filled.status = 201;
    filled.answer = k->answer = json_print(t, o);
    return filled;
}

static int pay(struct task *t, const struct settling *s, const struct attempt *paid, int year,
               const struct cause *cause, struct taking *out, bool *saved)
{
    struct books *books = payment_of(t)->books;
    const char *unit = s->invoice.unit_code;
    struct receipt_place place = { year, books_next(books, unit, year, s->book_last) };
    *out = taking_of(paid, TAKEN_SETTLED);
    receipt_no_format(unit, year, place.no, out->receipt_no);
    struct cause filled = answered(t, paid, cause, out);
    int rc = store_settle(t, &s->invoice, paid, &place, &filled, saved);
    if (rc || !*saved)
        books_forget(books, unit, year);
    TRY(rc);
    if (*saved) {
        figures_settled(payment_of(t)->figures, paid->method, paid->amount_dong);
        log_info("settled", LOG_S("code", paid->code), LOG_S("method", pay_method_name(paid->method)),
                 LOG_S("receipt", out->receipt_no));
    }
    return 0;
}

static int send_back(struct task *t, const struct settling *s, const struct attempt *paid,
                     const struct cause *cause, struct taking *out, bool *saved)
{
    *out = taking_of(paid, TAKEN_SURPLUS);
    struct cause filled = answered(t, paid, cause, out);
    TRY(store_surplus(t, &s->invoice, paid, reason(&s->invoice), &filled, saved));
    if (*saved) {
        log_warn("surplus", LOG_S("code", paid->code), LOG_S("method", pay_method_name(paid->method)));
        jobs_wake(task_env(t), "refund");
    }
    return 0;
}

int take_money(struct task *t, const struct attempt *paid, const struct cause *cause, struct taking *out)
{
    struct settling s;
    bool saved = false;
    for (int i = 0; i < TRIES && !saved; i++) {
        int year = civil_of(task_now_ms(t)).year;
        if (i > 1) /* another replica has the book: longer and longer, some two seconds in all */
            TRY(task_sleep(t, (unsigned)i * PAUSE_MS));
        TRY(store_settling(t, paid, year, &s));
        *out = taking_of(paid, TAKEN_BEFORE);
        if (s.is_taken)
            return 0;
        if (paid->method == METHOD_CASH)
            TRY(invoice_check_open(&s.invoice, task_err(t)));
        TRY(s.invoice.status == INVOICE_OPEN ? pay(t, &s, paid, year, cause, out, &saved)
                                             : send_back(t, &s, paid, cause, out, &saved));
    }
    if (!saved)
        return err_set(task_err(t), E_BUSY, "the receipt book of %s is very busy", s.invoice.unit_code);
    figures_ended(payment_of(t)->figures, ATTEMPT_SUCCEEDED);
    return 0;
}

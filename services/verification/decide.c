/* decide.c — see decide.h. case_check says whether; the table of effects says what. */
#include "decide.h"

#include <string.h>

#include "deadline.h"
#include "fee.h"
#include "phrases.h"
#include "status.h"

static const struct phrase DUE_NEEDED = {
    "due_needed", "Thủ tục không có thời hạn bằng số: hãy nhập ngày hẹn trả (due).",
    "The procedure has no limit in numbers: give the appointment (due)."
};

struct deciding {
    const void *ctx;
    const struct case_file *before;
    const struct act *act;
    const struct office *office;
    struct decision *out;
    struct case_file *next, between;
    struct err *err;
};

/* ---- dates ---------------------------------------------------------------------------------------- */

/* In the day, for results given while one waits: closing time of this working day, or of the next one. */
static int64_t end_of_day(struct deciding *d)
{
    const struct calendar *c = d->office->calendar;
    int64_t at = d->act->at_ms;
    if (calendar_add_days(c, at, 0, NULL) > at)
        return calendar_add_days(c, at, 0, &d->out->why);
    return calendar_add_working_days(c, at, 1, &d->out->why); /* it has closed for today */
}

static int64_t appointment(struct deciding *d)
{
    const Motcua__ProcedurePublished *p = d->office->procedure;
    int64_t due = deadline_of(d->office->calendar, p, d->act->at_ms, &d->out->why);
    if (due == 0 && p->is_immediate)
        due = end_of_day(d);
    return due;
}

static void start_clock(struct deciding *d, int64_t due)
{
    d->next->clock_started_at = d->act->at_ms;
    d->next->due_at = due;
    d->out->explains = true;
}

static void pause(struct deciding *d, uint32_t days)
{
    d->next->paused_at = d->act->at_ms;
    d->next->answer_by = deadline_to_answer(d->office->calendar, d->act->at_ms, days);
}

static void end_pause(struct deciding *d)
{
    d->next->paused_at = d->next->answer_by = 0;
}

static int64_t due_after_pause(struct deciding *d, Motcua__PausePolicy policy)
{
    const Motcua__ProcedurePublished *p = d->office->procedure;
    const struct case_file *n = d->next;
    if (p->is_immediate && p->limit_unit == MOTCUA__LIMIT_UNIT__LIMIT_UNSPECIFIED)
        return end_of_day(d);
    return deadline_after_pause(d->office->calendar, p, policy, n->clock_started_at, n->due_at, n->paused_at,
                                d->act->at_ms, &d->out->why);
}

/* The clock goes on; its policy says from where. */
static void resume(struct deciding *d, Motcua__PausePolicy policy)
{
    struct case_file *n = d->next;
    int64_t due_before = n->due_at;
    if (n->due_at > 0 && n->paused_at > 0) {
        n->due_at = due_after_pause(d, policy);
        if (policy == MOTCUA__PAUSE_POLICY__RESTART)
            n->clock_started_at = d->act->at_ms;
    }
    if (n->due_at != due_before) {
        d->out->moves[d->out->moves_count].due_before = due_before;
        d->out->explains = true;
    }
    end_pause(d);
}

/* ---- steps ---------------------------------------------------------------------------------------- */

static void enter_step(struct deciding *d, int step)
{
    const Motcua__ProcedurePublished *p = d->office->procedure;
    bool known = step >= 1 && (size_t)step <= p->n_steps;
    d->next->step = known ? step : 0;
    d->next->step_started_at = d->act->at_ms;
    d->next->step_due_at =
        known ? calendar_add_minutes(d->office->calendar, d->act->at_ms, p->steps[step - 1]->minutes, NULL)
              : d->next->due_at;
    d->next->assignee_id = d->act->assignee_id ? d->act->assignee_id : "";
    d->next->assignee_name = d->act->assignee_name ? d->act->assignee_name : "";
}

static void leave_steps(struct deciding *d)
{
    d->next->step_due_at = 0;
    d->next->assignee_id = d->next->assignee_name = "";
}

/* After a pause, in the step it stood at. */
static void go_on(struct deciding *d, Motcua__PausePolicy policy)
{
    resume(d, policy);
    if (d->next->status == MOTCUA__STATUS__IN_PROGRESS)
        enter_step(d, d->before->step);
}

/* ---- effects, one per transition -------------------------------------------------------------------- */

static int do_nothing(struct deciding *d)
{
    (void)d;
    return 0;
}

static int do_accept(struct deciding *d)
{
    int64_t due = appointment(d);
    if (d->act->new_due_ms > 0 && due == 0)
        due = d->act->new_due_ms;
    if (due == 0)
        return err_fault(d->err, "due", &DUE_NEEDED, NULL);
    d->next->accepted_at = d->act->at_ms;
    end_pause(d);
    start_clock(d, due);
    return 0;
}

static int do_end(struct deciding *d)
{
    d->next->finished_at = d->act->at_ms;
    end_pause(d);
    leave_steps(d);
    d->out->ends_fee = d->next->fee_open || (d->act->refund && d->next->paid_dong > 0);
    d->out->end_reason = d->act->reason ? d->act->reason : transition_name(d->act->transition);
    d->next->fee_open = false;
    return 0;
}

static int do_ask_supplement(struct deciding *d)
{
    d->next->supplement_return = d->before->status;
    d->next->supplement_count++;
    d->next->papers_supplied = false;
    d->next->asked_count = d->act->papers_count;
    d->next->asked = d->act->papers;
    pause(d, d->office->procedure->supplement_days);
    return 0;
}

static int do_supply(struct deciding *d)
{
    d->next->papers_supplied = true;
    d->next->answer_by = 0;
    return 0;
}

static int do_accept_supplement(struct deciding *d)
{
    if (d->before->accepted_at == 0)
        return do_accept(d);
    go_on(d, d->office->procedure->pause_policy);
    return 0;
}

static int do_forward(struct deciding *d)
{
    d->next->handling_unit_code = d->act->target_unit;
    enter_step(d, 1);
    return 0;
}

static int do_step(struct deciding *d)
{
    enter_step(d, d->before->step + 1);
    return 0;
}

static int do_ask_payment(struct deciding *d)
{
    const Motcua__ProcedurePublished *p = d->office->procedure;
    Motcua__FeeWhen when =
        !d->before->fee_before_asked && fee_total(p, d->before->channel, MOTCUA__FEE_WHEN__BEFORE) > 0
            ? MOTCUA__FEE_WHEN__BEFORE
            : MOTCUA__FEE_WHEN__AFTER;
    *(when == MOTCUA__FEE_WHEN__BEFORE ? &d->next->fee_before_asked : &d->next->fee_after_asked) = true;
    d->out->asks_fee = true;
    d->out->fee_lines_count = fee_lines(d->ctx, p, d->before->channel, when, &d->out->fee_lines);
    d->next->payment_return = d->before->status;
    d->next->fee_no++;
    d->next->fee_dong = fee_total(p, d->before->channel, when);
    d->next->fee_open = true;
    pause(d, p->payment_days);
    return 0;
}

/* NĐ61 has no rule for the clock while payment is waited for; it stands still (DOMAIN §6.4). */
static int do_settle_payment(struct deciding *d)
{
    d->next->fee_open = false;
    d->next->paid_dong += d->act->amount_dong;
    go_on(d, MOTCUA__PAUSE_POLICY__SHIFT);
    return 0;
}

static int do_ask_withdrawal(struct deciding *d)
{
    d->next->withdrawal_return = d->before->status;
    return 0;
}

/* Back to waiting, or on if what it waited for was paid meanwhile. */
static int do_decline_withdrawal(struct deciding *d)
{
    bool waits = d->next->status == MOTCUA__STATUS__SUPPLEMENT_ASKED ||
                 d->next->status == MOTCUA__STATUS__PAYMENT_ASKED;
    if (!waits && d->next->paused_at > 0)
        go_on(d, MOTCUA__PAUSE_POLICY__SHIFT);
    return 0;
}

static int do_sign_result(struct deciding *d)
{
    d->next->result = d->act->result;
    d->next->finished_at = d->act->at_ms;
    leave_steps(d);
    return 0;
}

static int do_hand_over(struct deciding *d)
{
    if (d->act->result)
        d->next->result = d->act->result;
    if (d->next->finished_at == 0)
        d->next->finished_at = d->act->at_ms;
    d->next->returned_at = d->act->at_ms;
    d->next->received_by = d->act->received_by;
    leave_steps(d);
    return 0;
}

static int do_reopen_result(struct deciding *d)
{
    d->next->result = NULL;
    d->next->finished_at = 0;
    enter_step(d, (int)d->office->procedure->n_steps);
    return 0;
}

static int do_reappoint(struct deciding *d)
{
    d->out->moves[d->out->moves_count].due_before = d->before->due_at;
    d->next->due_at = d->act->new_due_ms;
    d->next->reappointed = true;
    d->next->due_why = NULL;
    return 0;
}

typedef int effect_fn(struct deciding *d);
static effect_fn *const effects[] = {
    [MOTCUA__TRANSITION__SUBMIT] = do_nothing,
    [MOTCUA__TRANSITION__RECEIVE] = do_accept,
    [MOTCUA__TRANSITION__ACCEPT] = do_accept,
    [MOTCUA__TRANSITION__REFUSE] = do_end,
    [MOTCUA__TRANSITION__ASK_SUPPLEMENT] = do_ask_supplement,
    [MOTCUA__TRANSITION__SUPPLY] = do_supply,
    [MOTCUA__TRANSITION__ACCEPT_SUPPLEMENT] = do_accept_supplement,
    [MOTCUA__TRANSITION__SUPPLEMENT_EXPIRED] = do_end,
    [MOTCUA__TRANSITION__FORWARD] = do_forward,
    [MOTCUA__TRANSITION__STEP] = do_step,
    [MOTCUA__TRANSITION__ASK_PAYMENT] = do_ask_payment,
    [MOTCUA__TRANSITION__SETTLE_PAYMENT] = do_settle_payment,
    [MOTCUA__TRANSITION__PAYMENT_EXPIRED] = do_end,
    [MOTCUA__TRANSITION__ASK_WITHDRAWAL] = do_ask_withdrawal,
    [MOTCUA__TRANSITION__CONFIRM_WITHDRAWAL] = do_end,
    [MOTCUA__TRANSITION__DECLINE_WITHDRAWAL] = do_decline_withdrawal,
    [MOTCUA__TRANSITION__STOP] = do_end,
    [MOTCUA__TRANSITION__SIGN_RESULT] = do_sign_result,
    [MOTCUA__TRANSITION__HAND_OVER] = do_hand_over,
    [MOTCUA__TRANSITION__REOPEN_RESULT] = do_reopen_result,
    [MOTCUA__TRANSITION__REAPPOINT] = do_reappoint,
};

/* ---- deciding ------------------------------------------------------------------------------------- */

static int move(struct deciding *d, const struct act *a)
{
    int to;
    struct move *m = &d->out->moves[d->out->moves_count];
    TRY(case_check(d->before, a, d->office->procedure, &to, d->err));
    *m =
        (struct move){ a->transition, d->before->status, to, d->before->version + 1, a->at_ms, 0, a->reason };
    d->act = a;
    d->next->status = to;
    d->next->version = m->version;
    TRY(effects[a->transition](d));
    d->out->moves_count++;
    return 0;
}

/* Accepted with something to pay: payment is asked for at once, by the system. */
static int follow_up(struct deciding *d, const struct act *a)
{
    bool accepted = d->before->accepted_at == 0 && d->next->accepted_at != 0;
    if (!accepted || d->next->fee_before_asked ||
        fee_total(d->office->procedure, d->next->channel, MOTCUA__FEE_WHEN__BEFORE) == 0)
        return 0;
    struct act ask = { .transition = MOTCUA__TRANSITION__ASK_PAYMENT,
                       .at_ms = a->at_ms,
                       .counter_roles = ~0u };
    d->between = *d->next;
    d->before = &d->between;
    return move(d, &ask);
}

int decide(const void *ctx, const struct case_file *c, const struct act *a, const struct office *o,
           struct decision *out, struct err *err)
{
    *out = (struct decision){ .next = *c };
    struct deciding d = {
        .ctx = ctx, .before = c, .act = a, .office = o, .out = out, .next = &out->next, .err = err
    };
    TRY(move(&d, a));
    return follow_up(&d, a);
}

int decide_new(const void *ctx, const struct case_file *c, const struct act *a, const struct office *o,
               struct decision *out, struct err *err)
{
    struct act first = *a;
    bool has_date = o->procedure->is_immediate || deadline_of(o->calendar, o->procedure, a->at_ms, NULL) > 0;
    if (a->transition == MOTCUA__TRANSITION__RECEIVE && !has_date)
        first.transition = MOTCUA__TRANSITION__SUBMIT; /* a clerk accepts it and names the date */
    return decide(ctx, c, &first, o, out, err);
}

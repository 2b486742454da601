/* case.c — see case.h. The table is the law; guards are what a table cannot say. */
#include "case.h"

#include <string.h>

#include "fee.h"
#include "phrases.h"
#include "status.h"

#define IN(status)     (1u << MOTCUA__STATUS__##status)
#define DO(transition) MOTCUA__TRANSITION__##transition
/* No limit of any procedure is near it: a date beyond is a slip of the finger. */
#define DUE_MOST_YEARS 5
#define DUE_MOST_TEXT  "5"
enum { NEW = 1u << 0, BACK = -1, SAME = -2, OLD_OR_STARTED = -3 };

enum place { COUNTER, HANDLING, NOBODY }; /* at which unit the actor needs the role */
enum need { REASON = 1, PAPERS = 2, UNIT = 4, RESULT = 8, RECEIVER = 16, NEW_DUE = 32 };

typedef const struct phrase *guard_fn(const struct case_file *c, const struct act *a,
                                      const Motcua__ProcedurePublished *p);
static guard_fn first_supplement, repeated_supplement, papers_are_there, papers_are_not_there, is_my_step,
    can_sign, is_immediate, not_reappointed, result_is_there, fee_is_due;

#define STAFF (ROLE_OFFICER | ROLE_LEADER)

static const struct rule {
    unsigned from; /* mask of states */
    Motcua__Transition transition;
    int to; /* a state, or BACK, SAME, OLD_OR_STARTED */
    enum place place;
    unsigned roles;
    unsigned needs;
    guard_fn *guard; /* NULL: none; else the phrase of what is against it */
} rules[] = {
    { NEW, DO(SUBMIT), MOTCUA__STATUS__SUBMITTED, NOBODY, 0, 0, NULL },
    { NEW, DO(RECEIVE), MOTCUA__STATUS__ACCEPTED, NOBODY, 0, 0, NULL },
    { IN(SUBMITTED), DO(ACCEPT), MOTCUA__STATUS__ACCEPTED, COUNTER, ROLE_CLERK, 0, NULL },
    { IN(SUBMITTED), DO(REFUSE), MOTCUA__STATUS__REFUSED_AT_COUNTER, COUNTER, ROLE_CLERK, REASON, NULL },
    { IN(SUBMITTED), DO(ASK_SUPPLEMENT), MOTCUA__STATUS__SUPPLEMENT_ASKED, COUNTER, ROLE_CLERK,
      REASON | PAPERS, first_supplement },
    { IN(IN_PROGRESS), DO(ASK_SUPPLEMENT), MOTCUA__STATUS__SUPPLEMENT_ASKED, HANDLING, STAFF, REASON | PAPERS,
      repeated_supplement },
    { IN(SUPPLEMENT_ASKED), DO(SUPPLY), SAME, NOBODY, 0, 0, NULL },
    { IN(SUPPLEMENT_ASKED), DO(ACCEPT_SUPPLEMENT), OLD_OR_STARTED, COUNTER, ROLE_CLERK, 0, papers_are_there },
    { IN(SUPPLEMENT_ASKED), DO(SUPPLEMENT_EXPIRED), MOTCUA__STATUS__STOPPED, NOBODY, 0, 0,
      papers_are_not_there },
    { IN(ACCEPTED), DO(FORWARD), MOTCUA__STATUS__IN_PROGRESS, COUNTER, ROLE_CLERK, UNIT, NULL },
    { IN(IN_PROGRESS), DO(STEP), SAME, HANDLING, ROLE_CLERK | STAFF, 0, is_my_step },
    { IN(ACCEPTED), DO(ASK_PAYMENT), MOTCUA__STATUS__PAYMENT_ASKED, COUNTER, ROLE_CLERK, 0, fee_is_due },
    { IN(IN_PROGRESS), DO(ASK_PAYMENT), MOTCUA__STATUS__PAYMENT_ASKED, HANDLING, STAFF, 0, fee_is_due },
    { IN(PAYMENT_ASKED), DO(SETTLE_PAYMENT), BACK, NOBODY, 0, 0, NULL },
    { IN(PAYMENT_ASKED), DO(PAYMENT_EXPIRED), MOTCUA__STATUS__STOPPED, NOBODY, 0, 0, NULL },
    { IN(SUBMITTED) | IN(ACCEPTED) | IN(IN_PROGRESS) | IN(SUPPLEMENT_ASKED) | IN(PAYMENT_ASKED),
      DO(ASK_WITHDRAWAL), MOTCUA__STATUS__WITHDRAWAL_ASKED, NOBODY, 0, 0, NULL },
    { IN(WITHDRAWAL_ASKED), DO(CONFIRM_WITHDRAWAL), MOTCUA__STATUS__STOPPED, COUNTER, ROLE_CLERK, 0, NULL },
    { IN(WITHDRAWAL_ASKED), DO(DECLINE_WITHDRAWAL), BACK, COUNTER, ROLE_CLERK, REASON, NULL },
    { IN(IN_PROGRESS), DO(STOP), MOTCUA__STATUS__STOPPED, HANDLING, STAFF, REASON, NULL },
    { IN(IN_PROGRESS), DO(SIGN_RESULT), MOTCUA__STATUS__FINISHED, HANDLING, ROLE_LEADER, RESULT, can_sign },
    { IN(ACCEPTED), DO(SIGN_RESULT), MOTCUA__STATUS__FINISHED, HANDLING, STAFF, RESULT, is_immediate },
    { IN(FINISHED), DO(HAND_OVER), MOTCUA__STATUS__RETURNED, COUNTER, ROLE_CLERK, RECEIVER, result_is_there },
    { IN(ACCEPTED), DO(HAND_OVER), MOTCUA__STATUS__RETURNED, COUNTER, ROLE_CLERK, RESULT | RECEIVER,
      is_immediate },
    { IN(FINISHED), DO(REOPEN_RESULT), MOTCUA__STATUS__IN_PROGRESS, HANDLING, STAFF, REASON, NULL },
    { IN(ACCEPTED) | IN(IN_PROGRESS), DO(REAPPOINT), SAME, HANDLING, ROLE_LEADER, REASON | NEW_DUE,
      not_reappointed },
};
enum { RULES = sizeof rules / sizeof *rules };

/* ---- guards --------------------------------------------------------------------------------------- */

static const struct phrase *first_supplement(const struct case_file *c, const struct act *a,
                                             const Motcua__ProcedurePublished *p)
{
    static const struct phrase ONCE = { "supplement_once",
                                        "Bộ phận một cửa chỉ được yêu cầu bổ sung một lần (NĐ61 Đ15).",
                                        "The counter may ask for papers only once (NĐ61 Đ15)." };
    (void)a, (void)p;
    return c->supplement_count > 0 ? &ONCE : NULL;
}

static const struct phrase *repeated_supplement(const struct case_file *c, const struct act *a,
                                                const Motcua__ProcedurePublished *p)
{
    static const struct phrase LEADER = { "supplement_again_leader",
                                          "Yêu cầu bổ sung lần nữa phải do lãnh đạo quyết định.",
                                          "Only a leader may ask for papers a second time." };
    (void)p;
    return c->supplement_count > 0 && !(a->handling_roles & ROLE_LEADER) ? &LEADER : NULL;
}

static const struct phrase *papers_are_there(const struct case_file *c, const struct act *a,
                                             const Motcua__ProcedurePublished *p)
{
    static const struct phrase WAIT = { "papers_not_supplied", "Công dân chưa nộp giấy tờ bổ sung.",
                                        "The applicant has not supplied the papers yet." };
    (void)a, (void)p;
    return c->papers_supplied ? NULL : &WAIT;
}

static const struct phrase *papers_are_not_there(const struct case_file *c, const struct act *a,
                                                 const Motcua__ProcedurePublished *p)
{
    static const struct phrase THERE = { "papers_supplied", "Giấy tờ bổ sung đã nộp; hãy xem xét.",
                                         "The papers have come; look at them." };
    (void)a, (void)p;
    return c->papers_supplied ? &THERE : NULL;
}

static unsigned step_roles(const Motcua__ProcedurePublished *p, int step)
{
    enum role role;
    if (step < 1 || (size_t)step > p->n_steps || !role_parse(p->steps[step - 1]->role, &role))
        return STAFF;
    return role | ROLE_LEADER; /* a leader may do any step */
}

static const struct phrase *is_my_step(const struct case_file *c, const struct act *a,
                                       const Motcua__ProcedurePublished *p)
{
    static const struct phrase LAST = { "step_is_last", "Đây là bước cuối: hãy ký kết quả.",
                                        "This is the last step: sign the result." };
    static const struct phrase NOT_MINE = { "step_not_yours", "Bước này thuộc vai trò khác.",
                                            "This step belongs to another role." };
    if ((size_t)c->step >= p->n_steps)
        return &LAST;
    return (a->handling_roles | a->counter_roles) & step_roles(p, c->step) ? NULL : &NOT_MINE;
}

static const struct phrase *can_sign(const struct case_file *c, const struct act *a,
                                     const Motcua__ProcedurePublished *p)
{
    static const struct phrase STEPS_LEFT = { "steps_left", "Còn bước chưa xong trước khi ký kết quả.",
                                              "There are steps to do before the result is signed." };
    static const struct phrase FEE_LEFT = { "fee_not_asked",
                                            "Còn khoản thu sau: hãy yêu cầu thanh toán trước khi ký.",
                                            "A fee is due before the result: ask for it first." };
    (void)a;
    if ((size_t)c->step < p->n_steps)
        return &STEPS_LEFT;
    return !c->fee_after_asked && fee_total(p, c->channel, MOTCUA__FEE_WHEN__AFTER) > 0 ? &FEE_LEFT : NULL;
}

static const struct phrase *is_immediate(const struct case_file *c, const struct act *a,
                                         const Motcua__ProcedurePublished *p)
{
    static const struct phrase NOT_IMMEDIATE = {
        "not_immediate", "Thủ tục này không trả kết quả ngay: hãy chuyển xử lý.",
        "This procedure gives no result at once: forward the dossier."
    };
    (void)c, (void)a;
    return p->is_immediate ? NULL : &NOT_IMMEDIATE;
}

static const struct phrase *not_reappointed(const struct case_file *c, const struct act *a,
                                            const Motcua__ProcedurePublished *p)
{
    static const struct phrase ONCE = { "reappointed_once", "Hồ sơ chỉ được hẹn lại một lần (NĐ61 Đ19).",
                                        "A dossier is given a new date only once (NĐ61 Đ19)." };
    static const struct phrase EARLIER = { "new_due_not_later", "Ngày hẹn mới phải sau ngày hẹn cũ.",
                                           "The new date must be after the old one." };
    (void)p;
    if (c->reappointed)
        return &ONCE;
    return a->new_due_ms && a->new_due_ms <= c->due_at ? &EARLIER : NULL;
}

static const struct phrase *result_is_there(const struct case_file *c, const struct act *a,
                                            const Motcua__ProcedurePublished *p)
{
    static const struct phrase NO_RESULT = { "result_missing", "Chưa có kết quả đã ký.",
                                             "There is no signed result." };
    (void)a, (void)p;
    return c->result ? NULL : &NO_RESULT;
}

static const struct phrase *fee_is_due(const struct case_file *c, const struct act *a,
                                       const Motcua__ProcedurePublished *p)
{
    static const struct phrase NOTHING = { "nothing_to_pay", "Hồ sơ không có khoản nào phải thu lúc này.",
                                           "There is nothing to pay now." };
    (void)a;
    bool before = !c->fee_before_asked && fee_total(p, c->channel, MOTCUA__FEE_WHEN__BEFORE) > 0;
    bool after = c->status == MOTCUA__STATUS__IN_PROGRESS && !c->fee_after_asked &&
                 fee_total(p, c->channel, MOTCUA__FEE_WHEN__AFTER) > 0;
    return before || after ? NULL : &NOTHING;
}

/* ---- checking ------------------------------------------------------------------------------------- */

static unsigned mask_of(const struct case_file *c)
{
    return c->version == 0 ? (unsigned)NEW : 1u << c->status;
}

static int destination(const struct rule *r, const struct case_file *c)
{
    switch (r->to) {
    case SAME: return c->status;
    case BACK: return c->status == MOTCUA__STATUS__PAYMENT_ASKED ? c->payment_return : c->withdrawal_return;
    case OLD_OR_STARTED:
        return c->supplement_return == MOTCUA__STATUS__IN_PROGRESS ? MOTCUA__STATUS__IN_PROGRESS
                                                                   : MOTCUA__STATUS__ACCEPTED;
    default: return r->to;
    }
}

/* What is nobody's is the applicant's or the system's: it comes as an event or when time is up, never from a
 * person. */
static bool has_role(const struct rule *r, const struct act *a)
{
    if (r->place == NOBODY)
        return !a->actor;
    return (r->place == COUNTER ? a->counter_roles : a->handling_roles) & r->roles;
}

static void check_needs(const struct rule *r, const struct act *a, struct err *err)
{
    static const struct phrase PAST = { "due_is_past", "Ngày hẹn phải sau thời điểm hiện tại.",
                                        "The date must lie ahead." };
    static const struct phrase FAR = { "due_too_far", "Ngày hẹn không được quá {} năm. Kiểm tra lại năm.",
                                       "The date must lie within {} years. Check the year." };
    const struct {
        enum need need;
        bool is_there;
        const char *field;
    } rows[] = {
        { REASON, a->reason != NULL, "reason" },
        { PAPERS, a->papers_count > 0, "papers" },
        { UNIT, a->target_unit != NULL, "unit" },
        { RESULT, a->result != NULL, "result" },
        { RECEIVER, a->received_by != NULL, "received_by" },
        { NEW_DUE, a->new_due_ms > 0, "due" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((r->needs & rows[i].need) && !rows[i].is_there)
            err_fault(err, rows[i].field, &phrase_required, NULL);
    if (a->new_due_ms && a->new_due_ms <= a->at_ms)
        err_fault(err, "due", &PAST, NULL);
    if (a->new_due_ms > a->at_ms + DUE_MOST_YEARS * INT64_C(366) * 86400000)
        err_fault(err, "due", &FAR, DUE_MOST_TEXT);
}

const char *case_lies_at(const struct case_file *c)
{
    bool is_handled = c->status == MOTCUA__STATUS__IN_PROGRESS || c->status == MOTCUA__STATUS__PAYMENT_ASKED;
    return is_handled ? c->handling_unit_code : c->unit_code;
}

bool case_is_visible_to(const struct case_file *c, const struct actor *a)
{
    return actor_may_read(a, c->unit_code) || actor_may_read(a, c->handling_unit_code);
}

static const struct rule *rule_of(const struct case_file *c, Motcua__Transition transition)
{
    for (size_t i = 0; i < RULES; i++)
        if (rules[i].transition == transition && (rules[i].from & mask_of(c)))
            return &rules[i];
    return NULL;
}

int case_check(const struct case_file *c, const struct act *a, const Motcua__ProcedurePublished *p, int *to,
               struct err *err)
{
    static const struct phrase NOT_NOW = { "not_in_this_state",
                                           "Không làm được việc này khi hồ sơ đang “{}”.",
                                           "This cannot be done while the dossier is “{}”." };
    const struct rule *r = rule_of(c, a->transition);
    if (!r)
        return err_say(err, E_CONFLICT, &NOT_NOW, status_phrase(c->status)->vi);
    if (!has_role(r, a))
        return err_set(err, E_DENIED, "%s needs another role", transition_name(a->transition));
    check_needs(r, a, err);
    TRY(err->code);
    const struct phrase *against = r->guard ? r->guard(c, a, p) : NULL;
    if (against)
        return err_say(err, E_CONFLICT, against, NULL);
    *to = destination(r, c);
    return 0;
}

int case_check_assignment(const struct case_file *c, struct err *err)
{
    static const struct phrase DONE = {
        "case_finished", "Hồ sơ “{}”: không còn việc để giao. Hãy chọn hồ sơ đang xử lý.",
        "The dossier is “{}”: nobody works it any more. Choose an open one."
    };
    return c->finished_at > 0 ? err_say(err, E_CONFLICT, &DONE, status_phrase(c->status)->vi) : 0;
}

size_t case_allowed(const struct case_file *c, unsigned counter_roles, unsigned handling_roles,
                    const Motcua__ProcedurePublished *p, Motcua__Transition *out, size_t max)
{
    size_t n = 0;
    struct act a = { .counter_roles = counter_roles, .handling_roles = handling_roles };
    for (size_t i = 0; i < RULES && n < max; i++) {
        const struct rule *r = &rules[i];
        bool fits = r->place != NOBODY && (r->from & mask_of(c)) && has_role(r, &a);
        if (fits && (!r->guard || !r->guard(c, &a, p)))
            out[n++] = r->transition;
    }
    return n;
}

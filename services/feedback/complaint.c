/* complaint.c — see complaint.h. The table is the law; guards are what a table cannot say; `follow` is what a
 * move does to the data, and the clocks are computed anew from the data after each. */
#include "complaint.h"

#include <string.h>

#include "phrases.h"

#define IN(state)   (1u << COMPLAINT_##state)
#define OF(class)   (1u << CLASS_##class)
#define HOUR_MS     INT64_C(3600000)
#define ANY_CLASS   (OF(PETITION) | OF(COMPLAINT) | OF(DENUNCIATION))
#define OPEN        (OF(PETITION) | OF(COMPLAINT))
#define FORMAL      (OF(COMPLAINT) | OF(DENUNCIATION))
#define REOPEN_TEXT "72"
enum { SAME = -1 };
enum need { WORDS = 1, UNIT = 2, OUTCOME = 4 };

typedef const struct phrase *guard_fn(const struct complaint *c, const struct complaint_doing *a,
                                      const struct calendar *cal);
static guard_fn class_may_change, goes_elsewhere, may_take_longer, not_told_yet, not_published_yet,
    within_reopening, within_appeal, is_overdue;

/* Who works what: a denunciation is nobody's but the inspectors' and the leader's. */
enum {
    DESK = ROLE_CLERK | ROLE_OFFICER | ROLE_LEADER,
    OFFICE = ROLE_OFFICER | ROLE_LEADER,
    SECRET_DESK = ROLE_INSPECTOR | ROLE_LEADER
};

static const struct rule {
    unsigned classes, from; /* masks */
    int act, to;            /* to: a state, or SAME */
    unsigned roles, needs;
    int duty; /* whose limit the act has to keep; 0: none */
    guard_fn *guard;
} rules[] = {
    /* clang-format off */
    { ANY_CLASS, IN(NEW), ACT_SUBMIT, COMPLAINT_RECEIVED, ROLE_APPLICANT, WORDS, 0, NULL },
    { OPEN, IN(RECEIVED), ACT_CLASSIFY, SAME, DESK, 0, 0, class_may_change },
    { OF(DENUNCIATION), IN(RECEIVED), ACT_CLASSIFY, SAME, SECRET_DESK, 0, 0, class_may_change },
    { OPEN, IN(RECEIVED), ACT_PASS, SAME, DESK, WORDS | UNIT, DUTY_PASS, goes_elsewhere },
    { OF(DENUNCIATION), IN(RECEIVED), ACT_PASS, SAME, SECRET_DESK, WORDS | UNIT, DUTY_PASS, goes_elsewhere },
    { OPEN, IN(RECEIVED), ACT_FORWARD, COMPLAINT_FORWARDED, OFFICE, WORDS | UNIT, DUTY_FORWARD, NULL },
    { OF(DENUNCIATION), IN(RECEIVED), ACT_FORWARD, COMPLAINT_FORWARDED, SECRET_DESK, WORDS | UNIT,
      DUTY_FORWARD, NULL },
    { OF(PETITION), IN(RECEIVED), ACT_ASK_DETAIL, COMPLAINT_DETAIL_ASKED, DESK, WORDS, DUTY_ASK_DETAIL,
      NULL },
    { OF(COMPLAINT), IN(RECEIVED), ACT_ASK_DETAIL, COMPLAINT_DETAIL_ASKED, OFFICE, WORDS,
      DUTY_ASK_DETAIL, NULL },
    { OF(DENUNCIATION), IN(RECEIVED), ACT_ASK_DETAIL, COMPLAINT_DETAIL_ASKED, SECRET_DESK, WORDS,
      DUTY_ASK_DETAIL, NULL },
    { ANY_CLASS, IN(DETAIL_ASKED), ACT_SUPPLY_DETAIL, COMPLAINT_RECEIVED, ROLE_APPLICANT, WORDS, 0, NULL },
    { OF(PETITION), IN(RECEIVED) | IN(DETAIL_ASKED), ACT_REFUSE, COMPLAINT_REFUSED, OFFICE, WORDS,
      DUTY_REFUSE, NULL },
    { FORMAL, IN(RECEIVED) | IN(DETAIL_ASKED), ACT_REFUSE, COMPLAINT_REFUSED, ROLE_LEADER, WORDS,
      DUTY_REFUSE, NULL },

    { OF(PETITION), IN(RECEIVED), ACT_ACCEPT, COMPLAINT_IN_HANDLING, DESK, 0, DUTY_ACCEPT, NULL },
    { OF(COMPLAINT), IN(RECEIVED), ACT_ACCEPT, COMPLAINT_IN_HANDLING, OFFICE, 0, DUTY_ACCEPT, NULL },
    { OF(DENUNCIATION), IN(RECEIVED), ACT_ACCEPT, COMPLAINT_IN_HANDLING, SECRET_DESK, 0, DUTY_ACCEPT, NULL },
    { FORMAL, IN(IN_HANDLING), ACT_EXTEND, SAME, ROLE_LEADER, WORDS, 0, may_take_longer },
    { OF(PETITION), IN(IN_HANDLING), ACT_ANSWER, COMPLAINT_ANSWERED, OFFICE, WORDS | OUTCOME,
      DUTY_ANSWER, NULL },
    { FORMAL, IN(IN_HANDLING), ACT_ANSWER, COMPLAINT_ANSWERED, ROLE_LEADER, WORDS | OUTCOME,
      DUTY_ANSWER, NULL },
    { OF(DENUNCIATION), IN(IN_HANDLING), ACT_TELL, SAME, SECRET_DESK, 0, DUTY_TELL_ACCEPTED, not_told_yet },
    { OF(COMPLAINT), IN(ANSWERED), ACT_TELL, SAME, DESK, 0, DUTY_TELL_DECIDED, not_told_yet },
    { OF(DENUNCIATION), IN(ANSWERED), ACT_TELL, SAME, SECRET_DESK, 0, DUTY_TELL_DECIDED, not_told_yet },
    { OPEN, IN(ANSWERED), ACT_PUBLISH, SAME, OFFICE, WORDS, DUTY_PUBLISH, not_published_yet },

    { OF(PETITION) | OF(DENUNCIATION), IN(ANSWERED), ACT_REOPEN, COMPLAINT_IN_HANDLING, ROLE_APPLICANT,
      WORDS, 0, within_reopening },
    { OF(COMPLAINT), IN(ANSWERED), ACT_APPEAL, COMPLAINT_RECEIVED, ROLE_APPLICANT, WORDS, 0, within_appeal },
    { ANY_CLASS, IN(RECEIVED) | IN(DETAIL_ASKED) | IN(IN_HANDLING), ACT_WITHDRAW, COMPLAINT_WITHDRAWN,
      ROLE_APPLICANT, 0, 0, NULL },
    { ANY_CLASS, IN(RECEIVED) | IN(IN_HANDLING) | IN(ANSWERED), ACT_ESCALATE, SAME, ROLE_SYSTEM, 0, 0,
      is_overdue },
    /* clang-format on */
};
enum { RULES = sizeof rules / sizeof *rules };

static struct complaint_facts facts_of(const struct complaint *c)
{
    return (struct complaint_facts){ c->class, c->instance, c->complexity, c->is_remote };
}

static int64_t limit_from(const struct complaint *c, int duty, int64_t from_ms, const struct calendar *cal)
{
    const struct complaint_facts f = facts_of(c);
    return complaint_limit_at(&f, duty, from_ms, cal);
}

/* ---- guards --------------------------------------------------------------------------------------- */

static const struct phrase *class_may_change(const struct complaint *c, const struct complaint_doing *a,
                                             const struct calendar *cal)
{
    static const struct phrase SECRET = {
        "class_keeps_secret",
        "Tố cáo không chuyển loại được, vì phải giữ bí mật người tố cáo. Hãy từ chối và hướng dẫn nộp lại.",
        "Nothing becomes a denunciation or stops being one, for who denounces is secret. Refuse it and say how to"
        " file it anew."
    };
    static const struct phrase SECOND = { "class_second_instance",
                                          "Khiếu nại lần hai không chuyển loại được.",
                                          "What is in its second instance stays a complaint." };
    (void)cal;
    bool is_secret = c->class == CLASS_DENUNCIATION || a->class == CLASS_DENUNCIATION;
    if (a->is_head && !a->unit_above && strcmp(c->handling_unit_code, c->unit_code) == 0)
        return &phrase_nobody_above;
    if (a->class < 0 || a->class == c->class)
        return NULL;
    return c->instance > 1 ? &SECOND : is_secret ? &SECRET : NULL;
}

static const struct phrase *goes_elsewhere(const struct complaint *c, const struct complaint_doing *a,
                                           const struct calendar *cal)
{
    static const struct phrase HERE = { "unit_is_same", "Đơn đang ở đơn vị này. Hãy chọn đơn vị khác.",
                                        "It lies at this unit. Choose another one." };
    static const struct phrase ABOUT = {
        "unit_is_complained_about",
        "Đơn phản ánh người đứng đầu đơn vị này hoặc đơn vị cấp trên trực tiếp. Hãy chọn đơn vị khác.",
        "It is about the head of this unit or of the one above it. Choose another one."
    };
    (void)cal;
    if (a->unit && strcmp(a->unit, c->handling_unit_code) == 0)
        return &HERE;
    bool is_led = a->unit && (strcmp(a->unit, c->unit_code) == 0 || /* or the unit above it is */
                              (a->unit_above && strcmp(a->unit_above, c->unit_code) == 0));
    return c->about_head && is_led ? &ABOUT : NULL;
}

static const struct phrase *may_take_longer(const struct complaint *c, const struct complaint_doing *a,
                                            const struct calendar *cal)
{
    static const struct phrase MOST = { "extended_most", "Đã gia hạn hết mức luật cho phép.",
                                        "It has been extended as far as the law allows." };
    static const struct phrase LATE = { "extended_late", "Đã quá hạn giải quyết nên không gia hạn được nữa.",
                                        "The limit has passed: it can no longer be extended." };
    struct complaint_facts f = facts_of(c);
    (void)cal;
    if (c->due_at && a->at_ms > c->due_at)
        return &LATE;
    f.complexity++;
    return complaint_limit(&f, DUTY_ANSWER, a->at_ms) ? NULL : &MOST;
}

static const struct phrase *not_told_yet(const struct complaint *c, const struct complaint_doing *a,
                                         const struct calendar *cal)
{
    static const struct phrase TOLD = { "told_already", "Đã thông báo cho người gửi đơn.",
                                        "The person has been told already." };
    static const struct phrase NOBODY = { "nobody_to_tell", "Đơn nặc danh: không có ai để thông báo.",
                                          "It is anonymous: there is nobody to tell." };
    (void)a, (void)cal;
    if (c->is_anonymous)
        return &NOBODY;
    return c->told_at >= (c->answered_at ? c->answered_at : c->accepted_at) ? &TOLD : NULL;
}

static const struct phrase *not_published_yet(const struct complaint *c, const struct complaint_doing *a,
                                              const struct calendar *cal)
{
    static const struct phrase PUBLISHED = { "published_already", "Kết quả đã được công khai.",
                                             "The answer has been published already." };
    (void)a, (void)cal;
    return c->published_at ? &PUBLISHED : NULL;
}

int64_t complaint_reopen_until(const struct complaint *c, const struct calendar *cal)
{
    if (c->state != COMPLAINT_ANSWERED)
        return 0;
    return c->class == CLASS_COMPLAINT ? limit_from(c, DUTY_APPEAL, c->answered_at, cal)
                                       : c->answered_at + REOPEN_HOURS * HOUR_MS;
}

static const struct phrase *within_reopening(const struct complaint *c, const struct complaint_doing *a,
                                             const struct calendar *cal)
{
    static const struct phrase OVER = {
        "reopening_over", "Chỉ mở lại được trong " REOPEN_TEXT " giờ sau khi trả lời. Hãy gửi đơn mới.",
        "It can be reopened within " REOPEN_TEXT " hours of the answer only. File a new one."
    };
    return a->at_ms <= complaint_reopen_until(c, cal) ? NULL : &OVER;
}

static const struct phrase *within_appeal(const struct complaint *c, const struct complaint_doing *a,
                                          const struct calendar *cal)
{
    static const struct phrase OVER = { "appeal_over", "Đã hết thời hạn khiếu nại lần hai (KN Đ33).",
                                        "The time for a second complaint is over (KN Đ33)." };
    static const struct phrase LAST = { "appeal_last",
                                        "Khiếu nại đã được giải quyết lần hai. Có thể khởi kiện tại tòa án.",
                                        "It has been decided a second time. What is left is the court." };
    if (c->instance > 1)
        return &LAST;
    if (a->at_ms > complaint_reopen_until(c, cal))
        return &OVER;
    return a->unit_above ? NULL : &phrase_nobody_twice;
}

static const struct phrase *is_overdue(const struct complaint *c, const struct complaint_doing *a,
                                       const struct calendar *cal)
{
    static const struct phrase IN_TIME = { "not_overdue", "Đơn chưa quá hạn, hoặc đã báo cấp trên.",
                                           "It is not overdue, or the unit above knows." };
    (void)cal;
    bool is_late = c->step_due_at && a->at_ms > c->step_due_at;
    return is_late && c->escalated_at <= c->step_due_at ? NULL : &IN_TIME;
}

/* ---- clocks --------------------------------------------------------------------------------------- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a && (!b || a < b) ? a : b;
}

/* The last day for the answer. Before a complaint is taken up: if it is taken up on the last day. */
static int64_t answer_due(const struct complaint *c, const struct calendar *cal)
{
    if (c->class == CLASS_PETITION)
        return limit_from(c, DUTY_ANSWER, c->clock_at, cal);
    int64_t from =
        c->state == COMPLAINT_IN_HANDLING ? c->accepted_at : limit_from(c, DUTY_ACCEPT, c->clock_at, cal);
    return limit_from(c, DUTY_ANSWER, from, cal);
}

/* The next thing the unit has to do. */
static int64_t step_due(const struct complaint *c, const struct calendar *cal)
{
    int64_t tell = 0, publish = 0;
    switch (c->state) {
    case COMPLAINT_RECEIVED: return limit_from(c, DUTY_ACCEPT, c->clock_at, cal);
    case COMPLAINT_IN_HANDLING:
        if (!c->is_anonymous && c->told_at < c->accepted_at)
            tell = limit_from(c, DUTY_TELL_ACCEPTED, c->accepted_at, cal);
        return earlier(tell, c->due_at);
    case COMPLAINT_ANSWERED:
        if (!c->is_anonymous && c->told_at < c->answered_at)
            tell = limit_from(c, DUTY_TELL_DECIDED, c->answered_at, cal);
        if (!c->published_at)
            publish = limit_from(c, DUTY_PUBLISH, c->answered_at, cal);
        return earlier(tell, publish);
    default: return 0;
    }
}

static void set_clocks(struct complaint *c, const struct calendar *cal)
{
    if (c->state == COMPLAINT_RECEIVED || c->state == COMPLAINT_IN_HANDLING)
        c->due_at = answer_due(c, cal);
    c->step_due_at = step_due(c, cal);
}

/* Until when the act had to be done. */
static int64_t limit_of(const struct rule *r, const struct complaint *c, const struct calendar *cal)
{
    switch (r->duty) {
    case 0: return 0;
    case DUTY_ANSWER: return c->due_at;
    case DUTY_TELL_ACCEPTED: return limit_from(c, r->duty, c->accepted_at, cal);
    case DUTY_TELL_DECIDED:
    case DUTY_PUBLISH: return limit_from(c, r->duty, c->answered_at, cal);
    default: return limit_from(c, r->duty, c->clock_at, cal);
    }
}

/* ---- deciding ------------------------------------------------------------------------------------- */

static void classify(const struct complaint_doing *a, struct complaint *next)
{
    if (a->class >= 0)
        next->class = a->class;
    if (a->attitude >= 0)
        next->about_attitude = a->attitude;
    if (a->is_remote >= 0)
        next->is_remote = a->is_remote;
    next->about_head = next->about_head || a->is_head;
    if (next->about_head && a->unit_above && strcmp(next->handling_unit_code, next->unit_code) == 0)
        next->handling_unit_code = a->unit_above;
}

/* It is open again: what was decided is history. */
static void open_again(struct complaint *next, int64_t at_ms)
{
    next->clock_at = at_ms;
    next->accepted_at = next->state == COMPLAINT_IN_HANDLING ? at_ms : 0;
    next->answered_at = next->published_at = next->told_at = next->escalated_at = 0;
    next->outcome = OUTCOME_NONE;
    next->complexity = CASE_NORMAL;
    next->escalated_unit = "";
}

static void follow(const struct complaint_doing *a, struct complaint *next)
{
    switch (a->act) {
    case ACT_SUBMIT: next->received_at = next->clock_at = a->at_ms; break;
    case ACT_CLASSIFY: classify(a, next); break;
    case ACT_PASS: next->handling_unit_code = a->unit; break;
    case ACT_SUPPLY_DETAIL: next->clock_at = a->at_ms; break;
    case ACT_ACCEPT: next->accepted_at = a->at_ms; break;
    case ACT_EXTEND: next->complexity++; break;
    case ACT_TELL: next->told_at = a->at_ms; break;
    case ACT_ANSWER:
        next->answered_at = a->at_ms;
        next->outcome = a->outcome;
        break;
    case ACT_PUBLISH: next->published_at = a->at_ms; break;
    case ACT_APPEAL:
        next->instance++;
        next->handling_unit_code = a->unit_above;
        open_again(next, a->at_ms);
        break;
    case ACT_REOPEN: open_again(next, a->at_ms); break;
    case ACT_ESCALATE:
        next->escalated_at = a->at_ms;
        next->escalated_unit = a->unit_above ? a->unit_above : next->handling_unit_code;
        next->is_late = true;
        break;
    default: break;
    }
    bool is_desk = a->act >= ACT_CLASSIFY && a->act <= ACT_ACCEPT && a->act != ACT_SUPPLY_DETAIL;
    if (is_desk && !next->classified_at)
        next->classified_at = a->at_ms;
}

static void check_needs(const struct rule *r, const struct complaint_doing *a, struct err *err)
{
    const struct {
        unsigned need;
        bool is_there;
        const char *field;
    } rows[] = {
        { WORDS, a->words != NULL, "words" },
        { UNIT, a->unit != NULL, "unit" },
        { OUTCOME, a->outcome != OUTCOME_NONE, "outcome" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((r->needs & rows[i].need) && !rows[i].is_there)
            err_fault(err, rows[i].field, &phrase_required, NULL);
}

static bool fits(const struct rule *r, const struct complaint *c)
{
    return (r->classes & (1u << c->class)) && (r->from & (1u << c->state));
}

static const struct rule *rule_of(const struct complaint *c, int act)
{
    for (size_t i = 0; i < RULES; i++)
        if (rules[i].act == act && fits(&rules[i], c))
            return &rules[i];
    return NULL;
}

int complaint_decide(const struct complaint *c, const struct complaint_doing *a, const struct calendar *cal,
                     struct complaint *next, struct complaint_move *move, struct err *err)
{
    static const struct phrase NOT_NOW = { "not_in_this_state",
                                           "Không làm được việc này khi đơn ở trạng thái “{}”.",
                                           "This cannot be done while it is “{}”." };
    const struct rule *r = rule_of(c, a->act);
    if (!r)
        return err_say(err, E_CONFLICT, &NOT_NOW, complaint_state_phrases[c->state].vi);
    if (!(r->roles & a->roles))
        return err_set(err, E_DENIED, "%s needs another role", complaint_act_names[a->act]);
    check_needs(r, a, err);
    TRY(err->code);
    const struct phrase *against = r->guard ? r->guard(c, a, cal) : NULL;
    if (against)
        return err_say(err, E_CONFLICT, against, NULL);
    int64_t limit = limit_of(r, c, cal);
    *move = (struct complaint_move){ a->act, c->state, a->at_ms, limit, limit && a->at_ms > limit };
    *next = *c;
    next->version++;
    next->state = r->to == SAME ? c->state : r->to;
    next->is_late = c->is_late || move->was_late;
    follow(a, next);
    next->closed_at = next->state > COMPLAINT_ANSWERED ? a->at_ms : 0;
    set_clocks(next, cal);
    return 0;
}

unsigned complaint_allowed(const struct complaint *c, unsigned roles, int64_t at_ms,
                           const struct calendar *cal)
{
    unsigned acts = 0;
    const struct complaint_doing a = { .roles = roles, .at_ms = at_ms, .class = -1, .unit_above = "" };
    for (size_t i = 0; i < RULES; i++)
        if (fits(&rules[i], c) && (rules[i].roles & roles) &&
            (!rules[i].guard || !rules[i].guard(c, &a, cal)))
            acts |= 1u << rules[i].act;
    return acts;
}

/* cases.h — a procedure, a case and an act that fit each other, as tests of verification take them. */
#ifndef CASES_H
#define CASES_H

#include <talloc.h>

#include "civil.h"
#include "services/verification/decide.h"

static Motcua__Step clerks_step = { .name = (char *)"Số hóa", .role = (char *)"clerk", .minutes = 60 },
                    officers_step = { .name = (char *)"Thẩm định",
                                      .role = (char *)"officer",
                                      .minutes = 600 },
                    leaders_step = { .name = (char *)"Ký", .role = (char *)"leader", .minutes = 240 };
static Motcua__Step *three_steps[] = { &clerks_step, &officers_step, &leaders_step };

static Motcua__FeeLine fee_before = { .kind = MOTCUA__FEE_KIND__PHI,
                                      .code = (char *)"PHI",
                                      .name = (char *)"Phí",
                                      .amount_dong = 15000,
                                      .when = MOTCUA__FEE_WHEN__BEFORE },
                       fee_after = { .kind = MOTCUA__FEE_KIND__LE_PHI,
                                     .code = (char *)"LP",
                                     .name = (char *)"Lệ phí",
                                     .amount_dong = 40000,
                                     .when = MOTCUA__FEE_WHEN__AFTER };
static inline Motcua__FeeLine **both_fees(void)
{
    static Motcua__FeeLine *fees[] = { &fee_before, &fee_after };
    return fees;
}

/* Five working days, three steps, nothing to pay. */
static inline Motcua__ProcedurePublished a_procedure(void)
{
    Motcua__ProcedurePublished p = MOTCUA__PROCEDURE_PUBLISHED__INIT;
    p.code = (char *)"1.004363";
    p.name = (char *)"Cấp phép";
    p.limit = 5;
    p.limit_unit = MOTCUA__LIMIT_UNIT__WORKING_DAYS;
    p.n_steps = 3;
    p.steps = three_steps;
    p.supplement_days = 10;
    p.payment_days = 3;
    return p;
}

static inline struct case_file a_case(int status)
{
    return (struct case_file){ .code = "000.00.05.H07-200601-0001",
                               .version = 7,
                               .status = status,
                               .procedure_code = "1.004363",
                               .unit_code = "000.00.05.H07",
                               .handling_unit_code = "000.00.09.H07",
                               .account_id = "a",
                               .applicant_name = "Trần Văn Mẫu",
                               .applicant_number = "083085009901",
                               .summary = "s",
                               .national_code = "",
                               .procedure_version = 2,
                               .channel = MOTCUA__CHANNEL__COUNTER,
                               .assignee_id = "",
                               .assignee_name = "",
                               .received_by = "" };
}

static Motcua__AskedPaper asked_paper = MOTCUA__ASKED_PAPER__INIT;
static Motcua__AskedPaper *asked_papers[] = { &asked_paper };
static Motcua__Result a_result = MOTCUA__RESULT__INIT;

/* Brings whatever any transition may need. */
static inline struct act an_act(Motcua__Transition transition)
{
    return (struct act){ .transition = transition,
                         .at_ms = 1000,
                         .reason = "vì",
                         .papers_count = 1,
                         .papers = asked_papers,
                         .target_unit = "000.00.09.H07",
                         .result = &a_result,
                         .received_by = "Trần Văn Mẫu",
                         .new_due_ms = INT64_C(100000000000) };
}

/* Monday to Friday, 07:00–11:30 and 13:30–17:00. */
static const struct calendar office_hours = {
    .shifts_count = { 0, 2, 2, 2, 2, 2 },
    .shifts = { [1] = { { 420, 690 }, { 810, 1020 } },
                [2] = { { 420, 690 }, { 810, 1020 } },
                [3] = { { 420, 690 }, { 810, 1020 } },
                [4] = { { 420, 690 }, { 810, 1020 } },
                [5] = { { 420, 690 }, { 810, 1020 } } },
};

/* "01 09:00" of June 2020, which begins on a Monday. */
static inline int64_t june(const char *text)
{
    char iso[CIVIL_TEXT];
    int64_t ms = 0;
    snprintf(iso, sizeof iso, "2020-06-%.2sT%.5s:00+07:00", text, text + 3);
    return civil_parse(iso, CIVIL_ISO, &ms) ? ms : -1;
}

/* The same, of an instant; "" of none. */
static inline const char *in_june(int64_t ms)
{
    static char texts[4][CIVIL_TEXT + 8];
    static unsigned next;
    char iso[CIVIL_TEXT], *text = texts[next++ % 4];
    civil_format(ms, CIVIL_ISO, iso);
    snprintf(text, CIVIL_TEXT, "%.2s%s%.5s", *iso ? iso + 8 : "", *iso ? " " : "", *iso ? iso + 11 : "");
    return text;
}

/* The case after the act at the time, done by somebody who may; the whole decision in *d if it is not
 * NULL. */
static inline struct case_file case_after(const void *ctx, struct case_file c, Motcua__Transition transition,
                                          const char *when, const Motcua__ProcedurePublished *p,
                                          struct decision **d)
{
    struct err err = { 0 };
    struct decision *own = talloc(ctx, struct decision);
    struct office o = { &office_hours, p };
    struct act a = an_act(transition);
    a.counter_roles = a.handling_roles = ROLE_CLERK | ROLE_OFFICER | ROLE_LEADER;
    a.at_ms = june(when);
    a.new_due_ms = june("11 17:00");
    a.amount_dong = c.fee_dong;
    decide(ctx, &c, &a, &o, own, &err);
    assert_string_equal(err.text, "");
    if (d)
        *d = own;
    return own->next;
}

enum { TRANSITIONS = MOTCUA__TRANSITION__REAPPOINT + 1, STATES = MOTCUA__STATUS__RETURNED + 1 };

#endif

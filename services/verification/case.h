/* case.h — the life of a dossier at the authority, as one table of allowed moves. Pure: no clock, no SQL.
 *
 *                ┌────────────── 3 refused at the counter
 *   filed ──> 1 ─┤
 *                ├──> 2 accepted ──> 4 in progress ──> 9 finished ──> 10 returned
 *                │      ^  │            ^  │   ^            │
 *                │      │  └─> 6 pay ───┤  │   └────────────┘ result found wrong
 *                └──> 5 papers ─────────┘  └──> 8 stopped
 *   1, 2, 4, 5, 6 ──> 7 withdrawal asked ──> 8, or back to where it was
 *
 * Source: DOMAIN §2.2 (NĐ61 Đ15–21). Anything not in the table is refused.
 */
#ifndef CASE_H
#define CASE_H

#include "actor.h"
#include "dossier_code.h"
#include "err.h"
#include "intake.pb-c.h"
#include "verification.pb-c.h"

struct case_file { /* as stored; texts belong to whoever loaded or decided it; times Unix ms, 0: not yet */
    char code[DOSSIER_CODE_TEXT];
    int64_t version;
    int status;
    const char *procedure_code, *unit_code, *handling_unit_code, *account_id, *applicant_name,
        *applicant_number, *summary, *national_code;
    uint32_t procedure_version;
    int channel;
    bool result_by_post;
    int64_t filed_at, accepted_at, clock_started_at, due_at;
    const char *due_why;                                      /* JSON: how due_at came about */
    int supplement_return, payment_return, withdrawal_return; /* the state before 5, 6, 7 */
    int supplement_count;
    bool papers_supplied, reappointed;
    size_t asked_count; /* papers asked for, while the state is 5 */
    Motcua__AskedPaper **asked;
    int64_t paused_at, answer_by;
    int step; /* from 1; 0: not forwarded yet */
    int64_t step_started_at, step_due_at;
    const char *assignee_id, *assignee_name;
    int fee_no; /* of the last FeeDue */
    int64_t fee_dong, paid_dong;
    bool fee_open, fee_before_asked, fee_after_asked;
    const Motcua__Result *result;
    int64_t finished_at, returned_at;
    const char *received_by;
};

struct act { /* what somebody wants to do, and what he brings */
    Motcua__Transition transition;
    const struct actor *actor; /* NULL: the applicant, or the system */
    unsigned counter_roles,
        handling_roles; /* the actor's roles at the unit that received, at the one that handles */
    int64_t at_ms;
    const char *reason; /* NULL: none */
    size_t papers_count;
    Motcua__AskedPaper **papers;
    const char *target_unit, *target_unit_name;
    Motcua__Result *result;
    const char *received_by;
    int64_t new_due_ms;
    const char *assignee_id, *assignee_name; /* of the next step; NULL: whoever takes it */
    int64_t amount_dong;                     /* SETTLE_PAYMENT */
    bool refund;
};

/* May the act be done on the case? Fills *to with the state it leads to. Errors: E_CONFLICT (the state does
 * not allow it, or a rule: "only one supplement request at the counter"), E_DENIED (the roles do not),
 * E_INVALID with a fault per missing field. Reads nothing but its arguments. */
int case_check(const struct case_file *c, const struct act *a, const Motcua__ProcedurePublished *p, int *to,
               struct err *err);

/* May somebody take the case, or be given it? E_CONFLICT once it has ended or its result is signed. */
int case_check_assignment(const struct case_file *c, struct err *err);

/* The unit its next work is at: of who handles it while it is processed or paid for, else of the counter it
 * was filed at. The queue's statements have this rule, too. */
const char *case_lies_at(const struct case_file *c);

/* May the person read the dossiers of the unit that received it or of the one that handles it? For others the
 * case does not exist. */
bool case_is_visible_to(const struct case_file *c, const struct actor *a);

/* The transitions the roles could do now, data aside; for pages that show buttons. Returns how many were
 * written. */
size_t case_allowed(const struct case_file *c, unsigned counter_roles, unsigned handling_roles,
                    const Motcua__ProcedurePublished *p, Motcua__Transition *out, size_t max);

#endif
